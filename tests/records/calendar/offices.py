"""Offices with their calendars, and moments on their clocks."""

from datetime import date, datetime, timedelta

from jiceng.records.calendar import SHANGHAI, Hours, Season, SpecialDay, Statutory, WorkCalendar, published

MORNING_AND_AFTERNOON = Hours.parse(["08:30-12:00", "14:00-17:30"])

OFFICE = WorkCalendar(MORNING_AND_AFTERNOON)
"""Seven hours a day, and the days of the whole country."""

SEASONAL = WorkCalendar(
    Hours.parse(["08:30-12:00", "14:00-17:30"]),
    (
        Season((5, 1), (9, 30), Hours.parse(["08:30-12:00", "15:00-18:00"])),
        Season((12, 15), (1, 20), Hours.parse(["09:00-11:30", "13:00-13:20", "14:00-17:00"])),
    ),
    (
        SpecialDay(date(2026, 3, 9), works=False, reason="三月三"),
        SpecialDay(date(2026, 7, 18), works=True, reason="防汛值班"),
        SpecialDay(date(2026, 10, 2), works=True, reason="防火值班"),
    ),
)
"""Other hours in summer and over the turn of the year; a day off and two days on duty of its own."""

ROUND_THE_CLOCK = WorkCalendar(Hours.parse(["00:00-24:00"]))
"""Works all hours of working days."""

OFFICES = {"office": OFFICE, "seasonal": SEASONAL, "round the clock": ROUND_THE_CLOCK}


def at(text: str) -> datetime:
    """A moment on Shanghai's clock: `2026-11-30 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def known_with(*years: int, off: tuple[str, ...] = (), worked: tuple[str, ...] = ()) -> Statutory:
    """What is published, and further years with these days."""
    known = published()
    return Statutory(
        known.years | set(years),
        {**known.days_off, **{date.fromisoformat(day): "Spring Festival" for day in off}},
        {**known.make_up, **{date.fromisoformat(day): "Spring Festival" for day in worked}},
    )


def counted_up(start: datetime, calendar: WorkCalendar, minutes: int) -> datetime:
    """The moment by which so many minutes were worked, found by waiting for each: slow, and plainly right."""
    moment = start
    while minutes:
        day, minute = moment.date(), moment.hour * 60 + moment.minute
        hours = calendar.hours_on(day)
        if calendar.is_working(day) and any(begin <= minute < end for begin, end in hours.stretches):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment
