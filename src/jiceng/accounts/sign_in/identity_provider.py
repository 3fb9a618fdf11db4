"""Sign-in through the county's own identity provider (OpenID Connect), where one is set up.

The provider says who somebody is; an account here says what that person may do. So a provider's user is
matched to an existing account by name, once, and nobody gets an account by signing in.
"""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from jiceng.accounts.models import User

CLAIM = "preferred_username"


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Connects a provider's user to the account of the same name."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Match by the provider's `preferred_username`. Raises PermissionDenied where no active account has
        it.
        """
        if sociallogin.is_existing:
            return
        name = str(sociallogin.account.extra_data.get(CLAIM) or "").strip().lower()
        user = User.objects.filter(username=name, is_active=True).first() if name else None
        if user is None:
            raise PermissionDenied(_("统一身份认证的用户在本系统没有账号，请联系系统管理员"))
        sociallogin.connect(request, user)
