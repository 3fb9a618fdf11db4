"""Reporting something, and taking on a wish: choose a place, three fields, a code to write down."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiceng.accounts.routes import open_to_all, takes_files
from jiceng.matters.models import Matter
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import name_of_item
from jiceng.records.refusals import Refusal, Refusals
from jiceng.residents import places
from jiceng.residents.offering import Offer, categories, kinds_for, offers_at
from jiceng.residents.places import now_at
from jiceng.residents.redirecting import Elsewhere, elsewhere
from jiceng.residents.reporting import MOST_PHOTOS, Told, code_for, invitation, written
from jiceng.residents.reporting import report as send
from jiceng.residents.reporting import take_on as offer_to_take_on
from jiceng.residents.showing import shown
from jiceng.residents.throttling import REPORTS_ADDRESS, REPORTS_VISIT, Throttled
from jiceng.web.residents.inputs import asked, given, wrong_in
from jiceng.web.residents.mapping import areas_of, chart_of, position_in
from jiceng.web.residents.visiting import (
    chosen,
    english,
    form_again,
    form_of,
    new_form,
    page,
    spend_both,
)

Offers = Mapping[str, Offer]
MOST_BYTES = MOST_PHOTOS * 10_000_000
POSITION = "position"
"""The field that the map fills in: longitude and latitude."""

NOT_THAT = "not_elsewhere"
"""Sent along by who has read where such matters go, and says that this is none."""


@open_to_all
@require_GET
def choose(request: Any) -> HttpResponse:
    """Where it is: the place chosen last, a search, or step by step from the county down."""
    query, code = request.GET.get("q", "").strip(), request.GET.get("in", "")
    at = places.region_called(code) if code else None
    if code and at is None:
        raise Http404(code)
    if not query and at is None and "all" not in request.GET:
        last = chosen(request)
        if last is not None:
            return HttpResponseRedirect(reverse("residents:report", args=[last.code]))
    offered = places.found(query) if query else places.offered(at)
    tops = places.roots() if at is None and not query else []
    links = areas_of(chart_of(tops), tops)
    context = {
        "query": query,
        "at": at,
        "above": places.above(at) if at is not None else [],
        "chart": chart_of(tops) if len(links) > 1 else None,
        "links": links,
        "places": [(each, not query and each.level < places.VILLAGE) for each in offered],
        "more": len(offered) >= places.MOST and bool(query),
    }
    return page(request, "residents/choose.html", context)


@open_to_all
@takes_files(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def report(request: Any, code: str) -> HttpResponse:
    """The form at a place, or what sending it leads to; what is refused comes back as it was written."""
    region = places.region_called(code)
    if region is None:
        raise Http404(code)
    day = timezone.localdate(now_at(region))
    offers = offers_at(region, day)
    if not offers:
        return page(request, "residents/no_offers.html", {}, region=region)
    asked_for = request.POST.get("type") or request.GET.get("type", "")
    offer = offers.get(asked_for) or next(iter(offers.values()))
    refusals: Sequence[Refusal] = []
    if request.method == "POST" and "refresh" not in request.POST:
        try:
            return _sent(request, offers, offer, region)
        except Throttled as refusal:
            return _form(request, offers, offer, region, [refusal], 429)
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    return _form(request, offers, offer, region, refusals, 422 if refusals else 200)


def _sent(request: Any, offers: Offers, offer: Offer, region: Region) -> HttpResponse:
    """Take the report in, unless its words hint at what goes elsewhere: then say where, and keep what was written.
    Raises Refusal, Refusals, Throttled."""
    form, day = form_of(request), timezone.localdate(now_at(region))
    values = given(offer.spec, offer.fields, request.POST)
    said = "".join(str(value) for value in values.values())
    hints = elsewhere(said, region, day, english=english())
    if hints and request.POST.get(NOT_THAT) != "1":
        return _form(request, offers, offer, region, [], 200, hints)
    position = _position(request, offer, region)
    spend_both(request, REPORTS_ADDRESS, REPORTS_VISIT)
    photos = [(file.name, file) for file in request.FILES.getlist(offer.photos)] if offer.photos else []
    post = request.POST
    told = Told(values, photos, post.get("name", ""), post.get("phone", ""), post.get("kind", ""))
    matter = send(offer=offer, region=region, told=told, key=form.key, position=position)
    return _done(request, matter, form.key, region)


def _position(request: Any, offer: Offer, region: Region) -> tuple[float, float] | None:
    """The spot marked on the map, where the type has a field for it and there is a map. Raises Refusal for one that is
    none, or that lies elsewhere than the map's own county.
    """
    given = request.POST.get(POSITION, "").strip()[:60]
    chart = chart_of([region]) if offer.position else None
    if not given or chart is None:
        return None
    found = position_in(given)
    if found is None or not chart.holds(*found):
        what = _("地图上标的位置不在%(place)s") % {"place": places.above(region)[0].name}
        raise Refusal(what, _("位置"), _("再点一次，或去掉标记，用文字写清地点"))
    return found


def _done(request: Any, matter: Matter, key: str, region: Region) -> HttpResponse:
    """The code, large and once: nowhere else does it stand."""
    context = {
        "code": written(code_for(key)),
        "number": matter.number,
        "contact": bool(request.POST.get("phone")),
    }
    return page(request, "residents/done.html", context, region=region)


def _form(
    request: Any, offers: Offers, offer: Offer, region: Region, refusals: Sequence[Refusal], status: int,
    hints: Sequence[Elsewhere] = (),
) -> HttpResponse:  # fmt: skip
    post = request.POST if request.method == "POST" else None
    day, wrong = timezone.localdate(now_at(region)), wrong_in(refusals)
    labels = {field.label for key, field in offer.fields.items() if key != offer.photos} | {_("位置")}
    kinds = kinds_for(offer.spec, region, day)
    spot_wrong = wrong.get(_("位置"), "")
    context = {
        "chart": chart_of([region]) if offer.position else None,
        "position": post.get(POSITION, "")[:60] if post is not None else "",
        "spot_wrong": spot_wrong,
        "types": [
            (key, name_of_item(each.spec, english=english()), key == offer.key)
            for key, each in offers.items()
        ],
        "type_key": offer.key,
        "problem": asked(offer.spec, {offer.problem: True}, region, day, post, wrong)[0],
        "category": offer.category,
        "categories": [
            (key, label, post is not None and post.get(offer.category) == key)
            for key, label in categories(offer, region, day)
        ],
        "asked": asked(offer.spec, offer.asked, region, day, post, wrong),
        "photos": offer.photos,
        "most_photos": MOST_PHOTOS,
        "kinds": [(key, label, post is not None and post.get("kind") == key) for key, label in kinds]
        if offer.spec.reporters and len(kinds) > 1
        else [],
        "post": post,
        "form": form_again(request) if post is not None else new_form(),
        "refusals": [refusal for refusal in refusals if refusal.where not in labels],
        "above": places.above(region),
        "hints": hints,
        "not_that": NOT_THAT,
        "photos_again": bool(request.FILES),
    }
    return page(request, "residents/report.html", context, region=region, status=status)


@open_to_all
@require_http_methods(["GET", "POST"])
def take_on(request: Any, uid: UUID) -> HttpResponse:
    """A wish that may be taken on: who one is, which only the community reads; then a code to follow the offer by."""
    matter = (
        Matter._base_manager.filter(uid=uid, released_at__isnull=False)
        .select_related("flow", "region")
        .first()
    )
    if matter is None:
        raise Http404(uid)
    invited = invitation(matter)
    refusals: Sequence[Refusal] = []
    status = 200
    if request.method == "POST":
        try:
            form = form_of(request)
            spend_both(request, REPORTS_ADDRESS, REPORTS_VISIT)
            values = given(invited.spec, invited.fields, request.POST) if invited is not None else {}
            told = Told(values, (), request.POST.get("name", ""), request.POST.get("phone", ""))
            made = offer_to_take_on(matter=matter, told=told, key=form.key)
            return _done(request, made, form.key, matter.region)
        except Throttled as refusal:
            refusals, status = [refusal], 429
        except Refusal as refusal:
            refusals, status = [refusal], 422
        except Refusals as several:
            refusals, status = several.refusals, 422
    post = request.POST if request.method == "POST" else None
    day = timezone.localdate(now_at(matter.region))
    fields = (
        {invited.problem: invited.problem in invited.spec.form, **invited.asked}
        if invited is not None
        else {}
    )
    context = {
        "wish": shown([matter], english=english())[0],
        "open": invited is not None,
        "asked": asked(invited.spec, fields, matter.region, day, post, wrong_in(refusals)) if invited else [],
        "post": post,
        "form": form_again(request) if post is not None else new_form(),
        "refusals": refusals,
    }
    return page(request, "residents/take_on.html", context, status=status)
