"""Pages on which regions are merged, split, renamed, moved, converted, founded and dissolved."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Access, Denied, covers
from jiceng.organisations.models import Region, RegionSpan, Restructuring
from jiceng.organisations.restructuring.documents import Document
from jiceng.protection.scopes import within
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.registry.restructuring import asking, planning
from jiceng.web.registry.words import words_for

SHOWN = 20


@needs(P.RESTRUCTURE)
@require_http_methods(["GET", "POST"])
def restructuring(request: Any) -> HttpResponse:
    """Order a restructuring: typed or uploaded, looked at as a plan, then applied."""
    refusals: list[Refusal] = []
    documents: list[Document] = []
    plans: list[planning.Planned] = []
    if request.method == "POST" and not request.POST.keys() & {"add", "back"}:
        try:
            documents = _asked(request)
            planning.require_reach(request.access, documents)
            if "apply" in request.POST:
                return _applied(request, documents)
            plans = planning.plan(request.actor, documents, words_for(request))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    if plans:
        context = {"plans": plans, "kept": asking.kept(documents), "typed": _typed(request)}
        return render(request, "registry/restructuring/plan.html", context)
    return render(
        request,
        "registry/restructuring/order.html",
        _form(request, refusals),
        status=422 if refusals else 200,
    )


def _asked(request: Any) -> list[Document]:
    """The documents of a POST: those planned before, the file's, or the rows'."""
    if kept := request.POST.get("kept", ""):
        return asking.again(kept)
    about = {key: request.POST.get(key, "") for key in ("document", "effective", "name")}
    if sent := request.FILES.get("file"):
        return asking.uploaded(sent, **about)
    return asking.typed(asking.rows_of(request.POST), request.access, **about)


def _applied(request: Any, documents: list[Document]) -> HttpResponse:
    number = planning.carry_out(request.actor, documents)
    said = ngettext("已执行 %(n)s 份文件", "已执行 %(n)s 份文件", number) % {"n": number}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("registry:restructuring"))


def _typed(request: Any) -> list[tuple[str, str]]:
    """What was typed, so that the way back from the plan loses nothing."""
    apart = {"csrfmiddlewaretoken", "plan", "apply", "add", "back", "kept"}
    return [(key, value) for key, value in request.POST.items() if key not in apart]


def _form(request: Any, refusals: list[Refusal]) -> dict[str, Any]:
    """The page of the form, as it was typed so far."""
    asked, words = request.POST, words_for(request)
    rows = asking.rows_of(asked)
    if "add" in asked and len(rows) < asking.MOST_ROWS:
        rows.append(asking.Row(at=len(rows), verb=rows[-1].verb))
    if request.GET.get("region", "").isdigit() and not asked:
        _begin_with(rows[0], request.access, int(request.GET["region"]))
    return {
        "rows": [
            {
                "row": row,
                "uses": asking.USES[row.verb],
                "kinds": words.options("region_kinds", row.kind, blank=False),
            }
            for row in rows
        ],
        "verbs": asking.VERBS.items(),
        "shows": {part: " ".join(v for v, uses in asking.USES.items() if part in uses) for part in PARTS},
        "full": len(rows) >= asking.MOST_ROWS,
        "document": asked.get("document", ""),
        "effective": asked.get("effective") or request.today.isoformat(),
        "name": asked.get("name", ""),
        "done": _done(request.access),
        "waiting": _waiting(request.access),
        "refusals": refusals,
    }


PARTS = ("region", "target", "name", "code", "kind")


def _begin_with(row: asking.Row, access: Access, key: int) -> None:
    """Put the region from whose card the visitor comes into the first row."""
    region = Region._base_manager.filter(pk=key, valid_to__isnull=True).first()
    if region is not None and covers(access.scope(P.RESTRUCTURE), region):
        row.verb, row.region, row.region_typed = "rename", str(region.pk), region.name


def _reach(access: Access) -> Q:
    """Spans in the visitor's reach."""
    scope = access.scope(P.RESTRUCTURE)
    found = Q() if scope.everything else Q(pk__in=[])
    for path in scope.territory:
        found |= within("path", path)
    return found


def _done(access: Access) -> list[Restructuring]:
    """The latest documents that changed something in the visitor's reach."""
    keys = RegionSpan._base_manager.filter(_reach(access), restructuring__isnull=False).values(
        "restructuring"
    )
    return list(Restructuring._base_manager.filter(pk__in=keys).order_by("-effective", "-pk")[:SHOWN])


def _waiting(access: Access) -> list[Region]:
    """Regions in reach whose records a split has left without a place."""
    spans = RegionSpan._base_manager.filter(_reach(access), valid_to__isnull=True, pending=True)
    return [span.region for span in spans.select_related("region").order_by("path")[:SHOWN]]
