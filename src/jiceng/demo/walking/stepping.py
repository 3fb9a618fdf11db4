"""Steps taken in matters in the making: what `matters.actions` does with those that are stored, without a database.

`tests/demo` takes matters that came out of here through the actions again, and compares every row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiceng.demo.walking import watching
from jiceng.demo.walking.conditions import local_day
from jiceng.demo.walking.courses import Course
from jiceng.demo.walking.files import REFERENCES, File, Line, Numbered, Part, Ref, Turned
from jiceng.matters.actions.raising import RAISE
from jiceng.matters.actions.recording import MOST_TOLD
from jiceng.matters.actions.releasing import RELEASE
from jiceng.matters.actions.stepping import MOST_AUTOMATIC, OVER, enter
from jiceng.matters.enums import WORKING, DispatchState, Hand
from jiceng.matters.enums import Part as Parts
from jiceng.matters.sections import FieldSpec, StepSpec
from jiceng.matters.sections.fields import CALLED_BACK
from jiceng.matters.telling import NAMED, tellable
from jiceng.records.numbering import issuing
from jiceng.records.refusals import Refusal

DISPATCH_COLUMNS = ("answer", "coming", "cooperation", "effect")
MACHINE = ("system:matters", "matters", "")


@dataclass(frozen=True, slots=True)
class Who:
    """Who takes a step, as the timeline names it."""

    key: str
    name: str
    office: str
    hand: str = Hand.PERSON


SYSTEM = Who(*MACHINE, Hand.SYSTEM)


@dataclass(slots=True)
class Turning:
    """One step while it is being taken."""

    file: File
    step: str
    at: datetime
    who: Who
    part: Part | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    unit: int | None = None
    made: Mapping[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The local date of the step."""
        return local_day(self.at)


class Stepper:
    """Takes the steps of one type's matters. `numbers` takes the papers that a step numbers."""

    def __init__(self, course: Course, numbers: list[Numbered]) -> None:
        self.course, self.spec, self.numbers = course, course.spec, numbers
        self.effects: Mapping[str, Callable[[Turning, Any], None]] = {
            "dispatch": self._send, "assign": self._assign, "pass_on": self._pass_on, "claim": self._claim,
            "number": self._number, "link": self._nothing, "rework": self._rework,
            "require_share": self._nothing, "record_election": self._nothing,
            "set_up_party_org": self._made_before, "appoint": self._made_before,
        }  # fmt: skip

    # -------------------------------------------------------------------------------------- the door
    def begin(self, file: File, who: Who, values: Mapping[str, Any]) -> None:
        """Raise the matter: its first line, its clocks, whatever the system does at once."""
        file.raised_by, file.raised_by_name = who.key, who.name
        turning = Turning(file, RAISE, file.raised_at, who, values=values)
        self._keep_values(turning)
        if not file.title:
            first = file.text.strip().splitlines()
            about = self._about(file)
            file.title = (first[0][:60] if first else "") or (
                f"{about}：{self.spec.label}" if about else self.spec.label
            )
            file.title = file.title[:120]
        self._record(turning, "")
        self._follow(turning, None)
        self._afterwards(file, file.raised_at)

    def take(self, turning: Turning) -> None:
        """Take a step, then what the system does by itself. Raises Refusal where its condition does not hold."""
        step = self.spec.steps[turning.step]
        if not self.course.conditions.holds(step.when, turning.file, turning.at):
            raise Refusal(f"不具备步骤“{step.label}”的条件", "walk.ways", "在它之前补上别的步骤")
        self._take(turning, step)
        self._afterwards(turning.file, turning.at)

    def release(self, file: File, who: Who, at: datetime, title: str, text: str) -> None:
        """Make the matter public in these words."""
        file.public_title, file.public_text, file.released_at = title, text, at
        said = {"title": title, "text": text}
        self._record(Turning(file, RELEASE, at, who, data=said), file.state)
        self.settle(file, at)

    def settle(self, file: File, at: datetime) -> None:
        """Let the system take its own steps where something outside the matter has come to hold."""
        if self._automatic(file, at):
            self._finish(file, at)

    def _afterwards(self, file: File, at: datetime) -> None:
        self._automatic(file, at)
        self._finish(file, at)

    def _about(self, file: File) -> str:
        tables = {"unit": "unit", "party_org": "party_org", "person": "person"}
        for name, table in tables.items():
            if (row := getattr(file, name)) is not None:
                return self.course.world.name_of(table, row)
        if file.household is not None:
            return str(self.course.world.value("household", file.household, "code"))
        return ""

    # --------------------------------------------------------------------------------------- one step
    def _take(self, turning: Turning, step: StepSpec) -> None:
        file, part = turning.file, turning.part
        before = part.state if part is not None else file.state
        self._keep_values(turning)
        if part is not None:
            self._enter_dispatch(turning, step, part)
        elif step.to:
            as_matter: Any = file
            enter(as_matter, self.spec, step.to, turning.at, step.outcome)
        for effect in step.does:
            if effect.do not in self.effects:
                raise Refusal(f"演示不会做“{effect.do}”", "walk.ways", "在这一步之前停下")
            self.effects[effect.do](turning, effect.settings)
        self._record(turning, before)
        self._follow(turning, part)

    def _keep_values(self, turning: Turning) -> None:
        file, part = turning.file, turning.part
        own: dict[str, Any] = {}
        for key, value in turning.values.items():
            spec = self.spec.fields[key]
            if spec.column is None:
                own[key] = value
            elif spec.column == "point":
                file.longitude, file.latitude = value
            elif part is not None and spec.column in DISPATCH_COLUMNS:
                setattr(part, spec.column, value)
            else:
                setattr(file, spec.column, value.row if isinstance(value, Ref) else value)
            if spec.column in CALLED_BACK:
                file.asked_on = turning.day
        if own:
            (part.data if part is not None else file.data).update(own)

    def _enter_dispatch(self, turning: Turning, step: StepSpec, part: Part) -> None:
        at, day = turning.at, turning.day
        if step.to:
            part.state = step.to
        if step.to == DispatchState.SIGNED and part.signed_at is None:
            part.signed_at = at
            self._take_over(turning, part)
        if step.to == DispatchState.ARRIVED and part.arrived_at is None:
            part.arrived_at, part.arrived_on = at, day
        if step.to == DispatchState.ANSWERED:
            part.answered_at, part.answered_on = at, day
            mine = (w.due_at for w in turning.file.running() if w.part == part.number)
            part.late = any(due is not None and due < at for due in mine)
        elif step.to in WORKING:
            part.answered_at = part.answered_on = part.late = None
        part.ended_on = day if part.state in OVER else None

    def _take_over(self, turning: Turning, part: Part) -> None:
        former = None if part.before is None else turning.file.parts[part.before]
        if former is None or former.ended_on is not None:
            return
        former.state, former.ended_on = DispatchState.PASSED, turning.day
        self._follow(turning, former)

    def _record(self, turning: Turning, before: str) -> None:
        file, part, spec = turning.file, turning.part, self.spec.steps.get(turning.step)
        file.version += 1
        who = turning.who
        file.lines.append(
            Line(
                turning.at, turning.day, turning.step, who.hand, who.key, who.name, who.office[:120], before,
                part.state if part else file.state, part.number if part else None, turning.note,
                {**turning.values, **turning.data}, self._tells(spec, turning.values) if spec else "",
            )
        )  # fmt: skip

    def _tells(self, step: StepSpec, values: Mapping[str, Any]) -> str:
        """What reporters are told, with the fields that it names put in."""
        return NAMED.sub(lambda named: self._said(named[1], values.get(named[1])), step.tells)[:MOST_TOLD]

    def _said(self, key: str, value: Any) -> str:
        spec = self.spec.fields.get(key)
        if spec is None or value in (None, "", []) or not tellable(spec):
            return ""
        listed = value if isinstance(value, list) else [value]
        if spec.kind in ("unit", "units"):
            return "、".join(self.course.world.name_of("unit", each.row) for each in listed)
        if spec.kind in ("term", "terms"):
            vocabulary = self.course.vocabulary(spec)
            return "、".join(self.course.catalogue.label(str(x), "zh-hans", vocabulary) for x in listed)
        return value.isoformat() if isinstance(value, date) else str(value)

    def _follow(self, turning: Turning, part: Part | None) -> None:
        file = turning.file
        calendar = self.course.calendar(file.region, turning.at)
        watching.follow(file, self.spec, turning.step, turning.at, part, calendar, self.course.conditions)

    # -------------------------------------------------------------------------------------- afterwards
    def _automatic(self, file: File, at: datetime) -> int:
        for taken in range(MOST_AUTOMATIC):
            key = self._ready(file, at)
            if key is None:
                return taken
            self._take(Turning(file, key, at, SYSTEM), self.spec.steps[key])
        raise Refusal("流程循环，停不下来", "walk.type")

    def _ready(self, file: File, at: datetime) -> str | None:
        own = self.course.automatic(file.state)
        holds = self.course.conditions.of(file, at)
        return next((key for key, step in own if holds(step.when)), None)

    def _finish(self, file: File, at: datetime) -> None:
        if file.done:
            day = local_day(at)
            for part in file.living():
                if part.state in WORKING:
                    part.state = DispatchState.WITHDRAWN
                part.ended_on = day
            for watch in file.running():
                watching.stop(watch, at)
        file.amber_at, file.due_at = watching.earliest(file)
        self._turn(file, at)

    def _turn(self, file: File, at: datetime) -> None:
        """Whose turn it is now, kept since when for those whose it was already."""
        before, file.seats = file.seats, {}
        for number, doer, seat, unit in self.course.seats(file, at):
            key = (number, doer.role, seat)
            since = before[key].since if key in before else at
            file.seats[key] = Turned(since, doer.at or "", unit, *watching.soonest(file, number))

    # ----------------------------------------------------------------------------------------- effects
    def _value(self, turning: Turning, key: str) -> Any:
        """What a field holds now, filled in at this step or before."""
        if not key or key in turning.values:
            return turning.values.get(key)
        spec: FieldSpec = self.spec.fields[key]
        if spec.column is None:
            return turning.file.data.get(key)
        found = getattr(turning.part or turning.file, spec.column, None)
        return Ref(spec.kind, found) if spec.column in REFERENCES and found is not None else found

    def _named(self, turning: Turning, lead: str, support: str) -> dict[int, str]:
        first, others = self._value(turning, lead), self._value(turning, support) or []
        found = {other.row: str(Parts.SUPPORT) for other in others}
        return found | ({first.row: str(Parts.LEAD)} if first is not None else {})

    def _send(self, turning: Turning, settings: Any) -> None:
        receivers = self._named(turning, settings.lead, settings.support)
        if not receivers:
            raise Refusal("没有承办单位", "walk.fill", f"填写 {settings.lead or settings.support}")
        for unit, part in receivers.items():
            self._give(turning, unit, part)

    def _give(self, turning: Turning, unit: int, part: str, before: Part | None = None) -> Part:
        file, world = turning.file, self.course.world
        begun, ended, day = world.begins("unit", unit), world.ends("unit", unit), turning.day.toordinal()
        if begun > day or (ended is not None and ended <= day):
            raise Refusal(f"单位“{world.name_of('unit', unit)}”在{turning.day}不存在", "walk.fill")
        if any(each.unit == unit for each in file.living()):
            raise Refusal(f"已经派给“{world.name_of('unit', unit)}”", "walk.fill")
        made = Part(
            len(file.parts), unit, world.region_of("unit", unit), part, turning.who.key, turning.who.name,
            turning.at, turning.day, before=before.number if before else None,
            passes=before.passes + 1 if before else 0,
        )  # fmt: skip
        file.parts.append(made)
        self._follow(turning, made)
        return made

    def _assign(self, turning: Turning, settings: Any) -> None:
        wanted = self._named(turning, settings.lead, settings.support)
        for each in turning.file.living():
            part = wanted.pop(each.unit, None)
            if part is None:
                each.state, each.ended_on = DispatchState.ACCEPTED, turning.day
                self._follow(turning, each)
            else:
                each.part = part
        for unit, part in wanted.items():
            self._give(turning, unit, part)

    def _pass_on(self, turning: Turning, settings: Any) -> None:
        assert turning.part is not None
        self._give(turning, turning.values[settings.to].row, turning.part.part, before=turning.part)
        turning.file.passes += 1

    def _claim(self, turning: Turning, _settings: Any) -> None:
        if turning.unit is None:
            raise Refusal("认领的人不代表任何单位", "walk.fill")
        made = self._give(turning, turning.unit, Parts.LEAD)
        made.state, made.signed_at = DispatchState.SIGNED, turning.at
        self._follow(turning, made)

    def _number(self, turning: Turning, settings: Any) -> None:
        path = self.course.world.territory.areas[turning.file.region].path
        prefix = issuing(settings.prefix)
        paper = Numbered(f"paper:{prefix}:{path[:12]}", turning.day.year, turning.at, prefix)
        self.numbers.append(paper)
        turning.data[settings.field] = turning.file.data[settings.field] = paper

    def _rework(self, turning: Turning, _settings: Any) -> None:
        for part in turning.file.living():
            if part.state == DispatchState.ANSWERED:
                part.state = DispatchState.SIGNED
                part.answered_at = part.answered_on = part.late = None
                self._follow(turning, part)

    def _made_before(self, turning: Turning, settings: Any) -> None:
        """What the step founds or appoints is on record: the scenario says which it is."""
        key = getattr(settings, "field", "") or "appointment"
        if key in turning.made:
            turning.data[key] = turning.made[key]
            if key in self.spec.fields:
                turning.file.data[key] = turning.made[key]

    def _nothing(self, turning: Turning, settings: Any) -> None:
        """What only checks, or what is known once all are there: which matters hang together."""
