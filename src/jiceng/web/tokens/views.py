"""One's own tokens for programs: made, shown once, revoked."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiceng.accounts.actions.tokens import LONGEST, make_token, offered, revoke_token, tokens_of
from jiceng.accounts.models import ApiToken
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import signed_in
from jiceng.records.refusals import Refusal

FIRST = frozenset({P.FIGURES_VIEW})
"""What a new token is proposed to carry: figures, and no records."""

USUAL = timedelta(days=180)


@signed_in
@require_http_methods(["GET", "POST"])
def tokens(request: Any) -> HttpResponse:
    """One's tokens, and a form for another; a POST makes it and shows its text this once."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            made, text = make_token(access=request.access, **_said(request))
            return render(
                request, "tokens/made.html", {"token": made, "text": text, "server": _server(request)}
            )
        except Refusal as refusal:
            refusals = [refusal]
    today = timezone.localdate()
    asked = set(request.POST.getlist("permission")) if request.method == "POST" else FIRST
    context = {
        "rows": [told(each) for each in tokens_of(request.access.user)],
        "choices": [(p.value, p.label, p.value in asked) for p in offered(request.access)],
        "name": request.POST.get("name", ""),
        "expires": request.POST.get("expires_on") or (today + USUAL).isoformat(),
        "first": (today + timedelta(days=1)).isoformat(),
        "last": (today + LONGEST).isoformat(),
        "server": _server(request),
        "refusals": refusals,
    }
    return render(request, "tokens/list.html", context, status=422 if refusals else 200)


def _said(request: Any) -> dict[str, Any]:
    """What the form says of a new token."""
    try:
        expires = date.fromisoformat(request.POST.get("expires_on", ""))
    except ValueError:
        expires = None
    return {
        "name": request.POST.get("name", ""),
        "permissions": request.POST.getlist("permission"),
        "region": request.region if request.POST.get("narrow") else None,
        "expires_on": expires,
    }


def _server(request: Any) -> str:
    """Where the interface is."""
    return request.build_absolute_uri(reverse("rest:openapi-json")).rpartition("/")[0]


def told(token: Any) -> dict[str, Any]:
    """A token with its state in words."""
    if token.revoked_at is not None:
        state, light = _("已收回"), "none"
    elif token.expires_on < timezone.localdate():
        state, light = _("已过期"), "none"
    else:
        state, light = _("有效"), "good"
    labels = [str(P(key).label) for key in token.permissions if key in P.values]
    return {
        "token": token,
        "state": state,
        "light": light,
        "may": _("、").join(labels),
        "open": light == "good",
    }


@signed_in
@require_POST
def revoke(request: Any, key: int) -> HttpResponse:
    """Let one's token open nothing any more."""
    found = get_object_or_404(ApiToken, pk=key, user=request.access.user)
    revoke_token(token=found, by=request.actor, access=request.access)
    messages.success(request, _("令牌已收回"))
    return HttpResponseRedirect(reverse("tokens:list"))
