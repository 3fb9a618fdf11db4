"""The page of one matter."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch
from jiceng.matters.rights import held_over
from jiceng.web.matters.cards.building import build
from jiceng.web.matters.finding import matter_of
from jiceng.web.matters.forms.beside import deeds_for
from jiceng.web.matters.forms.inputs import key_of_form
from jiceng.web.matters.forms.raising import cards_at
from jiceng.web.matters.moments import now_for
from jiceng.web.matters.naming import address_of, described, said
from jiceng.web.matters.picture import picture_of


@needs(P.MATTERS_VIEW)
@require_GET
def card(request: Any, which: str) -> HttpResponse:
    """What it is, where, who has it, its clocks, its receivers' parts, its timeline, and what may be done now."""
    matter = matter_of(request, which)
    now = now_for(request, matter)
    acts = request.access.may(P.MATTERS_ACT)
    context = {
        "matter": matter,
        "address": address_of(matter),
        "which": which,
        "body": build(request, matter, now),
        "deeds": deeds_for(request, matter),
        "about": cards_at(request.access, matter.region, now, on=matter) if acts else [],
        "releases": held_over(request.access, P.MATTERS_RELEASE, matter) is not None,
        "key": key_of_form(),
    }
    return render(request, "matters/card.html", context)


@needs(P.MATTERS_VIEW)
@require_GET
def flow(request: Any, which: str) -> HttpResponse:
    """The way that the matter goes, as worded when it began, with where it is now."""
    matter = matter_of(request, which)
    spec = spec_of(matter.flow)
    parts = Dispatch._base_manager.filter(matter=matter, ended_on__isnull=True).values_list(
        "state", flat=True
    )
    context = {
        "name": said(spec),
        "description": described(spec),
        "picture": picture_of(spec, matter.state, list(parts)),
        "here": matter.state,
        "back": address_of(matter),
        "back_name": matter.number,
    }
    return render(request, "matters/flow.html", context)
