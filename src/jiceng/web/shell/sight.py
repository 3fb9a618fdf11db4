"""Where a visitor sees what: the permission's own scope, cut down to the territory picked."""

from typing import Any

from jiceng.accounts.middleware import paths_of
from jiceng.accounts.permissions import Permission
from jiceng.protection.scopes import Scope


def sight(request: Any, *permissions: Permission) -> Scope:
    """The scope in which the visitor has any of `permissions`, within the territory picked.

    The gate puts the page's own scope in force; a page that shows records of several kinds asks for each
    kind's.
    """
    return _picked(request, request.access.scope(*permissions))


def sight_of_both(request: Any, one: Permission, other: Permission) -> Scope:
    """The scope in which the visitor has both permissions by the same role, within the territory picked."""
    return _picked(request, request.access.scope_of_all(one, other))


def _picked(request: Any, scope: Scope) -> Scope:
    if request.region is None:
        return scope
    if not hasattr(request, "picked_paths"):
        request.picked_paths = paths_of(request.region, request.access)
    return scope.narrowed(*request.picked_paths)
