"""The units behind a number of the coverage board: one way for every number, so that both always agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jiceng.coverage.models import CompletenessSpan, CoverageSpan
from jiceng.coverage.queries import GAPS_FIRST, MEASURES, above_scale, rule_texts, spans_on
from jiceng.organisations.models import Region, RegionHolding, UnitSpan
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import within
from jiceng.records.bases import valid_on


@dataclass(frozen=True, slots=True)
class Pick:
    """What a number counts: the units of `ledger` on `day` that meet `measure` (a key of `MEASURES`).

    `inside`: below this territory path; `beside`: below none of these. `industry`: of exactly this one ('':
    of none). `item` with `clear`: for which that item of N clear is clear, or is not. `named`: whose name has
    this text.
    """

    ledger: str
    day: date
    measure: str = "known"
    inside: str = ""
    beside: tuple[str, ...] = ()
    industry: str | None = None
    above_scale: bool = False
    item: str = ""
    clear: bool = True
    named: str = ""

    def spans(self) -> QuerySet[CoverageSpan]:
        """One span a unit, gaps first, under the scope in force. Raises KeyError for an unknown measure."""
        rows = spans_on(self.ledger, self.day, self.inside).filter(MEASURES[self.measure])
        for path in self.beside:
            rows = rows.exclude(within("unit__region_path", path))
        if self.industry is not None:
            rows = rows.alias(industry=industry_on(self.day)).filter(Q(("industry", self.industry)))
        if self.above_scale:
            rows = rows.filter(above_scale(self.day))
        if self.item:
            held = CompletenessSpan.objects.filter(valid_on(self.day), unit=OuterRef("unit_id"))
            rows = rows.filter(Exists(held.filter(item=self.item, clear=self.clear)))
        if self.named:
            rows = rows.filter(Q(unit__name__contains=self.named) | Q(unit__code=self.named))
        return rows.select_related("unit", "unit__region").order_by(*GAPS_FIRST)


def industry_on(day: date) -> Subquery:
    """The industry that a coverage span's unit had on `day`."""
    held = UnitSpan.objects.filter(valid_on(day), unit=OuterRef("unit_id"))
    return Subquery(held.values("industry")[:1])


@dataclass(frozen=True, slots=True)
class Found:
    """A unit behind a number, with what the rule asks for and the document it cites ('' out of scope)."""

    span: CoverageSpan
    text: str
    cites: str


def found(spans: Sequence[CoverageSpan]) -> list[Found]:
    """Each of `spans` with the words of its rule."""
    catalogue = current()
    return [Found(span, *rule_texts(catalogue, span.rule)) for span in spans]


def areas_of(roots: Sequence[Region], day: date) -> list[Region]:
    """The regions that a board over `roots` lists: those directly below the only root, or held by it as a
    functional area; the roots themselves where there are several, or nothing lies below.
    """
    if len(roots) != 1:
        return list(roots)
    held = RegionHolding.objects.on(day).filter(holder=roots[0]).values("held")
    below = Region.objects.current().filter(Q(parent=roots[0]) | Q(pk__in=held))
    return list(below.order_by("code")) or list(roots)
