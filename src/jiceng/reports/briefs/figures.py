"""The figures and lists that a document declares, asked for an area and a period.

A figure of a paper is the answer to the very question that its page answers; nothing is computed here but the change
from one answer to another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jiceng.accounts.permissions import Permission as P
from jiceng.indicators.answering.declared import Declared, declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.answering.values import Amount, Part, Value
from jiceng.indicators.figures import answer
from jiceng.organisations.models import Region
from jiceng.organisations.queries import region_by_code
from jiceng.packs.catalogue import current
from jiceng.reports.asking import Asked
from jiceng.reports.conditions import holds, measured
from jiceng.reports.sections.conditions import BEFORE
from jiceng.reports.sections.figures import AREA, CHANGE, GROWTH, FigureSpec, ListSpec
from jiceng.reports.tables import Share
from jiceng.reports.tracing import Traced, bare


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number of a paper comes from: the question, its answer, and which part of it. `name` is the figure
    in its document: its key, behind that of its list and a dot.
    """

    name: str
    spec: FigureSpec
    asked: Declared
    question: Question
    region: Region
    value: Value
    part: Part | None = None


class Areas(list[Mapping[str, Any]]):
    """The rows of a list of areas; `whole` is what they come to together, which parts that overlap cannot say."""

    def __init__(self, rows: Any, whole: Mapping[str, Any]) -> None:
        super().__init__(rows)
        self.whole = whole


def figures_of(specs: Mapping[str, FigureSpec], asked: Asked) -> dict[str, Any]:
    """The value of every figure by the names that it offers."""
    found: dict[str, Any] = {}
    for key, spec in specs.items():
        now = answered(key, spec, asked)
        then = answered(key, spec, asked.earlier(spec.against)) if spec.against else None
        found |= _told(key, spec, now, then)
    return found


def areas_of(key: str, spec: ListSpec, asked: Asked, values: Mapping[str, Any]) -> Areas:
    """The rows of a list: every area below, narrowed, ordered and cut as the list says. `values` are the
    document's own, which a condition may compare with.
    """
    rows: dict[int | None, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    for name, figure in spec.figures.items():
        now = answered(f"{key}.{name}", figure, asked, spec.steps)
        then = (
            answered(f"{key}.{name}", figure, asked.earlier(figure.against), spec.steps)
            if figure.against
            else None
        )
        whole |= _told(name, figure, now, then)
        for part, told in _parts(name, figure, now, then):
            rows.setdefault(part, {}).update(told)
    listed = [row for part, row in rows.items() if part is not None or _says(row)]
    if spec.only or spec.most:
        listed = [row for part, row in rows.items() if part is not None]
    listed = [row for row in listed if all(holds(c, {**values, **row}) for c in spec.only)]
    if spec.order:
        listed = _ordered(listed, spec.order, descending=spec.descending)
    return Areas(listed[: spec.most], whole)


def _says(row: Mapping[str, Any]) -> bool:
    return any(measured(value) for value in row.values())


def _ordered(rows: list[dict[str, Any]], by: str, *, descending: bool) -> list[dict[str, Any]]:
    """By size; those of which nothing can be said last."""
    sized = [(measured(row.get(by)), row) for row in rows]
    known = [(size, row) for size, row in sized if size is not None]
    known.sort(key=lambda each: -each[0] if descending else each[0])
    return [row for _size, row in known] + [row for size, row in sized if size is None]


def spec_written(where: str) -> FigureSpec | None:
    """The figure that an address names: `pack:document/figure`, or `pack:document/list.figure`."""
    key, _slash, name = where.partition("/")
    document = current().section("documents").get(key)
    if document is None:
        return None
    listed, dot, column = name.partition(".")
    found = document.lists[listed].figures if dot and listed in document.lists else document.figures
    spec: FigureSpec | None = found.get(column if dot else name)
    return spec


# ---------------------------------------------------------------------------------------------- asking
def answered(name: str, spec: FigureSpec, asked: Asked, steps: int = 0) -> Origin | None:
    """What the figure comes to, with the areas so many steps below as its parts; None where its time has not come.
    `name` is the figure in its document.
    """
    first, last = spec.since or asked.first, spec.until or asked.last
    region = _region(spec, asked)
    if region is None or last < first:
        return None
    question = Question(
        scope=asked.sight(P.FIGURES_VIEW),
        node=int(region.pk),
        as_of=spec.as_of or last,
        period=(first, last),
        today=max(asked.today, last),
        narrowed=spec.where,
        by="territory" if steps else "",
        steps=max(steps, 1),
    )
    known = declared(spec.indicator, question)
    return Origin(name, spec, known, question, region, answer(known, question))


def _region(spec: FigureSpec, asked: Asked) -> Region | None:
    return region_by_code(spec.region, asked.last) if spec.region else asked.region


# ---------------------------------------------------------------------------------------------- telling
def _told(key: str, spec: FigureSpec, now: Origin | None, then: Origin | None) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(spec.names(key))
    if now is None:
        return found
    found[key] = Traced(shown(now.value, spec.per), now)
    if spec.against and then is not None:
        found |= _compared(key, found[key], Traced(shown(then.value, spec.per), then))
    return found


def _parts(
    key: str, spec: FigureSpec, now: Origin | None, then: Origin | None
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    if now is None:
        return
    earlier = {part.key: part for part in then.value.parts} if then is not None else {}
    for part in now.value.parts:
        found: dict[str, Any] = {AREA: part.label, **dict.fromkeys(spec.names(key))}
        found[key] = Traced(shown(part, spec.per), _of_part(now, part))
        if then is not None and (old := earlier.get(part.key)):
            found |= _compared(key, found[key], Traced(shown(old, spec.per), _of_part(then, old)))
        yield _node(part.key), found


def _node(key: Any) -> int | None:
    return None if key is None else int(key)


def _of_part(origin: Origin, part: Part) -> Origin:
    known = (origin.name, origin.spec, origin.asked, origin.question, origin.region, origin.value)
    return Origin(*known, part)


def _compared(key: str, now: Traced, then: Traced) -> dict[str, Any]:
    """The earlier value, by how much it changed (without a sign; a share by points), and by which share."""
    found: dict[str, Any] = {key + BEFORE: then}
    new, old = measured(now), measured(then)
    if new is not None and old is not None:
        change = abs(new - old)
        found[key + CHANGE] = Traced(
            int(change) if change == change.to_integral_value() else change, now.origin
        )
        if not isinstance(bare(now), Share):
            found[key + GROWTH] = Traced(Share(change, old), now.origin)
    return found


def shown(amount: Amount, per: int = 1) -> Any:
    """The amount as papers write it: a per cent by its parts, a number, a day; None where nothing can be said."""
    if amount.ratio and amount.unit == "%" and amount.numerator is not None:
        return Share(amount.numerator, amount.denominator or 0)
    value = amount.value
    if value is None or isinstance(value, date):
        return value
    return value if per == 1 else Decimal(str(value)) / per
