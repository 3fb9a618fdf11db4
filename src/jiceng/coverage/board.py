"""The coverage board in one call: funnel, rates by area or industry, the clear matrix, each also on another
day to compare with.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.utils.translation import get_language

from jiceng.coverage.compiling import canonical
from jiceng.coverage.models import CoverageSpan
from jiceng.coverage.picking import areas_of, industry_on
from jiceng.coverage.queries import Clear, Funnel, above_scale, clear_matrix, counting, funnel, spans_on
from jiceng.coverage.sections import RatesSpec
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import Catalogue, current

LEAST = 3
"""Areas with fewer units in scope show their counts but no rate: a rate of two units says nothing."""

NONE = Funnel(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LedgerChoice:
    """A ledger the board can show."""

    key: str
    label: str
    base: str
    rates: RatesSpec


@dataclass(frozen=True, slots=True)
class Row:
    """One area or industry; `region` is None for what stands at the node itself and for industries. `then` is
    its funnel on the other day, where one is compared with.
    """

    key: str
    label: str
    region: Region | None
    funnel: Funnel
    then: Funnel | None = None

    @property
    def enough(self) -> bool:
        """Whether a rate over it means something."""
        return self.funnel.in_scope >= LEAST


@dataclass(frozen=True, slots=True)
class Matrix:
    """N clear by area: item labels, and per area one cell an item, with the other day's beside it if
    asked.
    """

    items: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Row, tuple[tuple[Clear | None, Clear | None], ...]], ...]


@dataclass(frozen=True, slots=True)
class Both:
    """A funnel on the board's day, and on the day it is compared with."""

    now: Funnel
    then: Funnel | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the page shows. `areas` are the regions that could be rows."""

    ledgers: tuple[LedgerChoice, ...]
    ledger: LedgerChoice
    day: date
    compare: date | None
    total: Both
    above_scale: Both
    areas: tuple[Region, ...]
    rows: tuple[Row, ...]
    matrix: Matrix


def ledgers(catalogue: Catalogue) -> list[LedgerChoice]:
    """The ledgers that any pack in force keeps, base packs' first; a local override is not a second one."""
    english = (get_language() or "").startswith("en")
    found: dict[str, LedgerChoice] = {}
    for key, spec in catalogue.section("coverage").items():
        known = canonical(catalogue, "coverage", key)
        label = spec.name_en if english and spec.name_en else spec.label
        if known == key or known not in found:
            found[known] = LedgerChoice(known, label, spec.base, spec.rates)
    return list(found.values())


def ledger_named(key: str) -> LedgerChoice | None:
    """The ledger called `key`, else the first; None where no pack keeps one."""
    choices = ledgers(current())
    return next((c for c in choices if c.key == key), choices[0] if choices else None)


def board(
    *,
    day: date,
    roots: Sequence[Region],
    ledger: str = "",
    by: str = "territory",
    compare: date | None = None,
) -> Board | None:
    """The board on `day` of all that the scope in force shows; its rows are the areas below `roots`
    (`areas_of`) or, with `by` industry, the industries. None where no pack keeps a coverage ledger.
    """
    catalogue = current()
    choices, chosen = ledgers(catalogue), ledger_named(ledger)
    if chosen is None:
        return None
    areas = areas_of(roots, day)
    spans = spans_on(chosen.key, day)
    other = spans_on(chosen.key, compare) if compare else None
    rows = _areas(spans, other, areas)
    industries = by == "industry"
    return Board(
        ledgers=tuple(choices),
        ledger=chosen,
        day=day,
        compare=compare,
        total=Both(funnel(spans), funnel(other) if other is not None else None),
        above_scale=Both(
            funnel(spans.filter(above_scale(day))),
            funnel(other.filter(above_scale(compare))) if other is not None and compare else None,
        ),
        areas=tuple(areas),
        rows=tuple(_industries(spans, other, day, compare, catalogue) if industries else rows),
        matrix=_matrix(catalogue, chosen.key, rows, day, compare),
    )


def _areas(
    spans: QuerySet[CoverageSpan], other: QuerySet[CoverageSpan] | None, areas: Sequence[Region]
) -> list[Row]:
    """A row for each of `areas` that has units, then one for what lies in none of them."""
    now, then = _by_area(spans, areas), _by_area(other, areas) if other is not None else {}
    shown = [
        Row(area.code, area.name, area, now.get(area.pk, NONE), then.get(area.pk))
        for area in areas
        if area.pk in now or area.pk in then
    ]
    if REST in now:
        shown.append(Row("", "", None, now[REST], then.get(REST)))
    return shown


REST = 0
"""The key of what lies in none of the areas."""


def _by_area(spans: QuerySet[CoverageSpan], areas: Sequence[Region]) -> dict[int, Funnel]:
    found: dict[int, Funnel] = {}
    for length in {len(area.path) for area in areas}:
        counted = _funnels(spans.annotate(area=Substr("unit__region_path", 1, length)), "area")
        found |= {a.pk: counted[a.path] for a in areas if len(a.path) == length and a.path in counted}
    whole = astuple(funnel(spans))
    inside = [sum(parts) for parts in zip(*map(astuple, found.values()), strict=True)] or [0] * len(whole)
    rest = Funnel(*(total - part for total, part in zip(whole, inside, strict=True)))
    return found | ({REST: rest} if rest.known else {})


def _industries(
    spans: QuerySet[CoverageSpan],
    other: QuerySet[CoverageSpan] | None,
    day: date,
    compare: date | None,
    catalogue: Catalogue,
) -> list[Row]:
    now = _funnels(spans.annotate(industry=industry_on(day)), "industry")
    then = {}
    if other is not None and compare:
        then = _funnels(other.annotate(industry=industry_on(compare)), "industry")
    rows = [
        Row(key or "", catalogue.label(key) if key else "", None, counted, then.get(key))
        for key, counted in now.items()
    ]
    return sorted(rows, key=lambda row: -row.funnel.in_scope)


def _funnels(spans: QuerySet[CoverageSpan], group: str) -> dict[str, Funnel]:
    counted = spans.values(group).annotate(**counting()).order_by(group)
    return {
        row.pop(group): Funnel(**{name.removeprefix("n_"): count for name, count in row.items()})
        for row in counted
    }


def _matrix(
    catalogue: Catalogue, ledger: str, areas: Sequence[Row], day: date, compare: date | None
) -> Matrix:
    english = (get_language() or "").startswith("en")
    items: dict[str, str] = {}
    for key, spec in catalogue.section("completeness").items():
        if canonical(catalogue, "coverage", spec.ledger) == ledger:
            known = canonical(catalogue, "completeness", key)
            items.setdefault(known, spec.label_en if english and spec.label_en else spec.label)
    named = [(row.region.pk, row.region.path) for row in areas if row.region]
    now = {(c.area, c.item): c for c in clear_matrix(day, named)} if items else {}
    then = {(c.area, c.item): c for c in clear_matrix(compare, named)} if items and compare else {}
    rows = tuple(
        (row, tuple((now.get((row.region.pk, item)), then.get((row.region.pk, item))) for item in items))
        for row in areas
        if row.region and any((row.region.pk, item) in now for item in items)
    )
    return Matrix(tuple(items.items()), rows)
