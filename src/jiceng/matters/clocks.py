"""Clocks at work: started, stopped and paused by states; due moments from events and the calendar alone."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Min, Q, Value, When
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiceng.matters.enums import Phase
from jiceng.matters.flows import holds, in_force
from jiceng.matters.holding import above, clocks_of, living, store
from jiceng.matters.inputs import MatterRow
from jiceng.matters.models import Clock, Dispatch, Matter
from jiceng.matters.sections import ClockSpec, MatterSpec
from jiceng.packs.calendars import calendar_at
from jiceng.records.calendar import Limit, WorkCalendar, due_at, is_provisional, reached_at
from jiceng.records.refusals import Refusal

Pause = tuple[datetime, datetime | None]


class Light(StrEnum):
    """How a running clock stands; always shown with a shape and a word."""

    GREEN = "good"
    AMBER = "warn"
    RED = "bad"
    STANDS = "none"


def calendar_of(matter: Matter, at: datetime) -> WorkCalendar:
    """The work calendar at the matter's region."""
    codes = [matter.region.code, *(region.code for region in above(matter))]
    return calendar_at(codes, timezone.localdate(at), in_force())


# -------------------------------------------------------------------------------------- following a step
def follow(
    matter: Matter, spec: MatterSpec, step: str, at: datetime, day: Any, dispatch: Dispatch | None
) -> None:
    """Start, stop, restart, pause and resume the clocks of `matter` (and of `dispatch`, where the step was
    about one) for the states they are in now. Inside the step's write.
    """
    running = [clock for clock in clocks_of(matter) if clock.stopped_at is None]
    row = MatterRow(matter, day, at)
    owners: list[tuple[str, Dispatch | None, str]] = [("matter", None, matter.state)]
    if dispatch is not None:
        owners.append(("dispatch", dispatch, dispatch.state))
    elif any(clock.on == "dispatch" and step in clock.restarts for clock in spec.clocks.values()):
        owners += [("dispatch", each, each.state) for each in living(matter)]
    for on, owner, state in owners:
        for key, clock in spec.clocks.items():
            if clock.on != on:
                continue
            mine = next((c for c in running if c.key == key and c.dispatch_id == (owner and owner.pk)), None)
            if mine is not None and (state in clock.stops or _over(matter, owner)):
                stop(matter, mine, at)
            elif mine is not None and step in clock.restarts:
                _begin(matter, mine, limit_of(spec, clock, matter, row, at), clock.amber, at)
            elif (
                mine is None and _starts(clock, state, step) and not _stopped(matter, owner, key, step, clock)
            ):
                fresh = Clock(matter=matter, dispatch=owner, key=key)
                _begin(matter, fresh, limit_of(spec, clock, matter, row, at), clock.amber, at)
                running.append(fresh)
    for mine in running:
        if mine.stopped_at is None:
            _pause(matter, mine, at, _amber(spec, mine))


def _over(matter: Matter, owner: Dispatch | None) -> bool:
    return matter.phase == Phase.DONE if owner is None else owner.ended_on is not None


def _starts(clock: ClockSpec, state: str, step: str) -> bool:
    return state in clock.starts or (step in clock.restarts and state not in clock.stops)


def _stopped(matter: Matter, owner: Dispatch | None, key: str, step: str, clock: ClockSpec) -> bool:
    """A clock runs once; only a step that restarts it lets it run again."""
    if step in clock.restarts:
        return False
    return any(c.key == key and c.dispatch_id == (owner and owner.pk) for c in clocks_of(matter))


def _amber(spec: MatterSpec, clock: Clock) -> float:
    """The share of its limit at which the clock's light turns amber."""
    return spec.clocks[clock.key].amber


def _begin(matter: Matter, clock: Clock, limit: str, amber: float, at: datetime) -> None:
    clock.limit, clock.started_at, clock.started_on = limit, at, timezone.localdate(at)
    clock.pauses, clock.paused_at, clock.late_at = "[]", None, None
    compute(clock, calendar_of(matter, at), amber)
    store(matter, clock)


def limit_of(spec: MatterSpec, clock: ClockSpec, matter: Matter, row: MatterRow, at: datetime) -> str:
    """The limit of a clock of `matter` that begins at `at`: the first of its limits that applies. Raises Refusal
    where none does, which is where it runs until a day that nobody has named, or that has gone by.
    """
    day = timezone.localdate(at)
    for limit in clock.limits:
        if holds(limit.when, row, day):
            if limit.within:
                return limit.within
            until = day_in(spec, matter, limit.until)
            if until is not None and until >= day:
                return until_limit(until, matter, at)
    what = _("没有填写期限，或期限已过，“%(clock)s”无从算起") % {"clock": clock.label}
    raise Refusal(what, str(matter), _("填写新的限期"))


def day_in(spec: MatterSpec, matter: Matter, field: str) -> date | None:
    """The day that a date field of the matter holds."""
    column = spec.fields[field].column
    found = getattr(matter, column) if column else matter.values().get(field)
    return found if found is None or isinstance(found, date) else date.fromisoformat(found)


def until_limit(until: date, matter: Matter, at: datetime) -> str:
    """A limit that ends on a day that someone named: kept in days, and for the very day in minutes to its end, so
    that pauses are reckoned as with any other. Raises Refusal for a day gone by.
    """
    day = timezone.localdate(at)
    if until < day:
        what = _("限期%(until)s已过") % {"until": until}
        raise Refusal(what, str(matter), _("改为%(day)s或以后的日期") % {"day": day})
    if until > day:
        return f"{(until - day).days} d"
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return f"{max(1, int((midnight - at).total_seconds() // 60))} min"


def stop(matter: Matter, clock: Clock, at: datetime) -> None:
    """Stop a clock of `matter` for good, and say whether it was kept."""
    if clock.paused_at is not None:
        clock.pauses = _with_pause(clock, at)
        clock.paused_at = None
    clock.stopped_at, clock.stopped_on = at, timezone.localdate(at)
    clock.kept = clock.due_at is None or at <= clock.due_at
    store(matter, clock)


def _pause(matter: Matter, clock: Clock, at: datetime, amber: float) -> None:
    paused = matter.phase == Phase.PAUSED
    if paused == (clock.paused_at is not None):
        return
    if paused:
        clock.paused_at = at
    else:
        clock.pauses, clock.paused_at = _with_pause(clock, at), None
    compute(clock, calendar_of(matter, at), amber)
    store(matter, clock)


def _with_pause(clock: Clock, at: datetime) -> str:
    begun = clock.paused_at or at
    return json.dumps([*json.loads(clock.pauses), [begun.isoformat(), at.isoformat()]])


# ------------------------------------------------------------------------------------------ due moments
def pauses_of(clock: Clock) -> Sequence[Pause]:
    """The stretches in which the clock stood, the last without an end while it stands."""
    return pauses_in(clock.pauses, clock.paused_at)


def pauses_in(closed: str, paused_at: datetime | None) -> Sequence[Pause]:
    """The same from the clock's columns."""
    found: list[Pause] = [(_moment(begun), _moment(ended)) for begun, ended in json.loads(closed)]
    return [*found, (paused_at, None)] if paused_at else found


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    assert found is not None, text
    return found


def compute(clock: Clock, calendar: WorkCalendar, amber: float) -> None:
    """Set `due_at`, `amber_at` and `provisional` from the clock's own facts and the calendar: always the same
    for the same. While the clock stands it has no due moment.
    """
    found = reckoned(Limit.parse(clock.limit), clock.started_at, pauses_of(clock), calendar, amber)
    clock.due_at, clock.amber_at, clock.provisional = found


def reckoned(
    limit: Limit, started_at: datetime, pauses: Sequence[Pause], calendar: WorkCalendar, amber: float
) -> tuple[datetime | None, datetime | None, bool]:
    """When a clock is due, when its light turns amber, and whether that may change with holidays not known yet."""
    due = due_at(started_at, limit, pauses, calendar)
    turns = reached_at(started_at, limit, amber, pauses, calendar)
    return due, turns, due is not None and is_provisional(limit, due, calendar)


def light(amber_at: datetime | None, due: datetime | None, now: datetime) -> Light:
    """The light of a running clock at `now`."""
    if due is None:
        return Light.STANDS
    if now > due:
        return Light.RED
    return Light.AMBER if amber_at is not None and now >= amber_at else Light.GREEN


def light_case(now: datetime, prefix: str = "") -> Case:
    """The same in a query, over `amber_at` and `due_at` reached through `prefix`."""
    due, amber = f"{prefix}due_at", f"{prefix}amber_at"
    return Case(
        When(**{f"{due}__isnull": True}, then=Value(Light.STANDS.value)),
        When(**{f"{due}__lt": now}, then=Value(Light.RED.value)),
        When(**{f"{amber}__lte": now}, then=Value(Light.AMBER.value)),
        default=Value(Light.GREEN.value),
        output_field=CharField(),
    )


def soonest(matter: Matter, dispatch: Dispatch | None) -> tuple[datetime | None, datetime | None]:
    """Amber and due moment of the clock that runs out first: the matter's, or the dispatch's own."""
    key = dispatch and dispatch.pk
    found = _first(clock for clock in clocks_of(matter) if clock.dispatch_id == key)
    return soonest(matter, None) if found is None and dispatch is not None else found or (None, None)


def earliest(matter: Matter) -> tuple[datetime | None, datetime | None]:
    """Amber and due moment of whichever of the matter's and its dispatches' clocks runs out first: what lists show
    and order by. The matter keeps them (`amber_at`, `due_at`); whoever changes its clocks keeps them anew.
    """
    return _first(clocks_of(matter)) or (None, None)


def _first(clocks: Iterable[Clock]) -> tuple[datetime | None, datetime] | None:
    """Amber and due moment of whichever of these runs out first."""
    running = ((clock.due_at, clock.amber_at) for clock in clocks if clock.stopped_at is None)
    due = [(due, amber) for due, amber in running if due is not None]
    if not due:
        return None
    first, amber = min(due, key=lambda moments: moments[0])
    return amber, first


def next_due(rows: Any) -> Any:
    """`rows` of matters with `due`: when the first of their running clocks runs out."""
    return rows.annotate(due=Min("clocks__due_at", filter=Q(clocks__stopped_at__isnull=True)))
