"""Who asks: a token, within what its owner may do. Sessions are not looked at, so nothing here can be forged from a
page.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from jiceng.accounts.actions.tokens import note_use, token_of
from jiceng.accounts.days import today_of
from jiceng.accounts.middleware import admit
from jiceng.accounts.models import ApiToken
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Denied, access_of
from jiceng.accounts.sign_in.steps import pending_step
from jiceng.residents.throttling import Allowance, spend

REQUESTS = Allowance("requests by token", holds=600, seconds=timedelta(minutes=10).total_seconds(), first=5)
"""What a token may ask: one request a second for ever, and six hundred at once."""


class Bearer(HttpBearer):
    """Lets a request through that brings a token with one of the permissions, with the token's scope in force."""

    def __init__(self, *any_of: Permission) -> None:
        super().__init__()
        self.any_of = any_of

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, or None for one that opens nothing. Raises Throttled where it asks too much, Denied where it may
        not ask this, or where its owner must do something on the pages first.
        """
        found = token_of(token)
        if found is None:
            return None
        spend(REQUESTS, f"token {found.pk}")
        if pending_step(found.user):
            raise Denied(
                _("账号要先在网页上办一件事"), str(found.user), _("登录网页，修改密码或启用动态口令")
            )
        note_use(found)
        visit: Any = request
        admit(
            visit, access_of(found.user, today_of(found.user)).cut(found.allowed), self.any_of, found.region
        )
        return found
