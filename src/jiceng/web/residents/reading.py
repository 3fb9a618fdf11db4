"""What was made public: wishes to take on, and matters with how far they have come. A schematic instead of a map,
because a public map of China needs a map approval number.
"""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jiceng.accounts.routes import open_to_all
from jiceng.organisations.models import Region
from jiceng.residents.places import above, region_called, roots
from jiceng.residents.showing import by_area, released, shown, wish_types, within_each
from jiceng.web.residents.visiting import chosen, english, page

A_PAGE = 20


@open_to_all
@require_GET
def wishes(request: Any) -> HttpResponse:
    """The wishes that may be taken on, then those that are taken or fulfilled."""
    region = _region(request)
    state = request.GET.get("state", "open")
    rows = released(region, wish_types(), is_open={"open": True, "done": False}.get(state))
    return page(request, "residents/wishes.html", _listed(request, rows, region, state))


@open_to_all
@require_GET
def matters(request: Any) -> HttpResponse:
    """Public matters below a region, by area and as a list."""
    region = _region(request)
    state = request.GET.get("state", "")
    rows = released(region, is_open={"open": True, "done": False}.get(state))
    context = _listed(request, rows, region, state)
    areas = by_area(region) if region is not None else within_each(roots())
    most = max((area.matters for area in areas), default=1)
    context["areas"] = [(area, max(1, round(100 * area.matters / most))) for area in areas]
    return page(request, "residents/matters.html", context)


def _region(request: Any) -> Region | None:
    code = request.GET.get("in", "")
    if code == "all":
        return None
    if code:
        return region_called(code)
    place = chosen(request)
    return above(place)[0] if place is not None and above(place) else None


def _listed(request: Any, rows: Any, region: Region | None, state: str) -> dict[str, Any]:
    part = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return {
        "part": part,
        "shown": shown(list(part), english=english()),
        "at": region,
        "above": above(region) if region is not None else [],
        "state": state,
    }
