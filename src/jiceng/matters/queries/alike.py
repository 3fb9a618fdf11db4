"""Open matters near to and alike one that somebody is about to raise, so that it can be joined instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiceng.matters.enums import Phase
from jiceng.matters.models import Matter
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import Scope

Point = tuple[float, float]
"""Longitude and latitude in degrees."""

EARTH = 6_371_008.8
"""Its mean radius in metres."""

CANDIDATES = 200
"""Matters whose words are compared, at the place and around the point each: the last ones."""

MOST = 8
ALIKE = 0.4
"""The share of the shorter text's word pairs that the other has, too, from which on two texts speak of one thing."""

ENOUGH = 3
"""So many common pairs at least, unless the text has fewer: 小区 alone says nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is about to be raised, as far as it is known."""

    type: str
    region: Region
    text: str
    category: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """An open matter and why it may be the same one, in words; the likest come first."""

    matter: Matter
    reasons: tuple[str, ...]
    likeness: float


def alike(told: Told, spec: MatterSpec, day: date, scope: Scope, apart: int | None = None) -> Sequence[Alike]:
    """The open matters that `scope` sees, of the same type (whatever pack words it), raised within the type's
    `alike_days` before `day`, that speak of the same thing in the same region, or within its `alike_metres` speak of
    it or are of the same category. `apart` is the key of a matter that is not compared with itself. Two queries.
    """
    rows: QuerySet[Any] = Matter.visible_to(scope).exclude(phase=Phase.DONE)
    rows = rows.exclude(pk=apart) if apart is not None else rows
    since = day - timedelta(days=spec.alike_days)
    rows = rows.filter(type__in=_family(told.type), raised_on__gte=since).order_by("-pk")
    found = {m.pk: m for m in rows.filter(region_path=told.region.path)[:CANDIDATES]}
    if told.point is not None and spec.alike_metres:
        found |= {m.pk: m for m in rows.filter(around(told.point, spec.alike_metres))[:CANDIDATES]}
    ours = pairs(told.text)
    compared = (_compared(matter, told, ours, spec.alike_metres) for matter in found.values())
    likest = sorted(
        (one for one in compared if one is not None), key=lambda one: (-one.likeness, -one.matter.pk)
    )
    return likest[:MOST]


def _family(key: str) -> set[str]:
    """The keys of the same type in every pack that words it."""
    bare = key.partition(":")[2]
    return {key, *(other for other in current().section("matters") if other.partition(":")[2] == bare)}


def _compared(matter: Matter, told: Told, ours: frozenset[str], within: int) -> Alike | None:
    """How one matter is alike what was told; None where it is not."""
    reasons: list[str] = []
    words = overlap(ours, pairs(f"{matter.title} {matter.text}"))
    metres = _apart(told.point, matter)
    near = metres is not None and metres <= within
    same = bool(told.category) and matter.category == told.category
    if not (words >= ALIKE or (near and same)):
        return None
    if not near and matter.region_path != told.region.path:
        return None
    likeness = words
    if near and metres is not None:
        reasons.append(_("相距约%(metres)s米") % {"metres": max(10, int(round(metres, -1)))})
        likeness += 1 - metres / (within + 1)
    if words >= ALIKE:
        reasons.append(_("文字相近"))
    if same:
        reasons.append(_("同一类别"))
        likeness += 0.2
    return Alike(matter, tuple(reasons), likeness)


# --------------------------------------------------------------------------------------------- distance
def around(point: Point, metres: float) -> Q:
    """Condition: a matter lies in the box around `point`, which holds all that is within `metres` and little else."""
    longitude, latitude = point
    up = degrees(metres / EARTH)
    across = up / max(cos(radians(latitude)), 0.01)
    return Q(
        latitude__gte=latitude - up,
        latitude__lte=latitude + up,
        longitude__gte=longitude - across,
        longitude__lte=longitude + across,
    )


def distance(one: Point, other: Point) -> float:
    """Metres between two points, on the sphere (haversine)."""
    (a, b), (c, d) = (map(radians, point) for point in (one, other))
    half = sin((d - b) / 2) ** 2 + cos(b) * cos(d) * sin((c - a) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def _apart(point: Point | None, matter: Matter) -> float | None:
    if point is None or matter.longitude is None or matter.latitude is None:
        return None
    return distance(point, (matter.longitude, matter.latitude))


# ------------------------------------------------------------------------------------------------ words
def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters in the text's words; numbers and signs apart."""
    plain = "".join(c.lower() if c.isalpha() else " " for c in text)
    return frozenset(word[i : i + 2] for word in plain.split() for i in range(len(word) - 1))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that both have; 0 where they have less than `ENOUGH` in common."""
    smaller, common = min(len(one), len(other)), len(one & other)
    return common / smaller if smaller and common >= min(ENOUGH, smaller) else 0.0
