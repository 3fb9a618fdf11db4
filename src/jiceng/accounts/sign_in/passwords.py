"""What a password must be, and the one-time passwords that administrators hand over."""

import secrets
import string
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.models import User

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters that look like others


class ComplexityValidator:
    """At least three of: small letters, capitals, digits, anything else."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for a password of fewer kinds of characters."""
        kinds = sum(any(c in kind for c in password) for kind in _CLASSES)
        kinds += any(not any(c in kind for kind in _CLASSES) for c in password)
        if kinds < 3:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("密码须包含大写字母、小写字母、数字、其他字符中的至少三种。")


class NotTheSameValidator:
    """A new password differs from the one in use."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for the password that `user` has already."""
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_unchanged")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("新密码不能与当前密码相同。")


def one_time_password() -> str:
    """A password for a first sign-in: four groups of four, some 92 bits, of all three kinds of characters."""
    while True:
        found = "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
        if all(any(c in kind for c in found) for kind in _CLASSES):
            return found


def expired(user: User) -> bool:
    """Whether `user` must choose a new password before going on: a one-time password, or one that is too
    old.
    """
    if user.must_change_password:
        return True
    days = settings.PASSWORD_DAYS
    changed = user.password_changed_at
    return bool(days and changed and changed < timezone.now() - timedelta(days=days))
