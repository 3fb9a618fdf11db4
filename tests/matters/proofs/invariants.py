"""What holds of every matter at every moment, and of the whole database before and after what was refused."""

import json
from itertools import pairwise

from django.db import connection, transaction

from jiceng.matters import turns
from jiceng.matters.actions.stepping import OVER
from jiceng.matters.clocks import calendar_of, earliest, pauses_in, reckoned
from jiceng.matters.enums import DispatchState, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Turn
from jiceng.records.calendar import Limit, due_at
from jiceng.records.chain import sm3
from jiceng.records.models import Series

TABLES = (
    "matters_matter", "matters_event", "matters_dispatch", "matters_clock", "matters_turn", "matters_flow",
    "matters_flowkey", "matters_matterlink", "matters_reporter", "records_auditentry", "records_auditrow",
    "records_chainhead", "records_commandkey", "records_series",
)  # fmt: skip
"""What a step may write to."""


def digest() -> dict[str, str]:
    """Table → a digest of all its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found[table] = sm3(repr(cursor.fetchall()))
    return found


def check(matter: Matter) -> None:
    """Fail where the matter is not what its timeline, its clocks and its flow say."""
    spec, events = spec_of(matter.flow), list(Event.objects.filter(matter=matter).order_by("seq"))
    _timeline(matter, spec, events)
    dispatches = list(Dispatch._base_manager.filter(matter=matter).order_by("pk"))
    _dispatches(matter, dispatches)
    _clocks(matter, spec)
    assert (matter.amber_at, matter.due_at) == earliest(matter)
    _turns(matter, spec, events[-1].at)


def _timeline(matter, spec, events) -> None:
    assert [event.seq for event in events] == list(range(1, matter.version + 1)), "a version is missing"
    assert events[0].step == "raise"
    assert events[0].at == matter.raised_at
    assert all(one.at <= other.at for one, other in pairwise(events)), "the timeline runs backwards"
    moving = [event for event in events if event.dispatch_id is None]
    assert all(one.after == other.before for one, other in pairwise(moving)), "a move is missing"
    assert matter.state == moving[-1].after, "the state is not where the timeline led"
    assert matter.phase == spec.states[matter.state].phase
    assert (matter.closed_at is not None) == (matter.phase == Phase.DONE)
    if matter.phase == Phase.DONE:
        closing = max(e.at for e in moving if spec.states[e.before or spec.start].phase != Phase.DONE)
        assert matter.closed_at == closing
        assert matter.days_taken == (matter.closed_on - matter.raised_on).days
    done = [spec.states[e.after].phase == Phase.DONE for e in moving]
    assert matter.reopened == sum(was and not now for was, now in pairwise(done))


def _dispatches(matter, dispatches) -> None:
    closed = {event.at for event in Event.objects.filter(matter=matter)}
    for part in dispatches:
        if part.state in OVER:
            assert part.ended_on is not None
        elif part.ended_on is not None:  # what was answered stays so when the matter ends
            assert part.state == DispatchState.ANSWERED
            assert matter.phase == Phase.DONE or matter.reopened
        if matter.phase == Phase.DONE:
            assert part.ended_on is not None
        assert part.sent_at in closed
        assert (part.answered_at is None) == (part.answered_on is None) == (part.late is None)
    live = [part.unit_id for part in dispatches if part.ended_on is None]
    assert len(live) == len(set(live)), "a unit has it twice"


def _clocks(matter, spec) -> None:
    clocks = list(Clock.objects.filter(matter=matter).select_related("dispatch"))
    running = [(clock.key, clock.dispatch_id) for clock in clocks if clock.stopped_at is None]
    assert len(running) == len(set(running)), "a clock runs twice"
    for clock in clocks:
        calendar = calendar_of(matter, clock.started_at)
        limit, pauses = Limit.parse(clock.limit), pauses_in(clock.pauses, clock.paused_at)
        closed = json.loads(clock.pauses)
        assert all(begun <= ended for begun, ended in closed)
        assert all(one[1] <= other[0] for one, other in pairwise(closed)), "pauses overlap"
        if clock.stopped_at is None:
            assert matter.phase != Phase.DONE
            assert clock.dispatch is None or clock.dispatch.ended_on is None
            assert (clock.paused_at is not None) == (matter.phase == Phase.PAUSED)
            said = (clock.due_at, clock.amber_at, clock.provisional)
            amber = spec.clocks[clock.key].amber
            assert said == reckoned(limit, clock.started_at, pauses, calendar, amber)
        else:
            assert clock.paused_at is None
            assert clock.started_at <= clock.stopped_at
            due = due_at(clock.started_at, limit, pauses, calendar)
            assert clock.kept == (due is None or clock.stopped_at <= due), "kept is not what it was"
        if clock.late_at is not None:
            lines = Event.objects.filter(
                matter=matter, step="late", dispatch=clock.dispatch_id, at=clock.late_at
            )
            assert any(line.values()["clock"] == clock.key for line in lines)


def _turns(matter, spec, at) -> None:
    """The inbox is what it would be if it were made anew."""
    columns = ("dispatch", "role", "at", "region", "unit", "reason", "amber_at", "due_at", "user")
    rows = Turn.objects.filter(matter=matter).order_by("dispatch", "role", "region")
    before = list(rows.values_list(*columns))
    with transaction.atomic():
        Turn.objects.filter(matter=matter).update(user=None)
        turns.renew(matter, spec, at)
        after = list(rows.values_list(*columns))
        transaction.set_rollback(True)
    assert [row[:-1] for row in before] == [row[:-1] for row in after], (
        "the inbox is not what the matter says"
    )


def check_numbers(matters) -> None:
    """Numbers of every series follow each other without a gap."""
    found: dict[str, list[int]] = {}
    for matter in matters:
        stem, _dash, number = matter.number.rpartition("-")
        found.setdefault(f"{stem}:{number[:4]}", []).append(int(number[4:]))
    for numbers in found.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert not Series.objects.filter(last=0).exists()
