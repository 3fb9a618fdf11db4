"""Time limits: how long they are, when they run out, how much of them is used.

How a limit is counted:

* **minutes, hours** run from the moment of the start, day and night (民法典第二百零一条第二款).
* **days, working days**: the day of the start is not counted (第二百零一条第一款), and the last day ends at
  the office's closing time (第二百零三条第二款). Working days are those of the calendar: no weekends, no
  statutory holidays, but make-up days (行政许可法第八十二条 counts so, too).
* **extended**: a limit in natural days whose last day is a day off ends with the next working day
  (第二百零三条第一款), always at closing time; that is so unless the limit says otherwise. One in hours or
  minutes only where it says so: what would fall due while nobody works falls due when work begins again. One
  in working days or hours never ends on a day off.
* **pauses** stop the clock, and it goes on afterwards from where it stood: what passed of the limit during
  them is taken off exactly. A limit in days is used up over the office's hours, so half a day of pause puts it
  off by half a day's hours, and a night's pause by nothing. One that is extended keeps ending with a whole
  day. Nothing falls due while its clock stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiceng.records.calendar import moments
from jiceng.records.calendar.moments import DAY, HOUR, MINUTE
from jiceng.records.calendar.paces import Pace, Steady
from jiceng.records.calendar.work import WorkCalendar
from jiceng.records.refusals import Refusal

Pause = tuple[datetime, datetime | None]
"""From when until when the clock stands; until None: it still does."""


class Unit(StrEnum):
    """What a limit counts."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"

    @property
    def symbol(self) -> str:
        """How packs write it."""
        return _SYMBOLS[self]


_SYMBOLS = {
    Unit.MINUTES: "min",
    Unit.HOURS: "h",
    Unit.DAYS: "d",
    Unit.WORKING_DAYS: "wd",
    Unit.WORKING_HOURS: "wh",
}
_UNITS = {symbol: unit for unit, symbol in _SYMBOLS.items()}
_WRITTEN = re.compile(rf"([0-9]{{1,9}})\s*({'|'.join(_UNITS)})")

_SIZES = {
    Unit.MINUTES: MINUTE,
    Unit.HOURS: HOUR,
    Unit.DAYS: DAY,
    Unit.WORKING_DAYS: DAY,
    Unit.WORKING_HOURS: HOUR,
}
"""How far one unit goes in positions of its pace."""

_MOST = {
    Unit.MINUTES: 10 * 365 * 24 * 60,
    Unit.HOURS: 10 * 365 * 24,
    Unit.DAYS: 10 * 365,
    Unit.WORKING_DAYS: 10 * 250,
    Unit.WORKING_HOURS: 10 * 250 * 8,
}
"""Ten years: nothing that people wait for takes longer, so more is a slip of the pen."""

_COUNTED_FROM_THE_NEXT_DAY = frozenset({Unit.DAYS, Unit.WORKING_DAYS})
_STEADY = Steady()
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So much of a unit. `extends`: whether it moves on from days off (see above); left out, as is usual for
    the unit. Raises Refusal for no amount, or more than ten years.
    """

    amount: int
    unit: Unit
    extends: bool | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= _MOST[self.unit]:
            most = f"{_MOST[self.unit]} {self.unit.symbol}"
            what = _("期限“%(text)s”不能用") % {"text": f"{self.amount} {self.unit.symbol}"}
            raise Refusal(what, remedy=_("从 1 到 %(most)s（约十年）") % {"most": most})
        if self.extends is None:
            object.__setattr__(self, "extends", self.unit is Unit.DAYS)

    @classmethod
    def parse(cls, text: str, extends: bool | None = None) -> "Limit":
        """From a text such as `30 min`, `2 h`, `7 d` (natural days), `5 wd` (working days), `8 wh` (working
        hours). Raises Refusal.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            remedy = _("写成 30 min、2 h、7 d（自然日）、5 wd（工作日）、8 wh（工作小时）")
            raise Refusal(_("“%(text)s”不是期限") % {"text": text[:40]}, remedy=remedy)
        return cls(int(found[1]), _UNITS[found[2]], extends)

    def __str__(self) -> str:
        """As packs write it; `parse` reads it back."""
        return f"{self.amount} {self.unit.symbol}"

    @property
    def label(self) -> str:
        """As people say it, in the active language."""
        n = self.amount
        said = {
            Unit.MINUTES: ngettext("%(n)s 分钟", "%(n)s 分钟", n),
            Unit.HOURS: ngettext("%(n)s 小时", "%(n)s 小时", n),
            Unit.DAYS: ngettext("%(n)s 日", "%(n)s 日", n),
            Unit.WORKING_DAYS: ngettext("%(n)s 个工作日", "%(n)s 个工作日", n),
            Unit.WORKING_HOURS: ngettext("%(n)s 个工作小时", "%(n)s 个工作小时", n),
        }
        return said[self.unit] % {"n": n}


def due_at(
    started: datetime, limit: Limit, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime | None:
    """When the limit runs out, on Shanghai's clock: the first moment by which `elapsed` has reached it, moved
    on from days off where it extends.

    None while an open pause makes that unknowable. The clock stands then and nothing can become late: a light
    shows neither green nor red but that it stands, since when and why, and how much was used (`elapsed`, which
    stands, too). A limit that had run out before the open pause began stays due when it was, and late.

    `pauses` in any order; where they overlap or touch they are one, what lies before the start or after the due
    date changes nothing. All moments need a time zone (ValueError). Raises Refusal for a pause that ends before it
    begins, and for moments outside 1992 to 2199.

    Beyond `calendar.known_until` it is reckoned by weekdays: ask `is_provisional`.
    """
    exact = _reached(started, limit.amount * _SIZES[limit.unit], limit.unit, pauses, calendar)
    return _extended(exact, limit.unit, pauses, calendar) if exact is not None and limit.extends else exact


def reached_at(
    started: datetime, limit: Limit, share: float, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime | None:
    """When `share` (more than 0, at most 1) of the limit is used, never after `due_at`: where a light turns
    amber. None and what is raised as for `due_at`.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    if share == 1:
        return due_at(started, limit, pauses, calendar)
    size = _part(share, limit.amount * _SIZES[limit.unit])
    return _reached(started, size, limit.unit, pauses, calendar)


@lru_cache(maxsize=1024)
def _part(share: float, whole: int) -> int:
    """A share of a whole, rounded up; exact for shares as they are written, of which there are few."""
    return ceil(Fraction(str(share)) * whole)


def elapsed(
    started: datetime, until: datetime, pauses: Sequence[Pause], unit: Unit, calendar: WorkCalendar
) -> float:
    """How many of `unit` have passed from the start to `until`, without the pauses; 0 before the start.

    Over the amount of a limit it is the share used. A limit that is extended is used up before it is due.
    What is raised as for `due_at`.
    """
    pace, begun, until = _pace(unit, calendar), _counted_from(started, unit), moments.local(until)
    if until <= begun:
        return 0.0
    passed = pace.position(until) - pace.position(begun)
    for begin, end in _in_order(pauses, begun):
        if begin < until:
            passed -= pace.position(until if end is None else min(end, until)) - pace.position(begin)
    return passed / _SIZES[unit]


def is_provisional(limit: Limit, due: datetime, calendar: WorkCalendar) -> bool:
    """Whether `due` rests on days whose holidays are not known yet, so that it may change once they are."""
    by_days = limit.extends or limit.unit in {Unit.WORKING_DAYS, Unit.WORKING_HOURS}
    return bool(by_days) and moments.local(due).date() > calendar.known_until


# ------------------------------------------------------------------------------------------- counting
def _pace(unit: Unit, calendar: WorkCalendar) -> Pace:
    if unit is Unit.WORKING_HOURS:
        return calendar.working_hours
    if unit is Unit.WORKING_DAYS:
        return calendar.working_days
    return calendar.days if unit is Unit.DAYS else _STEADY


def _counted_from(started: datetime, unit: Unit) -> datetime:
    return moments.midnight_after(started) if unit in _COUNTED_FROM_THE_NEXT_DAY else moments.local(started)


def _reached(
    started: datetime, size: int, unit: Unit, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime | None:
    """The first moment by which so much has passed without the pauses; None while one is open before that."""
    pace, begun = _pace(unit, calendar), _counted_from(started, unit)
    at = pace.position(begun)
    for begin, end in _in_order(pauses, begun):
        left = size - (pace.position(begin) - at)
        if left <= 0:
            break
        if end is None:
            return None
        size, at = left, pace.position(end)
    return pace.reached(at + size)


def _in_order(pauses: Sequence[Pause], begun: datetime) -> Iterator[Pause]:
    """The pauses from `begun` on, one after the other; those that overlap or touch are one. Raises Refusal."""
    found = [(moments.local(begin), None if end is None else moments.local(end)) for begin, end in pauses]
    for begin, end in found:
        if end is not None and end < begin:
            what = _("%(begin)s 开始的暂停，结束早于开始") % {"begin": f"{begin:%Y-%m-%d %H:%M}"}
            raise Refusal(what, remedy=_("核对暂停与恢复的时间"))
    one: tuple[datetime, datetime] | None = None
    for begin, end in sorted(found, key=lambda pause: pause[0]):
        if end is not None and end <= begun:
            continue
        if one is not None and begin > one[1]:
            yield one
            one = None
        since = max(begin, begun) if one is None else one[0]
        if end is None:
            yield since, None
            return
        one = since, end if one is None else max(end, one[1])
    if one is not None:
        yield one


def _extended(
    exact: datetime, unit: Unit, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime | None:
    """The first moment from `exact` on at which an extended limit may fall due: in days the end of a working
    day, else during work; None while a pause is open before it.
    """
    by_day = unit in _COUNTED_FROM_THE_NEXT_DAY
    fitting = _closing_from if by_day else _work_from
    due = fitting(exact, calendar)
    for begin, end in _in_order(pauses, exact):
        if due <= begin:
            break
        if end is None:
            return None
        again = end + _TICK if by_day else end  # a day that closes while the pause ends has given no time
        if due < again:
            due = fitting(again, calendar)
    return due


def _closing_from(moment: datetime, calendar: WorkCalendar) -> datetime:
    """The first end of a working day at or after `moment`."""
    day = (moment - _TICK).date()  # a day that closes at 24:00 ends in the next by the clock
    closing = calendar.closing(calendar.next_working_day(day))
    if closing < moment:
        closing = calendar.closing(calendar.next_working_day(day + timedelta(days=1)))
    return closing


def _work_from(moment: datetime, calendar: WorkCalendar) -> datetime:
    """The first moment during work at or after `moment`; a stretch's end still belongs to it."""
    hours = calendar.working_hours_on(moment.date())
    if hours is not None and hours.during(moments.since_midnight(moment)):
        return moment
    return calendar.next_working_moment(moment)
