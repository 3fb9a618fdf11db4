"""What may be done to a matter beside its flow: urging, joining, linking. A small form each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied, covers
from jiceng.matters.actions import join, link, nudge, unlink
from jiceng.matters.actions.beside import BY_HAND
from jiceng.matters.actions.unlinking import kept_because
from jiceng.matters.clocks import Light, light
from jiceng.matters.enums import LinkKind, Phase
from jiceng.matters.models import Dispatch, Matter, MatterLink
from jiceng.matters.values import nameable
from jiceng.records.refusals import Refusal
from jiceng.web.matters.cards.linking import how_linked
from jiceng.web.matters.finding import dispatch_of, matter_of
from jiceng.web.matters.forms.inputs import Input
from jiceng.web.matters.moments import now_for
from jiceng.web.matters.naming import address_of

Done = Callable[[Any, Matter, Dispatch | None, datetime], Matter]


@dataclass(frozen=True, slots=True)
class Deed:
    """One of them: what it is called, what it is for, whether it asks for another matter, and how it is done; that
    gives the matter to be shown afterwards. `kinds` are offered to choose from.
    """

    label: Promise
    hint: Promise
    reason: Promise
    done: Done
    other: bool = False
    kinds: tuple[LinkKind, ...] = ()
    must: bool = True


def _nudged(request: Any, matter: Matter, dispatch: Dispatch | None, at: datetime) -> Matter:
    nudge(
        access=request.access, matter=matter, reason=request.POST.get("reason", ""), dispatch=dispatch, at=at
    )
    messages.success(request, _("已催办"))
    return matter


def _joined(request: Any, matter: Matter, _dispatch: Dispatch | None, at: datetime) -> Matter:
    into = _other(request, matter)
    at = max(at, now_for(request, into))
    join(access=request.access, matter=matter, into=into, reason=request.POST.get("reason", ""), at=at)
    messages.success(request, _("已并入 %(number)s") % {"number": into.number})
    return into


def _linked(request: Any, matter: Matter, _dispatch: Dispatch | None, at: datetime) -> Matter:
    other, kind = _other(request, matter), request.POST.get("kind", "")
    if kind not in BY_HAND:
        raise Refusal(_("没有选关系"), remedy=_("选一种关系"))
    at = max(at, now_for(request, other))
    reason = request.POST.get("reason", "")
    link(access=request.access, matter=matter, other=other, kind=LinkKind(kind), reason=reason, at=at)
    messages.success(request, _("已关联 %(number)s") % {"number": other.number})
    return matter


def _unlinked(request: Any, matter: Matter, _dispatch: Dispatch | None, at: datetime) -> Matter:
    kept, other = _link_of(request, matter)
    at = max(at, now_for(request, other))
    unlink(access=request.access, link=kept, reason=request.POST.get("reason", ""), at=at)
    messages.success(request, _("已解除与 %(number)s 的关联") % {"number": other.number})
    return matter


def _link_of(request: Any, matter: Matter) -> tuple[MatterLink, Matter]:
    """The link of `matter` that the form is about, and the matter at its other end. Raises Http404 for none, and for
    one whose other end is out of sight.
    """
    key = request.POST.get("link") or request.GET.get("link", "")
    rows = MatterLink.objects.filter(Q(matter=matter) | Q(other=matter))
    found = rows.filter(pk=int(key) if key.isdigit() else 0).first()
    if found is None:
        raise Http404(key)
    there = found.other_id if found.matter_id == matter.pk else found.matter_id
    other: Matter | None = Matter.objects.filter(pk=there).first()
    if other is None:
        raise Http404(key)
    return found, other


def _other(request: Any, matter: Matter) -> Matter:
    """The other matter that the form names, picked or by its whole number. Raises Refusal for none."""
    rows = nameable(Matter, matter.region, request.today, request.access.scope())
    key, typed = request.POST.get("other", ""), request.POST.get("other.typed", "").strip()
    found: Matter | None = (
        rows.filter(pk=int(key)).first() if key.isdigit() else rows.filter(number=typed).first()
    )
    if found is None:
        raise Refusal(_("没有选另一件事项"), remedy=_("写编号或标题里的字，从出现的名单里点选"))
    return found


UNLINK = "unlink"
"""Begins beside the link that it takes back, not in the menu."""

DEEDS: Mapping[str, Deed] = {
    "nudge": Deed(
        gettext_lazy("催办"),
        gettext_lazy("只发给现在办理的人，几小时内只能催一次"),
        gettext_lazy("催办原因"),
        _nudged,
    ),
    "join": Deed(
        gettext_lazy("并案"),
        gettext_lazy("说的是同一件事：本件并入另一件后结束，反映人随之转过去"),
        gettext_lazy("并案原因"),
        _joined,
        other=True,
    ),
    "link": Deed(
        gettext_lazy("关联"),
        gettext_lazy("两件各自办理，在两边的经过里都看得到"),
        gettext_lazy("说明"),
        _linked,
        other=True,
        kinds=(LinkKind.FOLLOWS, LinkKind.SERVES),
        must=False,
    ),
    UNLINK: Deed(
        gettext_lazy("解除关联"),
        gettext_lazy("关联错了的，在这里撤回；两边的经过里都留下谁、为什么解除"),
        gettext_lazy("解除原因"),
        _unlinked,
    ),
}


def deeds_for(request: Any, matter: Matter) -> list[tuple[str, Promise]]:
    """What the visitor may do to the matter beside its flow, as (key, label)."""
    if not request.access.may(P.MATTERS_ACT) or not covers(request.access.scope(), matter):
        return []
    closed = matter.phase == Phase.DONE
    offered = [(key, deed.label) for key, deed in DEEDS.items() if key != UNLINK]
    return [each for each in offered if each[0] == "link" or not closed]


@needs(P.MATTERS_ACT)
@require_http_methods(["GET", "POST"])
def beside(request: Any, which: str, deed: str) -> HttpResponse:
    """The form of such a deed; a POST does it."""
    if deed not in DEEDS:
        raise Http404(deed)
    asked, matter = DEEDS[deed], matter_of(request, which)
    dispatch = dispatch_of(matter, request.POST.get("dispatch") or request.GET.get("dispatch", ""))
    between = _link_of(request, matter) if deed == UNLINK else None
    barred = kept_because(between[0]) if between is not None else None
    refusals: list[Refusal] = [barred] if barred is not None else []
    if request.method == "POST":
        try:
            shown = asked.done(request, matter, dispatch, now_for(request, matter))
            return HttpResponseRedirect(address_of(shown))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
    context = {
        "matter": matter,
        "address": address_of(matter),
        "deed": asked,
        "dispatch": dispatch,
        "reason": request.POST.get("reason")
        or (_urging(matter, now_for(request)) if deed == "nudge" else ""),
        "other": _picker(request),
        "kinds": [(kind.value, kind.label, kind == request.POST.get("kind")) for kind in asked.kinds],
        "region": matter.region,
        "refusals": refusals,
        "barred": barred is not None,
        "link": between[0] if between is not None else None,
        "linked": between[1] if between is not None else None,
        "linked_address": address_of(between[1]) if between is not None else "",
        "how": how_linked(between[0], matter) if between is not None else "",
    }
    wrong = refusals and request.method == "POST"
    return render(request, "matters/beside.html", context, status=422 if wrong else 200)


def _urging(matter: Matter, now: datetime) -> str:
    """Why one urges, as far as the clock says it; to be written over."""
    shown = light(matter.amber_at, matter.due_at, now)
    return {Light.RED: _("已经超时"), Light.AMBER: _("即将到期")}.get(shown, "")


def _picker(request: Any) -> Input:
    typed = request.POST.get("other.typed", "") or request.GET.get("other.typed", "")
    value = request.POST.get("other", "") or request.GET.get("other", "")
    return Input("other", "matter", _("另一件事项"), must=True, value=value, typed=typed, picks=True)
