"""What we decide differently from django-allauth, and what of a sign-in goes into the audit chain."""

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from jiceng.accounts.actions.users import set_own_password
from jiceng.accounts.models import User
from jiceng.accounts.scoping import actor_of
from jiceng.accounts.sign_in import BEGAN
from jiceng.accounts.sign_in.lockout import counted_name
from jiceng.accounts.sign_in.steps import two_factor_required
from jiceng.protection import ciphers
from jiceng.protection.actors import Actor
from jiceng.records.writing import write

TABLE = "accounts_user"
NOBODY = Actor("anonymous", "—")


def note(by: Actor, action: str, user: User | None, verb: str, **said: Any) -> None:
    """One audit entry about a sign-in; `said` never holds a password."""
    with write(by=by, action=action) as writing:
        writing.note(TABLE, user.pk if user else 0, verb, None, said)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; every sign-in, failure and sign-out is audited."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up."""
        return False

    def post_login(self, request: Any, user: User, **kwargs: Any) -> Any:
        """All steps of signing in are done."""
        note(actor_of(user), "user.sign_in", user, "sign_in", address=self.get_client_ip(request))
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        """A wrong name or password, or a locked account. An unknown name is not kept: it may be a mistyped
        password.
        """
        user = User.objects.filter(username=counted_name(request, credentials)).first()
        locked = bool(getattr(request, "axes_locked_out", False))
        said = {"address": self.get_client_ip(request), "locked": locked}
        note(NOBODY, "user.sign_in_failed", user, "refused", **said)

    def logout(self, request: Any) -> None:
        """End the session on the server; its cookie is worth nothing from here on."""
        note(actor_of(request.user), "user.sign_out", request.user, "sign_out")
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """The holder of the account chose a new password."""
        set_own_password(user=user, password=password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The password is asked for again before one-time codes change, but not right after signing in."""
        began = self.request.session.get(BEGAN, 0)
        if time.time() - began < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required

    def get_password_change_redirect_url(self, request: Any) -> str:
        """Go on to where signing in would have led."""
        url: str = self.get_login_redirect_url(request)
        return url


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """One-time codes: their secrets are sealed, and an administrator cannot drop them where they are
    required.
    """

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return base64.b64encode(ciphers.seal("one-time codes", text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return ciphers.unseal("one-time codes", base64.b64decode(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the holder may do without this factor."""
        return not two_factor_required(authenticator.user)
