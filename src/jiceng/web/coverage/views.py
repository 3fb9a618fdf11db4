"""The coverage board: funnel, rates, map, clear matrix, gaps; the split proposed for an oversize branch."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiceng.accounts.days import codes_above
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.coverage.board import Board
from jiceng.coverage.board import board as board_of
from jiceng.coverage.proposals import propose_split
from jiceng.coverage.sections import RatesSpec
from jiceng.organisations.models import PartyOrg, Region
from jiceng.packs.catalogue import current
from jiceng.web.coverage.asking import Address, asked_of, day_of, roots_of
from jiceng.web.coverage.mapping import by_threshold, drawing
from jiceng.web.coverage.records import listed
from jiceng.web.coverage.shaping import funnel_steps, matrix_rows, measures, on_map, rated, whole
from jiceng.web.figures.listing import findings_on

FIRST = 12
"""So many gaps stand on the board; the others are one click away."""


def _board(request: Any, by: str = "territory") -> Board | None:
    asked, roots = request.GET, roots_of(request)
    found = board_of(
        day=day_of(asked.get("day", "")) or request.today,
        roots=roots,
        ledger=asked.get("ledger", ""),
        by=by,
        compare=day_of(asked.get("compare", "")),
    )
    if found is None or _like_figures(request, roots):
        return found
    return replace(found, ledger=replace(found.ledger, rates=UNTOLD))


UNTOLD = RatesSpec(organised=None, obliged=None, worked=None)


def _like_figures(request: Any, roots: list[Region]) -> bool:
    """Whether the board's rates are those of the place's figures: for someone who sees one region whole. The
    rates of others are over the units that they see, and open to these.
    """
    scope = request.access.scope(P.COVERAGE_VIEW)
    return len(roots) == 1 and not (scope.party or scope.industry or scope.held)


@needs(P.COVERAGE_VIEW)
@require_GET
def board(request: Any) -> HttpResponse:
    """The whole board on a day, for one ledger, with the first page of the gaps."""
    asked = asked_of(request)
    if asked is None:
        return render(request, "coverage/empty.html")
    address = Address(asked.choice.key, asked.pick.day)
    gaps = listed(request, asked, FIRST) | {"inside": True, "all_gaps": address.units(asked.pick.measure)}
    if request.headers.get("HX-Request-Type") == "partial":
        return render(request, "coverage/units.html", gaps)
    by = "industry" if request.GET.get("by") == "industry" else "territory"
    found = _board(request, by)
    assert found is not None  # there is a ledger
    context = {
        "board": found,
        "measures": measures(found),
        "steps": funnel_steps(found),
        "rows": [rated(row, found, industries=by == "industry") for row in found.rows],
        "whole": whole(found),
        "may_figures": request.access.may(P.FIGURES_VIEW),
        "matrix": matrix_rows(found.matrix, found),
        "by": by,
        "map_url": f"{reverse('coverage:map')}?{request.GET.urlencode()}",
        "excluded": address.units("excluded"),
    }
    return render(request, "coverage/board.html", context | gaps)


@needs(P.COVERAGE_VIEW)
@require_GET
def area_map(request: Any) -> JsonResponse:
    """Boundaries and rates of the areas the board lists, for the map; no boundaries: the page shows tiles."""
    found = _board(request)
    rows = [on_map(rated(row, found)) for row in found.rows if row.region] if found else []
    return JsonResponse(drawing(rows, by_threshold, current()))


@needs(P.FIGURES_VIEW)
@require_GET
def findings(request: Any) -> HttpResponse:
    """What fails a check about party organisations and their instructors (terms, sizes, loads), each with its
    rule and its records.
    """
    lines = findings_on(request, ("party_org", "appointment"))
    context = {
        "open": [line for line in lines if not line["nothing"]],
        "settled": [line for line in lines if line["nothing"]],
    }
    return render(request, "coverage/findings.html", context)


@needs(P.COVERAGE_VIEW)
@require_GET
def split(request: Any, key: int) -> HttpResponse:
    """The proposed split of a branch: parts by workplace and neighbourhood, with their sizes."""
    branch = get_object_or_404(PartyOrg.objects.all(), pk=key)
    catalogue, at = current(), codes_above(branch.region_path)
    size = catalogue.item("rules", "branch_size", at)
    most, least = int(size.number), int(catalogue.item("rules", "branch_full_members", at).number)
    parts = propose_split(branch, request.today, most=most, least=least)
    sizes = [{"shared": "、".join(part.shared[:8]), "size": len(part.memberships)} for part in parts]
    context = {
        "branch": branch,
        "parts": sizes,
        "total": sum(len(part.memberships) for part in parts),
        "most": most,
        "basis": size.basis,
    }
    return render(request, "coverage/split.html", context)
