"""Who outside is told of events, and what has been sent to them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiceng.accounts.actions.webhooks import end_subscription, send_again, subscribe, try_out
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.records.models.outbox import Delivery, Subscription
from jiceng.records.outbox import events
from jiceng.records.outbox.announcing import TEST
from jiceng.records.refusals import Refusal

PAGE = 50


@needs(P.SETTINGS_MANAGE)
@require_http_methods(["GET", "POST"])
def subscriptions(request: Any) -> HttpResponse:
    """Every subscription, and a form for another; a POST makes it and shows its secret this once."""
    refusals: list[Refusal] = []
    asked = request.POST
    if request.method == "POST":
        try:
            made, secret = subscribe(
                name=asked.get("name", ""), url=asked.get("url", ""), wanted=asked.getlist("event"),
                by=request.actor,
            )  # fmt: skip
            return render(request, "webhooks/made.html", {"subscription": made, "secret": secret})
        except Refusal as refusal:
            refusals = [refusal]
    context = {
        "rows": [_shown(each) for each in Subscription.objects.order_by("ended_at", "-pk")],
        "choices": [
            (key, event.label, key in asked.getlist("event"))
            for key, event in events().items()
            if key != TEST.key
        ],
        "name": asked.get("name", ""),
        "url": asked.get("url", ""),
        "refusals": refusals,
    }
    return render(request, "webhooks/list.html", context, status=422 if refusals else 200)


def _shown(subscription: Subscription) -> dict[str, Any]:
    """A subscription with its events in words and how its last delivery went."""
    last = subscription.deliveries.order_by("-pk").first()
    labels = [str(events()[key].label) for key in subscription.events if key in events()]
    return {"subscription": subscription, "events": _("、").join(labels), "last": last and _told(last)}


@needs(P.SETTINGS_MANAGE)
@require_GET
def subscription(request: Any, key: int) -> HttpResponse:
    """One subscription and what has been sent to it, the newest first."""
    found = get_object_or_404(Subscription, pk=key)
    after = request.GET.get("after", "")
    rows = found.deliveries.order_by("-pk")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    listed = list(rows[: PAGE + 1])
    context = {
        **_shown(found),
        "rows": [_told(each) for each in listed[:PAGE]],
        "next": listed[PAGE - 1].pk if len(listed) > PAGE else None,
    }
    return render(request, "webhooks/log.html", context)


def _told(delivery: Delivery) -> dict[str, Any]:
    """A delivery with its state in words."""
    if delivery.arrived_at is not None:
        state, light = _("已送达"), "good"
    elif delivery.next_at is None:
        state, light = _("已放弃"), "bad"
    else:
        state, light = (_("将重试"), "warn") if delivery.attempts else (_("待发送"), "none")
    known = events().get(delivery.event)
    label = known.label if known is not None else delivery.event
    return {"delivery": delivery, "state": state, "light": light, "event": label}


@needs(P.SETTINGS_MANAGE)
@require_POST
def test(request: Any, key: int) -> HttpResponse:
    """Send an event that says nothing."""
    try_out(subscription=get_object_or_404(Subscription, pk=key), by=request.actor)
    messages.success(request, _("已放入待发送，半分钟内发出；结果在本页查看"))
    return HttpResponseRedirect(reverse("webhooks:log", args=[key]))


@needs(P.SETTINGS_MANAGE)
@require_POST
def end(request: Any, key: int) -> HttpResponse:
    """Tell it nothing any more, with a reason."""
    found = get_object_or_404(Subscription, pk=key)
    end_subscription(subscription=found, by=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("已停用"))
    return HttpResponseRedirect(reverse("webhooks:list"))


@needs(P.SETTINGS_MANAGE)
@require_POST
def again(request: Any, key: int) -> HttpResponse:
    """Send a delivery once more."""
    found = get_object_or_404(Delivery.objects.select_related("subscription"), pk=key)
    send_again(delivery=found, by=request.actor)
    messages.success(request, _("已放入待发送，半分钟内发出；结果在本页查看"))
    return HttpResponseRedirect(reverse("webhooks:log", args=[found.subscription_id]))
