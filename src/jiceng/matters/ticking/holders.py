"""Units that have ended while they held a dispatch: their successor takes over, or the authority above them."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from jiceng.accounts.days import moment_on, today_at
from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.recording import locked, not_before, record
from jiceng.matters.actions.stepping import finish, run_automatic
from jiceng.matters.clocks import follow
from jiceng.matters.enums import DispatchState
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch, TickMark
from jiceng.matters.ticking.guarding import Guard
from jiceng.matters.ticking.written import head, written
from jiceng.organisations.models import Unit
from jiceng.organisations.queries import heir_of
from jiceng.records.writing import write

WORK = "holders"
SUCCEED = "succeed"
"""The step by which the timeline tells who took over, or that nobody could."""

ACTION = "matter.succeed"
ANSWER = ("state", "answer", "signed_at", "arrived_at", "arrived_on", "answered_at", "answered_on", "late")
"""What stays said and done where an answer has been given, whoever stands for it now."""


def hand_over(guard: Guard) -> int:
    """Hand over every dispatch whose unit has ended, among what was written since the last time; gives how many."""
    mark, upto = TickMark.objects.filter(pk=WORK).first(), head()
    if mark is not None and mark.seq >= upto:
        return 0
    before, done = guard.failed, 0
    for dispatch in sorted(_orphaned(mark.seq if mark else None, upto)):
        with guard(f"dispatch {dispatch}"):
            done += _succeed(dispatch)
    if guard.failed == before:  # else they are found again
        TickMark.objects.update_or_create(pk=WORK, defaults={"seq": upto})
    return done


def _orphaned(after: int | None, upto: int) -> set[int]:
    """The dispatches under way whose unit has an end; of those written by then, or whose unit was."""
    rows = Dispatch._base_manager.filter(ended_on__isnull=True, unit__valid_to__isnull=False)
    if after is None:
        return set(rows.values_list("pk", flat=True))
    found = written(after, upto, (Unit._meta.db_table, Dispatch._meta.db_table))
    return found.among(rows) | found.among(rows, "unit")


def _succeed(key: int) -> bool:
    """Hand over one dispatch. What the unit had sent on stays sent on, for the successor in its place."""
    by = Acting.system("matters")
    with write(by=by.actor, action=ACTION):
        matter = locked(Dispatch._base_manager.values_list("matter_id", flat=True).get(pk=key))
        rows = Dispatch._base_manager.select_related("unit__successor", "unit__authority")
        old: Dispatch = rows.get(pk=key)
        day = today_at(matter.region_path)
        if old.ended_on is not None or old.unit.valid_to is None or old.unit.valid_to > day:
            return False
        spec, at = spec_of(matter.flow), not_before(matter, moment_on(day))
        heir = heir_of(old.unit, day)
        live = Q(matter=matter, unit=heir, ended_on__isnull=True)
        standing = Dispatch._base_manager.filter(live).first() if heir else None
        before, answer = old.state, {name: getattr(old, name) for name in ANSWER}
        old.state = DispatchState.PASSED if heir else DispatchState.WITHDRAWN
        old.ended_on = day
        old.save()
        new = standing or (_in_place_of(old, answer, heir, at) if heir else None)
        for later in Dispatch._base_manager.filter(before=old) if new else ():
            later.before = new
            later.save()
        for part in (old, new) if new is not standing else (old,):
            follow(matter, spec, SUCCEED, at, day, part)
        data = {"unit": old.unit_id, "to": heir and heir.pk, "dispatch": new and new.pk}
        record(Turning(matter, spec, by, at, SUCCEED, dispatch=old, data=data), before)
        run_automatic(matter, spec, at)
        finish(matter, spec, at)
    return True


def _in_place_of(old: Dispatch, answer: dict[str, Any], heir: Unit, at: datetime) -> Dispatch:
    """The successor's dispatch: for it to sign for, unless it was answered already."""
    made = Dispatch(
        matter_id=old.matter_id,
        unit=heir,
        region_id=heir.region_id,
        region_path=heir.region_path,
        part=old.part,
        before=old.before,
        passes=old.passes,
        data=old.data,
        sent_by=old.sent_by,
        sent_by_name=old.sent_by_name,
        sent_at=at,
        sent_on=timezone.localdate(at),
    )
    if answer["state"] == DispatchState.ANSWERED:
        for name, value in answer.items():
            setattr(made, name, value)
    made.save()
    return made
