"""Clocks of matters in the making: started, stopped and paused as `matters.clocks` does with those that are stored."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from jiceng.demo.walking.conditions import Conditions, local_day
from jiceng.demo.walking.files import File, Part, Watch
from jiceng.matters.clocks import compute, day_in, until_limit
from jiceng.matters.enums import Phase
from jiceng.matters.sections import ClockSpec, MatterSpec
from jiceng.records.calendar import WorkCalendar
from jiceng.records.refusals import Refusal

NEVER = (None, None)


def follow(
    file: File,
    spec: MatterSpec,
    step: str,
    at: datetime,
    part: Part | None,
    calendar: WorkCalendar,
    conditions: Conditions,
) -> None:
    """Bring the clocks of `file` to the states it and its dispatches are in after `step`."""
    running = file.running()
    for on, owner, state in _owners(file, spec, step, part):
        for key, clock in spec.clocks.items():
            if clock.on != on:
                continue
            number = owner.number if owner is not None else None
            mine = next((w for w in running if w.key == key and w.part == number), None)
            over = file.done if owner is None else owner.ended_on is not None
            if mine is not None and (state in clock.stops or over):
                stop(mine, at)
                continue
            if mine is None:
                if not _starts(clock, state, step) or _ran(file, number, key, step, clock):
                    continue
                mine = Watch(key, number)
                file.watches.append(mine)
                running.append(mine)
            elif step not in clock.restarts:
                continue
            mine.limit = _limit(file, spec, clock, at, conditions)
            mine.started_at, mine.started_on = at, local_day(at)
            mine.pauses, mine.paused_at, mine.late_at = "[]", None, None
            _reckon(mine, calendar, clock.amber)
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
    if step in clock.restarts:
        return False
    return any(w.key == key and w.part == number for w in file.watches)


def _limit(file: File, spec: MatterSpec, clock: ClockSpec, at: datetime, conditions: Conditions) -> str:
    holds = conditions.of(file, at)
    for limit in clock.limits:
        if holds(limit.when):
            if limit.within:
                return limit.within
            as_matter: Any = file
            if until := day_in(spec, as_matter, limit.until):
                return until_limit(until, as_matter, at)
    raise Refusal(f"时限“{clock.label}”没有可用的期限", "walk.fill", "填写限期")


def _reckon(watch: Watch, calendar: WorkCalendar, amber: float) -> None:
    as_clock: Any = watch
    compute(as_clock, calendar, amber)


def stop(watch: Watch, at: datetime) -> None:
    """Stop the clock for good."""
    if watch.paused_at is not None:
        watch.pauses, watch.paused_at = _with_pause(watch, at), None
    watch.stopped_at, watch.stopped_on = at, local_day(at)
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
    own = [watch for watch in file.running() if watch.part == number]
    found = _first(own)
    return soonest(file, None) if found == NEVER and number is not None else found


def earliest(file: File) -> tuple[datetime | None, datetime | None]:
    """The same of all of them."""
    return _first(file.running())


def _first(watches: Iterable[Watch]) -> tuple[datetime | None, datetime | None]:
    due = [(watch.due_at, watch) for watch in watches if watch.due_at is not None]
    if not due:
        return NEVER
    found = min(due, key=lambda pair: pair[0])[1]
    return found.amber_at, found.due_at
