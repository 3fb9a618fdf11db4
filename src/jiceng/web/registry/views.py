"""Lists of the registry."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.actions.views import drop_view, keep_view
from jiceng.accounts.models import SavedView
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import covers
from jiceng.accounts.tables import edit_permission
from jiceng.organisations.models import Region
from jiceng.people.actions.persons import Sealed
from jiceng.people.actions.persons import unmask as reveal
from jiceng.protection.scopes import scoped
from jiceng.records.refusals import Refusal
from jiceng.web.registry.cards import building as cards
from jiceng.web.registry.duplicates import MERGED
from jiceng.web.registry.forms.acts import ACTS
from jiceng.web.registry.forms.endings import ENDINGS
from jiceng.web.registry.forms.specs import SPECS
from jiceng.web.registry.keeping import keeps
from jiceng.web.registry.ledgers import ledger_of, ledgers_for
from jiceng.web.registry.listing import building
from jiceng.web.registry.words import words_for
from jiceng.web.shell.sight import sight

SEES_SOMETHING = (P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW)


@needs(*SEES_SOMETHING)
@require_GET
def index(request: Any) -> HttpResponse:
    """Every table that the visitor may open."""
    return render(request, "registry/index.html", {"ledgers": ledgers_for(request.access)})


@needs(*SEES_SOMETHING)
@require_GET
def listing(request: Any, table: str) -> HttpResponse:
    """One table: filtered, ordered and paged as the address says; for htmx only the part that changes."""
    ledger = ledger_of(table, request.access)
    with scoped(sight(request, ledger.permission)):
        found = building.build(ledger, request.GET, request.today, words_for(request))
    part = request.headers.get("HX-Request-Type") == "partial"
    template = "registry/list_part.html" if part else "registry/list.html"
    keeps = request.access.may(edit_permission(table))
    may = {
        "export": request.access.may(P.EXPORT),
        "import": keeps and request.access.may(P.IMPORT),
        "restructure": table == "regions" and request.access.may(P.RESTRUCTURE),
        "acts": _many(request, table),
        "merge": table in MERGED and request.access.may(P.MERGE),
        "add": keeps and table in SPECS and SPECS[table].found is not None,
    }
    views = SavedView.objects.filter(user=request.access.user, table=table).order_by("name")
    return render(request, template, {"list": found, "may": may, "views": views})


@needs(*SEES_SOMETHING)
@require_POST
def views(request: Any, table: str) -> HttpResponse:
    """Keep the list under a name, or give a kept one up; leads back to the list."""
    ledger = ledger_of(table, request.access)
    user, address = request.access.user, reverse("registry:list", args=[ledger.key])
    if dropped := request.POST.get("drop", ""):
        view = get_object_or_404(SavedView, pk=dropped if dropped.isdigit() else 0, user=user)
        drop_view(user=user, view=view)
        return HttpResponseRedirect(address)
    query = request.POST.get("query", "")
    keep_view(user=user, table=table, name=request.POST.get("name", ""), query=query)
    return HttpResponseRedirect(f"{address}?{query}")


@needs(*SEES_SOMETHING)
@require_GET
def counted(request: Any, table: str) -> HttpResponse:
    """How many records the list has: fetched after the page, so that the page does not wait for it."""
    ledger = ledger_of(table, request.access)
    with scoped(sight(request, ledger.permission)):
        number = building.count(ledger, request.GET, request.today, words_for(request))
    more = number > building.COUNTED
    return render(request, "registry/count.html", {"count": min(number, building.COUNTED), "more": more})


@needs(*SEES_SOMETHING)
@require_GET
def card(request: Any, table: str, key: int) -> HttpResponse:
    """One record as of today, or of another day."""
    ledger = ledger_of(table, request.access)
    record = cards.record_of(request, ledger, key)
    buttons, acts = _buttons(request, table, record), _acts(request, table, record)
    if table == "units" and request.access.may(P.COVERAGE_VIEW):
        buttons.append((_("覆盖情况"), reverse("coverage:unit", args=[record.pk])))
    shown = cards.build(request, ledger, record, day_asked(request), words_for(request))
    unmasks = table == "people" and request.access.may(P.UNMASK)
    context = {"card": shown, "buttons": buttons, "acts": acts, "unmasks": unmasks}
    return render(request, "registry/card.html", context)


def _buttons(request: Any, table: str, record: Any) -> list[tuple[str, str]]:
    """Change and end, as far as the visitor may do them with the record, and where."""
    if getattr(record, "valid_to", None) or not keeps(request.access, table, record):
        return []
    found = []
    if table in SPECS and SPECS[table].changed:
        found.append((_("变更"), reverse("registry:change", args=[table, record.pk])))
    if table in ENDINGS:
        found.append((str(ENDINGS[table].label), reverse("registry:end", args=[table, record.pk])))
    return found


def _many(request: Any, table: str) -> list[tuple[str, str]]:
    """What the visitor may do with marked records of a list."""
    return [
        (act.key, str(act.label))
        for act in ACTS.get(table, ())
        if act.many and request.access.may(edit_permission(act.edits))
    ]


def _acts(request: Any, table: str, record: Any) -> list[tuple[str, str]]:
    """What else the visitor may do with the record, and where."""
    if getattr(record, "valid_to", None):
        return []
    found = [
        (str(act.label), reverse("registry:act", args=[table, record.pk, act.key]))
        for act in ACTS.get(table, ())
        if keeps(request.access, table, record, edits=act.edits) and act.when(record)
    ]
    if isinstance(record, Region) and covers(request.access.scope(P.RESTRUCTURE), record):
        found.append((_("区划调整"), f"{reverse('registry:restructuring')}?region={record.pk}"))
    return found


@needs(P.UNMASK)
@require_POST
def unmask(request: Any, key: int) -> HttpResponse:
    """A person's whole citizen ID or phone, for a reason that is kept."""
    ledger = ledger_of("people", request.access)
    person: Any = cards.record_of(request, ledger, key)
    request.access.require(P.UNMASK, person)
    field: Sealed = "phone" if request.POST.get("field") == "phone" else "citizen_id"
    value, refusals = "", []
    try:
        value = reveal(by=request.actor, person=person, field=field, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        refusals = [refusal]
    context = {"value": value, "refusals": refusals}
    return render(request, "registry/unmasked.html", context, status=422 if refusals else 200)


def day_asked(request: Any) -> date:
    """The day of `as_of`; today where there is none, or one that is no day or still to come."""
    try:
        day = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return request.today
    return min(day, request.today)
