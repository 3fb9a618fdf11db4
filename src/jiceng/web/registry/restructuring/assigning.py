"""What a split has left over: the page on which its records are given to the parts."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.tables import permission_for
from jiceng.exchange.tables import all_tables
from jiceng.organisations.models import Region
from jiceng.organisations.restructuring.splits import assign, left_over, pending_span, settle
from jiceng.protection.scopes import scoped
from jiceng.records.refusals import Refusal
from jiceng.web.registry.forms.inputs import Input, read
from jiceng.web.registry.ledgers import title_of

PAGE = 100
PART = Input("part", _("归入"), "regions", must=True)


@needs(P.RESTRUCTURE)
@require_http_methods(["GET", "POST"])
def assigning(request: Any, key: int) -> HttpResponse:
    """The records that still sit in a region that was split; a POST gives the marked ones to a part."""
    region = get_object_or_404(Region._base_manager, pk=key)
    request.access.require(P.RESTRUCTURE, region)
    if pending_span(region) is None:
        raise Http404(key)
    left = left_over(region)
    labels = [label for label in left if request.access.may(permission_for(_table(label)))]
    asked = request.POST.get("model") or request.GET.get("model", "")
    chosen = asked if asked in labels else next(iter(labels), "")
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            return _done(request, region, chosen)
        except Refusal as refusal:
            refusals = [refusal]
    context = {
        "region": region,
        "kinds": [(label, title_of(_table(label)), left[label], label == chosen) for label in labels],
        "chosen": chosen,
        "records": _records(request, region, chosen)[:PAGE] if chosen else [],
        "part": PART,
        "reason": request.POST.get("reason", ""),
        "refusals": refusals,
    }
    return render(request, "registry/restructuring/assigning.html", context, status=422 if refusals else 200)


def _table(label: str) -> str:
    """The table of those records, ledger of the registry or not: whatever sits in a region can be left over."""
    model: type[Model] = apps.get_model(label)
    return next(key for key, table in all_tables().items() if table.model is model)


def _records(request: Any, region: Region, label: str) -> Any:
    """The records of one kind that sit in `region` and that the visitor may see."""
    with scoped(request.access.scope(permission_for(_table(label)))):
        return apps.get_model(label)._default_manager.filter(region=region).order_by("pk")


def _done(request: Any, region: Region, label: str) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    back = reverse("registry:assigning", args=[region.pk])
    if "settle" in request.POST:
        settle(by=request.actor, region=region, reason=reason)
        messages.success(request, _("已结清"))
        return HttpResponseRedirect(reverse("registry:restructuring"))
    part = read(PART, request.POST)
    request.access.require(P.RESTRUCTURE, part)
    keys = [int(k) for k in request.POST.getlist("row") if k.isdigit()]
    records = list(_records(request, region, label).filter(pk__in=keys)) if label else []
    if not records:
        raise Refusal(_("没有选中记录"), remedy=_("勾选要分配的记录"))
    number = sum(assign(by=request.actor, records=records, region=part, reason=reason).values())
    said = ngettext("已分配 %(n)s 条到%(name)s", "已分配 %(n)s 条到%(name)s", number)
    messages.success(request, said % {"n": number, "name": part})
    left = pending_span(region) is not None
    return HttpResponseRedirect(f"{back}?model={label}" if left else reverse("registry:restructuring"))
