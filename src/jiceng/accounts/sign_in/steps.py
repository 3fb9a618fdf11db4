"""What a signed-in person must do before anything else opens."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from jiceng.accounts.models import Grant, User
from jiceng.accounts.roles import ADMINISTRATORS
from jiceng.accounts.sign_in.passwords import expired

CHANGE_PASSWORD = "account_change_password"  # noqa: S105 - the name of a page
ACTIVATE_CODES = "mfa_activate_totp"

DURING = frozenset(
    {CHANGE_PASSWORD, ACTIVATE_CODES, "account_logout", "account_reauthenticate", "set_language"}
)
"""Pages that stay open until every step is done."""


def two_factor_required(user: User) -> bool:
    """Whether `user` may not do without one-time codes: who holds, held or will hold an administrator's
    role.
    """
    return bool(
        settings.ADMIN_TWO_FACTOR
        and not user.demo_key
        and Grant.objects.filter(user=user, role__in=ADMINISTRATORS).exists()
    )


def pending_step(user: User) -> str:
    """The name of the page that `user` must pass first, or ''."""
    if user.has_usable_password() and expired(user):
        return CHANGE_PASSWORD
    if two_factor_required(user) and not is_mfa_enabled(user):
        return ACTIVATE_CODES
    return ""
