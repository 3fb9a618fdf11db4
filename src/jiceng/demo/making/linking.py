"""Which rows of other cohorts fill a link column: near ones first, shared out exactly, in time."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from random import Random
from typing import Any

from jiceng.demo import days
from jiceng.demo.chance import shared_out, uneven
from jiceng.demo.making.drafting import HERE, LEVELS, Draft
from jiceng.demo.making.schema import schema
from jiceng.demo.making.territory import LEVELS as DEPTHS
from jiceng.demo.making.world import World, listed
from jiceng.demo.sections import Link
from jiceng.records.refusals import Refusal

Key = Callable[[int], Hashable]
WIDER = ("village", "town", "county", "everywhere")


class Links:
    """Fills the link columns of one draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.world = draft, draft.world

    def fill(self, column: str, link: Link, rows: Sequence[int]) -> list[int | None]:
        """Handles for `rows`. Raises Refusal where there are not enough to link to."""
        wanted = self.draft.schema.links[column]
        rng = self.world.chance(self.draft.key, column, repr(link))
        if link.copy_ is not None:
            return self._copied(column, link.copy_, rows, rng)
        pool = self._pool(column, wanted, link)
        if not rows:
            return []
        if not pool.targets:
            raise self.draft.refusal("没有可引用的记录", column, "放宽条件，或先造出被引用的批次")
        spent = self._spent(column, link)
        share = Sharing(pool, link, rng, spent, forgiving=self.world.scale > 1)
        left = list(rows)
        found: dict[int, int] = {}
        dates = self._dates(column)
        for of_row, of_target in self._tiers(link, pool):
            left = share.tier(left, of_row, of_target, dates, found)
            if not left:
                break
        if left:
            what = f"{len(rows)} 条记录中有 {len(left)} 条找不到可引用的记录"
            raise self.draft.refusal(
                what, column, "检查 match、distinct、most 和起始日期，或增加被引用的批次"
            )
        if spent is not None:
            spent |= set(found.values())
        return [found[row] for row in rows]

    # --------------------------------------------------------------------------------------- pool
    def _pool(self, column: str, wanted: str, link: Link) -> "Pool":
        seen: dict[int, tuple[int, str]] = {}
        for reference in listed(link.from_ or []):
            targets, holders, table = self.world.held(reference, column, wanted)
            for target_row, holder in zip(targets, holders, strict=True):
                if target_row not in seen and self._fits(table, holder, wanted, target_row, link.where):
                    seen[target_row] = (holder, table)
        ended = [t for t in seen if self.world.ends(wanted, t) is not None]
        if len(ended) < len(seen):  # what has ended is only linked to where nothing else is asked for
            for one in ended:
                del seen[one]
        return Pool(self.world, wanted, list(seen), seen)

    def _fits(self, table: str, holder: int, wanted: str, row: int, where: Mapping[str, Any]) -> bool:
        for path, condition in where.items():
            first = path.partition(".")[0]
            at = (wanted, row) if first == "age" or first in schema(wanted).columns else (table, holder)
            if not self._holds(at, path, condition):
                return False
        return True

    def _holds(self, at: tuple[str, int], path: str, condition: Any) -> bool:
        *steps, last = path.split(".")
        if last == "age":
            born = self.world.value(*at, ".".join((*steps, "birth_date")))
            value: Any = None if born is None else days.age_on(born, self.world.place.day)
        else:
            value = self.world.value(*at, path)
        if isinstance(condition, Mapping):
            return all(_COMPARE[word](value, bound) for word, bound in condition.items())
        options = condition if isinstance(condition, list) else [condition]
        vocabulary = self._vocabulary(at[0], path)
        if vocabulary is None:
            return value in options
        return any(value in self.world.below(vocabulary, str(o)) for o in options)

    def _vocabulary(self, table: str, path: str) -> str | None:
        *steps, last = path.split(".")
        for step in steps:
            table = schema(table).links[step]
        return schema(table).terms.get(last)

    def _spent(self, column: str, link: Link) -> set[int] | None:
        """The targets that distinct links have drawn, shared by all who draw from the same cohorts."""
        if not link.distinct:
            return None
        sources = sorted({r.partition(".")[0] for r in listed(link.from_ or [])})
        return self.world.spent.setdefault(f"{'+'.join(sources)}>{column}", set())

    # -------------------------------------------------------------------------------------- tiers
    def _tiers(self, link: Link, pool: "Pool") -> list[tuple[Key, Key]]:
        """Pairs of keys of a row and of a target that must be equal, the narrowest first."""
        equal = [name for name in listed(link.match or []) if name not in LEVELS]
        return [(self._row_key(step, equal), pool.key(step, equal)) for step in self.steps(link)]

    def steps(self, link: Link) -> list[str]:
        """The steps of nearness that a link asks for, the narrowest first."""
        level = next((name for name in listed(link.match or []) if name in LEVELS), "everywhere")
        return [level, *WIDER[WIDER.index(level) + 1 :]] if level in WIDER else [level, *WIDER]

    def _row_key(self, step: str, equal: Sequence[str]) -> Key:
        values, territory = self.draft.values, self.world.territory
        here = values.get(HERE)

        def key(row: int) -> Hashable:
            region = here[row] if here and here[row] is not None else -1
            place = (
                0
                if step == "everywhere"
                else region
                if step == "region"
                else territory.at(region, DEPTHS[step])
            )
            return (place, *(values[name][row] for name in equal))

        return key

    def _dates(self, column: str) -> Mapping[int, int]:
        """The days on which rows begin, as far as they are known before the link is."""
        values = self.draft.values
        if values.get("valid_from"):
            return {row: day for row, day in enumerate(values["valid_from"]) if day is not None}
        entries, admitted = values.get("entry"), values.get("admitted_on")
        if not entries or not admitted:
            return {}
        admission = self.world.term("membership_entries", "admission")
        return {
            row: day
            for row, (entry, day) in enumerate(zip(entries, admitted, strict=True))
            if entry == admission and day is not None
        }

    # --------------------------------------------------------------------------------------- copy
    def _copied(self, column: str, path: str, rows: Sequence[int], rng: Random) -> list[int | None]:
        first, _, rest = path.partition(".")
        if rest == "covers":
            organisations = self._linked(column, first)
            covered = units_covered(self.world)
            return [pick(rng, covered.get(organisations[row], ())) for row in rows]
        values, world = self.draft.values, self.world
        if first == "each":
            table = self.draft.each_table
            return [world.value(table, self.draft.each_rows[row], rest) for row in rows]
        at = HERE if first == "region" and first not in values else first
        held = self._linked(column, at)
        table = "region" if at == HERE else self.draft.schema.links[first]
        got = [held[row] for row in rows]
        return [v if not rest or v is None else world.value(table, v, rest) for v in got]

    def _linked(self, column: str, link: str) -> Sequence[Any]:
        """What a link of the same rows holds. Raises Refusal where the cohort does not fill it."""
        found = self.draft.values.get(link)
        if found is None or (link != HERE and link not in self.draft.schema.links):
            what = f"copy 所引用的 {link} 在本批次里没有填"
            filled = sorted(self.draft.schema.links.keys() & self.draft.values.keys())
            raise self.draft.refusal(what, column, f"先在 of 里写 {link}；已填的有：{'、'.join(filled)}")
        return found


def pick(rng: Random, options: Sequence[int]) -> int | None:
    """One of the options, None of none."""
    return options[int(rng.random() * len(options))] if options else None


def units_covered(world: World) -> dict[int, list[int]]:
    """The units that every party organisation covers."""
    covers, found = world.table("cover"), dict[int, list[int]]()
    for organisation, unit in zip(covers.get("party_org"), covers.get("unit"), strict=True):
        if unit is not None:
            found.setdefault(organisation, []).append(unit)
    return found


class Pool:
    """What a link may lead to."""

    def __init__(
        self, world: World, table: str, targets: list[int], holders: Mapping[int, tuple[int, str]]
    ) -> None:
        self.world, self.table, self.targets, self.holders = world, table, targets, holders

    def begins(self, row: int) -> int:
        """The first day of a target."""
        return self.world.began(self.table, row)

    def key(self, step: str, equal: Sequence[str]) -> Key:
        """The key of a target at a step of nearness: of the row that holds it, where that says more."""

        def key(row: int) -> Hashable:
            place = 0
            if step != "everywhere":
                holder, table = self.holders[row]
                region = self.world.region_of(table, holder)
                place = region if step == "region" else self.world.territory.at(region, DEPTHS[step])
            return (place, *(self._equal(name, row) for name in equal))

        return key

    def _equal(self, name: str, row: int) -> Any:
        if name in schema(self.table).columns:
            return self.world.value(self.table, row, name)
        holder, table = self.holders[row]
        return self.world.value(table, holder, name)


class Sharing:
    """Shares rows out over targets, tier by tier, within the bounds of a link."""

    def __init__(
        self, pool: Pool, link: Link, rng: Random, spent: set[int] | None, *, forgiving: bool
    ) -> None:
        self.pool, self.link, self.rng, self.forgiving = pool, link, rng, forgiving
        self.most = 1 if link.distinct else link.most
        self.used = dict.fromkeys(spent or (), 1)
        self.weights = dict(zip(pool.targets, uneven(rng, len(pool.targets), link.sigma), strict=True))

    def tier(
        self,
        rows: Sequence[int],
        of_row: Key,
        of_target: Key,
        dates: Mapping[int, int],
        found: dict[int, int],
    ) -> list[int]:
        """Fill `found` for rows that meet a target with their key; gives the rows still without one."""
        groups: dict[Hashable, list[int]] = {}
        for target in self.pool.targets:
            if self.most is None or self.used.get(target, 0) < self.most:
                groups.setdefault(of_target(target), []).append(target)
        waiting: dict[Hashable, list[int]] = {}
        for row in rows:
            waiting.setdefault(of_row(row), []).append(row)
        left: list[int] = []
        for key, some in waiting.items():
            targets = groups.get(key)
            left += some if not targets else self._share(some, targets, dates, found)
        return left

    def _share(
        self, rows: list[int], targets: list[int], dates: Mapping[int, int], found: dict[int, int]
    ) -> list[int]:
        able = len(rows) if self.most is None else min(len(rows), sum(self._room(t) for t in targets))
        slots = self._slots(able, targets)
        self.rng.shuffle(slots)
        if not dates:
            pairs, left = list(zip(rows, slots, strict=False)), rows[able:]
        else:
            pairs, left = self._in_time(rows, slots, targets, dates)
        for row, target in pairs:
            found[row] = target
            self.used[target] = self.used.get(target, 0) + 1
        return left

    def _room(self, target: int) -> int:
        return 10**9 if self.most is None else self.most - self.used.get(target, 0)

    def _slots(self, number: int, targets: list[int]) -> list[int]:
        """`number` places on the targets, each as often as its share."""
        if self.most == 1:
            return self.rng.sample(targets, number)
        least = self.link.least
        if least * len(targets) > number:
            if not self.forgiving and self.link.match is None:
                what = f"{number} 条记录不够每条至少 {least} 次（共 {len(targets)} 条）"
                raise Refusal(what, "least", "调整 least 或个数")
            least = number // len(targets)
        room = None if self.most is None else [self._room(t) for t in targets]
        if room is not None:
            least = min(least, *room)
        numbers = shared_out(number, [self.weights[t] for t in targets], least, room)
        return [target for target, times in zip(targets, numbers, strict=True) for _ in range(times)]

    def _in_time(
        self, rows: list[int], slots: list[int], targets: list[int], dates: Mapping[int, int]
    ) -> tuple[list[tuple[int, int]], list[int]]:
        """Pair rows with places on targets that exist by then: early rows choose among what is there.

        A row for which no place is ready goes to any target that exists and has room, beyond its share.
        """
        begins = {target: self.pool.begins(target) for target in targets}
        waiting = sorted(slots, key=begins.__getitem__, reverse=True)
        oldest = sorted(targets, key=begins.__getitem__)
        starts = [begins[target] for target in oldest]
        ready: list[int] = []
        pairs, left = [], []
        for row in sorted(rows, key=lambda r: dates.get(r, 10**7)):
            day = dates.get(row, 10**7)
            while waiting and begins[waiting[-1]] <= day:
                ready.append(waiting.pop())
            if ready:
                place = int(self.rng.random() * len(ready))
                ready[place], ready[-1] = ready[-1], ready[place]
                pairs.append((row, ready.pop()))
            elif self.most is None and starts[0] <= day:
                pairs.append((row, oldest[int(self.rng.random() * bisect_right(starts, day))]))
            else:
                left.append(row)
        return pairs, left


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "gt": lambda a, b: a is not None and a > b,
    "gte": lambda a, b: a is not None and a >= b,
    "lt": lambda a, b: a is not None and a < b,
    "lte": lambda a, b: a is not None and a <= b,
    "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
    "empty": lambda a, b: (a is None or a == "") is b,
}
