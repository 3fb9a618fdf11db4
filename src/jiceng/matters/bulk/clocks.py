"""Clocks of matters in the making: started, stopped and paused as `matters.clocks` does with those that are stored."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from jiceng.matters.bulk.files import File, Part, Watch, day_of
from jiceng.matters.clocks import compute
from jiceng.matters.enums import Phase
from jiceng.matters.sections import ClockSpec, MatterSpec
from jiceng.packs.filters.nodes import Node
from jiceng.records.calendar import WorkCalendar

Fits = Callable[[Node], bool]
"""Whether a condition holds for the file as it stands."""

NEVER = (None, None)


def follow(
    file: File,
    spec: MatterSpec,
    step: str,
    at: datetime,
    part: Part | None,
    calendar: WorkCalendar,
    fits: Fits,
) -> None:
    """Bring the clocks of `file` to the states it (and `part`, where the step was about one) is in after `step`. A
    limit that runs until a day that nobody named does not run.
    """
    running = list(file.running())
    for on, owner, state in _owners(file, spec, step, part):
        number = owner.number if owner is not None else None
        over = file.done if owner is None else owner.ended_on is not None
        for key, clock in spec.clocks.items():
            if clock.on != on:
                continue
            mine = next((w for w in running if w.key == key and w.part == number), None)
            if mine is not None and (state in clock.stops or over):
                stop(mine, at)
            elif mine is not None and step in clock.restarts:
                _begin(mine, _limit(clock, fits) or mine.limit, clock.amber, at, calendar)
            elif (
                mine is None
                and _starts(clock, state, step)
                and not _ran(file, number, key, step, clock)
                and (limit := _limit(clock, fits))
            ):
                mine = Watch(key, number, limit, at, day_of(at))
                _begin(mine, limit, clock.amber, at, calendar)
                file.watches.append(mine)
                running.append(mine)
    for mine in running:
        if mine.stopped_at is None:
            _pause(mine, file.phase == Phase.PAUSED, at, calendar, spec.clocks[mine.key].amber)


def _owners(
    file: File, spec: MatterSpec, step: str, part: Part | None
) -> Iterator[tuple[str, Part | None, str]]:
    yield "matter", None, file.state
    if part is not None:
        yield "dispatch", part, part.state
    elif any(clock.on == "dispatch" and step in clock.restarts for clock in spec.clocks.values()):
        yield from (("dispatch", each, each.state) for each in file.living())


def _starts(clock: ClockSpec, state: str, step: str) -> bool:
    return state in clock.starts or (step in clock.restarts and state not in clock.stops)


def _ran(file: File, number: int | None, key: str, step: str, clock: ClockSpec) -> bool:
    """A clock runs once; only a step that restarts it lets it run again."""
    return step not in clock.restarts and any(w.key == key and w.part == number for w in file.watches)


def _limit(clock: ClockSpec, fits: Fits) -> str:
    return next((limit.within for limit in clock.limits if limit.within and fits(limit.when)), "")


def _begin(watch: Watch, limit: str, amber: float, at: datetime, calendar: WorkCalendar) -> None:
    watch.limit, watch.started_at, watch.started_on = limit, at, day_of(at)
    watch.pauses, watch.paused_at = "[]", None
    _reckon(watch, calendar, amber)


def _reckon(watch: Watch, calendar: WorkCalendar, amber: float) -> None:
    as_clock: Any = watch
    compute(as_clock, calendar, amber)


def stop(watch: Watch, at: datetime) -> None:
    """Stop the clock for good, and say whether it was kept."""
    if watch.paused_at is not None:
        watch.pauses, watch.paused_at = _with_pause(watch, at), None
    watch.stopped_at, watch.stopped_on = at, day_of(at)
    watch.kept = watch.due_at is None or at <= watch.due_at


def _pause(watch: Watch, paused: bool, at: datetime, calendar: WorkCalendar, amber: float) -> None:
    if paused == (watch.paused_at is not None):
        return
    if paused:
        watch.paused_at = at
    else:
        watch.pauses, watch.paused_at = _with_pause(watch, at), None
    _reckon(watch, calendar, amber)


def _with_pause(watch: Watch, at: datetime) -> str:
    begun = watch.paused_at or at
    return json.dumps([*json.loads(watch.pauses), [begun.isoformat(), at.isoformat()]])


def soonest(file: File, number: int | None) -> tuple[datetime | None, datetime | None]:
    """Amber and due moment of the clock of the matter, or of one dispatch, that runs out first."""
    found = _first(watch for watch in file.running() if watch.part == number)
    return soonest(file, None) if found == NEVER and number is not None else found


def earliest(file: File) -> tuple[datetime | None, datetime | None]:
    """The same of all of them."""
    return _first(file.running())


def _first(watches: Iterable[Watch]) -> tuple[datetime | None, datetime | None]:
    due = [(watch.due_at, watch.amber_at) for watch in watches if watch.due_at is not None]
    if not due:
        return NEVER
    moment, amber = min(due, key=lambda pair: pair[0])
    return amber, moment
