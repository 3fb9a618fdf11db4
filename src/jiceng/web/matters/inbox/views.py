"""The inbox: what waits for the visitor, what lies in her area, and what she waits for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.matters.actions import take
from jiceng.matters.models import Matter
from jiceng.web.matters.inbox.asking import LIGHTS, PILES, Asked, read, told
from jiceng.web.matters.inbox.shaping import page_of
from jiceng.web.matters.moments import now_for
from jiceng.web.registry.words import words_for


@needs(P.MATTERS_VIEW)
@require_GET
def inbox(request: Any) -> HttpResponse:
    """One pile, sifted and paged as the address says; for htmx only the part that changes."""
    asked, words = read(request), words_for(request)
    page = page_of(request, asked, words, now_for(request))
    context = {
        "asked": asked,
        "page": page,
        "piles": _piles(request, asked),
        "lights": LIGHTS.items(),
        "types": words.options("matters", asked.type, blank=False),
        "before_url": _address(asked, before=page.before) if page.before else "",
        "after_url": _address(asked, after=page.after) if page.after else "",
        "here": _address(asked),
        "plain_url": _address(Asked(asked.pile)),
        "may": {"act": request.access.may(P.MATTERS_ACT)},
    }
    part = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "matters/inbox_part.html" if part else "matters/inbox.html", context)


def _piles(request: Any, asked: Asked) -> list[dict[str, Any]]:
    counts = told(request)
    return [
        {
            "key": key,
            "label": label,
            "url": _address(Asked(key)),
            "count": counts[key],
            "here": key == asked.pile,
        }
        for key, label in PILES.items()
    ]


def _address(asked: Asked, **page: str) -> str:
    """The inbox as it is asked for, at its beginning or at another page."""
    said = {
        "pile": asked.pile,
        "type": asked.type,
        "light": asked.light,
        "place": asked.place,
        "q": asked.words,
    }
    kept = {key: value for key, value in (said | page).items() if value}
    return f"{reverse('matters:inbox')}?{urlencode(kept)}"


@needs(P.MATTERS_ACT)
@require_POST
def taking(request: Any) -> HttpResponse:
    """Take a turn upon oneself; leads back to where the visitor was."""
    turn = request.POST.get("turn", "")
    key = int(turn) if turn.isdigit() else 0
    matter = Matter._base_manager.filter(turns=key).first()
    take(access=request.access, turn=key, at=now_for(request, matter))
    messages.success(request, _("已认领，在“我认领的”里"))
    return HttpResponseRedirect(back_to(request))


def back_to(request: Any) -> str:
    """The page of ours that the form came from; the inbox without one."""
    address = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if ours else reverse("matters:inbox")
