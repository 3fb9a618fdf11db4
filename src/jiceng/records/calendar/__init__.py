"""The work calendar: which days and hours are worked, and when a time limit runs out.

A `WorkCalendar` is a value; `due_at` and `elapsed` are functions of it, of a start, a limit and pauses, and of
nothing else. Where it comes from for a place: `jiceng.packs.calendars.calendar_at`.
"""

from jiceng.records.calendar.hours import Hours, Season, month_day
from jiceng.records.calendar.limits import Limit, Pause, Unit, due_at, elapsed, is_provisional, reached_at
from jiceng.records.calendar.moments import SHANGHAI
from jiceng.records.calendar.months import months_later
from jiceng.records.calendar.statutory import Statutory, published
from jiceng.records.calendar.work import SpecialDay, WorkCalendar

__all__ = [
    "SHANGHAI",
    "Hours",
    "Limit",
    "Pause",
    "Season",
    "SpecialDay",
    "Statutory",
    "Unit",
    "WorkCalendar",
    "due_at",
    "elapsed",
    "is_provisional",
    "month_day",
    "months_later",
    "published",
    "reached_at",
]
