"""Search from the top bar: names, codes and pinyin initials, each kind of record in the visitor's scope for
it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiceng.accounts.permissions import Permission as P
from jiceng.matters.models import Matter
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Person
from jiceng.people.sealing import PURPOSES, index_of
from jiceng.protection.scopes import scoped, within
from jiceng.web.matters.naming import card_address
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import root_paths

EACH = 6
"""So many of each kind are offered; the list behind the heading has the rest."""


@dataclass(frozen=True, slots=True)
class Hit:
    name: str
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind; `more` leads to its list, filtered by the same words, where there may be
    others.
    """

    label: str | Promise
    hits: tuple[Hit, ...]
    more: str


def search(request: Any, words: str) -> list[Found]:
    """What the visitor may see whose name contains `words`, or whose code or pinyin initials begin with them.

    A whole citizen ID or phone number finds its person, too. Two characters at least; a single Chinese
    character would find half the county.
    """
    words = words.strip()
    if len(words) < 2:
        return []
    found = [
        _found(request, Unit, "units", _("单位"), words, _named(words), P.REGISTRY_VIEW),
        _found(request, PartyOrg, "party-orgs", _("党组织"), words, _named(words), P.REGISTRY_VIEW),
        _found(request, Person, "people", _("人员"), words, _person(words), P.PEOPLE_VIEW),
        _regions(request, words),
        _matters(request, words),
    ]
    return [each for each in found if each and each.hits]


def _named(words: str) -> Q:
    return Q(name__contains=words) | Q(code__startswith=words.upper()) | _initials(words)


def _initials(words: str) -> Q:
    return Q(initials__startswith=words.lower()) if words.isascii() and words.isalnum() else Q(pk__in=[])


def _person(words: str) -> Q:
    named = Q(name__startswith=words) | _initials(words)
    if len(words) >= 11 and words[:-1].isdigit():
        for column in PURPOSES:
            named |= Q(**{f"{column}_index": index_of(column, words)})
    return named


def _found(
    request: Any, model: type[Model], table: str, label: Promise, words: str, named: Q, permission: P
) -> Found | None:
    if not request.access.may(permission):
        return None
    with scoped(sight(request, permission)):
        rows = model._default_manager.filter(named, valid_to__isnull=True)
        kept = list(rows.order_by("name", "pk").values_list("pk", "name", "region__name")[:EACH])
    hits = tuple(Hit(name, where, reverse("registry:card", args=[table, pk])) for pk, name, where in kept)
    return Found(label, hits, _more(table, words) if len(kept) == EACH else "")


def _more(table: str, words: str) -> str:
    """The list of all whose name, or code, goes with `words`."""
    column = "code" if words[:1].isdigit() else "name"
    return f"{reverse('registry:list', args=[table])}?{urlencode({column: words})}"


def _regions(request: Any, words: str) -> Found | None:
    if not request.access.may(P.REGISTRY_VIEW):
        return None
    below = Q(pk__in=[])
    for path in (request.region.path,) if request.region else root_paths(request.access):
        below |= within("path", path)
    rows = Region.objects.filter(below & _named(words), valid_to__isnull=True).order_by("level", "path")
    kept = list(rows.values_list("pk", "name", "parent__name")[:EACH])
    hits = tuple(
        Hit(name, where or "", reverse("registry:card", args=["regions", pk])) for pk, name, where in kept
    )
    return Found(_("区域"), hits, _more("regions", words) if len(kept) == EACH else "")


def _matters(request: Any, words: str) -> Found | None:
    """Matters by the beginning of their number: along its index, as there may be a million."""
    if not request.access.may(P.MATTERS_VIEW):
        return None
    last = words + "\uffff"
    with scoped(sight(request, P.MATTERS_VIEW)):
        rows = Matter.objects.filter(number__gte=words, number__lt=last).order_by("number")
        kept = list(rows.values_list("number", "uid", "title")[:EACH])
    hits = tuple(Hit(number, title, card_address(number, uid)) for number, uid, title in kept)
    more = f"{reverse('matters:list')}?{urlencode({'number': words})}"
    return Found(pgettext_lazy("room", "事项"), hits, more if len(kept) == EACH else "")
