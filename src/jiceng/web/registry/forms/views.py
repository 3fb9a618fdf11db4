"""Pages on which a record is typed in, changed, ended; and the names offered while typing."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Model, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied
from jiceng.accounts.tables import edit_permission, permission_for
from jiceng.organisations.models import Region
from jiceng.people.models import Household
from jiceng.protection.scopes import SEGMENT, scoped, within
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.registry.cards.building import record_of
from jiceng.web.registry.forms import editing
from jiceng.web.registry.forms.acts import act_of
from jiceng.web.registry.forms.endings import ENDINGS
from jiceng.web.registry.forms.inputs import PICKED, Input
from jiceng.web.registry.forms.specs import SPECS
from jiceng.web.registry.keeping import require_kept
from jiceng.web.registry.ledgers import Ledger, ledger_of, table_of_model
from jiceng.web.registry.words import words_for
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import root_paths

KEEPS = (P.UNITS_EDIT, P.PARTY_ORGS_EDIT, P.PEOPLE_EDIT, P.MEMBERS_EDIT, P.REGIONS_EDIT)
OFFERED = 8
COUNTY = 3 * SEGMENT


@needs(*KEEPS)
@require_http_methods(["GET", "POST"])
def new(request: Any, table: str) -> HttpResponse:
    """A new record."""
    ledger = ledger_of(table, request.access)
    if table not in SPECS or SPECS[table].found is None:
        raise Http404(table)
    request.access.require(edit_permission(table))
    inputs = editing.offered(request.access, SPECS[table])
    return _form(request, ledger, None, inputs, partial(editing.found, request, table))


@needs(*KEEPS)
@require_http_methods(["GET", "POST"])
def change(request: Any, table: str, key: int) -> HttpResponse:
    """A record to be changed from a day on."""
    ledger = ledger_of(table, request.access)
    if table not in SPECS or SPECS[table].changed is None:
        raise Http404(table)
    record = record_of(request, ledger, key)
    require_kept(request.access, table, record)
    inputs = editing.offered(request.access, SPECS[table])
    return _form(
        request, ledger, record, inputs, lambda asked: editing.changed(request, table, record, asked)
    )


@needs(*KEEPS)
@require_http_methods(["GET", "POST"])
def end(request: Any, table: str, key: int) -> HttpResponse:
    """A record whose life is to be ended."""
    ledger = ledger_of(table, request.access)
    if table not in ENDINGS:
        raise Http404(table)
    record = record_of(request, ledger, key)
    require_kept(request.access, table, record)
    ending = ENDINGS[table]
    store = partial(editing.ended, request, table, record)
    return _form(request, ledger, record, ending.inputs, store, action=str(ending.label))


@needs(*KEEPS)
@require_http_methods(["GET", "POST"])
def act(request: Any, table: str, key: int, act: str) -> HttpResponse:
    """What else may be done to a record: appoint, transfer, renew …"""
    ledger = ledger_of(table, request.access)
    asked = act_of(table, act)
    if asked is None:
        raise Http404(act)
    record = record_of(request, ledger, key)
    require_kept(request.access, table, record, edits=asked.edits)
    if getattr(record, "valid_to", None) or not asked.when(record):
        raise Refusal(_("这条记录现在不能办这件事"), remedy=_("回到卡片核对它的现状"))
    store = partial(editing.acted, request, table, asked, record)
    return _form(request, ledger, record, asked.inputs, store, action=str(asked.label), dated=asked.dated)


def _form(
    request: Any,
    ledger: Ledger,
    record: Model | None,
    inputs: tuple[Input, ...],
    store: Callable[[Any], Model],
    action: str = "",
    *,
    dated: bool | None = None,
) -> HttpResponse:
    """The form, or what its POST leads to; a refused one comes back as it was typed."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            kept = store(request.POST)
            messages.success(request, _("已保存"))
            shown_at = table_of_model(type(kept)) or ledger.key
            return HttpResponseRedirect(reverse("registry:card", args=[shown_at, kept.pk]))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    wrong = {refusal.where: refusal.what for refusal in refusals if refusal.where}
    start = None if action else record
    context = {
        "ledger": ledger,
        "record": record,
        "heading": _heading(ledger, record, action),
        "inputs": editing.shown(inputs, start, request.POST, words_for(request), wrong),
        "day": request.POST.get("day") or request.today.isoformat(),
        "dated": dated if dated is not None else action or record is None or SPECS[ledger.key].dated,
        "reason": request.POST.get("reason", ""),
        "refusals": refusals,
    }
    return render(request, "registry/form.html", context, status=422 if refusals else 200)


def _heading(ledger: Ledger, record: Model | None, action: str) -> str:
    """What the form does, to which record."""
    if record is None:
        return _("新增%(table)s") % {"table": ledger.one}
    return _("%(action)s：%(record)s") % {"action": action or _("变更"), "record": record}


@needs(*KEEPS)
@require_GET
def names(request: Any, table: str) -> HttpResponse:
    """The records whose name goes with what is being typed; within the county names are no secret."""
    model = PICKED.get(table)
    if model is None:
        raise Http404(table)
    words = next((value for key, value in request.GET.items() if key.endswith(".typed")), "").strip()
    found: list[tuple[Any, ...]] = []
    if len(words) >= 1:
        found = _named(request, table, model, words)
    return render(request, "registry/names.html", {"found": found, "words": words})


def _named(request: Any, table: str, model: type[Model], words: str) -> list[tuple[Any, ...]]:
    if model is Household:
        request.access.require(permission_for(table))
        with scoped(sight(request, permission_for(table))):
            rows = Household.objects.filter(valid_to__isnull=True)
            rows = rows.filter(Q(code__startswith=words) | Q(head_name__contains=words)).order_by("code")
            return list(rows.values_list("pk", "code", "head_name")[:OFFERED])
    column, where = ("path", "parent__name") if model is Region else ("region_path", "region__name")
    near = Q(pk__in=[])
    for path in root_paths(request.access):
        near |= within(column, path[:COUNTY])
    named = Q(name__contains=words) | Q(code__startswith=words.upper())
    if words.isascii():
        named |= Q(initials__startswith=words.lower())
    rows = model._base_manager.filter(near & named, valid_to__isnull=True).order_by("name", "pk")
    return list(rows.values_list("pk", "name", where)[:OFFERED])
