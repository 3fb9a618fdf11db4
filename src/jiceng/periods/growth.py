"""Figures against the period before and the same period of the year before, on the boundaries of the period's end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jiceng.indicators.answering.declared import Declared, find
from jiceng.indicators.answering.values import Value
from jiceng.indicators.checks.running import number
from jiceng.indicators.figures import answer
from jiceng.indicators.periods import CalendarPeriod
from jiceng.periods.frozen import question_of
from jiceng.protection.scopes import Scope


@dataclass(frozen=True, slots=True)
class Growth:
    """A figure of a period beside an earlier one."""

    now: Value
    then: Value

    @property
    def difference(self) -> Decimal | None:
        """By how much it changed (percentage points for a share); None where one of them has no value."""
        now, then = number(self.now.value), number(self.then.value)
        return None if now is None or then is None else now - then

    @property
    def share(self) -> Decimal | None:
        """The change in per cent; None for shares, and where there was nothing to grow from."""
        then, difference = number(self.then.value), self.difference
        return None if difference is None or not then or self.now.ratio else difference / abs(then) * 100


@dataclass(frozen=True, slots=True)
class Course:
    """A figure of a period with its two comparisons."""

    key: str
    value: Value
    last: Growth
    year: Growth


def courses(keys: Sequence[str], region: int, period: CalendarPeriod) -> list[Course]:
    """Each figure over all records of the area, with what it was one period and one year before.

    `value` is the figure as it is reported. What is compared stands on the map of the period's last day at every
    time, so that moved boundaries are no growth.
    """
    return [_course(find(key), region, period) for key in keys]


def _course(asked: Declared, region: int, period: CalendarPeriod) -> Course:
    question = question_of(region, period, Scope.all())
    now, last, year = (
        answer(asked, replace(question_of(region, when, Scope.all()), map="today", today=period.last))
        for when in (period, period.before(), period.years_before())
    )
    return Course(asked.key, answer(asked, question), Growth(now, last), Growth(now, year))
