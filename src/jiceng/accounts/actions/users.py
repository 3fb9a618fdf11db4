"""Accounts: made, changed and closed by the system administrator, who thereby gives nobody any right."""

import unicodedata
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.actions.authority import authorise, user_of
from jiceng.accounts.models import Grant, User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.roles import ADMINISTRATORS
from jiceng.accounts.scoping import Denied, actor_of
from jiceng.accounts.sign_in.passwords import one_time_password
from jiceng.organisations.models import Unit
from jiceng.people.models import Person
from jiceng.protection.actors import Actor
from jiceng.records.chain import current_writing
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

TABLE = "accounts_user"


def audited(user: User) -> dict[str, Any]:
    """What the audit chain keeps of a user: everything but the password's hash."""
    return {
        "id": user.pk,
        "username": user.username,
        "full_name": user.full_name,
        "unit_id": user.unit_id,
        "person_id": user.person_id,
        "is_active": user.is_active,
        "awaits_release": user.awaits_release,
        "must_change_password": user.must_change_password,
    }


def _keep(user: User, verb: str, before: dict[str, Any] | None) -> None:
    """Store `user` and note the change; the write in progress is audited even where only the password
    changed.
    """
    user.save()
    current_writing().note(TABLE, user.pk, verb, before, audited(user))


def create_user(
    *,
    username: str,
    full_name: str,
    by: Actor,
    unit: Unit | None = None,
    person: Person | None = None,
) -> tuple[User, str]:
    """A new account and the one-time password for its first sign-in, which is shown once and kept nowhere.

    `username` is folded to half-width small letters. Needs `users.manage`. Raises Refusal for a name that
    is empty, malformed or taken.
    """
    authorise(by, Permission.USERS_MANAGE)
    name = unicodedata.normalize("NFKC", username).strip().lower()
    if not name or len(name) > 60 or not all(c.isalnum() or c in "._-" for c in name):
        raise Refusal(
            _("用户名“%(name)s”不可用") % {"name": username},
            remedy=_("用字母、数字、点、横线或下划线，最多60字"),
        )
    if not full_name.strip():
        raise Refusal(_("没有填写姓名"), remedy=_("填写用户的姓名"))
    password = one_time_password()
    with write(by=by, action="user.create"):
        if User.objects.filter(username=name).exists():
            raise Refusal(_("用户名“%(name)s”已被使用") % {"name": name}, remedy=_("换一个用户名"))
        user = User(username=name, full_name=full_name.strip(), unit=unit, person=person)
        user.set_password(password)
        _keep(user, "insert", None)
    return user, password


def change_user(*, user: User, full_name: str, unit: Unit | None, person: Person | None, by: Actor) -> None:
    """Correct who an account stands for. Needs `users.manage`. Raises Refusal for an empty name."""
    authorise(by, Permission.USERS_MANAGE)
    if not full_name.strip():
        raise Refusal(_("没有填写姓名"), remedy=_("填写用户的姓名"))
    with write(by=by, action="user.change"):
        before = audited(user)
        user.full_name, user.unit, user.person = full_name.strip(), unit, person
        _keep(user, "update", before)


def disable_user(*, user: User, reason: str, by: Actor) -> None:
    """Close an account: its sessions end with their next request. Needs `users.manage`. Nobody closes their
    own.
    """
    authorise(by, Permission.USERS_MANAGE)
    if by == actor_of(user):
        raise Denied(_("不能停用自己的账号"), remedy=_("请另一名系统管理员停用"))
    _set_active(user, False, reason, by)


def enable_user(*, user: User, reason: str, by: Actor) -> None:
    """Open a closed account again; its grants hold as far as their dates go. Needs `users.manage`."""
    authorise(by, Permission.USERS_MANAGE)
    _set_active(user, True, reason, by)


def _set_active(user: User, active: bool, reason: str, by: Actor) -> None:
    with write(by=by, action="user.enable" if active else "user.disable", reason=reason):
        before = audited(user)
        user.is_active = active
        _keep(user, "update", before)


def reset_password(*, user: User, reason: str, by: Actor) -> str:
    """A one-time password in place of a forgotten one; every session of the account ends.

    Needs `users.manage`. Whoever resets a password could use it, so the account may do nothing until the
    security administrator releases it; administrators' own passwords are reset on the server only.
    """
    authorise(by, Permission.USERS_MANAGE)
    resetter = user_of(by)
    if resetter and (resetter == user or Grant.objects.filter(user=user, role__in=ADMINISTRATORS).exists()):
        raise Denied(_("管理员的密码不能在页面上重置"), remedy=_("在服务器上运行 jiceng user password"))
    password = one_time_password()
    with write(by=by, action="user.reset_password", reason=reason):
        before = audited(user)
        user.set_password(password)
        user.must_change_password, user.awaits_release = True, resetter is not None
        _keep(user, "update", before)
    return password


def release_user(*, user: User, by: Actor) -> None:
    """The security administrator knows who asked for the reset: the account may work again. Needs
    `access.manage`.
    """
    authorise(by, Permission.ACCESS_MANAGE)
    with write(by=by, action="user.release"):
        before = audited(user)
        user.awaits_release = False
        _keep(user, "update", before)


def set_own_password(*, user: User, password: str) -> None:
    """The holder chooses a password; other sessions end. Raises Refusal for one that breaks the rules."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), remedy=_("换一个密码")) from error
    with write(by=actor_of(user), action="user.change_password"):
        before = audited(user)
        user.set_password(password)
        user.must_change_password, user.password_changed_at = False, timezone.now()
        _keep(user, "update", before)
