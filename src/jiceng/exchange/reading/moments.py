"""Moments as other systems write them: 2022-05-03 14:20, 2022/5/3 14:20:05, 2022年5月3日14时20分, 20220503142005, or
Excel's serial number with a fraction; a day alone stays a day.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from math import isfinite

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.exchange.reading.dates import EXCEL_EPOCH, SERIALS, DateError, as_date

_CLOCK = re.compile(
    r"(?P<day>.*?\d\s*日?)[\sT]*?(?P<half>上午|下午|晚上|AM|PM)?\s*"
    r"(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})\s*(?:[:分]\s*(?P<second>\d{1,2})(?:\.\d+)?)?\s*[分秒]?Z?"
)
_DIGITS = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})?")
_LATER = frozenset(("下午", "晚上", "PM"))
NOON = 12


def as_moment(cell: str | int | float | date | datetime) -> date | datetime | None:
    """The moment a cell means, aware, on the place's own clock; the day where it names no time of day. Raises
    DateError.
    """
    if isinstance(cell, datetime):
        return _aware(cell) if cell.time() != time() else cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and isfinite(cell) and SERIALS[0] <= cell <= SERIALS[1] and cell % 1:
        seconds = round(cell % 1 * 86_400)
        return _aware(datetime.combine(EXCEL_EPOCH, time()) + timedelta(days=int(cell), seconds=seconds))
    if isinstance(cell, int | float):
        cell = str(int(cell)) if cell == int(cell) else str(cell)
    text = unicodedata.normalize("NFKC", cell).strip()
    if match := _DIGITS.fullmatch(text):
        return _at(text, match[1], match[2], match[3], match[4] or "0")
    if match := _CLOCK.fullmatch(text):
        hour = int(match["hour"])
        if match["half"] in _LATER and hour < NOON:
            hour += NOON
        return _at(text, match["day"].strip(), str(hour), match["minute"], match["second"] or "0")
    return as_date(text)


def _at(text: str, day: str, hour: str, minute: str, second: str) -> datetime:
    found = as_date(day)
    try:
        clock = time(int(hour), int(minute), int(second))
    except ValueError as error:
        raise DateError(_("没有“%(text)s”这个时间") % {"text": text[:30]}) from error
    if found is None:
        raise DateError(_("“%(text)s”看不出是哪一天") % {"text": text[:30]})
    return _aware(datetime.combine(found, clock))


def _aware(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
