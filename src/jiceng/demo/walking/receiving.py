"""Which units a matter is given to: those the type's own routes propose, or others of the scenario's choice."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from jiceng.demo.chance import shared_out, uneven
from jiceng.demo.making.linking import WIDER
from jiceng.demo.making.territory import LEVELS
from jiceng.demo.making.world import listed
from jiceng.demo.walking.courses import Course
from jiceng.demo.walking.files import File, Ref
from jiceng.matters.enums import DispatchState
from jiceng.records.refusals import Refusal

Said = Mapping[str, Any]

GONE = frozenset({DispatchState.REFUSED, DispatchState.EXCLUDED, DispatchState.PASSED})
"""States of dispatches whose unit is not given the matter again."""


class Receivers:
    """Finds receivers for the matters of one cohort."""

    def __init__(self, course: Course, rng: Random) -> None:
        self.course, self.world, self.rng = course, course.world, rng
        self._by_region: dict[int, list[int]] | None = None
        self._routed: dict[tuple[int, str], list[int]] = {}
        self._decks: dict[str, Deck] = {}

    # -------------------------------------------------------------------------------------- by routes
    def routed(self, file: File, said: Said) -> list[int]:
        """The units that the type's routes propose for the matter, the lead first, without those that would not have
        it; of the cohorts in `else` one where no route finds any.
        """
        key = (file.region, file.category)
        if key not in self._routed:
            self._routed[key] = self._route(file)
        gone = {part.unit for part in file.parts if part.state in GONE}
        found = [unit for unit in self._routed[key] if unit not in gone]
        if not found and "else" in said:
            pool = [u for u in self.near(listed(said["else"]), file.region, "county") if u not in gone]
            found = [pool[int(self.rng.random() * len(pool))]] if pool else []
        return found

    def _route(self, file: File) -> list[int]:
        names = self.world.table("unit").get("name")
        kinds = self.world.table("unit").get("kind")
        for route in self.course.spec.routes:
            if not self.course.conditions.holds(route.when, file, file.raised_at):
                continue
            allowed = frozenset[str]().union(*(self.world.below("unit_kinds", k) for k in route.kinds))
            found = []
            for known_as in route.names:
                one = self._nearest(
                    file.region,
                    lambda unit, parts=known_as, kinds_=allowed: (
                        any(p in names[unit] for p in parts) and (not kinds_ or kinds[unit] in kinds_)
                    ),
                )
                found += [one] if one is not None and one not in found else []
            return found
        return []

    def _nearest(self, region: int, fits: Any) -> int | None:
        at, areas = region, self.world.territory.areas
        while at >= 0:
            for unit in self._units(at):
                if fits(unit):
                    return unit
            at = areas[at].parent
        return None

    def _units(self, region: int) -> Sequence[int]:
        if self._by_region is None:
            self._by_region = {}
            table = self.world.table("unit")
            for unit, (where, ended) in enumerate(
                zip(table.get("region"), table.get("valid_to"), strict=True)
            ):
                if ended is None and where is not None:
                    self._by_region.setdefault(where, []).append(unit)
        return self._by_region.get(region, ())

    def called(self, name: str, file: File) -> int:
        """The nearest unit whose name has that in it. Raises Refusal for none."""
        names = self.world.table("unit").get("name")
        found = self._nearest(file.region, lambda unit: name in names[unit])
        if found is None:
            raise Refusal(f"附近没有名称含“{name}”的单位", "walk.fill", "更正名称，或先造出它")
        return found

    # ------------------------------------------------------------------------------------- by cohorts
    def linked(self, said: Said, file: File, table: str) -> list[int]:
        """The rows of another table that the cohorts in `from` give."""
        column = "region" if table == "region" else table
        found: list[int] = []
        for cohort in listed(said["from"]):
            found += self.world.held(cohort, column, table)[0]
        return list(dict.fromkeys(found))

    def near(self, cohorts: Sequence[str], region: int, match: str) -> list[int]:
        """The units of cohorts that lie in the same region at a level (`match`), wider where there is none."""
        units = self._of(cohorts)
        if match not in WIDER:
            return units
        territory = self.world.territory
        for level in WIDER[WIDER.index(match) :]:
            if level == "everywhere":
                return units
            here = territory.at(region, LEVELS[level])
            found = [
                unit
                for unit in units
                if here >= 0 and territory.at(self.world.region_of("unit", unit), LEVELS[level]) == here
            ]
            if found:
                return found
        return units

    def _of(self, cohorts: Sequence[str]) -> list[int]:
        found: list[int] = []
        for cohort in cohorts:
            found += self.world.held(cohort, "unit", "unit")[0]
        return list(dict.fromkeys(found))

    def dealt(self, key: str, said: Said, file: File, count: int, taken: Sequence[int]) -> list[int]:
        """`count` units of the cohorts in `from`, none of `taken`. With `total` every one of them is dealt at least
        once to the matters of the cohort, and all together so often.
        """
        cohorts = listed(said["from"])
        if "total" not in said:
            pool = [u for u in self.near(cohorts, file.region, said.get("match", "")) if u not in taken]
            return self.rng.sample(pool, min(count, len(pool)))
        if key not in self._decks:
            self._decks[key] = Deck(self._of(cohorts), int(said["total"]), self.rng)
        return self._decks[key].deal(count, taken)


class Deck:
    """Units, each with the number of times that it is still to be dealt."""

    def __init__(self, units: Sequence[int], total: int, rng: Random) -> None:
        if total < len(units):
            raise Refusal(f"{total} 次不够 {len(units)} 个单位各一次", "walk.fill", "增加 total")
        numbers = shared_out(total, uneven(rng, len(units), 0.6), 1)
        self.left, self.rng = dict(zip(units, numbers, strict=True)), rng

    def deal(self, count: int, taken: Sequence[int]) -> list[int]:
        """So many units, each once, none of `taken`: those that are due oftenest come soonest."""
        fitting = [unit for unit, times in self.left.items() if times and unit not in taken]
        if len(fitting) < count:
            raise Refusal("单位不够分", "walk.fill", "增加被引用的单位，或减少每件的个数")
        due = {unit: self.left[unit] * (0.3 + self.rng.random()) for unit in fitting}
        found = sorted(fitting, key=due.__getitem__, reverse=True)[:count]
        for unit in found:
            self.left[unit] -= 1
        return found


def refs(units: Sequence[int]) -> list[Ref]:
    """Units as values of fields."""
    return [Ref("unit", unit) for unit in units]
