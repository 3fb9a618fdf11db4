"""Figures: a value with its parts, the records behind it, its course over time. One way for every indicator.

Number and list come from one query with and without its measure, so they cannot disagree.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from jiceng.indicators.answering.changes import change, compared_questions
from jiceng.indicators.answering.declared import Declared, declared
from jiceng.indicators.answering.parts import parts_of
from jiceng.indicators.answering.question import Question, period_of
from jiceng.indicators.answering.running import Running, running
from jiceng.indicators.answering.values import Amount, Part, Period, Record, Records, Value
from jiceng.indicators.compile.dialects import Dialect
from jiceng.records.facts import all_facts

__all__ = [
    "Amount",
    "Part",
    "Period",
    "Question",
    "Record",
    "Records",
    "Value",
    "figure",
    "period_of",
    "records",
    "trend",
]

PAGE = 1_000
"""Records a page has unless more are asked for."""

ANY: Any = object()
"""Records of every part."""


def figure(key: str, **asked: Any) -> Value:
    """The figure of the indicator `key` (`pack:key`, or a bare key as it holds at the node asked for).

    Takes what `Question` holds, by name; `scope` must be given. The value is over all records of the place
    where the indicator is for the place or the public, else over those that the scope shows (`Value.whole`
    says which). With `by` it has parts. Raises Refusal for an unknown indicator, tree or column, and
    without a snapshot.
    """
    question = Question(**asked)
    return answer(declared(key, question), question)


def answer(asked: Declared, question: Question) -> Value:
    """`figure` for a declaration that is at hand."""
    if asked.indicator.measure == "change":
        return change(asked, question, answer)
    indicator, run = asked.indicator, running(asked, question)
    ratio = indicator.measure in ("share", "average")
    parts = parts_of(run, ratio) if question.by else ()
    if parts and run.adds_up():
        numerator, denominator, rows = _summed(parts)
    else:
        ((numerator, denominator, rows),) = run.rows("value", by="")
    flow = indicator.time == "flow"
    return Value(
        numerator,
        denominator,
        rows,
        indicator.unit,
        ratio,
        key=asked.key,
        as_of=None if flow else question.day,
        period=question.between if flow else None,
        map_day=question.map_day(flow),
        whole=run.whole,
        created=run.engine.manifest.created,
        trouble=run.engine.trouble,
        parts=parts,
    )


def _summed(parts: Sequence[Part]) -> tuple[Any, Any, int]:
    """The numerators, the denominators and the numbers of rows, each added up."""
    denominators = [part.denominator for part in parts if part.denominator is not None]
    denominator = sum(denominators) if denominators else None
    return sum(part.numerator for part in parts), denominator, sum(part.rows for part in parts)


def trend(key: str, *, points: Sequence[date | Period], **asked: Any) -> list[Value]:
    """The figure for each of `points`: days for a stock, periods for a flow. Takes the rest as `figure`
    does.
    """
    found = []
    for point in points:
        when = {"period": point} if isinstance(point, tuple) else {"as_of": point}
        found.append(figure(key, **asked, **when))
    return found


def records(
    key: str,
    *,
    part: Any = ANY,
    counted: bool | None = None,
    after: int = 0,
    limit: int = PAGE,
    **asked: Any,
) -> Records:
    """The records behind a figure, by key, those after the key `after` and at most `limit`.

    Takes the rest as `figure` does. With `by` and `part` only the records of that part. `counted`: only
    those that the numerator counts (or, where false, does not). They always obey the scope, also where the
    value is for all; names are read by the caller, under the same scope.
    """
    question = Question(**asked)
    return list_records(
        declared(key, question), question, part=part, counted=counted, after=after, limit=limit
    )


def list_records(
    asked: Declared,
    question: Question,
    *,
    part: Any = ANY,
    counted: bool | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> Records:
    """`records` for a declaration that is at hand."""
    if asked.indicator.measure == "change":
        other, first, second = compared_questions(asked, question)
        model = all_facts()[other.indicator.fact].model
        both = _of_change(_all(other, first, part), _all(other, second, part))
        found = [r for r in both if r.id > after and counted in (None, r.counted)]
        return Records(model, tuple(found[:limit]), len(found) > limit)
    run = running(asked, question)
    rows = _page(run, part, counted, after, limit + 1)
    model = all_facts()[asked.indicator.fact].model
    return Records(model, tuple(Record(*row[:3]) for row in rows[:limit]), len(rows) > limit)


def _page(run: Running, part: Any, counted: bool | None, after: int, limit: int) -> Sequence[tuple[Any, ...]]:
    """The rows of the records' query, narrowed and paged. They are not cached: pages are rarely turned
    twice.
    """

    def paged(dialect: Dialect) -> tuple[str, dict[str, Any]]:
        query, parameters = run.query("records", dialect, by="" if part is ANY else None)
        told: dict[str, Any] = {"after": after, "limit": limit}
        met = [f"id > {dialect.bound('after')}"]
        if part is not ANY:
            met.append(f"part IS NOT DISTINCT FROM {dialect.bound('part')}")
            told["part"] = part
        if counted is not None:
            met.append(f"counted = {dialect.bound('counted')}")
            told["counted"] = counted
        page = f"WHERE {' AND '.join(met)} ORDER BY id LIMIT {dialect.bound('limit')}"
        return f"SELECT id, counted, measured FROM ({query}) {page}", parameters | told

    return run.engine.facts(paged, remember=False)


def _all(asked: Declared, question: Question, part: Any) -> Iterator[Record]:
    after, more = 0, True
    while more:
        page = list_records(asked, question, part=part, after=after, limit=100_000)
        yield from page.rows
        more, after = page.more, page.rows[-1].id if page.rows else 0


def _of_change(earlier: Iterable[Record], later: Iterable[Record]) -> list[Record]:
    """The records of both times. Counted is what was there at one of them only, measured what it changed."""
    olds, news = {r.id: r for r in earlier}, {r.id: r for r in later}
    found = []
    for key in sorted({*olds, *news}):
        old, new = olds.get(key), news.get(key)
        known = new or old
        assert known is not None
        measured = (new.measured if new else 0) - (old.measured if old else 0)
        found.append(replace(known, counted=bool(measured), measured=measured))
    return found
