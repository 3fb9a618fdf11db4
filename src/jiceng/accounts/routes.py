"""How a view says who may open it. A view that says nothing stays closed.

@needs(Permission.REGISTRY_VIEW)          # any of the permissions named; its scope is where they were
granted @signed_in                                # anyone with an account; sees where anything was granted
@open_to_all                              # no account needed; no scope is in force

The gate (`accounts.middleware.Gate`) reads the mark before the view runs. On classes:
`method_decorator(needs(…), name="dispatch")`, or around `as_view()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from jiceng.accounts.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Door:
    """What a view asks of a visitor."""

    sign_in: bool = True
    any_of: tuple[Permission, ...] = ()


MARK, TAKES = "door", "takes_bytes"


def _marked(view: View, door: Door) -> View:
    setattr(view, MARK, door)
    return view


def needs(*any_of: Permission) -> Callable[[View], View]:
    """Only for those who have one of the permissions, and only where they have it."""
    if not any_of:
        raise ValueError("name a permission, or use signed_in")
    return lambda view: _marked(view, Door(any_of=any_of))


def signed_in(view: View) -> View:
    """For everyone with an account."""
    return _marked(view, Door())


def open_to_all(view: View) -> View:
    """For everyone, without signing in."""
    return _marked(view, Door(sign_in=False))


def door_of(view: Callable[..., Any]) -> Door | None:
    """What `view` asks, None where it has not said."""
    found: Door | None = getattr(view, MARK, None)
    return found


def takes_files(limit: int) -> Callable[[View], View]:
    """Mark a view that takes files: at most `limit` bytes of them together, beside the fields of its form."""

    def marked(view: View) -> View:
        setattr(view, TAKES, limit)
        return view

    return marked


def bytes_taken(view: Callable[..., Any]) -> int:
    """How many bytes of files `view` takes."""
    limit: int = getattr(view, TAKES, 0)
    return limit
