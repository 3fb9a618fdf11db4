"""Where a request asks: a region of its own, within what its token shows."""

from typing import Any

from django.utils.translation import gettext as _

from jiceng.accounts.days import today_at
from jiceng.accounts.middleware import paths_of
from jiceng.api.rest.answering import NotFound
from jiceng.organisations.models import Region
from jiceng.protection.scopes import Scope


def region_asked(request: Any, code: str) -> Region | None:
    """The region with the code that is asked for; without one the token's, where it has one.

    Raises NotFound for a region outside the token's and the owner's own, which is not told from one that does not
    exist.
    """
    if not code:
        return request.region
    found: Region | None = Region.objects.current().filter(code=code).first()
    bounds = [request.access.roots()]
    if request.region is not None:
        bounds.append(paths_of(request.region, request.access))
    if found is None or not all(any(found.path.startswith(path) for path in paths) for paths in bounds):
        raise NotFound(_("没有代码为“%(code)s”的区域，或不在令牌的范围内") % {"code": code})
    return found


def standing(request: Any, region: Region | None) -> Region | None:
    """Where a figure is asked for: `region`, else the owner's own where it is just one."""
    roots = request.access.roots()
    if region is not None or len(roots) != 1:
        return region
    own: Region | None = Region.objects.current().filter(path=roots[0]).first()
    return own


def cut(request: Any, scope: Scope, region: Region | None) -> Scope:
    """`scope` as far as `region` reaches; all of it without one."""
    return scope if region is None else scope.narrowed(*paths_of(region, request.access))


def today(request: Any, region: Region | None) -> Any:
    """Today at `region`."""
    return today_at(region.path) if region is not None else request.today
