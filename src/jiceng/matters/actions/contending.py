"""Two who want the same at the same time: where the database lets go of one of them, that one comes after the other."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from jiceng.matters.flows import packs_kept
from jiceng.records.engine import is_deadlock
from jiceng.records.refusals import Refusal

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4


def contended(action: Callable[P, R]) -> Callable[P, R]:
    """Take an action that writes again where it and another waited for each other: its transaction has been rolled
    back whole, so nothing happens twice. Inside a transaction of somebody else's it is that one's to begin again.

    Locks are taken in one order, so this is rare: it is for actions that learn late which other matters they move.
    Raises Refusal where it does not help.
    """

    @wraps(action)
    def taken(*args: P.args, **kwargs: P.kwargs) -> R:
        for _attempt in range(ATTEMPTS):
            try:
                with packs_kept():
                    return action(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not is_deadlock(error):
                    raise
        raise Refusal(_("相关的事项正由别人办理"), remedy=_("稍后再办"))

    return taken
