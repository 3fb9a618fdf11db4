"""What another system tells later of matters that it told of before: the timeline goes on, nothing is rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.recording import locked, record
from jiceng.matters.actions.stepping import enter, finish, run_automatic
from jiceng.matters.bulk.courses import IMPORTED, Steps, Told
from jiceng.matters.clocks import follow
from jiceng.matters.effects.dispatching import give
from jiceng.matters.enums import WORKING, DispatchState, Hand, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Dispatch, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import Unit
from jiceng.protection.actors import Actor


@dataclass(frozen=True, slots=True)
class Later:
    """What is new: `told` holds only moments that were not known, `columns` only what the matter had left blank."""

    told: Told
    columns: Mapping[str, Any] = field(default_factory=dict)


def go_on(matter: int, later: Later, *, by: Actor) -> None:
    """Take the steps that are new, each at its own moment, by the system's hand in the name of `by`; inside a
    write. Rights and forms are not asked for: it has happened already.
    """
    _Going(locked(matter), Acting(by, Hand.SYSTEM)).run(later)


class _Going:
    """One stored matter on its way."""

    def __init__(self, matter: Matter, by: Acting) -> None:
        self.matter, self.by = matter, by
        self.spec: MatterSpec = spec_of(matter.flow)
        self.steps = Steps(self.spec)

    def run(self, later: Later) -> None:
        """Go through what is new, in the order of time."""
        told, matter = later.told, self.matter
        at = told.raised_at
        for column, value in later.columns.items():
            setattr(matter, column, value)
        if later.columns:
            matter.save()
        if told.receivers:
            at = told.sent_at or at
            self._send(told, at)
        self._work(told)
        at = told.answered_at or told.signed_at or at
        if told.answered_at is not None and not Dispatch._base_manager.filter(matter=matter).exists():
            self._line(IMPORTED, at, matter.state, note=told.answer)
        if told.closed_at is not None:
            at = told.closed_at
            self._close(told, at)
        elif told.state and told.state != matter.state:
            self._enter(told.state, at, "")
        elif later.columns:
            self._line(IMPORTED, at, matter.state)
        finish(matter, self.spec, at)

    def _turning(self, at: datetime, step: str, part: Dispatch | None = None) -> Turning:
        return Turning(self.matter, self.spec, self.by, at, step, dispatch=part)

    def _send(self, told: Told, at: datetime) -> None:
        units = Unit._base_manager.in_bulk([receiver.unit for receiver in told.receivers])
        key = self.steps.send or IMPORTED
        before, step = self.matter.state, self.spec.steps.get(key)
        if step is not None and step.to:
            enter(self.matter, self.spec, step.to, at, "")
        turning = self._turning(at, key)
        for receiver in told.receivers:
            give(turning, units[receiver.unit], receiver.part)
        self._line(key, at, before)

    def _line(self, key: str, at: datetime, before: str, *, note: str = "") -> None:
        turning = self._turning(at, key)
        turning.note = note
        record(turning, before)
        self.matter.save()
        follow(self.matter, self.spec, key, at, turning.day, None)
        run_automatic(self.matter, self.spec, at)

    def _work(self, told: Told) -> None:
        """Signed for and answered, by every receiver that stands there; who answered without our knowing when it was
        signed for is not judged by that.
        """
        rows = Dispatch._base_manager.select_for_update().filter(matter=self.matter, ended_on__isnull=True)
        parts = list(rows.select_related("unit").order_by("pk"))
        answered = told.answered_at or told.closed_at
        for part in parts:
            if part.state == DispatchState.SENT and told.signed_at is not None:
                part.signed_at = told.signed_at
                self._move(part, DispatchState.SIGNED, self.steps.sign or IMPORTED, told.signed_at)
            if part.state in WORKING and answered is not None:
                if part.state == DispatchState.SENT:
                    part.state = DispatchState.SIGNED
                    part.save()
                    follow(
                        self.matter,
                        self.spec,
                        self.steps.sign or IMPORTED,
                        part.sent_at,
                        self.day(part),
                        part,
                    )
                late = Clock.objects.filter(dispatch=part, stopped_at__isnull=True, due_at__lt=answered)
                part.answered_at, part.answered_on = answered, timezone.localdate(answered)
                part.late = late.exists()
                self._move(part, DispatchState.ANSWERED, self.steps.answer or IMPORTED, answered)
        if told.answer and parts and not parts[0].answer:
            parts[0].answer = told.answer
            parts[0].save()
        if answered is not None and parts:
            run_automatic(self.matter, self.spec, answered)

    @staticmethod
    def day(part: Dispatch) -> date:
        """The local day on which the dispatch was sent."""
        return timezone.localdate(part.sent_at)

    def _move(self, part: Dispatch, state: str, key: str, at: datetime) -> None:
        before, part.state = part.state, state
        part.save()
        turning = self._turning(at, key, part)
        record(turning, before)
        self.matter.save()
        follow(self.matter, self.spec, key, at, turning.day, part)

    def _close(self, told: Told, at: datetime) -> None:
        key = self.steps.closing(self.matter.state, told.outcome, told.state)
        step = self.spec.steps[key] if key is not None else None
        state = step.to if step is not None and step.to else self.steps.ended(told.state)
        if self.matter.phase != Phase.DONE:
            self._enter(state, at, told.outcome, key or IMPORTED)

    def _enter(self, state: str, at: datetime, outcome: str, key: str = IMPORTED) -> None:
        before = self.matter.state
        enter(self.matter, self.spec, state, at, outcome)
        self._line(key, at, before)
