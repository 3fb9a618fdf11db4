"""Whether the author of an administrative write may do it.

Users and grants are no records of a ledger, so no scope guards them: each action asks here. Whoever runs
commands on the server itself owns the database and is trusted, and recorded by the name of the operating
system's account.
"""

from jiceng.accounts.days import today_of
from jiceng.accounts.models import User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import access_of, denied
from jiceng.protection.actors import Actor

TRUSTED = ("os:", "cli:", "system:")


def user_of(by: Actor) -> User | None:
    """The account behind `by`, None for the machine and its operators."""
    kind, _, key = by.key.partition(":")
    return User.objects.filter(pk=int(key)).first() if kind == "user" and key.isdigit() else None


def authorise(by: Actor, permission: Permission) -> None:
    """Raise Denied unless `by` has `permission` today, or works on the server itself."""
    if by.key.startswith(TRUSTED):
        return
    user = user_of(by)
    if user is None or not access_of(user, today_of(user)).may(permission):
        raise denied(permission)
