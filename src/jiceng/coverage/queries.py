"""What the coverage board reads: the funnel, the gaps, the clear-items matrix, each on a day and under
scope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from jiceng.coverage.compiling import canonical
from jiceng.coverage.models import CompletenessSpan, CoverageSpan
from jiceng.organisations.models import Unit, UnitSpan
from jiceng.packs.catalogue import Catalogue, current
from jiceng.protection.scopes import active_scope, within
from jiceng.records.bases import valid_on

MEASURES: Mapping[str, Q] = {
    "known": Q(),
    "in_scope": Q(in_scope=True),
    "out_of_scope": Q(in_scope=False, excluded=False),
    "excluded": Q(excluded=True),
    "obliged": Q(obliged=True),
    "obliged_organised": Q(obliged=True, organised=True),
    "obliged_open": Q(obliged=True, organised=False),
    "organised": Q(organised=True),
    "unorganised": Q(in_scope=True, organised=False),
    "worked": Q(worked=True),
    "unworked": Q(in_scope=True, worked=False),
    "worked_only": Q(obliged=False, organised=False, worked=True),
    "bare": Q(in_scope=True, obliged=False, worked=False),
}
"""What a number of the board counts, as a condition on coverage spans: the same for the number and for the
units behind it. Gaps (`unorganised`) are `obliged_open`, `bare` or `worked_only`, each exactly one of them.
"""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units of a ledger on a day: all it looks at, taken out (剔除), in scope, obliged (应建), obliged and
    organised, organised, worked.

    Rates are not kept, their parts are: 组织覆盖率 = organised ÷ in_scope, 应建已建率 = obliged_organised ÷
    obliged, 工作覆盖率 = worked ÷ in_scope.
    """

    known: int
    excluded: int
    in_scope: int
    obliged: int
    obliged_organised: int
    organised: int
    worked: int


def spans_on(ledger: str, day: date, path: str = "") -> QuerySet[CoverageSpan]:
    """The coverage spans of `ledger` that hold on `day`, under the scope in force, below territory `path`
    if given.
    """
    scope = active_scope()
    rows = CoverageSpan.objects.filter(valid_on(day), ledger=ledger)
    if not scope.everything:
        rows = rows.filter(unit__in=Unit.visible_to(scope).values("pk"))
    return rows.filter(within("unit__region_path", path)) if path else rows


def funnel(rows: QuerySet[CoverageSpan]) -> Funnel:
    """Count the spans of `rows` (one unit each) into the funnel."""
    counts = rows.aggregate(**counting())
    return Funnel(**{name.removeprefix("n_"): count for name, count in counts.items()})


def counting() -> dict[str, Count]:
    """The funnel's parts as aggregates; prefixed, because one may not have the name of a column it reads."""
    return {f"n_{part.name}": Count("pk", filter=MEASURES[part.name]) for part in fields(Funnel)}


def above_scale(day: date) -> Exists:
    """Condition on coverage spans: the unit was above scale (规上) on `day`."""
    return Exists(UnitSpan.objects.filter(valid_on(day), unit=OuterRef("unit_id"), above_scale=True))


GAPS_FIRST = ("-obliged", "worked", "unit__region_path", "unit_id")
"""The order of a gap list: obliged ones first, then those without any work coverage, by territory."""


def gaps(ledger: str, day: date, path: str = "") -> QuerySet[CoverageSpan]:
    """Units in scope that have no organisation yet, obliged ones first, then those without any work
    coverage.
    """
    rows = spans_on(ledger, day, path).filter(MEASURES["unorganised"])
    return rows.select_related("unit", "unit__region").order_by(*GAPS_FIRST)


@dataclass(frozen=True, slots=True)
class Clear:
    """One clear item in one area on one day."""

    area: int
    item: str
    clear: int
    total: int


def clear_matrix(day: date, areas: Sequence[tuple[int, str]]) -> list[Clear]:
    """For every (region key, path) of `areas` and every item: how many units are clear, of how many.

    Comparable between two dates: call it twice.
    """
    scope = active_scope()
    out: list[Clear] = []
    for area, path in areas:
        rows = CompletenessSpan.objects.filter(valid_on(day)).filter(within("unit__region_path", path))
        if not scope.everything:
            rows = rows.filter(unit__in=Unit.visible_to(scope).values("pk"))
        counted = rows.values("item").annotate(total=Count("pk"), done=Count("pk", filter=Q(clear=True)))
        out += (Clear(area, row["item"], row["done"], row["total"]) for row in counted.order_by("item"))
    return out


def rule_texts(catalogue: Catalogue, rule: str, language: str = "") -> tuple[str, str]:
    """(what the rule asks for, the document it cites) of a span's `rule`; empty texts for a rule now gone."""
    ledger, _dot, key = rule.partition(".")
    spec = catalogue.section("coverage").get(ledger)
    need = next((n for n in spec.needs if n.key == key), None) if spec else None
    if need is None:
        return "", ""
    english = (language or get_language() or "").startswith("en")
    return need.text_en if english and need.text_en else need.text, need.cites


def gap_lines(day: date, path: str = "", ledger: str = "") -> list[dict[str, str | int | bool]]:
    """The gap list for the command line and for export: unit, place, members, what the rule asks and
    cites.
    """
    catalogue = current()
    known = {canonical(catalogue, "coverage", key) for key in catalogue.section("coverage")}
    wanted = {k for k in known if not ledger or ledger in (k, k.partition(":")[2])}
    out: list[dict[str, str | int | bool]] = []
    for key in sorted(wanted):
        for span in gaps(key, day, path):
            text, cites = rule_texts(catalogue, span.rule)
            out.append(
                {
                    "ledger": key,
                    "code": span.unit.code,
                    "name": span.unit.name,
                    "region": span.unit.region.name,
                    "members": span.members,
                    "obliged": span.obliged,
                    "worked": span.worked,
                    "rule": span.rule,
                    "text": text,
                    "cites": cites,
                }
            )
    return out
