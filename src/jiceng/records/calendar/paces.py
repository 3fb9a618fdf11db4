"""How time passes for a time limit: moments to positions, which never decrease, and back.

Between two moments as much of a limit is used up as their positions lie apart. Positions are whole numbers, so
that nothing is lost to rounding.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime
from threading import Lock
from typing import Protocol

from jiceng.records.calendar import moments
from jiceng.records.calendar.hours import Hours
from jiceng.records.calendar.moments import DAY


class Pace(Protocol):
    """A way in which time passes."""

    def position(self, moment: datetime) -> int:
        """How much has passed by then. Raises Refusal out of reach."""

    def reached(self, position: int) -> datetime:
        """The first moment whose position is that or more. Raises Refusal out of reach."""


class Steady:
    """Time as it passes, in microseconds."""

    def position(self, moment: datetime) -> int:
        return moments.ticks(moment)

    def reached(self, position: int) -> datetime:
        return moments.from_ticks(position)


class Working:
    """Time that passes only during certain hours of certain days.

    In microseconds; with `whole_days` every such day is worth 24 hours, however many it works, so that limits
    in days count days. What has passed before each day is added up once, a year at a time, as far as it is
    asked for; after that a position costs an index, and the way back one search by halves.
    """

    def __init__(self, hours_of: Callable[[date], Hours | None], *, whole_days: bool) -> None:
        self._hours_of, self._whole_days = hours_of, whole_days
        self._first = date(moments.FIRST_YEAR, 1, 1).toordinal()
        self._next_year = moments.FIRST_YEAR
        self._hours: list[Hours | None] = []  # by day
        self._before: list[int] = [0]  # by day, and one more
        self._adding = Lock()

    def position(self, moment: datetime) -> int:
        at = moments.local(moment)
        index = at.toordinal() - self._first
        while index >= len(self._hours):
            self._add_year()
        hours = self._hours[index]
        if hours is None:
            return self._before[index]
        passed = hours.passed(moments.since_midnight(at))
        return self._before[index] + (passed * DAY // hours.length if self._whole_days else passed)

    def reached(self, position: int) -> datetime:
        while self._before[len(self._hours)] < position:
            self._add_year()
        index = bisect_left(self._before, position, 1, len(self._hours) + 1) - 1
        hours = self._hours[index]
        left = position - self._before[index]
        if hours is None or left <= 0:  # before anything has passed at all
            return moments.moment_of(date.fromordinal(self._first), 0)
        # rounded up: the first microsecond by which at least so much has passed
        worked = -(-left * hours.length // DAY) if self._whole_days else left
        return moments.moment_of(date.fromordinal(self._first + index), hours.reached(worked))

    def _add_year(self) -> None:
        with self._adding:
            year = self._next_year
            if year > moments.LAST_YEAR:
                raise moments.out_of_reach()
            hours = [
                self._hours_of(date.fromordinal(day))
                for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
            ]
            before = [self._before[-1]]
            for of_day in hours:
                worth = 0 if of_day is None else DAY if self._whole_days else of_day.length
                before.append(before[-1] + worth)
            # readers, who take no lock, go by the length of `_hours`: it grows last
            self._before.extend(before[1:])
            self._hours.extend(hours)
            self._next_year = year + 1
