"""Reads of the territory, the party hierarchy and units that other rooms share, each as of a day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from jiceng.organisations.models import PartyOrg, Region, RegionHolding, RegionSpan, Unit
from jiceng.organisations.spans import Dating, chunks, dating_of, span_on
from jiceng.organisations.terms import vocabulary
from jiceng.protection.scopes import SEGMENT, within
from jiceng.records.bases import valid_on


# ------------------------------------------------------------------------------------------- territory
def region_by_code(code: str, day: date | None = None) -> Region | None:
    """The region that bears `code` on `day` (default: today), or None."""
    if day is None:
        return Region._base_manager.filter(code=code, valid_to__isnull=True).first()
    span = (
        RegionSpan._base_manager.filter(valid_on(day), code=code, living=True)
        .select_related("region")
        .first()
    )
    return span.region if span else None


def paths_today(regions: Iterable[int]) -> dict[int, str]:
    """Today's paths of the regions with these keys, fresh from the database: what records copy."""
    found: dict[int, str] = {}
    for some in chunks(sorted(set(regions))):
        found |= dict(Region._base_manager.filter(pk__in=some).values_list("pk", "path"))
    return found


def path_on(region: Region, day: date) -> str:
    """The place of `region` in the tree of `day`: its own while it lives, under its successor once it has
    ended.

    Empty before the first day that is known of it.
    """
    span = span_on_day(region, day)
    return span.path if span else ""


def span_on_day(region: Region, day: date) -> RegionSpan | None:
    """What `region` was on `day`."""
    return RegionSpan._base_manager.filter(valid_on(day), region=region).first()


def paths_on(region: Region, day: date) -> tuple[str, ...]:
    """The subtrees that belong to `region` on `day`: its own, and what it holds as a functional area."""
    own = path_on(region, day)
    held = RegionHolding._base_manager.filter(valid_on(day), holder=region).values("held")
    paths = RegionSpan._base_manager.filter(valid_on(day), region__in=held).values_list("path", flat=True)
    return tuple(p for p in (own, *sorted(paths)) if p)


def regions_on(day: date, *, under: Region | None = None, kind: str = "") -> Any:
    """The spans of the regions that live on `day`, their regions joined, in order of their codes.

    `under` keeps those below a region on that day (itself included, and what it holds), `kind` those of a
    kind or one below it.
    """
    spans = RegionSpan._base_manager.filter(valid_on(day), living=True)
    if under is not None:
        inside = Q(pk__in=[])
        for path in paths_on(under, day):
            inside |= within("path", path)
        spans = spans.filter(inside)
    if kind:
        spans = spans.filter(kind__in=vocabulary("region_kinds").below(kind))
    return spans.select_related("region").order_by("code")


def pending_on(day: date, under: Region) -> Any:
    """The spans under `under` that a split has left with records nobody has assigned yet."""
    return RegionSpan._base_manager.filter(valid_on(day), within("path", path_on(under, day)), pending=True)


def ancestors(region: Region, day: date | None = None) -> list[RegionSpan]:
    """What stands above `region` on `day` (default: today), nearest first; ended regions' successors
    included.
    """
    day = day or timezone.localdate()
    path = path_on(region, day)
    above = [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]
    spans = RegionSpan._base_manager.filter(valid_on(day), path__in=above).select_related("region")
    return sorted(spans, key=lambda s: -len(s.path))


def codes_upwards(region: Region, day: date | None = None) -> list[str]:
    """The codes of `region` and what stands above it, nearest first: where packs look for what is bound."""
    day = day or timezone.localdate()
    span = span_on_day(region, day)
    return [span.code if span else region.code, *(s.code for s in ancestors(region, day))]


def children(region: Region | None, day: date | None = None) -> Any:
    """The spans of the living regions directly below `region` (None: the provinces) on `day`, in order of
    code.
    """
    spans = RegionSpan._base_manager.filter(valid_on(day or timezone.localdate()), living=True, parent=region)
    return spans.select_related("region").order_by("code")


# --------------------------------------------------------------------------------------- any dated entity
def card(entity: Any, day: date) -> dict[str, Any] | None:
    """The dated columns of a region, unit or party organisation as they were on `day`, by attribute name,
    with `living`; None before its life, and for a unit that has ended.
    """
    dating = dating_of(entity)
    span = span_on(dating, entity, day)
    if span is None:
        return None
    return {c: getattr(span, c) for c in dating.shared} | {"living": getattr(span, "living", True)}


def history(entity: Any) -> list[Any]:
    """Every span of an entity, oldest first: the timeline of its card."""
    dating = dating_of(entity)
    spans = dating.span._base_manager.filter(**{dating.key: entity.pk})
    return list(spans.order_by("valid_from"))


def changed_columns(dating: Dating, before: Any, after: Any) -> list[str]:
    """Which dated columns differ between two spans that follow each other."""
    return [c for c in dating.shared if getattr(before, c) != getattr(after, c)]


# ---------------------------------------------------------------------------------------------- successions
MOST_SUCCESSIONS = 20
"""How far a chain of successors is followed: nothing is reorganised so often."""


def heir_of(unit: Unit, day: date) -> Unit | None:
    """Who does what `unit` had to do now that it has ended: its successor, or whoever succeeded that one; where
    none lives on `day`, the authority it answered to. None where that does not live either.
    """
    seen, heir = {unit.pk}, unit.successor
    while heir is not None and heir.pk not in seen and len(seen) <= MOST_SUCCESSIONS:
        if _lives(heir, day):
            return heir
        seen.add(heir.pk)
        heir = heir.successor
    above = unit.authority
    return above if above is not None and _lives(above, day) else None


def _lives(record: Any, day: date) -> bool:
    return bool(record.valid_from <= day and (record.valid_to is None or record.valid_to > day))


# ---------------------------------------------------------------------------------------- party hierarchy
def superiors(org: PartyOrg, day: date | None = None) -> list[Any]:
    """The spans of the party organisations above `org` on `day`, nearest first."""
    dating, on = dating_of(org), day or timezone.localdate()
    span = span_on(dating, org, on)
    path = span.path if span else ""
    above = [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]
    spans = dating.span._base_manager.filter(valid_on(on), path__in=above).select_related("party_org")
    return sorted(spans, key=lambda s: -len(s.path))


def subordinates(org: PartyOrg, day: date | None = None) -> Any:
    """The spans of the living party organisations directly below `org` on `day`."""
    dating, on = dating_of(org), day or timezone.localdate()
    spans = dating.span._base_manager.filter(valid_on(on), living=True, superior=org)
    return spans.select_related("party_org").order_by("path")


def covered_units(org: PartyOrg, day: date) -> Any:
    """The units that `org` covers on `day`, whoever asks."""
    covers = org.covers.filter(valid_on(day), unit__isnull=False)
    return Unit._base_manager.filter(pk__in=covers.values("unit")).order_by("code")


def units_by_code(codes: Collection[str]) -> Mapping[str, Unit]:
    """Living units by unified social credit code."""
    found = Unit._base_manager.filter(code__in=codes, valid_to__isnull=True)
    return {u.code: u for u in found}


def joint_sizes(day: date, under_path: str) -> Any:
    """How many units each living party organisation below a party path covers on `day` (`units`)."""
    rows = PartyOrg._base_manager.filter(valid_on(day), within("path", under_path))
    counted = Count("covers", filter=valid_on(day, "covers__") & Q(covers__unit__isnull=False))
    return rows.annotate(units=counted).order_by("path")
