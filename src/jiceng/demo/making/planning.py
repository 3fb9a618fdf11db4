"""Which cohorts come first, how many rows each gets, and what `--set` replaces."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from jiceng.demo.chance import apportioned, uneven
from jiceng.demo.making.world import World, listed
from jiceng.demo.sections import Between, Cohort, Count, Link, RegionFilter, Subset
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.loading import WrittenPack
from jiceng.records.refusals import Refusal, Refusals

Cohorts = Mapping[str, Cohort]

SIGMA = 0.4
"""How unevenly a total lies over those that have a part in it each."""


def read_cohorts(written: Mapping[str, Any], overrides: Mapping[str, Any], where: str) -> dict[str, Cohort]:
    """The cohorts of a scenario, values replaced by dotted path (`firms.count`, `firms.subset.own.count`).

    Raises Refusals for paths that lead nowhere and for what the language does not allow.
    """
    plain = {key: _copied(value) for key, value in written.items()}
    for path, value in overrides.items():
        _replace(plain, path, value)
    found, wrong = {}, []
    for key, value in plain.items():
        try:
            found[key] = Cohort.model_validate(value)
        except ValidationError as fault:
            for error in fault.errors(include_url=False):
                place = ".".join(str(step) for step in error["loc"])
                wrong.append(Refusal(error["msg"], f"{where}.{key}.{place}", "见 docs/packs.md"))
    if wrong:
        raise Refusals(wrong)
    return found


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _copied(v) for k, v in value.items()}
    return [_copied(v) for v in value] if isinstance(value, list) else value


def _replace(plain: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    at: Any = plain
    for step in steps:
        at = at.get(step) if isinstance(at, dict) else None
        if at is None:
            raise Refusal(f"剧本里没有 {path}", "--set", "写 做法包.批次.字段=值")
    at[last] = yaml.safe_load(value) if isinstance(value, str) else value


# ------------------------------------------------------------------------------------------------ order
def in_order(cohorts: Cohorts) -> list[str]:
    """Keys, each behind those it refers to, matters behind all that they may concern, otherwise as written. Raises
    Refusal for a circle.
    """
    done: dict[str, bool] = {}
    order: list[str] = []

    def visit(key: str, path: tuple[str, ...]) -> None:
        if done.get(key):
            return
        if key in path:
            circle = " → ".join((*path[path.index(key) :], key))
            raise Refusal(f"批次互相引用：{circle}", f"scenario.{key}", "去掉其中一处引用")
        for other in (*references(cohorts[key]), *_designating(cohorts, key)):
            if other not in cohorts:
                raise Refusal(f"没有名为 {other} 的批次", f"scenario.{key}", "更正名称")
            if other != key:
                visit(other, (*path, key))
        done[key] = True
        order.append(key)

    for key in sorted(cohorts, key=lambda key: cohorts[key].make == "matter"):
        visit(key, ())
    return order


def check_scenario(pack: WrittenPack, catalogue: Catalogue) -> list[Refusal]:
    """Cohorts that refer to none of their pack's, or to each other in a circle; said of the first only.
    Where a cohort is faulty itself, that has been said, and who refers to it is not asked.
    """
    own = {
        k.partition(":")[2]: v
        for k, v in catalogue.section("scenario").items()
        if k.startswith(f"{pack.id}:")
    }
    if len(own) != len(list(pack.items("scenario"))):
        return []
    try:
        in_order(own)
    except Refusal as fault:
        fault.where = pack.where("scenario", fault.where.removeprefix("scenario."))
        return [fault]
    return []


def references(cohort: Cohort) -> Iterator[str]:
    """The cohorts that a cohort refers to, repeated as they come."""
    for reference in _references(cohort):
        yield reference.partition(".")[0]


def _designating(cohorts: Cohorts, key: str) -> Iterator[str]:
    """The cohorts that give the designations by which a cohort finds its regions."""
    found = [cohorts[key].in_, *(cohorts[key].each or {}).values()]
    wanted = {d for f in found if isinstance(f, RegionFilter) for d in listed(f.designation or [])}
    for other, cohort in cohorts.items():
        if cohort.make == "designation" and cohort.with_.get("kind") in wanted:
            yield other


def _references(cohort: Cohort) -> Iterator[str]:
    count = cohort.count
    if isinstance(count, Count):
        yield from count.minus
        if count.of:
            yield count.of
    for value in (cohort.each or {}).values():
        yield from _of_filter(value) if isinstance(value, RegionFilter) else listed(value)
    if cohort.in_:
        yield from _of_filter(cohort.in_)
    yield from cohort.adopt
    parts: list[Mapping[str, Any]] = [cohort.of, *(s.of for s in cohort.subset.values())]
    parts += [s.rest.of for s in cohort.subset.values() if s.rest]
    links: list[Any] = [link for part in parts for link in part.values()]
    if cohort.joins:
        links.append(cohort.joins)
    for link in links:
        yield from _of_link(link)
    if cohort.walk is not None:
        for units in cohort.walk.units.values():
            yield from listed(units)
        ways = cohort.walk.ways.values()
        yield from _of_walk([cohort.walk.persons, cohort.walk.fill, *(way.model_dump() for way in ways)])


def _of_walk(said: Any) -> Iterator[str]:
    """The cohorts from which a walk takes units and people."""
    if isinstance(said, Mapping):
        for word in ("from", "else", *(["of"] if "where" in said else [])):
            yield from listed(said.get(word) or [])
    parts = said.values() if isinstance(said, Mapping) else said if isinstance(said, list) else ()
    for part in parts:
        yield from _of_walk(part)


def _of_filter(wanted: RegionFilter) -> Iterator[str]:
    yield from listed(wanted.from_ or [])
    if wanted.except_:
        yield from _of_filter(wanted.except_)


def _of_link(link: str | list[str] | Link) -> Iterator[str]:
    if not isinstance(link, Link):
        yield from listed(link)
    elif link.from_:
        yield from listed(link.from_)


# ------------------------------------------------------------------------------------------------ sizes
class Sizes:
    """How many rows cohorts have, at full size and as made."""

    def __init__(self, world: World, cohorts: Cohorts, regions: Callable[[RegionFilter], list[int]]) -> None:
        self.world, self.cohorts, self.regions = world, cohorts, regions
        self._full: dict[str, int] = {}

    def full(self, reference: str) -> int:
        """The rows of a cohort or subset at full size."""
        key, _, part = reference.partition(".")
        if key not in self._full:
            self._full[key] = self._of_cohort(key)
        whole = self._full[key]
        if not part:
            return whole
        cohort = self.cohorts[key]
        if part.lstrip("!") not in cohort.subset:
            raise Refusal(f"批次 {key} 没有子集 {part.lstrip('!')}", remedy="更正名称")
        inside = self.of_subset(cohort.subset[part.lstrip("!")], whole, whole)
        return whole - inside if part.startswith("!") else inside

    def _of_cohort(self, key: str) -> int:
        cohort = self.cohorts[key]
        each = self.each_full(cohort)
        if cohort.rows is not None:
            return len(cohort.rows) * (1 if each is None else each)
        if each is not None:
            return sum(self.numbers(key, each))
        return self._counted(key, self.full)

    def each_full(self, cohort: Cohort) -> int | None:
        """How many things `each` finds at full size; None without `each`."""
        if not cohort.each:
            return None
        (source,) = cohort.each.values()
        if isinstance(source, RegionFilter):
            return len(self.regions(source))
        return sum(self.full(reference) for reference in listed(source))

    def numbers(self, key: str, each: int) -> list[int]:
        """How many rows each of `each` things gets."""
        count = self.cohorts[key].count
        if isinstance(count, Between):
            rng, (low, high) = self.world.chance(key, "count"), count.between
            return [rng.randint(low, high) for _ in range(each)]
        if count is None or isinstance(count, int):
            return [1 if count is None else count] * each
        if isinstance(count, Count) and count.total is not None and not count.minus:
            whole = self.each_full(self.cohorts[key]) or each
            total = count.total if each == whole else rounded(count.total * each / whole)
            return apportioned(total, uneven(self.world.chance(key, "count"), each, SIGMA))
        raise Refusal(
            "each 之下 count 只能是整数、{between: …} 或 {total: …}", f"scenario.{key}", "见 docs/packs.md"
        )

    def _counted(self, key: str, size: Callable[[str], int]) -> int:
        count = self.cohorts[key].count
        if isinstance(count, int):
            return count
        if not isinstance(count, Count):
            raise Refusal("缺少 count", f"scenario.{key}", "写 count、each 或 rows")
        if count.per is not None:
            return sum(count.per.values())
        if count.share is not None:
            return rounded(count.share * size(count.of or ""))
        taken = sum(self.full(other) for other in count.minus)
        if taken > (count.total or 0):
            what = f"总数 {count.total} 小于其中已有的 {taken}"
            raise Refusal(what, f"scenario.{key}.count", "调整 total，或减少 minus 的批次")
        return (count.total or 0) - taken

    def made(self, key: str) -> int:
        """The rows of a cohort without `each` as it is to be made: scaled where it is bulk."""
        cohort = self.cohorts[key]
        if isinstance(cohort.count, Count) and cohort.count.share is not None:
            return self._counted(key, lambda reference: len(self.world.rows_of(reference)[1]))
        return self.scaled(cohort, self.full(key))

    def scaled(self, cohort: Cohort, full: int) -> int:
        """`full` divided by the scale where the cohort is bulk; something stays of something."""
        if not cohort.bulk or self.world.scale == 1 or full == 0:
            return full
        return max(1, rounded(full / self.world.scale))

    def of_subset(self, subset: Subset, full: int, made: int) -> int:
        """The size of a subset of a cohort of `made` rows that has `full` at full size."""
        count = subset.count
        if isinstance(count, Count):
            return rounded((count.share or 0) * made)
        return count if made == full else rounded(count * made / full) if full else 0


def rounded(value: float) -> int:
    """To the nearest whole number, halves up."""
    return int(value + 0.5)


def thinned(values: Iterable[int], scale: int) -> list[int]:
    """Every `scale`-th of the values, evenly spread; at least one of any."""
    listed_values = list(values)
    wanted = max(1, rounded(len(listed_values) / scale)) if listed_values else 0
    return [listed_values[(2 * i + 1) * len(listed_values) // (2 * wanted)] for i in range(wanted)]
