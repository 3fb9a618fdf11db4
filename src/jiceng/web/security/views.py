"""Users and grants: the system administrator keeps accounts, the security administrator gives rights."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.actions.grants import grant_role, revoke_grant
from jiceng.accounts.actions.tokens import living, revoke_token
from jiceng.accounts.actions.users import create_user, disable_user, enable_user, release_user, reset_password
from jiceng.accounts.models import ApiToken, Grant, User
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.records.refusals import Refusal
from jiceng.web.security.forms import NewGrant, NewUser
from jiceng.web.tokens.views import told

PAGE = 50


@needs(P.USERS_MANAGE, P.GRANTS_MANAGE, P.ACCESS_MANAGE)
@require_GET
def users(request: Any) -> HttpResponse:
    """Every account with the roles it holds, found by name."""
    words, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    rows = User.objects.order_by("pk").select_related("unit")
    if words:
        rows = rows.filter(full_name__contains=words) | rows.filter(username__startswith=words.lower())
    if after.isdigit():
        rows = rows.filter(pk__gt=after)
    listed = list(rows.prefetch_related(Prefetch("grants", _grants()))[: PAGE + 1])
    following = listed[PAGE - 1].pk if len(listed) > PAGE else None
    return render(request, "security/users.html", {"rows": listed[:PAGE], "words": words, "next": following})


def _grants() -> Any:
    return Grant.objects.select_related("region", "party_org", "authority", "appointment").order_by(
        "-valid_from"
    )


@needs(P.USERS_MANAGE)
def new_user(request: Any) -> HttpResponse:
    """Make an account; its one-time password is shown once."""
    form = NewUser(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = create_user(by=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "security/password.html", {"account": made, "password": password})
    return render(request, "security/new_user.html", {"form": form})


@needs(P.USERS_MANAGE, P.GRANTS_MANAGE, P.ACCESS_MANAGE)
@require_GET
def user(request: Any, key: int) -> HttpResponse:
    """One account: who it stands for, its grants, and what this administrator may do with it."""
    return _user_page(request, get_object_or_404(User, pk=key), NewGrant())


def _user_page(request: Any, account: User, form: NewGrant, status: int = 200) -> HttpResponse:
    may = {
        "manage": P.USERS_MANAGE in request.permissions,
        "grant": P.GRANTS_MANAGE in request.permissions,
        "release": P.ACCESS_MANAGE in request.permissions and account.awaits_release,
        "guard": P.ACCESS_MANAGE in request.permissions,
    }
    context = {"account": account, "grants": _grants().filter(user=account), "form": form, "may": may}
    context["tokens"] = [told(each) for each in living(account).select_related("region").order_by("-pk")]
    return render(request, "security/user.html", context | {"today": request.today}, status=status)


def _back(key: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("security:user", args=[key]))


@needs(P.USERS_MANAGE)
@require_POST
def set_active(request: Any, key: int) -> HttpResponse:
    """Close or open an account, with a reason."""
    account, reason = get_object_or_404(User, pk=key), request.POST.get("reason", "")
    change = disable_user if account.is_active else enable_user
    change(user=account, reason=reason, by=request.actor)
    messages.success(request, _("账号状态已更新"))
    return _back(key)


@needs(P.USERS_MANAGE)
@require_POST
def password(request: Any, key: int) -> HttpResponse:
    """A one-time password in place of a forgotten one, shown once."""
    account = get_object_or_404(User, pk=key)
    made = reset_password(user=account, reason=request.POST.get("reason", ""), by=request.actor)
    return render(request, "security/password.html", {"account": account, "password": made})


@needs(P.ACCESS_MANAGE)
@require_POST
def release(request: Any, key: int) -> HttpResponse:
    """Let an account work again after its password was reset."""
    release_user(user=get_object_or_404(User, pk=key), by=request.actor)
    messages.success(request, _("账号已放行"))
    return _back(key)


@needs(P.GRANTS_MANAGE)
@require_POST
def grant(request: Any, key: int) -> HttpResponse:
    """Give a role on a node; what was typed stays where it is refused."""
    account, form = get_object_or_404(User, pk=key), NewGrant(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            grant_role(
                user=account,
                role=said["role"],
                node=said["found"],
                by=request.actor,
                valid_from=said["valid_from"],
                valid_to=said["valid_to"],
                document=said["document"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已授权"))
            return _back(key)
    return _user_page(request, account, form, 422)


@needs(P.GRANTS_MANAGE)
@require_POST
def revoke(request: Any, key: int) -> HttpResponse:
    """Take a role back from today on, with a reason."""
    found = get_object_or_404(Grant, pk=key)
    revoke_grant(grant=found, day=request.today, by=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("授权已收回"))
    return _back(found.user_id)


@needs(P.ACCESS_MANAGE)
@require_POST
def revoke_access_token(request: Any, key: int) -> HttpResponse:
    """Let somebody's token open nothing any more, with a reason."""
    found = get_object_or_404(ApiToken, pk=key)
    revoke_token(token=found, by=request.actor, access=request.access, reason=request.POST.get("reason", ""))
    messages.success(request, _("令牌已收回"))
    return _back(found.user_id)
