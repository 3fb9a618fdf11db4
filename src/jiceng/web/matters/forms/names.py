"""The records offered while a name is typed into a form of a matter: those that the form takes."""

from typing import Any

from django.db.models import Model, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.matters.models import Matter
from jiceng.matters.values import RECORDS, nameable
from jiceng.organisations.models import Region
from jiceng.people.models import Household, Person

OFFERED = 8
PERSONS = (Person, Household)


@needs(P.MATTERS_ACT)
@require_GET
def names(request: Any, kind: str) -> HttpResponse:
    """The records of a kind whose name goes with what is being typed, for a matter at the region asked for."""
    model = RECORDS.get(kind)
    if model is None:
        raise Http404(kind)
    asked = request.GET.get("region", "")
    region = get_object_or_404(Region, pk=int(asked) if asked.isdigit() else 0)
    words = next((value for key, value in request.GET.items() if key.endswith(".typed")), "").strip()
    found = _named(request, model, region, words[:40]) if words else []
    return render(request, "registry/names.html", {"found": found, "words": words})


def _named(request: Any, model: type[Model], region: Region, words: str) -> list[tuple[Any, ...]]:
    scope = request.access.scope()
    if model in PERSONS:  # whom a form may name, and whose names one may look through, are two things
        scope = request.access.scope(P.PEOPLE_VIEW, P.MEMBERS_VIEW)
    rows = nameable(model, region, request.today, scope)
    if model is Matter:
        rows = rows.filter(Q(number__contains=words) | Q(title__contains=words)).order_by("-pk")
        return list(rows.values_list("pk", "number", "title")[:OFFERED])
    if model is Household:
        rows = rows.filter(Q(code__startswith=words) | Q(head_name__contains=words)).order_by("code", "pk")
        return list(rows.values_list("pk", "code", "head_name")[:OFFERED])
    named = Q(name__contains=words)
    if model is not Person:
        named |= Q(code__startswith=words.upper())
    if words.isascii():
        named |= Q(initials__startswith=words.lower())
    where = "parent__name" if model is Region else "region__name"
    return list(rows.filter(named).order_by("name", "pk").values_list("pk", "name", where)[:OFFERED])
