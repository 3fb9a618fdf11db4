"""The calendar of a place: statutory days, its own exceptions, its working hours."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from jiceng.records.calendar import moments
from jiceng.records.calendar.hours import Hours, Season
from jiceng.records.calendar.paces import Working
from jiceng.records.calendar.statutory import Statutory, published


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day on which a place works, or does not, whatever the country does; `reason` is shown to people."""

    day: date
    works: bool
    reason: str = ""


@dataclass(frozen=True)
class WorkCalendar:
    """When a place works. Days and hours are those of Asia/Shanghai.

    `hours` hold on days that no season covers; of several seasons or special days for one day the first goes.
    `years` are years whose statutory arrangement `special` gives in full, because `statutory` does not know
    them yet. It costs some milliseconds when first used: keep it.
    """

    hours: Hours
    seasons: tuple[Season, ...] = ()
    special: tuple[SpecialDay, ...] = ()
    years: frozenset[int] = frozenset()
    statutory: Statutory = field(default_factory=published)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    # -------------------------------------------------------------------------------------------- days
    def is_working(self, day: date) -> bool:
        """Whether the place works on `day`. Beyond `known_until` that is a guess (see `Statutory.works`)."""
        special = self._special.get(day)
        return self.statutory.works(day) if special is None else special.works

    def reason(self, day: date) -> str:
        """Why `day` is off, or worked although it is a weekend, in the active language where it is the
        country's reason; empty for ordinary days.
        """
        special = self._special.get(day)
        return self.statutory.reason(day) if special is None else special.reason

    def hours_on(self, day: date) -> Hours:
        """The hours that hold on `day`, be it worked or not."""
        for season in self.seasons:
            if season.covers(day.month, day.day):
                return season.hours
        return self.hours

    def working_hours_on(self, day: date) -> Hours | None:
        """The hours worked on `day`; None on a day off."""
        return self.hours_on(day) if self.is_working(day) else None

    def closing(self, day: date) -> datetime:
        """When the hours of `day` end, be it worked or not."""
        return moments.moment_of(day, self.hours_on(day).closing)

    def next_working_day(self, day: date) -> date:
        """`day` itself where it is worked, else the next that is. Raises Refusal where there is none."""
        while not self.is_working(day):
            day += timedelta(days=1)
            if day.year > moments.LAST_YEAR:
                raise moments.out_of_reach()
        return day

    def next_working_moment(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which work goes on; `moment` itself during work.

        A stretch's beginning belongs to it, its end does not. Raises ValueError for a moment without a time
        zone, Refusal where it is out of reach.
        """
        at = moments.local(moment)
        if self.is_working(today := at.date()):
            found = self.hours_on(today).next(moments.since_midnight(at))
            if found is not None:
                return moments.moment_of(today, found)
        day = self.next_working_day(today + timedelta(days=1))
        first_minute, _end = self.hours_on(day).stretches[0]
        return moments.moment_of(day, first_minute * moments.MINUTE)

    # --------------------------------------------------------------------------------- what is known
    @cached_property
    def known_until(self) -> date:
        """The last day whose holidays and make-up days are known: the end of a year.

        What is reckoned beyond it is provisional, until `statutory` or `years` learn the next year.
        """
        known = self.statutory.years | self.years
        year = max(self.statutory.years or {min(known, default=moments.FIRST_YEAR) - 1})
        while year + 1 in known:
            year += 1
        return date(year, 12, 31)

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits of everything that a due date may depend on. Whoever stores a due date stores
        this beside it: where the calendar's is another, it is to be reckoned again.
        """
        said = (
            self.hours.stretches,
            [(season.since, season.until, season.hours.stretches) for season in self.seasons],
            sorted((day.toordinal(), special.works) for day, special in self._special.items()),
            sorted(self.years),
            sorted(self.statutory.years),
            sorted(day.toordinal() for day in self.statutory.days_off),
            sorted(day.toordinal() for day in self.statutory.make_up),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    # ------------------------------------------------------------------------------------------- paces
    @cached_property
    def days(self) -> Working:
        """Time in natural days: every day counts, over the hours that hold on it."""
        return Working(self.hours_on, whole_days=True)

    @cached_property
    def working_days(self) -> Working:
        """Time in working days, over the hours of each."""
        return Working(self.working_hours_on, whole_days=True)

    @cached_property
    def working_hours(self) -> Working:
        """Time in working hours."""
        return Working(self.working_hours_on, whole_days=False)

    @cached_property
    def _special(self) -> dict[date, SpecialDay]:
        return {special.day: special for special in reversed(self.special)}
