"""Clocks that have run out: what their type says happens then, once each."""

from collections.abc import Iterator
from datetime import datetime

from jiceng.accounts.days import moments
from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.recording import locked, not_before, record
from jiceng.matters.actions.stepping import finish, run_automatic, run_effects
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock
from jiceng.matters.ticking.guarding import Guard
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write

LATE = "late"
"""The step by which the timeline tells that a clock has run out."""

ACTION = "matter.late"


def run_late(guard: Guard, most: int) -> int:
    """Do what follows for up to `most` clocks that have run out; gives for how many.

    Each in one transaction with its line of the timeline and its mark, under the matter's lock: whoever comes second,
    or again after a crash, finds the mark.
    """
    done = 0
    for clock, matter, now in _run_out(most):
        with guard(f"matter {matter}, clock {clock}"):
            try:
                done += _late(clock, matter, now)
            except (Refusal, Refusals) as refusal:  # what a type asks for may have become impossible
                done += _late(clock, matter, now, hindrance=str(refusal))
    return done


def _run_out(most: int) -> Iterator[tuple[int, int, datetime]]:
    """Clock, matter and moment of those that are due and not seen to, the longest overdue of each place first."""
    for where, now in moments("matter__region_path"):
        rows = Clock.objects.filter(where, stopped_at__isnull=True, late_at__isnull=True, due_at__lt=now)
        for clock, matter in list(rows.order_by("due_at", "pk").values_list("pk", "matter_id")[:most]):
            most -= 1
            yield clock, matter, now
        if most <= 0:
            return


def _late(clock: int, matter: int, now: datetime, hindrance: str = "") -> bool:
    """See to one clock; False where another has, or it no longer runs. With a `hindrance` only the timeline tells."""
    by = Acting.system("matters")
    with write(by=by.actor, action=ACTION):
        found = locked(matter)
        running = Clock.objects.filter(pk=clock, stopped_at__isnull=True, late_at__isnull=True)
        kept: Clock | None = running.filter(due_at__lt=now).select_related("dispatch").first()
        if kept is None:
            return False
        at, spec = not_before(found, now), spec_of(found.flow)
        data = {"clock": kept.key, "due": kept.due_at}
        turning = Turning(found, spec, by, at, LATE, dispatch=kept.dispatch, data=data, note=hindrance)
        kept.late_at = at
        kept.save()
        run_effects(turning, spec.clocks[kept.key].late if not hindrance else ())
        record(turning, kept.dispatch.state if kept.dispatch else found.state)
        run_automatic(found, spec, at)
        finish(found, spec, at)
    return True
