"""A matter that was handled elsewhere becomes a whole one: timeline, dispatches, clocks and turns from its moments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiceng.matters.actions.raising import RAISE
from jiceng.matters.actions.stepping import MOST_AUTOMATIC
from jiceng.matters.bulk import clocks
from jiceng.matters.bulk.conditions import Conditions
from jiceng.matters.bulk.courses import IMPORTED, Steps, Told
from jiceng.matters.bulk.files import File, Line, Part, Seat, day_of
from jiceng.matters.bulk.places import Place, Places
from jiceng.matters.enums import WORKING, DispatchState, Hand, Phase
from jiceng.matters.sections import MatterSpec
from jiceng.matters.turns import receivers_waited_for, waited_for
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal

SYSTEM = Actor.system("matters")


class Maker:
    """Makes the matters of one run. `by` is who brings them in: every line of theirs is by the system's hand in that
    person's name.
    """

    def __init__(self, places: Places, by: Actor) -> None:
        self.places, self.by = places, by
        self.conditions = Conditions(places.catalogue)
        self._steps: dict[int, Steps] = {}

    def steps_of(self, spec: MatterSpec) -> Steps:
        """The steps of a type by what they bring about."""
        if id(spec) not in self._steps:
            self._steps[id(spec)] = Steps(spec)
        return self._steps[id(spec)]

    def make(self, kind: str, columns: Mapping[str, Any], told: Told) -> File:
        """The whole matter of type `kind`: `columns` of its own row, among them `region_id`, and its course."""
        place = self.places.at(columns["region_id"])
        spec = place.types[kind]
        day = day_of(told.raised_at)
        named = {"raised_by": self.by.key[:80], "raised_by_name": self.by.name[:80]}
        file = File(
            kind, spec.start, spec.states[spec.start].phase, told.raised_at, day, {**columns, **named}
        )
        _Making(self, file, spec, place).run(told)
        return file


class _Making:
    """One matter on its way."""

    def __init__(self, maker: Maker, file: File, spec: MatterSpec, place: Place) -> None:
        self.maker, self.file, self.spec, self.place = maker, file, spec, place
        self.steps = maker.steps_of(spec)

    def run(self, told: Told) -> None:
        """Go through what is told, in the order of time."""
        file = self.file
        self._line(RAISE, told.raised_at, "", file.state)
        self._follow(RAISE, told.raised_at, None)
        self._automatic(told.raised_at)
        if told.receivers:
            self._send(told)
            self._work(told)
        elif told.answered_at is not None:  # by the centre itself
            self._line(IMPORTED, told.answered_at, file.state, file.state, note=told.answer)
        if told.closed_at is not None:
            self._close(told, told.closed_at)
        elif told.state and told.state != file.state:
            self._name(told)
        self._finish(file.lines[-1].at)

    def _fits(self, at: datetime) -> clocks.Fits:
        return self.maker.conditions.fits(self.file, at)

    def _follow(self, step: str, at: datetime, part: Part | None) -> None:
        clocks.follow(self.file, self.spec, step, at, part, self.place.calendar, self._fits(at))

    def _line(
        self, step: str, at: datetime, before: str, after: str, part: Part | None = None, *,
        by: Actor | None = None, note: str = "",
    ) -> None:  # fmt: skip
        who = by or self.maker.by
        self.file.lines.append(
            Line(
                at, day_of(at), step, Hand.SYSTEM, who.key[:80], who.name[:80], before, after,
                part.number if part is not None else None, note,
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------ dispatches
    def _send(self, told: Told) -> None:
        file, key = self.file, self.steps.send
        at, before = told.sent_at or told.raised_at, file.state
        day = day_of(at)
        for receiver in told.receivers:
            part = Part(
                len(file.parts), receiver.unit, receiver.region, receiver.region_path, receiver.part,
                self.maker.by.key[:80], self.maker.by.name[:80], at, day,
            )  # fmt: skip
            file.parts.append(part)
        step = self.spec.steps[key] if key is not None else None
        if step is not None and step.to:
            self._enter(step.to, at, "")
        for part in file.parts:
            self._follow(key or IMPORTED, at, part)
        self._line(key or IMPORTED, at, before, file.state)
        self._follow(key or IMPORTED, at, None)
        self._automatic(at)

    def _work(self, told: Told) -> None:
        """Signed for and answered; who answered without our knowing when it was signed for is not judged by that."""
        answered = told.answered_at or told.closed_at
        for part in self.file.parts:
            if told.signed_at is not None:
                self._move(part, DispatchState.SIGNED, self.steps.sign, told.signed_at)
                part.signed_at = told.signed_at
            if answered is None:
                continue
            if told.signed_at is None:
                part.state = DispatchState.SIGNED
                self.file.watches = [w for w in self.file.watches if w.part != part.number]
                self._follow(self.steps.sign or IMPORTED, part.sent_at, part)
            part.answer = told.answer if part.number == 0 else ""
            part.answered_at, part.answered_on = answered, day_of(answered)
            own = (w.due_at for w in self.file.running() if w.part == part.number)
            part.late = any(due is not None and due < answered for due in own)
            self._move(part, DispatchState.ANSWERED, self.steps.answer, answered)
        if answered is not None:
            self._automatic(answered)

    def _move(self, part: Part, state: str, key: str | None, at: datetime) -> None:
        before, part.state = part.state, state
        self._line(key or IMPORTED, at, before, state, part)
        self._follow(key or IMPORTED, at, part)

    # ---------------------------------------------------------------------------------------- the matter
    def _enter(self, state: str, at: datetime, outcome: str) -> None:
        file = self.file
        file.state, file.phase = state, self.spec.states[state].phase
        if file.phase == Phase.DONE:
            file.closed_at, file.closed_on = at, day_of(at)
            file.days_taken = (file.closed_on - file.raised_on).days
            file.outcome = outcome

    def _automatic(self, at: datetime) -> None:
        """The system's own steps, for as long as their conditions hold."""
        for _taken in range(MOST_AUTOMATIC):
            fits = self._fits(at)
            key = next((k for k, step in self.spec.steps.items() if self._ready(k) and fits(step.when)), None)
            if key is None:
                return
            step, before = self.spec.steps[key], self.file.state
            assert step.to is not None
            self._enter(step.to, at, step.outcome)
            self._line(key, at, before, step.to, by=SYSTEM)
            self._follow(key, at, None)
        raise Refusal("流程循环，停不下来")

    def _ready(self, key: str) -> bool:
        step = self.spec.steps[key]
        own = step.by == Hand.SYSTEM and step.automatic and step.on == "matter"
        return own and self.file.state in step.of and step.to not in (None, self.file.state)

    def _close(self, told: Told, at: datetime) -> None:
        before, key = self.file.state, self.steps.closing(self.file.state, told.outcome, told.state)
        step = self.spec.steps[key] if key is not None else None
        state = step.to if step is not None and step.to else self.steps.ended(told.state)
        if self.file.done:
            return
        self._enter(state, at, told.outcome)
        self._line(key or IMPORTED, at, before, state)
        self._follow(key or IMPORTED, at, None)

    def _name(self, told: Told) -> None:
        """The other system names a state that its moments do not lead to."""
        at, before = self.file.lines[-1].at, self.file.state
        self._enter(told.state, at, "")
        self._line(IMPORTED, at, before, told.state)
        self._follow(IMPORTED, at, None)

    def _finish(self, at: datetime) -> None:
        file = self.file
        if file.done:
            day = day_of(at)
            for part in file.living():
                if part.state in WORKING:
                    part.state = DispatchState.WITHDRAWN
                part.ended_on = day
            for watch in file.running():
                clocks.stop(watch, at)
        else:
            file.seats = self._seats(at)
        file.amber_at, file.due_at = clocks.earliest(file)

    def _seats(self, at: datetime) -> list[Seat]:
        """Whose turn it is, as `turns.renew` finds it for a matter that is stored."""
        file, region = self.file, self.file.columns["region_id"]
        found: dict[tuple[str, int], Seat] = {}
        sent = {part.state for part in file.living()}
        for doer in waited_for(self.spec, file.state, sent, self._fits(at)):
            seat = self.maker.places.seat(doer, region)
            if seat is not None:
                mine = clocks.soonest(file, None)
                found.setdefault(
                    (doer.role, seat.pk),
                    Seat(None, doer.role, doer.at or "", seat.pk, seat.path, None, at, *mine),
                )
        seats = list(found.values())
        for part in file.living():
            for doer in receivers_waited_for(self.spec, file.state, part.state):
                mine = clocks.soonest(file, part.number)
                seats.append(
                    Seat(
                        part.number, doer.role, doer.at or "", part.region, part.region_path, part.unit, at,
                        *mine,
                    )
                )  # fmt: skip
        return seats
