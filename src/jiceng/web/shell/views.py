"""Territory, search, and what else the frame asks for."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.demo_identities import BACKEND, sign_in_as
from jiceng.accounts.middleware import PICKED
from jiceng.accounts.permissions import SEEING
from jiceng.accounts.routes import needs, open_to_all
from jiceng.organisations.models import Region
from jiceng.web.shell import territory
from jiceng.web.shell.demonstration import loading as loading_now
from jiceng.web.shell.searching import search as search_for

PLACE_MARKS = {"after", "before"}
"""What a list's address says about the page it stands at; meaningless once the territory has changed."""


@needs(*SEEING)
@require_GET
def pick(request: Any) -> HttpResponse:
    """The territory picker's sheet, drilled down to `at` or to what `q` finds."""
    at = get_object_or_404(Region, pk=request.GET["at"]) if request.GET.get("at", "").isdigit() else None
    if at is not None and not territory.allowed(request.access, at):
        at = None
    query = request.GET.get("q", "").strip()
    drilled = at if at is not None or "at" in request.GET or query else _near(request)
    sheet = territory.sheet(request.access, drilled, query)
    part = request.headers.get("HX-Request-Type") == "partial"
    template = "shell/picker.html" if part else "shell/pick.html"
    context = {"sheet": sheet, "query": query, "next": _back(request.GET.get("next"))}
    return render(request, template, context)


def _near(request: Any) -> Region | None:
    """Where the picker opens: at the region picked, one step up where nothing lies below it."""
    region = territory.standing(request)
    if region is None:
        return None
    if Region.objects.filter(parent=region, valid_to__isnull=True).exists():
        return region
    return region.parent if region.parent and territory.allowed(request.access, region.parent) else region


@needs(*SEEING)
@require_POST
def set_territory(request: Any) -> HttpResponse:
    """Remember the region picked for this session; without one, everything the visitor may see."""
    chosen = request.POST.get("region", "")
    if chosen.isdigit():
        region = get_object_or_404(Region, pk=chosen, valid_to__isnull=True)
        if territory.allowed(request.access, region):
            request.session[PICKED] = region.pk
    else:
        request.session.pop(PICKED, None)
    return HttpResponseRedirect(_back(request.POST.get("next")))


def _back(address: str | None) -> str:
    """The page to return to, at its beginning; home for an address that is not ours."""
    if not address or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return "/"
    parts = urlsplit(address)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in PLACE_MARKS]
    return urlunsplit(("", "", parts.path, urlencode(query), ""))


@needs(*SEEING)
@require_GET
def search(request: Any) -> HttpResponse:
    """What `q` finds: as a sheet below the box, or as a page of its own."""
    words = request.GET.get("q", "")
    part = request.headers.get("HX-Request-Type") == "partial"
    template = "shell/found.html" if part else "shell/search.html"
    return render(request, template, {"words": words.strip(), "found": search_for(request, words)})


@open_to_all
@require_GET
def loading(request: Any) -> HttpResponse:
    """The demonstration's loading bar; gone once everything is in."""
    now = loading_now()
    return render(request, "shell/loading.html", {"loading": now}) if now else HttpResponse("")


@open_to_all
def take_identity(request: Any) -> HttpResponse:
    """The demonstration's identities, and a POST to take the place of one; refused outside the
    demonstration.
    """
    if request.method != "POST":
        return render(request, "shell/take_identity.html") if settings.DEMO else HttpResponseRedirect("/")
    user = sign_in_as(request.POST.get("identity", ""))
    request.session.flush()
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect("/")
