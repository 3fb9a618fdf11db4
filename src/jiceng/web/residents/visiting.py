"""Who visits, as far as it matters: a language, a size of letters, a place chosen last, and how much they have sent."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiceng.organisations.models import Region
from jiceng.records.refusals import Refusal
from jiceng.residents.places import region_called
from jiceng.residents.redirecting import desks
from jiceng.residents.throttling import Allowance, network_of, refuse_spent, spend

LARGE, PLACE, VISIT = "jiceng-large", "jiceng-place", "jiceng-visit"
"""Cookies: large letters; the place chosen last; a random mark of this browser, for its budget alone."""

YEAR = 365 * 24 * 3600
SALT = "residents' form"
AT_LEAST = 3
"""Seconds that nobody fills in a form within."""

AT_MOST = 24 * 3600
TRAP = "website"
"""A field that people do not see and programs fill in."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent out: its key makes what it does happen once."""

    key: str
    age: float


def english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "").startswith("en")


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    region: Region | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page in the residents' frame; no browser keeps it, and it marks the browser for its budget."""
    place = region or chosen(request)
    frame = {
        "large": request.COOKIES.get(LARGE) == "1",
        "english": english(),
        "region": region,
        "desks": desks(place, english=english()),
        "demo": settings.DEMO,
        "staff_too": settings.ZONE == "both",
    }
    response = render(request, template, {**frame, **context}, status=status)
    add_never_cache_headers(response)
    if VISIT not in request.COOKIES:
        keep(response, VISIT, signing.dumps(secrets.token_hex(8), salt=VISIT))
    if region is not None and request.COOKIES.get(PLACE) != region.code:
        keep(response, PLACE, region.code)
    return response


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Let the browser remember something for a year; scripts cannot read it."""
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.TLS)


def chosen(request: HttpRequest) -> Region | None:
    """The place that was chosen last on this browser."""
    code = request.COOKIES.get(PLACE, "")
    return region_called(code) if code else None


# ------------------------------------------------------------------------------------------------ budgets
def visit_of(request: HttpRequest) -> str:
    """The mark of this browser; empty for one that keeps no cookies or made its own."""
    try:
        return str(signing.loads(request.COOKIES.get(VISIT, ""), salt=VISIT))
    except signing.BadSignature:
        return ""


def spend_both(request: HttpRequest, by_address: Allowance, by_visit: Allowance) -> None:
    """Take one from the budgets of the browser and of the address. Raises Throttled."""
    if visit := visit_of(request):
        spend(by_visit, visit)
    spend(by_address, network_of(request.META))


def refuse_both(request: HttpRequest, by_address: Allowance, by_visit: Allowance) -> None:
    """Raise Throttled while one of them has to wait."""
    if visit := visit_of(request):
        refuse_spent(by_visit, visit)
    refuse_spent(by_address, network_of(request.META))


# -------------------------------------------------------------------------------------------------- forms
def new_form() -> str:
    """What a form carries along: its key and when it was sent out, signed."""
    return signing.dumps({"key": secrets.token_hex(16), "at": int(time.time())}, salt=SALT)


def form_of(request: Any) -> Form:
    """The form that was sent in. Raises Refusal for one that is not ours, too old, filled in faster than people can,
    or with something in the field that people do not see.
    """
    try:
        found = signing.loads(request.POST.get("form", ""), salt=SALT)
    except signing.BadSignature:
        raise Refusal(_("这张表单不完整"), remedy=_("重新打开页面再填")) from None
    age = time.time() - found["at"]
    if age > AT_MOST:
        raise Refusal(_("这张表单放得太久，已经过期"), remedy=_("核对内容后再提交一次"))
    if age < AT_LEAST or request.POST.get(TRAP):
        raise Refusal(_("提交得太快"), remedy=_("等几秒钟，再按一次提交"))
    return Form(found["key"], age)


def form_again(request: Any) -> str:
    """The same form for another try, so that it stays one matter; a new one where it was none of ours or too old."""
    given = str(request.POST.get("form", ""))
    try:
        signing.loads(given, salt=SALT, max_age=AT_MOST)
    except signing.BadSignature:
        return new_form()
    return given
