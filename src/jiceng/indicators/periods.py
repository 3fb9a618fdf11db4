"""Calendar periods: months, quarters, half-years and years, with those before them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from jiceng.indicators.answering.question import period_of
from jiceng.indicators.answering.values import Period
from jiceng.records.calendar import months_later
from jiceng.records.refusals import Refusal

MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""The kinds of calendar period, by how many months they have."""

WRITTEN = re.compile(r"\d{4}(-\d{2}|Q\d|H\d)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class CalendarPeriod:
    """So many months from `first` on."""

    first: date
    months: int

    @property
    def last(self) -> date:
        """Its last day."""
        return months_later(self.first, self.months) - timedelta(days=1)

    @property
    def days(self) -> Period:
        """Its first and last day."""
        return self.first, self.last

    @property
    def kind(self) -> str:
        """Month, quarter, half or year."""
        return next(kind for kind, months in MONTHS.items() if months == self.months)

    def before(self, periods: int = 1) -> "CalendarPeriod":
        """The period so many before it; after it where negative."""
        return CalendarPeriod(months_later(self.first, -self.months * periods), self.months)

    def years_before(self, years: int = 1) -> "CalendarPeriod":
        """The same period so many years earlier."""
        return CalendarPeriod(self.first.replace(year=self.first.year - years), self.months)

    @property
    def label(self) -> str:
        """What people call it: 2022年5月, 2022年第二季度 …"""
        number = (self.first.month - 1) // self.months + 1
        said = {"year": self.first.year, "n": number}
        match self.kind:
            case "month":
                return _("%(year)d年%(n)d月") % said
            case "quarter":
                return _("%(year)d年第%(n)d季度") % said
            case "half":
                return (_("%(year)d年上半年") if number == 1 else _("%(year)d年下半年")) % said
            case _year:
                return _("%(year)d年") % said

    def __str__(self) -> str:
        number = (self.first.month - 1) // self.months + 1
        part = {"month": f"-{number:02}", "quarter": f"Q{number}", "half": f"H{number}", "year": ""}
        return f"{self.first.year:04}{part[self.kind]}"


def calendar_period(written: str) -> CalendarPeriod:
    """The period that `2022`, `2022-05`, `2022Q2` or `2022H1` means. Raises Refusal for anything else."""
    if not WRITTEN.fullmatch(written):
        said = {"text": written[:40]}
        raise Refusal(_("“%(text)s”不是月、季、半年或年") % said, remedy="2022-05, 2022Q2, 2022H1, 2022")
    first, last = period_of(written)
    return CalendarPeriod(first, (last.year - first.year) * 12 + last.month - first.month + 1)


def period_with(day: date, kind: str) -> CalendarPeriod:
    """The period of that kind in which `day` lies."""
    months = MONTHS[kind]
    return CalendarPeriod(date(day.year, (day.month - 1) // months * months + 1, 1), months)


def period_before(day: date, kind: str) -> CalendarPeriod:
    """The last period of that kind that is over on `day`."""
    return period_with(day, kind).before()
