"""Records that may be one and the same, side by side, and the page on which a person makes them one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.organisations.duplicates import Pair, merge_units, unit_duplicates
from jiceng.organisations.models import Region
from jiceng.people.duplicates import merge_people, person_duplicates
from jiceng.protection.scopes import scoped
from jiceng.records.refusals import Refusal
from jiceng.web.registry.cards.building import facts_of
from jiceng.web.registry.ledgers import Ledger, ledger_of
from jiceng.web.registry.words import words_for
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import standing

PAGE = 10

FOUND: Mapping[str, Callable[[Region | None], list[Pair]]] = {
    "units": unit_duplicates,
    "people": person_duplicates,
}
MERGED: Mapping[str, Callable[..., Model]] = {"units": merge_units, "people": merge_people}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of both records; `differs` where they do not say the same."""

    label: str
    first: str
    second: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Two records side by side."""

    first: Any
    second: Any
    why: str
    lines: tuple[Line, ...]


@needs(P.MERGE)
@require_GET
def pairs(request: Any, table: str) -> HttpResponse:
    """The candidates where the visitor looks and may merge, some at a time."""
    ledger = _mergeable(request, table)
    start = int(request.GET["from"]) if request.GET.get("from", "").isdigit() else 0
    found = FOUND[table](standing(request))
    records = _records(request, ledger, {key for pair in found for key in (pair.first, pair.second)})
    mine = [pair for pair in found if pair.first in records and pair.second in records]
    shown = [_shown(request, ledger, pair, records) for pair in mine[start : start + PAGE]]
    context = {
        "ledger": ledger,
        "pairs": shown,
        "total": len(mine),
        "following": start + PAGE if len(mine) > start + PAGE else 0,
        "refusals": [],
    }
    return render(request, "registry/duplicates.html", context)


@needs(P.MERGE)
@require_POST
def merge(request: Any, table: str) -> HttpResponse:
    """Make two records one: `keep` stays, `other` goes into it."""
    ledger = _mergeable(request, table)
    keys = [request.POST.get(name, "") for name in ("keep", "first", "second")]
    if not all(key.isdigit() for key in keys) or keys[0] not in keys[1:]:
        raise Refusal(_("没有选择保留哪一条"), remedy=_("选择要保留的一条，再合并"))
    keep = int(keys[0])
    other = next(int(key) for key in keys[1:] if int(key) != keep)
    records = _records(request, ledger, {keep, other})
    if len(records) < 2:
        raise Http404(table)
    kept = MERGED[table](
        by=request.actor, kept=records[keep], merged=records[other], reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已合并为一条：%(name)s") % {"name": kept})
    return HttpResponseRedirect(reverse("registry:duplicates", args=[table]))


def _mergeable(request: Any, table: str) -> Ledger:
    if table not in FOUND:
        raise Http404(table)
    return ledger_of(table, request.access)


def _records(request: Any, ledger: Ledger, keys: set[int]) -> dict[int, Any]:
    """Those of the records that the visitor both sees and may merge."""
    found: dict[int, Any] = {}
    listed = sorted(keys)
    with scoped(sight(request, P.MERGE)):
        for start in range(0, len(listed), 500):
            rows = ledger.visible().select_related("region").filter(pk__in=listed[start : start + 500])
            found |= {row.pk: row for row in rows}
    return found


def _shown(request: Any, ledger: Ledger, pair: Pair, records: Mapping[int, Any]) -> Shown:
    first, second = records[pair.first], records[pair.second]
    words = words_for(request)
    sides = [{f.label: f.value for f in facts_of(ledger, each, words)} for each in (first, second)]
    labels = list(dict.fromkeys([*sides[0], *sides[1]]))
    said = [(label, *(side.get(label, "—") for side in sides)) for label in labels]
    lines = tuple(Line(label, a, b, a != b) for label, a, b in said if (a, b) != ("—", "—"))
    return Shown(first, second, pair.why, lines)
