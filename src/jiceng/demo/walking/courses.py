"""One type of matter at one place: its wording, its calendar, and where its offices sit."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from jiceng.accounts.roles import ROLES, Node
from jiceng.coverage.compiling import canonical
from jiceng.demo.making.territory import COUNTY, TOWN, VILLAGE
from jiceng.demo.making.world import World
from jiceng.demo.walking.conditions import Conditions, local_day
from jiceng.demo.walking.files import File
from jiceng.matters.enums import Hand
from jiceng.matters.flows import vocabulary_of
from jiceng.matters.sections import DoerSpec, FieldSpec, MatterSpec, StepSpec
from jiceng.matters.turns import receivers_waited_for, waited_for
from jiceng.packs.calendars import calendar_at
from jiceng.packs.catalogue import Catalogue
from jiceng.records.calendar import WorkCalendar
from jiceng.records.refusals import Refusal

HOME_LEVELS = {"village_clerk": VILLAGE, "street_officer": TOWN}
"""Where the offices of some roles usually are, where a type does not say; those of all others in the county."""


class Course:
    """A type as it holds in the world's place. Raises Refusal for one that does not hold there."""

    def __init__(self, world: World, catalogue: Catalogue, key: str) -> None:
        self.world, self.catalogue = world, catalogue
        held = catalogue.section("matters", self._codes(world.territory.by(world.place.code)))
        found = {canonical(catalogue, "matters", each): spec for each, spec in held.items()}
        self.key = canonical(catalogue, "matters", key)
        if ":" not in key:  # as written, by hand
            self.key = next((each for each in found if each.partition(":")[2] == key), key)
        if self.key not in found:
            raise Refusal(f"这里没有事项类型 {key}", "walk.type", f"可用：{'、'.join(found)}")
        self.spec: MatterSpec = found[self.key]
        self.conditions = Conditions(world, catalogue)
        self._calendars: dict[int, WorkCalendar] = {}
        self._seats: dict[tuple[str | None, int], int] = {}
        self._automatic: dict[str, list[tuple[str, StepSpec]]] = {}

    def _codes(self, region: int) -> list[str]:
        """The codes of a region and those above it, from the nearest up."""
        areas, found = self.world.territory.areas, []
        while region >= 0:
            found.append(areas[region].code)
            region = areas[region].parent
        return found

    def calendar(self, region: int, at: datetime) -> WorkCalendar:
        """The work calendar at a region."""
        found = self._calendars.get(region)
        if found is None:
            found = self._calendars[region] = calendar_at(self._codes(region), local_day(at), self.catalogue)
        return found

    @cached_property
    def named(self) -> str:
        """The bare key of the type, as numbers have it."""
        return self.key.partition(":")[2]

    def vocabulary(self, field: FieldSpec) -> str:
        """The vocabulary of a term field; a category's or grade's, which the type names once."""
        return vocabulary_of(self.spec, field)

    def automatic(self, state: str) -> list[tuple[str, StepSpec]]:
        """The steps that the system may take by itself in a state."""
        if state not in self._automatic:
            self._automatic[state] = [
                (key, step)
                for key, step in self.spec.steps.items()
                if step.by == Hand.SYSTEM
                and step.automatic
                and step.on == "matter"
                and state in step.of
                and step.to != state
            ]
        return self._automatic[state]

    # ------------------------------------------------------------------------------------ offices
    def seat(self, kind: str | None, region: int) -> int:
        """The nearest region of a kind at or above `region`, which it is itself without one; -1 for none."""
        if kind is None:
            return region
        found = self._seats.get((kind, region))
        if found is None:
            kinds = self.catalogue.descendants("region_kinds", kind)
            areas, found = self.world.territory.areas, region
            while found >= 0 and areas[found].kind not in kinds:
                found = areas[found].parent
            self._seats[kind, region] = found
        return found

    def home(self, doer: DoerSpec, region: int) -> int:
        """Where the office of `doer` is that acts for a matter at `region`; -1 where there is none."""
        if doer.at is not None:
            return self.seat(doer.at, region)
        found, territory = region, self.world.territory
        level = HOME_LEVELS.get(doer.role, COUNTY)
        while found >= 0 and territory.areas[found].level > level:
            found = territory.areas[found].parent
        return found

    def seats(self, file: File, at: datetime) -> Iterator[tuple[int | None, DoerSpec, int, int | None]]:
        """Whose turn it is: dispatch, doer, region and unit."""
        if file.done:
            return
        seen: set[tuple[str, int]] = set()
        sent = {part.state for part in file.living()}
        for doer in waited_for(self.spec, file.state, sent, self.conditions.of(file, at)):
            seat = self.seat(doer.at, file.region)
            if seat >= 0 and (doer.role, seat) not in seen:
                seen.add((doer.role, seat))
                yield None, doer, seat, None
        for part in file.living():
            for doer in receivers_waited_for(self.spec, file.state, part.state):
                yield part.number, doer, part.region, part.unit


def acts_for_unit(role: str) -> bool:
    """Whether whoever has the role acts for a unit."""
    return ROLES[role].node == Node.AUTHORITY
