"""Lock-out after failed sign-ins: django-axes counts, the security administrator releases."""

import unicodedata
from typing import Any

from axes.utils import reset

from jiceng.accounts.actions.authority import authorise
from jiceng.accounts.models import User
from jiceng.accounts.permissions import Permission
from jiceng.protection.actors import Actor
from jiceng.records.writing import write


def counted_name(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """The name under which failures are counted: `Admin`, `admin` and full-width `ａｄｍｉｎ` are one."""
    given = (credentials or {}).get("username") or getattr(request, "POST", {}).get("login") or ""
    return unicodedata.normalize("NFKC", str(given)).strip().lower()


def unlock(*, user: User, by: Actor) -> int:
    """Forget the failed sign-ins of `user`; gives how many counters were cleared. Needs `access.manage`."""
    authorise(by, Permission.ACCESS_MANAGE)
    with write(by=by, action="user.unlock") as writing:
        cleared: int = reset(username=user.username)
        writing.note("accounts_user", user.pk, "unlock", None, {"cleared": cleared})
    return cleared
