"""What stands between a request and a page: headers, the idle time-out, and the gate."""

import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: TID251 - the gate answers by itself
from django.urls import resolve, reverse  # noqa: TID251 - and sends people to the sign-in page
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from jiceng.accounts.days import today_at, today_of
from jiceng.accounts.models import User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.routes import Door, door_of
from jiceng.accounts.scoping import Access, access_of, actor_of, denied
from jiceng.accounts.sign_in import BEGAN, ENDED, SEEN
from jiceng.accounts.sign_in.adapters import note
from jiceng.accounts.sign_in.steps import DURING, pending_step
from jiceng.organisations.models import Region, RegionHolding
from jiceng.protection.scopes import scoped

Respond = Callable[[HttpRequest], HttpResponse]

PICKED = "region"
"""Session key: id of the region that the territory picker shows."""

BACKGROUND = "X-Background"
"""A request that no hand has sent (a page that refreshes itself) names this header and keeps no session
alive.
"""

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # charts place their tooltips by a style attribute
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class SecurityHeaders:
    """Scripts and styles come from our own files only; nothing that a signed-in person sees is kept by a
    browser.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if getattr(request, "access", None) is not None and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class IdleTimeout:
    """Ends a session after `IDLE_MINUTES` without a request, and after `SESSION_HOURS` in any case."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        if request.user.is_authenticated:
            self._check(request, request.user, now)
        response = self.get_response(request)
        # signing in happens inside: the clock starts with the answer to it
        if request.user.is_authenticated and SEEN not in request.session:
            request.session[SEEN] = request.session[BEGAN] = now
            request.session.pop(ENDED, None)
        return response

    def _check(self, request: HttpRequest, user: User, now: int) -> None:
        """Sign out who has waited too long; else note the moment, at most once a minute: it costs a write."""
        seen, began = request.session.get(SEEN, now), request.session.get(BEGAN, now)
        idle = settings.IDLE_MINUTES * 60
        if now - seen >= idle or now - began >= settings.SESSION_HOURS * 3600:
            note(actor_of(user), "user.session_ended", user, "sign_out", idle=now - seen >= idle)
            logout(request)
            request.session[ENDED] = settings.IDLE_MINUTES if now - seen >= idle else 0
        elif now - seen >= min(60, idle // 2) and BACKGROUND not in request.headers:
            request.session[SEEN] = now


class Gate:
    """Lets a request through to a view that its user may open, with the user's scope in force.

    Sets on the request: `access` (None without an account), `actor`, `permissions`, `region` (the territory
    picked, or None) and `today` (the demonstration's places each live on their own day).
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visit: Any = request
        visit.access = visit.actor = visit.region = None
        visit.permissions, visit.today = frozenset(), today_at("")
        with ExitStack() as visit.in_force:
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before the view runs: who is it, may they, and what do they see."""
        door = door_of(view)
        if door is not None and not door.sign_in:
            return None
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        if (step := pending_step(request.user)) and resolve(request.path_info).view_name not in DURING:
            return _to(request, reverse(step))
        if door is None:
            raise PermissionDenied(_("这个页面没有说明谁可以打开"))
        self._enter(request, request.user, door)
        return None

    def _enter(self, request: Any, user: User, door: Door) -> None:
        """Raise Denied where the door's permissions are missing; else put the scope in force."""
        region = (
            Region.objects.filter(pk=request.session.get(PICKED)).first()
            if PICKED in request.session
            else None
        )
        admit(request, access_of(user, today_of(user)), door.any_of, region)


def admit(
    request: Any, access: Access, any_of: Collection[Permission] = (), region: Region | None = None
) -> None:
    """Let a request act by `access`, cut down to `region`, with the scope of any of the permissions in force until
    it is answered. Raises Denied where all of them are missing.
    """
    request.access, request.actor, request.permissions = access, actor_of(access.user), access.permissions
    if any_of and not access.may(*any_of):
        raise denied(next(iter(any_of)))
    scope = access.scope(*any_of)
    if region is not None:
        request.region = region
        scope = scope.narrowed(*paths_of(region, access))
    request.today = today_at(region.path) if region else access.day
    request.in_force.enter_context(scoped(scope))


def paths_of(region: Region, access: Access) -> tuple[str, ...]:
    """The territory paths that picking `region` shows: its own, and those of the regions that it holds."""
    held = RegionHolding.objects.on(access.day).filter(holder=region).values_list("held__path", flat=True)
    return (region.path, *sorted(held))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = reverse(settings.LOGIN_URL)
    back = request.get_full_path() if request.method == "GET" and "HX-Request" not in request.headers else ""
    return _to(request, f"{target}?{urlencode({'next': back})}" if back and back != "/" else target)


def _to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the visitor to `url`; a part of a page asked for by htmx sends the whole page there."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
