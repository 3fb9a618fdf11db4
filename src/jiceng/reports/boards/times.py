"""For which times a board is asked: the day of its stocks and the period of its flows, and those before."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from jiceng.indicators.answering.values import Period
from jiceng.indicators.periods import period_with
from jiceng.records.calendar import months_later

Span = Literal["month", "quarter", "half", "year", "ytd"]
MONTHS: dict[Span, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "ytd": 12}
"""How many months from one period to the next."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What one question is asked for: a stock as of the day, a flow within the period."""

    day: date
    period: Period


def moment(day: date, span: Span, today: date) -> Moment:
    """The day, and the calendar period in which it lies: that of `ytd` ends on the day, the others not later than
    today.
    """
    whole = period_with(day, "year" if span == "ytd" else span)
    end = day if span == "ytd" else max(day, min(today, whole.last))
    return Moment(day, (whole.first, end))


def before(now: Moment, span: Span) -> Moment:
    """The period before, as much of it as has passed of this one; a stock as of its last day."""
    months = MONTHS[span]
    first, last = now.period
    start = months_later(first, -months)
    whole = span != "ytd" and last == months_later(first, months) - timedelta(days=1)
    end = first - timedelta(days=1) if whole else months_later(last, -months)
    return Moment(first - timedelta(days=1), (start, end))


def year_before(now: Moment) -> Moment:
    """The same day and period a year earlier; the last of a February stays its last."""
    first, last = now.period
    end = (
        months_later(last + timedelta(days=1), -12) - timedelta(days=1)
        if _ends_month(last)
        else months_later(last, -12)
    )
    return Moment(months_later(now.day, -12), (months_later(first, -12), end))


def course(now: Moment, span: Span, points: int) -> list[Moment]:
    """So many moments up to now, the earliest first, each the one before the next."""
    found = [now]
    while len(found) < points:
        found.append(before(found[-1], span))
    return found[::-1]


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
