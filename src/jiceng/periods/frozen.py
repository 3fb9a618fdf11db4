"""Asking a closed period again: its own snapshot, its own wording, the same values and records."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jiceng.indicators.answering.declared import find
from jiceng.indicators.answering.question import Question
from jiceng.indicators.answering.values import Value
from jiceng.indicators.engine import answering_from
from jiceng.indicators.figures import answer
from jiceng.indicators.periods import CalendarPeriod
from jiceng.packs.catalogue import wording
from jiceng.periods.models import Closing
from jiceng.protection.scopes import Scope


@contextmanager
def as_closed(closing: Closing) -> Iterator[None]:
    """Inside, figures are what they were when the period was closed. Raises Refusal where its snapshot or its
    packs are gone.
    """
    with in_the_words_of(closing), answering_from(closing.manifest):
        yield


@contextmanager
def in_the_words_of(closing: Closing) -> Iterator[None]:
    """Inside, figures mean what they meant when the period was closed, counted over today's records."""
    with wording(tuple((pack, digest) for pack, digest in closing.packs)):
        yield


def question_of(region: int, period: CalendarPeriod, scope: Scope) -> Question:
    """What is asked of a reported figure: stocks as of the last day, flows within the period."""
    return Question(scope=scope, node=region, as_of=period.last, period=period.days, today=period.last)


def values_of(keys: list[str], region: int, period: CalendarPeriod) -> dict[str, Value]:
    """The figures over all records of the area."""
    question = question_of(region, period, Scope.all())
    return {key: answer(find(key), question) for key in keys}


def stored(key: str, value: Value) -> dict[str, Any]:
    """A figure as a closing keeps it."""
    return {
        "key": key,
        "numerator": _plain(value.numerator),
        "denominator": _plain(value.denominator),
        "rows": value.rows,
        "unit": value.unit,
        "ratio": value.ratio,
    }


def _plain(found: Any) -> Any:
    return found if found is None or isinstance(found, int | float) else str(found)


def same(kept: dict[str, Any], value: Value) -> bool:
    """Whether the value is the one that was kept."""
    return stored(kept["key"], value) == kept
