"""The holidays and make-up working days of the whole country, as the State Council arranges them each year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import chinese_calendar
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SATURDAY = 5

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that fall on the same date every year (《全国年节及纪念日放假办法》第二条)."""


@dataclass(frozen=True, slots=True)
class Statutory:
    """The arrangements known: of which `years`, which days are off, and which weekend days are worked for them.

    The names of holidays are those of `chinese_calendar.Holiday`.
    """

    years: frozenset[int]
    days_off: Mapping[date, str] = field(repr=False)
    make_up: Mapping[date, str] = field(repr=False)

    def works(self, day: date) -> bool:
        """Whether offices work on `day`.

        In a year whose arrangement is not known, that is Monday to Friday without the holidays of a fixed
        date: it may turn out otherwise.
        """
        if day in self.make_up:
            return True
        if day in self.days_off or day.weekday() >= SATURDAY:
            return False
        return day.year in self.years or (day.month, day.day) not in FIXED_HOLIDAYS

    def reason(self, day: date) -> str:
        """The holiday for which `day` is off or made up for, in the active language; empty for any other."""
        if day in self.make_up:
            return _("%(holiday)s调休上班") % {"holiday": _named(self.make_up[day])}
        return _named(self.days_off[day]) if day in self.days_off else ""


def _named(holiday: str) -> str:
    if (get_language() or "").startswith("en"):
        return holiday
    return str(chinese_calendar.Holiday(holiday).chinese)


@cache
def published() -> Statutory:
    """The arrangements that the installed release of `chinesecalendar` knows. It is released anew when the
    next year's arrangement is published, mostly in November.
    """
    days_off, make_up = dict(chinese_calendar.holidays), dict(chinese_calendar.workdays)
    return Statutory(frozenset(day.year for day in days_off), days_off, make_up)
