"""The hours of a day at which an office works, and the part of the year in which they hold."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from jiceng.records.calendar.moments import MINUTE
from jiceng.records.refusals import Refusal

LAST_MINUTE = 24 * 60
_LEAP_YEAR = 2000
"""A year that has every month and day."""
_STRETCH = re.compile(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)", re.ASCII)
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)

MonthDay = tuple[int, int]


@dataclass(frozen=True)
class Hours:
    """Stretches of one day, in minutes after midnight (up to 1440), in order and apart from each other.

    Raises Refusal where they are not.
    """

    stretches: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        edges = [edge for stretch in self.stretches for edge in stretch]
        if not edges or edges != sorted(set(edges)) or edges[0] < 0 or edges[-1] > LAST_MINUTE:
            remedy = _("例如 08:30-12:00、14:00-17:30，不早于 00:00，不晚于 24:00")
            raise Refusal(_("工作时段应先后分明、互不重叠，至少一段"), remedy=remedy)

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "Hours":
        """From texts such as `08:30-12:00`. Raises Refusal."""
        return cls(tuple(_stretch(text) for text in texts))

    def __str__(self) -> str:
        return " ".join(f"{_clock(begin)}–{_clock(end)}" for begin, end in self.stretches)

    @cached_property
    def length(self) -> int:
        """How long the day's work lasts, in microseconds."""
        return self._worked[-1]

    @cached_property
    def closing(self) -> int:
        """When the last stretch ends, in microseconds after midnight."""
        return self.stretches[-1][1] * MINUTE

    @cached_property
    def _worked(self) -> list[int]:
        """The work done before each stretch, and in all."""
        done = [0]
        for begin, end in self.stretches:
            done.append(done[-1] + (end - begin) * MINUTE)
        return done

    def passed(self, at: int) -> int:
        """The work done by `at` (microseconds after midnight), in microseconds."""
        done = 0
        for begin, end in self.stretches:
            if at <= begin * MINUTE:
                break
            done += min(at, end * MINUTE) - begin * MINUTE
        return done

    def reached(self, worked: int) -> int:
        """The first moment (microseconds after midnight) by which so much work is done; `worked` is more than
        none and no more than the day's.
        """
        index = bisect_left(self._worked, worked) - 1
        return self.stretches[index][0] * MINUTE + worked - self._worked[index]

    def next(self, at: int) -> int | None:
        """The first moment from `at` on at which work goes on; None after closing time."""
        for begin, end in self.stretches:
            if at < end * MINUTE:
                return max(at, begin * MINUTE)
        return None

    def during(self, at: int) -> bool:
        """Whether `at` lies in a stretch, its ends included."""
        return any(begin * MINUTE <= at <= end * MINUTE for begin, end in self.stretches)


@dataclass(frozen=True, slots=True)
class Season:
    """Hours that hold from one month and day to another, both included, every year. A season may go across
    the end of the year.
    """

    since: MonthDay
    until: MonthDay
    hours: Hours

    def covers(self, month: int, day: int) -> bool:
        """Whether the season holds on that day of every year."""
        if self.since <= self.until:
            return self.since <= (month, day) <= self.until
        return (month, day) >= self.since or (month, day) <= self.until


def month_day(text: str) -> MonthDay:
    """A month and day from a text such as `05-01`. Raises Refusal."""
    if (found := _MONTH_DAY.fullmatch(text.strip())) is not None:
        try:
            day = date(_LEAP_YEAR, int(found[1]), int(found[2]))
        except ValueError:
            pass
        else:
            return day.month, day.day
    raise Refusal(_("“%(text)s”不是几月几日") % {"text": text[:20]}, remedy=_("写成 05-01"))


def _stretch(text: str) -> tuple[int, int]:
    found = _STRETCH.fullmatch(text.strip())
    if found is None or int(found[2]) > 59 or int(found[4]) > 59:
        what = _("“%(text)s”不是一段工作时间") % {"text": text[:40]}
        raise Refusal(what, remedy=_("写成 08:30-12:00"))
    return int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
