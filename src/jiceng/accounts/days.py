"""Which day it is: the local date, but in the demonstration each place lives on a day of its own."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jiceng.accounts.models import Grant, User
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import SEGMENT, within


def codes_above(path: str) -> list[str]:
    """The codes of the region at the territory `path` and of its ancestors, from the nearest up."""
    steps = [path[:end] for end in range(len(path), 0, -SEGMENT)]
    codes = dict(Region.objects.current().filter(path__in=steps).values_list("path", "code"))
    return [codes[step] for step in steps if step in codes]


def today_at(path: str) -> date:
    """Today at the territory `path`: in the demonstration the day of the nearest pack that has one."""
    if settings.DEMO and path:
        catalogue = current()
        days = (catalogue.packs[pack].day for pack in catalogue.packs_at(codes_above(path)))
        if found := next((day for day in days if day), None):
            return found
    return timezone.localdate()


def today_of(user: User) -> date:
    """Today where `user` works: at the place of the first grant, or of the demonstration identity."""
    if not settings.DEMO:
        return timezone.localdate()
    if user.demo_key:
        manifest = current().packs.get(user.demo_key.partition(":")[0])
        if manifest and manifest.day:
            return manifest.day
    nodes = Grant.objects.filter(user=user).select_related("region", "party_org", "authority", "appointment")
    grant = nodes.order_by("id").first()
    node = grant.node if grant else None
    return today_at("" if node is None else node.path if isinstance(node, Region) else node.region_path)


def moment_on(day: date) -> datetime:
    """Now, aware; in the demonstration the present clock time on `day`, the day on which a place lives there."""
    now = timezone.localtime()
    return datetime.combine(day, now.timetz()) if settings.DEMO else now


def moments(column: str) -> Iterator[tuple[Q, datetime]]:
    """Now, for all places: conditions over a column of territory paths that leave nothing out and share nothing, each
    with the moment that it is there. One condition, which every row meets, but in the demonstration.
    """
    if not settings.DEMO:
        yield Q(), timezone.now()
        return
    bound = {bind.region for manifest in current().packs.values() if manifest.day for bind in manifest.binds}
    paths = Region.objects.current().filter(code__in=bound).values_list("path", flat=True)
    elsewhere = Q()
    for path in sorted(paths, key=len, reverse=True):  # of two nested places the inner one decides
        yield elsewhere & within(column, path), moment_on(today_at(path))
        elsewhere &= ~within(column, path)
    yield elsewhere, timezone.now()
