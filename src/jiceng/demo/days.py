"""Days as whole numbers (proleptic ordinals), and which of them an office would put on paper."""

from datetime import date
from functools import cache

import chinese_calendar

# First day of the lunar year, month and day, 1930 to 2035.
_SPRING_FESTIVALS = """
0130 0217 0206 0126 0214 0204 0124 0211 0131 0219 0208 0127 0215 0205 0125 0213 0202 0122 0210 0129
0217 0206 0127 0214 0203 0124 0212 0131 0218 0208 0128 0215 0205 0125 0213 0202 0121 0209 0130 0217
0206 0127 0215 0203 0123 0211 0131 0218 0207 0128 0216 0205 0125 0213 0202 0220 0209 0129 0217 0206
0127 0215 0204 0123 0210 0131 0219 0207 0128 0216 0205 0124 0212 0201 0122 0209 0129 0218 0207 0126
0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213
0203 0123 0211 0131 0219 0208
""".split()  # noqa: SIM905 - a table, not a list of texts
FIRST_YEAR = 1930


@cache
def spring_festival(year: int) -> int:
    """Day of the lunar new year that begins in `year` (1930 to 2035)."""
    text = _SPRING_FESTIVALS[year - FIRST_YEAR]
    return date(year, int(text[:2]), int(text[2:])).toordinal()


@cache
def nothing_happens(day: int) -> bool:
    """New Year's Eve, by either calendar, and New Year's Day: no record is ever dated so."""
    on = date.fromordinal(day)
    if (on.month, on.day) in {(12, 31), (1, 1)}:
        return True
    return on.month <= 2 and FIRST_YEAR <= on.year <= 2035 and day == spring_festival(on.year) - 1


@cache
def _published_years() -> frozenset[int]:
    """The years whose public holidays are known."""
    return frozenset(on.year for on in chinese_calendar.holidays)


@cache
def is_working_day(day: int) -> bool:
    """Whether offices work: statutory holidays and make-up days where they are known, else by rule.

    Before 2004, and after the last published year, that is Monday to Friday without the fixed holidays and
    the week of the Spring Festival.
    """
    on = date.fromordinal(day)
    if nothing_happens(day):
        return False
    if on.year in _published_years():
        return on in chinese_calendar.workdays or (on.weekday() < 5 and on not in chinese_calendar.holidays)
    if on.weekday() > 4 or (on.month, on.day) in {(5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3)}:
        return False
    return not (FIRST_YEAR <= on.year <= 2035 and 0 <= day - spring_festival(on.year) < 7)


@cache
def fitting_days(first: int, last: int, pattern: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The days from `first` to `last` that `pattern` allows, with weights. Empty where there is none.

    `working`, `any`, `july`: working days, by far the most of them in the three weeks around 1 July; or `weekly`: any
    day, as often as people call on it.
    """
    allowed = nothing_happens if pattern in ("any", "weekly") else None
    days = [d for d in range(first, last + 1) if (not allowed(d) if allowed else is_working_day(d))]
    if pattern == "weekly":
        return tuple(days), tuple(_through_the_week(d) for d in days)
    if pattern != "july":
        return tuple(days), (1.0,) * len(days)
    return tuple(days), tuple(_around_july(date.fromordinal(d)) for d in days)


CALLS = (1.2, 1.1, 1.05, 1.0, 1.0, 0.6, 0.5)
"""How often people call on the days of a week, Monday first, and in which months more or less than usual."""
MONTHS = (0.85, 0.75, 1.0, 1.0, 1.05, 1.15, 1.2, 1.2, 1.05, 0.95, 0.95, 0.9)


def _through_the_week(day: int) -> float:
    on = date.fromordinal(day)
    share = CALLS[on.weekday()] if is_working_day(day) or on.weekday() > 4 else CALLS[6]
    return share * MONTHS[on.month - 1]


def _around_july(on: date) -> float:
    if (on.month, on.day) >= (6, 18) and (on.month, on.day) <= (7, 8):
        return 20.0 if (on.month, on.day) >= (6, 25) and (on.month, on.day) <= (7, 2) else 6.0
    return 0.35 if on.month in {5, 6, 7, 9, 11, 12} else 0.1


def working_day_near(day: int, earliest: int, latest: int) -> int | None:
    """The working day at or after `day`, else before it, within bounds; None where there is none."""
    for candidate in range(max(day, earliest), latest + 1):
        if is_working_day(candidate):
            return candidate
    for candidate in range(min(day, latest), earliest - 1, -1):
        if is_working_day(candidate):
            return candidate
    return None


def quiet(day: int, earliest: int, latest: int) -> int:
    """`day`, moved by a day or two where nothing may happen on it, within bounds."""
    if not nothing_happens(day):
        return day
    for step in (1, 2, 3, -1, -2, -3):
        if earliest <= day + step <= latest and not nothing_happens(day + step):
            return day + step
    return day


@cache
def years_before(day: int, years: int) -> int:
    """The same date `years` years earlier (28 February for the 29th)."""
    return years_after(day, -years)


@cache
def years_after(day: int, years: int) -> int:
    """The same date `years` years later (28 February for the 29th)."""
    on = date.fromordinal(day)
    try:
        return on.replace(year=on.year + years).toordinal()
    except ValueError:
        return on.replace(year=on.year + years, day=28).toordinal()


def born_between(youngest: int, oldest: int, day: int) -> tuple[int, int]:
    """First and last birth date of whoever is `youngest` to `oldest` whole years old on `day`."""
    return years_before(day, oldest + 1) + 1, years_before(day, youngest)


def age_on(born: int, day: int) -> int:
    """Whole years from `born` to `day`."""
    a, b = date.fromordinal(born), date.fromordinal(day)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return date.fromordinal(day).year


def ordinal(text: str | date) -> int:
    """The number of an ISO day."""
    return (text if isinstance(text, date) else date.fromisoformat(text)).toordinal()
