"""The territory picker: where the visitor may look, where the visitor looks now, and what lies below."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from jiceng.accounts.days import today_at
from jiceng.accounts.scoping import Access
from jiceng.organisations.models import Region
from jiceng.protection.scopes import SEGMENT, within

MOST = 200
"""So many regions the picker lists at once; more are found by name."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What the top bar shows: the chosen region and the names above it, within what the visitor may see."""

    region: Region | None
    name: str
    above: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A region that may be picked; `open` ones have others below."""

    region: Region
    open: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picker drilled down to `at` (None: to the visitor's own regions)."""

    at: Region | None
    above: tuple[Region, ...]
    choices: tuple[Choice, ...]
    more: bool


def root_paths(access: Access) -> tuple[str, ...]:
    """The territory paths where the visitor's grants that show records stand."""
    return access.roots()


def allowed(access: Access, region: Region) -> bool:
    """Whether `region` lies below one of the visitor's grants."""
    return any(region.path.startswith(path) for path in root_paths(access))


def standing(request: Any) -> Region | None:
    """Where the visitor looks: the region picked, else the own one where there is exactly one."""
    if request.region is not None:
        region: Region = request.region
        return region
    if not hasattr(request, "own_region"):
        roots = root_paths(request.access)
        living = Region.objects.filter(path__in=roots, valid_to__isnull=True)
        request.own_region = living.first() if len(roots) == 1 else None
    own: Region | None = request.own_region
    return own


def look_at(request: Any, code: str) -> None:
    """Show this one page for the region that an address names, whatever is picked. Raises Http404 for one out of the
    visitor's sight.
    """
    region = Region.objects.current().filter(code=code).first()
    if region is None or not allowed(request.access, region):
        raise Http404(code)
    request.region, request.today = region, today_at(region.path)


def chain(region: Region, roots: tuple[str, ...]) -> list[Region]:
    """The regions from the visitor's own down to `region`, itself last."""
    root = next((len(path) for path in roots if region.path.startswith(path)), len(region.path))
    steps = [region.path[:end] for end in range(root, len(region.path) + 1, SEGMENT)]
    return list(Region.objects.filter(path__in=steps, valid_to__isnull=True).order_by("path"))


def picked(request: Any) -> Picked | None:
    """What the top bar shows; None for someone who sees no territory. One query."""
    roots = root_paths(request.access)
    if not roots:
        return None
    if request.region is not None:
        names = [region.name for region in chain(request.region, roots)]
        return Picked(request.region, request.region.name, tuple(names[:-1]))
    own = list(
        Region.objects.filter(path__in=roots, valid_to__isnull=True)
        .order_by("path")
        .values_list("name", flat=True)
    )
    return Picked(None, _("、").join(own[:3]) + ("…" if len(own) > 3 else ""), ())


def sheet(access: Access, at: Region | None, query: str = "") -> Sheet:
    """The picker's content: what `query` finds below the visitor's regions, else the regions directly below
    `at`.
    """
    roots = root_paths(access)
    living = Region.objects.filter(valid_to__isnull=True)
    if query:
        below = Q(pk__in=[])
        for path in roots:
            below |= within("path", path)
        named = Q(name__contains=query) | Q(code__startswith=query) | Q(initials__startswith=query.lower())
        rows = living.filter(below & named).order_by("level", "path")
    elif at is not None:
        rows = living.filter(parent=at).order_by("code")
    else:
        rows = living.filter(path__in=roots).order_by("path")
    found = list(rows[: MOST + 1])
    shown = found[:MOST]
    parents = set(living.filter(parent__in=shown).values_list("parent_id", flat=True).distinct())
    return Sheet(
        at=at,
        above=tuple(chain(at, roots)) if at is not None else (),
        choices=tuple(Choice(region, region.pk in parents) for region in shown),
        more=len(found) > MOST,
    )
