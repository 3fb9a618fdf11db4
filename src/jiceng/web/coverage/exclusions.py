"""One unit's coverage with the rule that says it, and taking it out of the base: asked, decided, ended."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.deciding import Decision
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import covers
from jiceng.coverage.board import ledgers
from jiceng.coverage.exclusions import (
    REASONS,
    ask_exclusion,
    awaiting_exclusions,
    decide_exclusion,
    end_exclusion,
    exclusions_seen,
)
from jiceng.coverage.models import CompletenessSpan, CoverageSpan, Exclusion
from jiceng.coverage.picking import found
from jiceng.organisations.models import Unit
from jiceng.packs.catalogue import current
from jiceng.records.bases import valid_on
from jiceng.web.coverage.asking import day_of
from jiceng.web.coverage.shaping import unit_lines
from jiceng.web.shell.sight import sight

KEPT = 200
LIGHTS = {
    Decision.PENDING: "warn",
    Decision.APPROVED: "good",
    Decision.REFUSED: "bad",
}


@needs(P.COVERAGE_VIEW)
@require_GET
def unit(request: Any, key: int) -> HttpResponse:
    """What the rules say of one unit today, ledger by ledger, and how it came to that."""
    body = get_object_or_404(Unit.objects.select_related("region"), pk=key)
    names = {choice.key: choice.label for choice in ledgers(current())}
    spans = CoverageSpan.objects.filter(unit=body, ledger__in=names).order_by("ledger", "-valid_from")
    lines = [line | {"ledger": names[line["span"].ledger]} for line in unit_lines(found(list(spans)))]
    today = [line for line in lines if _holds(line["span"], request.today)]
    outs = _shown(exclusions_seen(sight(request, P.COVERAGE_VIEW)).filter(unit=body), request)
    busy = {each["exclusion"].ledger for each in outs if each["open"]}
    context = {
        "unit": body,
        "today": today,
        "past": [line for line in lines if line not in today],
        "items": _items(body, request),
        "exclusions": outs,
        "may_ask": covers(request.access.scope(P.UNITS_EDIT, P.COVERAGE_EXCLUDE), body),
        "choices": [
            (line["span"].ledger, line["ledger"]) for line in today if line["span"].ledger not in busy
        ],
        "reasons": _reasons(),
    }
    return render(request, "coverage/unit.html", context)


def _holds(span: CoverageSpan, day: Any) -> bool:
    return bool(span.valid_from <= day and (span.valid_to is None or span.valid_to > day))


def _items(body: Unit, request: Any) -> list[tuple[str, bool]]:
    """The items of N clear that are asked of the unit today, each with whether it is clear."""
    english = (get_language() or "").startswith("en")
    specs = current().section("completeness")
    rows = CompletenessSpan.objects.filter(valid_on(request.today), unit=body).order_by("pk")
    return [
        (
            specs[row.item].label_en if english and specs[row.item].label_en else specs[row.item].label,
            row.clear,
        )
        for row in rows
        if row.item in specs
    ]


def _reasons() -> list[tuple[str, str]]:
    catalogue = current()
    known = catalogue.vocabularies.get(REASONS)
    return [(key, catalogue.label(key)) for key in known] if known else []


def _shown(rows: Iterable[Exclusion], request: Any) -> list[dict[str, Any]]:
    """Exclusions, each with its state in shape and words, and what the visitor may do about it."""
    kept, catalogue = list(rows), current()
    scope = request.access.scope(P.COVERAGE_EXCLUDE)
    mine = set(Unit.visible_to(scope).filter(pk__in={e.unit_id for e in kept}).values_list("pk", flat=True))
    names = {choice.key: choice.label for choice in ledgers(catalogue)}
    found = []
    for each in kept:
        pending, approved = (each.status == s for s in (Decision.PENDING, Decision.APPROVED))
        over = each.valid_to is not None and each.valid_to <= request.today
        may = each.unit_id in mine
        found.append(
            {
                "exclusion": each,
                "ledger": names.get(each.ledger, each.ledger),
                "reason": catalogue.label(each.reason),
                "state": _("已恢复") if over else each.get_status_display(),
                "light": "none" if over else LIGHTS[Decision(each.status)],
                "open": pending or (approved and each.valid_to is None),
                "decide": pending and may and each.requested_by_id != request.access.user.pk,
                "end": approved and each.valid_to is None and may,
            }
        )
    return found


@needs(P.UNITS_EDIT, P.COVERAGE_EXCLUDE)
@require_POST
def ask(request: Any, key: int) -> HttpResponse:
    """Ask that a unit leave the base of a ledger."""
    body = get_object_or_404(Unit.objects.all(), pk=key)
    said = request.POST
    ask_exclusion(
        access=request.access,
        unit=body,
        ledger=said.get("ledger", ""),
        reason=said.get("reason", ""),
        note=said.get("note", ""),
        day=day_of(said.get("day", "")) or request.today,
    )
    messages.success(request, _("已提交剔除申请，等待另一人审批；批准前仍计入口径"))
    return HttpResponseRedirect(reverse("coverage:unit", args=[body.pk]))


@needs(P.COVERAGE_VIEW)
@require_GET
def listing(request: Any) -> HttpResponse:
    """The requests that wait for the visitor, and everything taken out, asked for or put back in sight."""
    waiting = list(awaiting_exclusions(request.access)) if request.access.may(P.COVERAGE_EXCLUDE) else []
    rows = exclusions_seen(sight(request, P.COVERAGE_VIEW))
    rows = rows.exclude(pk__in=[each.pk for each in waiting])[: KEPT + 1]
    shown = _shown(rows, request)
    context = {
        "waiting": _shown(waiting, request),
        "rows": shown[:KEPT],
        "more": len(shown) > KEPT,
    }
    return render(request, "coverage/exclusions.html", context)


def _seen(request: Any, key: int) -> Exclusion:
    found: Exclusion = get_object_or_404(exclusions_seen(request.access.scope(P.COVERAGE_EXCLUDE)), pk=key)
    return found


@needs(P.COVERAGE_EXCLUDE)
@require_POST
def decide(request: Any, key: int) -> HttpResponse:
    """Approve someone's request, or not."""
    agreed = request.POST.get("agree") == "yes"
    decide_exclusion(
        access=request.access,
        exclusion=_seen(request, key),
        approve=agreed,
        decision=request.POST.get("decision", ""),
    )
    messages.success(request, _("已批准，不再计入口径") if agreed else _("已退回"))
    return HttpResponseRedirect(reverse("coverage:exclusions"))


@needs(P.COVERAGE_EXCLUDE)
@require_POST
def end(request: Any, key: int) -> HttpResponse:
    """Put a unit back into the base."""
    exclusion = _seen(request, key)
    end_exclusion(
        access=request.access,
        exclusion=exclusion,
        day=day_of(request.POST.get("day", "")) or request.today,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("已恢复，重新按规则计算"))
    return HttpResponseRedirect(reverse("coverage:unit", args=[exclusion.unit_id]))
