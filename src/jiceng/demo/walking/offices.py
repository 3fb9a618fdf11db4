"""Who takes the steps: the people of each office, invented, the same ones all along."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import translation

from jiceng.accounts.roles import ROLES
from jiceng.demo.making.territory import COUNTY, TOWN
from jiceng.demo.making.world import World
from jiceng.demo.walking.courses import Course, acts_for_unit
from jiceng.demo.walking.files import File, Part
from jiceng.demo.walking.stepping import Who
from jiceng.matters.enums import Hand
from jiceng.matters.sections import DoerSpec, StepSpec
from jiceng.records.refusals import Refusal

STAFF = 4
"""How many people an office has."""

REPORTER = "反映人"
RELEASING = tuple(
    DoerSpec(role=role, at=None, shares=None, own=False) for role in ("street_officer", "case_centre")
)
AGES = (26, 55)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, and for which unit."""

    who: Who
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class By:
    """What is known of who acts: a recorded person, or the unit that somebody acts for, and where that sits."""

    person: int | None = None
    unit: int | None = None
    region: int = -1


class Offices:
    """The offices of one place."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._staff: dict[tuple[str, str, int], list[Who]] = {}
        self._labels: dict[str, str] = {}

    def raising(self, course: Course, role: str, region: int, by: By, draw: float) -> Acting:
        """Who raises a matter: someone with that role, the first that the type names, or the reporter."""
        if role == Hand.REPORTER:
            return Acting(self.reporter(region, draw))
        doers = [doer for doer in course.spec.raised_by if role in ("", doer.role)]
        return self._one(course, doers, region, by, draw, ())

    def taking(
        self, course: Course, step: StepSpec, file: File, part: Part | None, by: By, draw: float
    ) -> Acting:
        """Who takes a step: someone of an office that may, who took none of the steps that another must take."""
        if step.by == Hand.REPORTER:
            return Acting(self.reporter(file.region, draw))
        done = {line.actor for line in file.lines if line.step in step.not_by}
        if part is not None and step.on == "dispatch" and step.side == "receiver":
            by = By(by.person, part.unit, part.region)
        return self._one(course, step.who, file.region, by, draw, done)

    def releasing(self, course: Course, region: int, draw: float) -> Who:
        """Who makes a matter public: someone of its street, or of the centre where there is none above it."""
        return self._one(course, RELEASING, region, By(), draw, ()).who

    def reporter(self, region: int, draw: float) -> Who:
        """Whoever reported, known by a key that names nobody."""
        code = self.world.territory.areas[region].code
        return Who(f"reporter:{code}{int(draw * 10**9):09d}", REPORTER, "", Hand.REPORTER)

    # ------------------------------------------------------------------------------------ somebody
    def _one(
        self, course: Course, doers: Sequence[DoerSpec], region: int, by: By, draw: float, not_by: Collection[str]
    ) -> Acting:  # fmt: skip
        for doer in self._fitting(doers, by):
            unit = by.unit if acts_for_unit(doer.role) else None
            seat = by.region if by.unit is not None else course.home(doer, region)
            if seat < 0:
                continue
            free = [who for who in self._people(doer.role, seat, unit, by.person) if who.key not in not_by]
            if free:
                return Acting(free[int(draw * len(free))], unit)
        roles = "、".join(doer.role for doer in doers)
        raise Refusal(f"没有可办理的人：{roles}", "walk.ways", "换一个步骤，或在类型里写明由谁办理")

    def _fitting(self, doers: Sequence[DoerSpec], by: By) -> list[DoerSpec]:
        """Those of `doers` who may be meant, the likeliest first: for a unit, its own people."""
        if by.unit is None:
            return list(doers)
        level, kinds = self.world.territory.areas[by.region].level, self.world.table("unit").get("kind")
        agency = kinds[by.unit] in self.world.below("unit_kinds", "agency")
        wanted = ["department_officer" if agency else "unit_officer"]
        if level > COUNTY:  # a street's or a village's own bodies
            wanted = ["street_officer" if level == TOWN else "village_clerk", *wanted]
        return sorted(doers, key=lambda doer: wanted.index(doer.role) if doer.role in wanted else len(wanted))

    def _people(self, role: str, seat: int, unit: int | None, person: int | None) -> list[Who]:
        area = self.world.territory.areas[seat]
        office = f"{area.name}{self._label(role)}"
        if person is not None:
            name = self.world.name_of("person", person)
            return [Who(f"demo:{self.world.place.pack}:person:{person}", name, office)]
        place = area.code if unit is None else f"unit:{unit}"
        key = (role, place, seat)
        if key not in self._staff:
            rng, naming = self.world.chance("office", role, place), self.world.naming
            self._staff[key] = [
                Who(
                    f"demo:{self.world.place.pack}:{role}:{place}:{number}",
                    naming.person(rng, rng.random() < 0.5, self.world.place.day - 365 * rng.randint(*AGES)),
                    office,
                )
                for number in range(1, STAFF + 1)
            ]
        return self._staff[key]

    def _label(self, role: str) -> str:
        if role not in self._labels:
            with translation.override("zh-hans"):
                self._labels[role] = str(ROLES[role].label)
        return self._labels[role]
