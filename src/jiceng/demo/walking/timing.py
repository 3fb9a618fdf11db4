"""When steps are taken: during working hours mostly, within the limits, or past them where a matter is to be late."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from jiceng.demo import days
from jiceng.demo.chance import normal
from jiceng.records.calendar import SHANGHAI, WorkCalendar
from jiceng.records.calendar.moments import HOUR

MOMENT = timedelta(seconds=40)
EARLY, LATE = time(7, 30), time(21, 30)
DAY_HOURS = (8, 9, 9, 10, 10, 11, 12, 13, 14, 15, 15, 16, 17, 18, 19, 20)
"""At which hours people call who do not wait for offices to open, the busy ones more often."""
SPREAD = 0.7
DELAY = timedelta(days=3)
"""By how much more what is late may be late for not falling on a day on which nothing happens."""
OVERDUE = (0.04, 0.5)
"""By how much of its own length a limit is exceeded."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A moment that `left` more steps, the next included, have to keep."""

    at: datetime
    left: int


def moment(day: date, hour: int, minute: int, second: int = 0) -> datetime:
    """A moment on Shanghai's clock, in UTC as actions have it."""
    return utc(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI))


def utc(at: datetime) -> datetime:
    """The same moment as actions have it."""
    return at.astimezone(UTC)


def raised(rng: Random, day: date, hours: str, calendar: WorkCalendar) -> datetime:
    """When on its day a matter is raised: `office` or `day` hours."""
    worked = calendar.working_hours_on(day)
    if hours == "day" or worked is None:
        hour = DAY_HOURS[int(rng.random() * len(DAY_HOURS))]
        return moment(day, hour, int(rng.random() * 60), int(rng.random() * 60))
    seconds = int((0.02 + 0.9 * rng.random()) * worked.length / 1_000_000)
    at = worked.reached(max(1, seconds * 1_000_000))
    return utc(datetime.combine(day, time(), SHANGHAI) + timedelta(microseconds=at))


class Pacing:
    """Draws the moments of one matter's steps. `last` is the moment before which everything has happened."""

    def __init__(self, rng: Random, calendar: WorkCalendar, last: datetime) -> None:
        self.rng, self.calendar, self.last = rng, calendar, last

    def next(self, before: datetime, hours: float, bounds: list[Bound]) -> datetime:
        """The moment of the next step, some `hours` of work after the one before, within all bounds."""
        latest = self._latest(before, bounds)
        pace = self.calendar.working_hours
        work = int(hours * 2.718281828459045 ** (SPREAD * normal(self.rng)) * HOUR)
        if work < HOUR and self.calendar.next_working_moment(before) != before.astimezone(SHANGHAI):
            at = before + timedelta(microseconds=work)  # at night only what is quick goes on at once
        else:
            at = pace.reached(pace.position(before) + max(work, 1))
        if at > latest:
            at = before + (latest - before) * (0.25 + 0.65 * self.rng.random())
        at = self._decent(max(at, before + MOMENT), before, latest)
        return utc(at.replace(microsecond=0))

    def past(self, before: datetime, due: datetime, length: timedelta, bounds: list[Bound]) -> datetime:
        """A moment some way past `due`; other bounds are kept as far as they lie behind it, the last moment of all in
        any case: what is due only after that is not late.
        """
        delay = max(length * self.rng.uniform(*OVERDUE), timedelta(minutes=6))
        latest = self._latest(before, [bound for bound in bounds if bound.at > due])
        at = due + delay
        if due < latest < at:
            at = due + (latest - due) * self.rng.uniform(0.1, 0.9)
        if at > self.last:
            at = before + (self.last - before) * self.rng.uniform(0.3, 0.9)
        at = max(at, before + MOMENT)
        return utc(
            self._decent(at, due, max(latest, at, min(at + DELAY, self.last))).replace(microsecond=0)
            + timedelta(seconds=1)
        )

    def _latest(self, before: datetime, bounds: list[Bound]) -> datetime:
        found = self.last
        for bound in bounds:
            if bound.at > before:
                found = min(found, before + (bound.at - before) / bound.left)
        return found

    def _decent(self, at: datetime, before: datetime, latest: datetime) -> datetime:
        """`at`, moved out of the night and off the days on which nothing happens, where there is room."""
        found = at.astimezone(SHANGHAI)
        if found.time() > LATE:
            found = self._clock(found.date() + timedelta(days=1), EARLY)
        elif found.time() < EARLY:
            found = self._clock(found.date(), EARLY)
        while days.nothing_happens(found.toordinal()):
            found = self._clock(found.date() + timedelta(days=1), EARLY)
        if found <= latest:
            return found
        found = at.astimezone(SHANGHAI)
        if found.time() < EARLY or days.nothing_happens(found.toordinal()):
            earlier = self._clock(found.date() - timedelta(days=1), LATE, -50)
            while days.nothing_happens(earlier.toordinal()):
                earlier -= timedelta(days=1)
            if earlier <= before:  # late on the day of the step before
                begun = before.astimezone(SHANGHAI)
                earlier = begun + (datetime.combine(begun.date(), time.max, SHANGHAI) - begun) / 3
            found = earlier if not days.nothing_happens(earlier.toordinal()) else found
        return found

    def _clock(self, day: date, hour: time, minutes: int = 90) -> datetime:
        """A moment within so many minutes from `hour`."""
        begun = datetime.combine(day, hour, SHANGHAI)
        return begun + timedelta(minutes=minutes * self.rng.random())


def end_of(day: date) -> datetime:
    """The last moment of a day, in UTC."""
    return moment(day, 23, 59, 59)


def working_day_before(day: date, so_many: int) -> int:
    """The number of a working day about so many days before."""
    number = day.toordinal() - so_many
    return days.working_day_near(number, number - 12, number) or number
