"""What was made public: wishes to take on, and matters with how far they have come, by area, on a map where there is
one that everybody may see, and always as a list.
"""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from jiceng.accounts.routes import open_to_all
from jiceng.organisations.models import Region
from jiceng.residents.places import above, region_called, roots
from jiceng.residents.showing import Spot, by_area, released, shown, spots, wish_types, within_each
from jiceng.web.residents.mapping import Mark, areas_of, chart_of, marks_on
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
    tops = roots() if region is None else []
    chart = chart_of([region] if region is not None else tops)
    marks = marks_on(chart, spots(rows)) if chart is not None else []
    here = next((mark for mark in marks if mark.key == request.GET.get("spot")), None)
    context = _listed(request, rows.filter(uid__in=here.uids) if here is not None else rows, region, state)
    context |= {
        "chart": chart,
        "marks": marks,
        "here": here,
        "links": areas_of(chart, roots() if region is None else []),
    }
    areas = by_area(region) if region is not None else within_each(roots())
    most = max((area.matters for area in areas), default=1)
    context["areas"] = [(area, max(1, round(100 * area.matters / most))) for area in areas]
    return page(request, "residents/matters.html", context)


@open_to_all
@require_GET
def matter(request: Any, uid: UUID) -> HttpResponse:
    """One public matter: what was released of it, how far it has come, and roughly where."""
    found = released().filter(uid=uid).first()
    if found is None:
        raise Http404(uid)
    (each,) = shown([found], english=english())
    chart = chart_of([found.region]) if each.longitude is not None else None
    marks: list[Mark] = []
    if chart is not None and each.longitude is not None and each.latitude is not None:
        marks = marks_on(chart, [Spot(each.uid, each.title, each.longitude, each.latitude, False)])
    return page(request, "residents/matter.html", {"each": each, "chart": chart, "marks": marks})


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
        "spot": request.GET.get("spot", "")[:20],
    }
