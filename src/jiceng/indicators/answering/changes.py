"""The measure `change`: one indicator at two times."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question, before
from jiceng.indicators.answering.values import Amount, Part, Value

Answer = Callable[[Declared, Question], Value]


def compared_questions(asked: Declared, question: Question) -> tuple[Declared, Question, Question]:
    """The indicator that changes, and the two questions whose answers are compared, the earlier first."""
    indicator = asked.indicator
    assert isinstance(indicator.of, str)
    assert indicator.earlier is not None
    earlier = indicator.earlier
    if earlier.years is not None:
        day, period = before(question, earlier.years)
        first = replace(question, as_of=day, period=period)
    elif earlier.as_of is not None:
        first = replace(question, as_of=earlier.as_of)
    else:
        assert earlier.since is not None
        assert earlier.until is not None
        first = replace(question, period=(earlier.since, earlier.until))
    return asked.other(indicator.of), first, question


def change(asked: Declared, question: Question, answer: Answer) -> Value:
    """How the other indicator changed. Its parts are those of the later answer, each against its earlier
    self.
    """
    other, first, second = compared_questions(asked, question)
    earlier, later = answer(other, first), answer(other, second)
    total = _changed(asked, earlier, later)
    return replace(
        later,
        numerator=total.numerator,
        denominator=total.denominator,
        rows=total.rows,
        unit=total.unit,
        ratio=total.ratio,
        key=asked.key,
        parts=tuple(_changed_parts(asked, earlier, later)),
        compared=(earlier, later),
    )


def _changed_parts(asked: Declared, earlier: Value, later: Value) -> list[Part]:
    """Parts of both days; what there is on one of them only is compared with nothing."""
    nothing = Amount(0, 0 if later.ratio else None, 0, later.unit, later.ratio)
    olds = {part.key: part for part in earlier.parts}
    news = {part.key: part for part in later.parts}
    found = []
    for key, known in {**olds, **news}.items():
        amount = _changed(asked, olds.get(key, nothing), news.get(key, nothing))
        changed = replace(known, numerator=amount.numerator, denominator=amount.denominator, rows=amount.rows)
        found.append(replace(changed, unit=amount.unit, ratio=amount.ratio))
    return found


def _changed(asked: Declared, earlier: Amount, later: Amount) -> Amount:
    """The change from one amount to the other. A share of it is kept as numerator and denominator."""
    unit, rows = asked.indicator.unit, earlier.rows + later.rows
    old, new = earlier.value, later.value
    how = asked.indicator.change
    if old is None or new is None:
        return Amount(None, None, rows, unit)
    less = how in ("reduction", "reduction_share")
    difference = old - new if less else new - old
    if how in ("growth_share", "reduction_share"):
        return Amount(difference, _plain(old), rows, unit, ratio=True)
    return Amount(_plain(difference), None, rows, unit)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | Decimal) else value.days
