"""Where people say that something is: the territory from the counties in use downwards, and the moment it is there."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from jiceng.accounts.days import moment_on, today_at
from jiceng.matters.models import Event, Matter
from jiceng.organisations.models import Region
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import SEGMENT, within

MOST = 60
"""So many places one page lists at most; more are found by name."""

VILLAGE, COUNTY = 5, 3
"""Levels of kinds of regions: residents name a village or community, no narrower; pages begin with counties."""


def now_at(region: Region, matter: Matter | None = None) -> datetime:
    """The moment at `region`, never before the last line of `matter` (in the demonstration places live on days of
    their own, on which the clock goes round).
    """
    now = moment_on(today_at(region.path))
    if matter is None or not settings.DEMO:
        return now
    last = Event.objects.filter(matter=matter).order_by("-seq").values_list("at", flat=True).first()
    return max(now, last) if last else now


def roots() -> Sequence[Region]:
    """The regions in use where pages for residents begin: those that packs are bound to, and where one of these is a
    prefecture or more, the counties in it that have places below.
    """
    bound = {bind.region for manifest in current().packs.values() for bind in manifest.binds}
    living = Region.objects.current()
    tops = list(living.filter(code__in=bound).order_by("path")) or list(living.filter(parent=None))
    found: list[Region] = []
    for top in tops:
        if top.level >= COUNTY:
            found.append(top)
            continue
        inside = living.filter(within("path", top.path), level=COUNTY, children__isnull=False)
        found += inside.distinct().order_by("path")
    return list({region.pk: region for region in found}.values())


def offered(region: Region | None) -> Sequence[Region]:
    """What may be chosen next below `region` (None: where to begin), down to villages and communities."""
    if region is None:
        return roots()
    if region.level >= VILLAGE:
        return []
    below = Region.objects.current().filter(parent=region, level__lte=VILLAGE)
    return list(below.order_by("code")[:400])


def found(query: str) -> Sequence[Region]:
    """The towns, villages and communities in use whose name or pinyin initials begin like or contain `query`."""
    asked = query.strip()[:40]
    inside = Q(pk__in=[])
    for root in roots():
        inside |= within("path", root.path)
    if not asked:
        return []
    named = Q(name__contains=asked) | Q(initials__startswith=asked.lower())
    rows = Region.objects.current().filter(inside & named, level__gt=COUNTY, level__lte=VILLAGE)
    return list(rows.select_related("parent").order_by("level", "path")[:MOST])


def region_called(code: str) -> Region | None:
    """The region in use with that code, if residents may choose it; None for any other."""
    region: Region | None = Region.objects.current().filter(code=code, level__lte=VILLAGE).first()
    if region is None or not any(region.path.startswith(root.path) for root in roots()):
        return None
    return region


def above(region: Region) -> Sequence[Region]:
    """The regions above `region` from the outermost that residents see, itself last."""
    steps = [region.path[:end] for end in range(SEGMENT, len(region.path) + 1, SEGMENT)]
    rows = Region.objects.current().filter(path__in=steps, level__gte=COUNTY)
    return list(rows.order_by("path"))


def codes_at(region: Region | None) -> list[str]:
    """The codes by which packs hold at `region`; for nowhere in particular those of where pages begin."""
    if region is not None:
        return codes_upwards(region)
    tops = roots()
    return codes_upwards(tops[0]) if len(tops) == 1 else []
