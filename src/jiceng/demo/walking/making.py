"""A cohort of matters: each goes one of the cohort's ways, and becomes rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jiceng.demo.chance import by_weights
from jiceng.demo.making.drafting import HERE, Draft
from jiceng.demo.making.world import Made, World, listed
from jiceng.demo.walking.conditions import local_day
from jiceng.demo.walking.courses import Course
from jiceng.demo.walking.files import File, Part, Watch
from jiceng.demo.walking.filling import Filler
from jiceng.demo.walking.offices import Acting, By, Offices
from jiceng.demo.walking.sections import Taken, Walk, Way, taken
from jiceng.demo.walking.stepping import Stepper, Turning
from jiceng.demo.walking.storing import Store
from jiceng.demo.walking.timing import Bound, Pacing, end_of, moment, raised, working_day_before
from jiceng.demo.walking.words import Words
from jiceng.matters.actions.raising import RAISE
from jiceng.matters.actions.releasing import ABOUT_PEOPLE, TEXT
from jiceng.matters.clocks import light
from jiceng.matters.enums import Hand
from jiceng.matters.publicity import personal_in
from jiceng.matters.sections import StepSpec
from jiceng.packs.catalogue import Catalogue
from jiceng.records.refusals import Refusal

HOURS = {Hand.PERSON: 4.0, Hand.REPORTER: 9.0, Hand.SYSTEM: 0.0}
"""Working hours from one step to the next where nothing else is said."""
SERVED_BY = "served_by"
"""What `each` calls the matters that serve those of a cohort."""
TRIES = 24
"""How often a matter is made anew for the light that it is to show."""
OPENING, NOON = 9, 12
RELEASABLE = timedelta(days=1)
"""So much time must be left for somebody to look at what is to be made public."""


def make_matters(draft: Draft) -> Made:
    """Make the matters of a drafted cohort: gives what was made. Raises Refusal for a way that cannot be gone."""
    walk, catalogue = draft.cohort.walk, draft.world.catalogue
    assert walk is not None
    assert catalogue is not None
    return Walking(draft, _whole(walk, catalogue), catalogue).make()


def _whole(walk: Walk, catalogue: Catalogue) -> Walk:
    """The walk with what it takes from the one that it is like."""
    if walk.like is None:
        return walk
    known: Mapping[str, Walk] = catalogue.section("walks")
    base = next((item for key, item in known.items() if walk.like in (key, key.partition(":")[2])), None)
    if base is None:
        raise Refusal(f"没有办理经过 {walk.like}", "walk.like", f"可用：{'、'.join(known)}")
    return walk.over(_whole(base, catalogue))


def finish_matters(world: World) -> None:
    """Give the numbers, once all matters of a place are made."""
    if world.matters is not None:
        Store.of(world).give_numbers()


@dataclass(frozen=True, slots=True)
class Left:
    """Where a step stands in its way, and what is still to come: on how many more dispatches it is taken itself, and
    how many steps follow.
    """

    place: int
    targets: int
    following: int
    of: int = 1
    """On how many it is taken in all."""
    again: int | None = None
    """Where in the way the same step comes once more."""

    @property
    def steps(self) -> int:
        """All that is to come."""
        return self.targets + self.following


class Walking:
    """The matters of one cohort in the making."""

    def __init__(self, draft: Draft, walk: Walk, catalogue: Catalogue) -> None:
        self.draft, self.walk, self.world = draft, walk, draft.world
        self.rng = self.world.chance(draft.key, "walk")
        self.course = Course(self.world, catalogue, walk.type or "")
        self.store = Store.of(self.world)
        self.stepper = Stepper(self.course, self.store.papers)
        self.offices = self.store.offices or Offices(self.world)
        self.store.offices = self.offices
        self.filler = Filler(self.course, draft, Words(self.world, catalogue), walk.words, self.rng)
        self.last = end_of(date.fromordinal(self.world.place.day - 1))
        if walk.until is not None:
            self.last = min(self.last, end_of(walk.until))
        self.ways = {name: (way, self._steps(name, way)) for name, way in walk.ways.items()}
        self._late = self._chosen_late()
        self._released = self._chosen_released()
        self._ahead: dict[int, datetime] = {}
        self._overdue: set[str] = set()  # the clocks of the matter in hand that have run out as they were to

    def _steps(self, name: str, way: Way) -> list[tuple[Taken, StepSpec]]:
        found = []
        for written in way.steps:
            step = taken(written)
            spec = self.course.spec.steps.get(step.step)
            if spec is None:
                known = "、".join(self.course.spec.steps)
                raise self.draft.refusal(f"流程里没有步骤 {step.step}", f"walk.ways.{name}", f"可用：{known}")
            found.append((step, spec))
        return found

    def _chosen_late(self) -> dict[str, frozenset[int]]:
        """By clock, the rows in which it is to run out."""
        found = {}
        for key, share in self.walk.late.items():
            if key not in self.course.spec.clocks:
                raise self.draft.refusal(f"没有时限 {key}", "walk.late", "、".join(self.course.spec.clocks))
            number = int(share * self.draft.count + 0.5)
            found[key] = frozenset(self.rng.sample(range(self.draft.count), number))
        return found

    def _chosen_released(self) -> frozenset[int]:
        """The rows that are to be made public."""
        rows, number = range(self.draft.count), int(self.walk.released * self.draft.count + 0.5)
        return frozenset(self.world.chance(self.draft.key, "released").sample(rows, number))

    def _release(self, file: File) -> None:
        """Make a matter public in its own words, where they tell of nobody and there is time left."""
        people = self.course.spec.subject in ABOUT_PEOPLE
        text, before = file.text.removeprefix(file.title).strip()[:TEXT], file.lines[-1].at
        said = f"{file.title}\n{text}"
        if before >= self.last - RELEASABLE or any(personal_in(said, (), about_people=people)):
            return
        rng = self.world.chance(self.draft.key, "release", str(file.row))
        pacing = Pacing(rng, self.course.calendar(file.region, before), self.last)
        at = pacing.next(before, HOURS[Hand.PERSON], [Bound(self.last, 1)])
        who = self.offices.releasing(self.course, file.region, rng.random())
        self.stepper.release(file, who, at, file.title, text)

    def make(self) -> Made:
        """Walk every matter and store it."""
        draft, count = self.draft, self.draft.count
        if "raised_on" not in draft.values and SERVED_BY not in draft.values:
            raise draft.refusal("没有提出日期", "raised_on", "在 draw 里写 raised_on")
        shares = {name: way.share for name, way in self.walk.ways.items()}
        names = by_weights(self.rng, list(shares), list(shares.values()), count)
        shown = [(str(name), share) for name, share in self.walk.lights.items()] or [("", 1.0)]
        lights = by_weights(self.rng, [name for name, _ in shown], [share for _, share in shown], count)
        first = self.store.matters
        for row in range(count):
            file = self._walked(row, names[row], lights[row])
            if row in self._released:
                self._release(file)
            matter = self.store.keep(file, self.course, self.walk.reporter)
            if SERVED_BY in draft.values:
                self.store.serve(draft.values[SERVED_BY][row], matter)
        self.store.flush()
        return Made("matter", first, count, dict(draft.subsets))

    # ------------------------------------------------------------------- matters that another one serves
    def _served(self, row: int) -> tuple[datetime, datetime]:
        """When the matter that serves this one named it, and when it was solved."""
        return self.store.served_by(self.draft.values[SERVED_BY][row])

    def _before_call(self, row: int) -> int:
        """A day shortly before the matter that serves this one named it."""
        named, _solved = self._served(row)
        return working_day_before(local_day(named), self.rng.randint(1, 5))

    def _wait(self, file: File, row: int) -> None:
        """Wait until the matter that serves this one is solved."""
        _named, solved = self._served(row)
        file.served_at.append(solved)
        self.stepper.settle(file, solved)

    # -------------------------------------------------------------------------------------- one matter
    def _walked(self, row: int, name: str, wanted: str) -> File:
        if SERVED_BY in self.draft.values:
            return self._walk(row, name, self._before_call(row))
        day = self.draft.values["raised_on"][row]
        for _again in range(TRIES):
            file = self._walk(row, name, day)
            shift = self._shift(file, wanted)
            if not shift or day + shift >= self.last.toordinal():
                break
            day += shift
        return file

    def _shift(self, file: File, wanted: str) -> int:
        """By how many days it is to be raised earlier or later for the light that it is to show."""
        if not wanted or file.done or file.due_at is None:
            return 0
        shown = light(file.amber_at, file.due_at, moment(date.fromordinal(self.world.place.day), NOON, 0))
        order = ("good", "warn", "bad")
        return order.index(str(shown)) - order.index(wanted)

    def _walk(self, row: int, name: str, day: int) -> File:
        self._overdue.clear()
        way, steps = self.ways[name]
        coming = [step.step for step, _spec in steps]
        values, region = self.draft.values, self.draft.values[HERE][row]
        on = date.fromordinal(day)
        calendar = self.course.calendar(region, moment(on, NOON, 0))
        begun = raised(self.rng, on, self.walk.hours, calendar)
        spec = self.course.spec
        file = File(
            row, self.course.key, region, values["channel"][row], spec.start, spec.states[spec.start].phase,
            begun, local_day(begun),
        )  # fmt: skip
        for column in ("category", "grade"):  # what is written depends on them
            if column in values and values[column][row] is not None:
                setattr(file, column, values[column][row])
        for column in ("unit", "party_org", "person"):
            if column in values:
                setattr(file, column, values[column][row])
        file.households = values["households"][row] if "households" in values else None
        said = [way.fill, self.walk.fill]
        by = self.offices.raising(
            self.course, self.walk.by, region, self._by([self.walk.by], row, region), self.rng.random()
        )
        filled = self.filler.values(file, RAISE, spec.form, spec.optional, said, file.raised_on)
        self._forget(file, filled)
        self.stepper.begin(file, by.who, filled)
        pacing = Pacing(self.rng, calendar, self.last)
        self._ahead = self._anchored(steps, row)
        for place, (step, step_spec) in enumerate(steps):
            self._ahead.pop(place, None)
            if step_spec.by == Hand.SYSTEM:
                self._wait(file, row)
            else:
                self._taken(file, way, step, step_spec, (place, coming), pacing)
        return file

    def _anchored(self, steps: Sequence[tuple[Taken, StepSpec]], row: int) -> dict[int, datetime]:
        """By place among the steps: the moments before which what comes earlier must have happened."""
        found = {}
        for place, (step, spec) in enumerate(steps):
            if step.on:
                found[place] = moment(date.fromordinal(self.filler.at_path(step.on, row)), OPENING, 0)
            elif spec.by == Hand.SYSTEM:
                found[place] = self._served(row)[1]
        return found

    def _forget(self, file: File, filled: Mapping[str, Any]) -> None:
        """What was set only for choosing words is set again by what is filled in."""
        columns = {self.course.spec.fields[key].column for key in filled}
        for column in ("category", "grade"):
            if column not in columns:
                setattr(file, column, "")
        for column in ("unit", "party_org", "person", "households"):
            if column not in columns:
                setattr(file, column, None)

    # --------------------------------------------------------------------------------------- one step
    def _taken(
        self, file: File, way: Way, step: Taken, spec: StepSpec, position: tuple[int, Sequence[str]],
        pacing: Pacing,
    ) -> None:  # fmt: skip
        """`position`: the step's place among all the steps of the way, and their keys."""
        place, coming = position
        targets = self._targets(file, step, spec)
        again = coming.index(step.step, place + 1) if step.step in coming[place + 1 :] else None
        for number, part in enumerate(targets):
            left = Left(place, len(targets) - number - 1, len(coming) - place - 1, len(targets), again)
            at = self._moment(file, step, spec, part, left, pacing)
            acting = self._acting(file, spec, part)
            said = [step.fill, way.fill, self.walk.fill]
            turning = Turning(file, step.step, at, acting.who, part, unit=acting.unit)
            turning.values = self.filler.values(
                file, step.step, spec.fields, spec.optional, said, turning.day
            )
            if spec.note == "required":
                turning.note = self.filler.note(file, step.step)
            if step.made:
                turning.made = self.filler.made(file, step.made)
            self.stepper.take(turning)

    def _targets(self, file: File, step: Taken, spec: StepSpec) -> Sequence[Part | None]:
        """What the step is taken on: the matter, or every dispatch (`one`: one of them) that stands right."""
        if spec.on == "matter":
            if file.state not in spec.of:
                raise self._misplaced(file, spec)
            return [None]
        fitting = file.state in spec.in_ if spec.in_ else not file.done
        found = [part for part in file.parts if part.state in spec.of] if fitting else []
        if not found:
            raise self._misplaced(file, spec)
        return [found[int(self.rng.random() * len(found))]] if step.one else found

    def _misplaced(self, file: File, spec: StepSpec) -> Refusal:
        state = self.course.spec.states[file.state].label
        return self.draft.refusal(f"在“{state}”不能“{spec.label}”", "walk.ways", "补上缺少的步骤，或调整先后")

    def _acting(self, file: File, spec: StepSpec, part: Part | None) -> Acting:
        by = self._by([doer.role for doer in spec.who], file.row, file.region)
        return self.offices.taking(self.course, spec, file, part, by, self.rng.random())

    def _by(self, roles: Sequence[str], row: int, region: int) -> By:
        """What the scenario says of who acts in the first of these roles of which it says something."""
        for role in roles:
            if role in self.walk.persons:
                return By(person=self.filler.person(self.walk.persons[role], row))
            if role in self.walk.units:
                near = self.filler.receivers.near(listed(self.walk.units[role]), region, "county")
                unit = near[int(self.rng.random() * len(near))]
                return By(unit=unit, region=self.world.region_of("unit", unit))
        return By()

    def _moment(
        self, file: File, step: Taken, spec: StepSpec, part: Part | None, left: Left, pacing: Pacing
    ) -> datetime:
        before = file.lines[-1].at
        if step.on:
            return self._on_day(date.fromordinal(self.filler.at_path(step.on, file.row)), before, pacing)
        if step.day is not None:
            return self._on_day(file.raised_on + timedelta(days=step.day), before, pacing)
        bounds = [Bound(self.last, left.steps + 1)]
        late: Watch | None = None
        for watch, more in self._watched(file, spec, part, left):
            if watch.due_at is None:
                continue
            if not more and left.again is not None:
                self._ahead[left.again] = watch.due_at  # done again, the limit is still the same
            if not more and left.again is None and self._is_late(file, watch):
                late = watch
            else:
                bounds.append(Bound(watch.due_at, more + 1))
        bounds += [Bound(at, place - left.place + left.targets) for place, at in self._ahead.items()]
        if late is not None and late.due_at is not None and late.started_at is not None:
            self._overdue.add(late.key)
            return pacing.past(before, late.due_at, late.due_at - late.started_at, bounds)
        hours = step.after if step.after is not None else self.walk.pace.get(step.step, HOURS[spec.by])
        return pacing.next(before, hours / max(1, left.of), bounds)

    def _on_day(self, day: date, before: datetime, pacing: Pacing) -> datetime:
        """A moment on that very day, during work."""
        return max(raised(self.rng, day, "office", pacing.calendar), before + timedelta(minutes=2))

    def _watched(
        self, file: File, spec: StepSpec, part: Part | None, left: Left
    ) -> Iterator[tuple[Watch, int]]:
        """The running clocks, each with how many more steps come before the one that stops it, at most."""
        clocks = self.course.spec.clocks
        for watch in file.running():
            stops = spec.to in clocks[watch.key].stops and clocks[watch.key].on == spec.on
            if stops and (watch.part is None or (part is not None and watch.part == part.number)):
                yield watch, 0
            elif stops:
                yield watch, left.targets
            else:
                yield watch, left.steps

    def _is_late(self, file: File, watch: Watch) -> bool:
        return file.row in self._late.get(watch.key, ()) and watch.key not in self._overdue
