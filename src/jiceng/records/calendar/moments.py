"""Moments on the clock of Asia/Shanghai, as a day and the microseconds since its midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")

FIRST_YEAR, LAST_YEAR = 1992, 2199
"""The years that are reckoned with. China had summer time until 1991; since then what the clock on the wall
passes through is the time that passes.
"""

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""In microseconds."""

_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def out_of_reach() -> Refusal:
    """The refusal of a moment outside the years reckoned with."""
    what = _("期限只能算到 %(first)s 年至 %(last)s 年之间") % {"first": FIRST_YEAR, "last": LAST_YEAR}
    return Refusal(what, remedy=_("核对开始时间、暂停时间与工作日历"))


def local(moment: datetime) -> datetime:
    """The moment on Shanghai's clock. Raises ValueError where it has no time zone, Refusal where it is out of
    reach.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    try:
        found = moment.astimezone(SHANGHAI)
    except OverflowError:
        raise out_of_reach() from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise out_of_reach()
    return found


def since_midnight(moment: datetime) -> int:
    """Microseconds since midnight by the moment's own clock."""
    return moment.hour * HOUR + moment.minute * MINUTE + moment.second * 1_000_000 + moment.microsecond


def moment_of(day: date, at: int) -> datetime:
    """The moment `at` microseconds (0 to a whole day) after the day's midnight, on Shanghai's clock."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(microseconds=at)


def midnight_after(moment: datetime) -> datetime:
    """The end of the moment's day on Shanghai's clock."""
    return moment_of(local(moment), DAY)


def ticks(moment: datetime) -> int:
    """Microseconds since the beginning of 1970."""
    return (local(moment) - _ZERO) // _TICK


def from_ticks(count: int) -> datetime:
    """The moment that lies so many microseconds after the beginning of 1970. Raises Refusal."""
    try:
        return local(_ZERO + timedelta(microseconds=count))
    except OverflowError:
        raise out_of_reach() from None
