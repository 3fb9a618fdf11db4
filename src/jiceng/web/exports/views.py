"""Taking records out: exactly what a list shows, at once or after someone else has agreed."""

from datetime import date
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiceng.accounts.exports import (
    awaiting,
    decide_export,
    note_export,
    request_export,
    second_person_needed,
    take_export,
)
from jiceng.accounts.middleware import paths_of
from jiceng.accounts.models import ExportRequest
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied
from jiceng.accounts.tables import take_out_scope
from jiceng.exchange.tables import table_of
from jiceng.exchange.workbooks.exporting import export, rows_of
from jiceng.organisations.models import Region
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.web.matters.listing.exporting import MattersOut
from jiceng.web.matters.moments import now_for
from jiceng.web.registry.ledgers import Ledger, ledger_of
from jiceng.web.registry.listing import building
from jiceng.web.registry.words import words_for
from jiceng.web.shell.downloads import workbook_response

KEPT = 30


@needs(P.EXPORT)
@require_http_methods(["GET", "POST"])
def make(request: Any, table: str) -> HttpResponse:
    """Say what would be taken out; a POST takes it out, or asks someone else to agree."""
    ledger = _listed(table, request)
    wanted = building.read(ledger, request.GET, words_for(request))
    scope, filters = taking(request, ledger), wanted.where(request.today)
    rows = rows_of(ledger.table, scope, filters).count()
    unmasked, reason = bool(request.POST.get("unmasked")), request.POST.get("reason", "").strip()
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            if second_person_needed(ledger.table, rows, unmasked=unmasked):
                _ask(request, ledger, rows, wanted.words(), reason, unmasked=unmasked)
                return HttpResponseRedirect(reverse("exports:list"))
            mark = note_export(
                access=request.access, table=ledger.table, rows=rows, what=wanted.words(),
                unmasked=unmasked, reason=reason,
            )  # fmt: skip
            return _written(request, ledger, scope, filters, mark, unmasked=unmasked, reason=reason)
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
    context = {
        "ledger": ledger,
        "what": wanted.words(),
        "rows": rows,
        "second": second_person_needed(ledger.table, rows),
        "most": settings.EXPORT_ROWS,
        "seals": any(field.sensitive for field in ledger.table.fields) and request.access.may(P.UNMASK),
        "unmasked": unmasked,
        "reason": reason,
        "back": f"{ledger.address}?{request.GET.urlencode()}",
        "refusals": refusals,
    }
    return render(request, "exports/make.html", context, status=422 if refusals else 200)


def _listed(table: str, request: Any) -> Ledger | MattersOut:
    """The list that the table called `table` is taken out of. Raises Http404 for none, Denied without the right to
    see it.
    """
    if table != MattersOut.key:
        return ledger_of(table, request.access)
    request.access.require(MattersOut.permission)
    return MattersOut(now_for(request))


def taking(request: Any, ledger: Ledger | MattersOut) -> Scope:
    """Where the visitor may both see the table and take out of it, within the territory picked."""
    scope = take_out_scope(request.access, ledger.key)
    return scope if request.region is None else scope.narrowed(*paths_of(request.region, request.access))


def _ask(
    request: Any, ledger: Ledger | MattersOut, rows: int, what: str, reason: str, *, unmasked: bool
) -> None:
    parameters = {
        "query": request.GET.urlencode(),
        "region": request.region.pk if request.region else None,
        "day": request.today.isoformat(),
    }
    request_export(
        access=request.access, table=ledger.table, rows=rows, what=what[:120], parameters=parameters,
        reason=reason, place=request.region.path if request.region else "", unmasked=unmasked,
    )  # fmt: skip
    messages.success(request, _("已提交导出申请，等待另一人审批；批准后在本页下载"))


def _written(
    request: Any,
    ledger: Ledger | MattersOut,
    scope: Scope,
    filters: Any,
    mark: str,
    *,
    unmasked: bool,
    reason: str,
) -> HttpResponse:
    target = BytesIO()
    export(
        ledger.table, target, by=request.actor, scope=scope, filters=filters, watermark=mark,
        unmasked=unmasked, reason=reason,
    )  # fmt: skip
    name = f"{ledger.label}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return workbook_response(target, name)


@needs(P.EXPORT, P.EXPORT_APPROVE)
@require_GET
def requests(request: Any) -> HttpResponse:
    """My requests, and those that wait for my decision."""
    mine = ExportRequest.objects.filter(requested_by=request.access.user).select_related("decided_by")
    waiting = awaiting(request.access) if request.access.may(P.EXPORT_APPROVE) else []
    return render(request, "exports/list.html", {
        "mine": [_shown(each) for each in mine.order_by("-id")[:KEPT]],
        "waiting": [_shown(each) for each in waiting],
    })  # fmt: skip


def _shown(each: ExportRequest) -> dict[str, Any]:
    """A request with its state in words; `open` while its file may be fetched."""
    now = timezone.now()
    gone = each.status == "approved" and each.expires_at is not None and each.expires_at <= now
    lights = {"pending": "warn", "approved": "good", "refused": "bad", "done": "none"}
    return {
        "request": each,
        "state": _("已过期") if gone else each.get_status_display(),
        "light": "none" if gone else lights[each.status],
        "open": each.status == "approved" and not gone,
    }


@needs(P.EXPORT_APPROVE)
@require_POST
def decide(request: Any, key: int) -> HttpResponse:
    """Agree to someone's request, or not."""
    asked = get_object_or_404(ExportRequest, pk=key)
    agreed = request.POST.get("agree") == "yes"
    decide_export(
        request=asked,
        access=request.access,
        approve=agreed,
        decision=request.POST.get("decision", "").strip(),
    )
    messages.success(request, _("已批准") if agreed else _("已退回"))
    return HttpResponseRedirect(reverse("exports:list"))


@needs(P.EXPORT)
@require_POST
def take(request: Any, key: int) -> HttpResponse:
    """The file of an approved request, made now, in the scope of whoever asked."""
    asked = get_object_or_404(ExportRequest, pk=key, requested_by=request.access.user)
    ledger = _listed(table_of(asked.table).key, request)
    said = asked.parameters
    request.region = Region.objects.filter(pk=said["region"]).first() if said["region"] else None
    wanted = building.read(ledger, QueryDict(said["query"]), words_for(request))
    scope, day = taking(request, ledger), date.fromisoformat(said["day"])
    mark = take_export(request=asked, access=request.access)
    return _written(
        request, ledger, scope, wanted.where(day), mark, unmasked=said["unmasked"], reason=asked.reason
    )
