"""What goes out to the zone of residents: listed, reviewed by a second person, downloaded as a signed file."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.deciding import Decision
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied
from jiceng.records.refusals import Refusal
from jiceng.residents.zones.identities import own, peer
from jiceng.residents.zones.looking import suspicions
from jiceng.residents.zones.packing import decide, in_area, listed, propose, written_out
from jiceng.web.zones.shaping import PackageShown, packages_seen, records, taken_lately

A_FILE = "application/json"


@needs(P.MATTERS_RELEASE)
@require_GET
def board(request: Any) -> HttpResponse:
    """What waits to go out, what came and went, and where a file that came in is handed over."""
    return board_page(request)


def board_page(request: Any, refusals: list[Refusal] | None = None) -> HttpResponse:
    """The page of the exchange, with what was refused just now."""
    packages = packages_seen(request.access)
    waiting = [each for each in packages if _waits(each)]
    context = {
        "apart": settings.ZONE != "both",
        "fingerprints": _fingerprints(),
        "waiting": waiting,
        "gone": [each for each in packages if each not in waiting],
        "taken": taken_lately(),
        "refusals": refusals or [],
    }
    return render(request, "zones/board.html", context, status=422 if refusals else 200)


def _waits(each: PackageShown) -> bool:
    return not each.overtaken and each.row.status != Decision.REFUSED and each.row.written_at is None


def _fingerprints() -> tuple[str, str]:
    """This server's fingerprint and the other's, by which people know that both sides have the right keys."""
    try:
        return own().fingerprint, peer().fingerprint
    except Refusal:
        return own().fingerprint, ""


@needs(P.MATTERS_RELEASE)
@require_POST
def listing(request: Any) -> HttpResponse:
    """List what has changed, for somebody else to review."""
    try:
        made = propose(access=request.access)
    except Denied:
        raise
    except Refusal as refusal:
        return board_page(request, [refusal])
    messages.success(request, _("已列出 %(n)s 条，请另一人审核") % {"n": made.items})
    return HttpResponseRedirect(reverse("zones:package", args=[made.serial]))


@needs(P.MATTERS_RELEASE)
@require_GET
def package(request: Any, serial: int) -> HttpResponse:
    """A package record by record, each as it would be written."""
    return _package_page(request, _seen(request, serial))


def _package_page(request: Any, each: PackageShown, refusals: list[Refusal] | None = None) -> HttpResponse:
    items = listed(each.row)
    inside = in_area(request.access, {item["uid"] for item in items})
    visible = [item for item in items if item["uid"] in inside]
    suspect = suspicions(visible)
    shown = records(visible, suspect)
    context = {
        "each": each,
        "records": sorted(shown, key=lambda record: not record.suspicions),
        "suspect": len(suspect),
        "decision": request.POST.get("decision", ""),
        "refusals": refusals or [],
    }
    return render(request, "zones/package.html", context, status=422 if refusals else 200)


def _seen(request: Any, serial: int) -> PackageShown:
    found = next((each for each in packages_seen(request.access) if each.row.serial == serial), None)
    if found is None:
        raise Http404(serial)
    return found


@needs(P.MATTERS_RELEASE)
@require_POST
def deciding(request: Any, serial: int) -> HttpResponse:
    """Let a package go, or not."""
    each, agreed = _seen(request, serial), request.POST.get("agree") == "yes"
    try:
        decide(
            package=each.row,
            access=request.access,
            approve=agreed,
            decision=request.POST.get("decision", ""),
        )
    except Denied:
        raise
    except Refusal as refusal:
        return _package_page(request, each, [refusal])
    messages.success(request, _("已批准，可以下载签名文件") if agreed else _("没有批准，不会导出"))
    return HttpResponseRedirect(reverse("zones:package", args=[serial]))


@needs(P.MATTERS_RELEASE)
@require_POST
def file(request: Any, serial: int) -> HttpResponse:
    """The signed file of an approved package, to be carried to the other side."""
    each = _seen(request, serial)
    try:
        text = written_out(package=each.row, access=request.access)
    except Denied:
        raise
    except Refusal as refusal:
        return _package_page(request, each, [refusal])
    name = f"zone-{serial:04}.json"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(text, content_type=A_FILE, headers=headers)
