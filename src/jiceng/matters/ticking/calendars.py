"""Time limits reckoned anew when a calendar has changed: a pack's hours or days off, a new year's holidays."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import QuerySet

from jiceng.matters.actions.context import Acting
from jiceng.matters.clocks import compute, pauses_in, reckoned
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Flow, Matter, TickMark
from jiceng.matters.ticking.guarding import Guard
from jiceng.matters.turns import renew_dues
from jiceng.organisations.models import Region, Restructuring
from jiceng.packs.calendars import CALENDAR, calendar_at
from jiceng.packs.catalogue import Catalogue, current
from jiceng.records import bulk
from jiceng.records.calendar import Limit, Unit, WorkCalendar, published
from jiceng.records.chain import sm3
from jiceng.records.writing import write

WORK = "calendars"
ACTION = "matter.calendar"
READ = 10_000
STORED = 400
"""Clocks read at once, and stored in one transaction: so long nobody can take a step in their matters."""

BY_DAYS = frozenset({Unit.DAYS, Unit.WORKING_DAYS})
BY_THE_CLOCK = frozenset({Unit.HOURS, Unit.MINUTES})
"""Limits that run day and night, whatever the calendar says."""

Moments = tuple[datetime | None, datetime | None, bool]


def recompute(guard: Guard) -> int:
    """Reckon every running clock anew where a calendar is not what it was; gives how many come out otherwise."""
    catalogue = current()
    digest, mark = _digest(catalogue), TickMark.objects.filter(pk=WORK).first()
    if mark is not None and mark.digest == digest:
        return 0
    before, done, reckoning = guard.failed, 0, Reckoning(Calendars(catalogue))
    for some in _differing(reckoning):
        with guard(f"clocks {some[0]} to {some[-1]}"):
            done += _store(some, reckoning)
    if guard.failed == before:
        TickMark.objects.update_or_create(pk=WORK, defaults={"digest": digest})
    return done


# ------------------------------------------------------------------------------------------- calendars
_digests: WeakKeyDictionary[Catalogue, str] = WeakKeyDictionary()


def _digest(catalogue: Catalogue) -> str:
    """Everything that decides which calendar holds where, and what it says."""
    if catalogue not in _digests:
        parts = {key: repr(part) for key, part in catalogue.section(CALENDAR.key).items()}
        binds = {pack: (manifest.base, manifest.binds) for pack, manifest in catalogue.packs.items()}
        country = published()
        known = sorted(country.years), sorted(country.days_off), sorted(country.make_up)
        _digests[catalogue] = sm3(repr((sorted(parts.items()), sorted(binds.items()), known)))
    moved = Restructuring.objects.order_by("-pk").values_list("pk", flat=True).first()
    return sm3(f"{_digests[catalogue]}:{moved}")


class Calendars:
    """The work calendars by territory path and day, without a query for each place: packs are bound to few."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        codes = {bind.region for manifest in catalogue.packs.values() for bind in manifest.binds}
        bound = Region.objects.current().filter(code__in=codes).values_list("path", "code")
        self._bound = sorted(bound, key=lambda place: -len(place[0]))
        self._above: dict[str, tuple[str, ...]] = {}
        self._kept: dict[tuple[tuple[str, ...], date], WorkCalendar] = {}

    def at(self, path: str, day: date) -> WorkCalendar:
        """The calendar that holds at the territory `path` on `day`; the same object for the same calendar."""
        above = self._above.get(path)
        if above is None:
            above = tuple(code for bound, code in self._bound if path.startswith(bound))
            self._above[path] = above
        found = self._kept.get((above, day))
        if found is None:
            found = self._kept[above, day] = calendar_at(above, day, self._catalogue)
        return found


# ------------------------------------------------------------------------------------------- reckoning
COLUMNS = (
    "pk", "limit", "key", "matter__flow_id", "matter__region_path", "started_at", "started_on", "pauses",
    "paused_at", "due_at", "amber_at", "provisional",
)  # fmt: skip


def _differing(reckoning: "Reckoning") -> Iterator[list[int]]:
    """The running clocks that come out otherwise, in lists fit for one transaction. Reads no records, only what the
    reckoning needs.
    """
    rows = Clock.objects.filter(stopped_at__isnull=True, limit__in=_depending()).order_by("pk")
    waiting: list[int] = []
    last = 0
    while some := list(rows.filter(pk__gt=last).values_list(*COLUMNS)[:READ]):
        last = some[-1][0]
        waiting += (row[0] for row in some if reckoning.differs(row))
        while len(waiting) >= STORED:
            yield waiting[:STORED]
            del waiting[:STORED]
    if waiting:
        yield waiting


def _depending() -> list[str]:
    """The limits of running clocks that a calendar has a say in."""
    limits = Clock.objects.filter(stopped_at__isnull=True).values_list("limit", flat=True).distinct()
    read = ((text, Limit.parse(text)) for text in limits)
    return [text for text, limit in read if limit.extends or limit.unit not in BY_THE_CLOCK]


class Reckoning:
    """Reckons clocks from plain columns; those in days that never stood and began on one day come out alike."""

    def __init__(self, calendars: Calendars) -> None:
        self.calendars = calendars
        self._limits: dict[str, Limit] = {}
        self._ambers: dict[tuple[int, str], float] = {}
        self._alike: dict[tuple[str, float, date, int], Moments] = {}

    def differs(self, row: Sequence[Any]) -> bool:
        """Whether the row (of `COLUMNS`) is not what the calendar makes of it now."""
        (_pk, text, key, flow, path, started, day, pauses, paused, due, amber, provisional) = row
        calendar, share = self.calendars.at(path, day), self.amber(flow, key)
        limit = self._limits.get(text)
        if limit is None:
            limit = self._limits[text] = Limit.parse(text)
        if pauses != "[]" or paused is not None or limit.unit not in BY_DAYS:
            found = reckoned(limit, started, pauses_in(pauses, paused), calendar, share)
            return found != (due, amber, provisional)
        like = text, share, day, id(calendar)  # calendars are kept as long as this is
        alike = self._alike.get(like)
        if alike is None:
            alike = self._alike[like] = reckoned(limit, started, (), calendar, share)
        return alike != (due, amber, provisional)

    def amber(self, flow: int, key: str) -> float:
        """At which share of its limit the light of a clock turns amber, by the flow of its matter."""
        found = self._ambers.get((flow, key))
        if found is None:
            found = spec_of(Flow.objects.get(pk=flow)).clocks[key].amber
            self._ambers[flow, key] = found
        return found


# --------------------------------------------------------------------------------------------- storing
def _store(keys: Sequence[int], reckoning: Reckoning) -> int:
    """Store these clocks as they come out now, with the matters and turns that repeat their moments."""
    with write(by=Acting.system("matters").actor, action=ACTION):
        rows: QuerySet[Any] = Clock.objects.filter(pk__in=keys, stopped_at__isnull=True)
        matters = Matter._base_manager.select_for_update(no_key=True).filter(pk__in=rows.values("matter"))
        held = {matter.pk: matter for matter in matters.order_by("pk")}
        clocks = list(rows)  # read again: somebody may have taken a step
        for clock in clocks:
            matter = held[clock.matter_id]
            calendar = reckoning.calendars.at(matter.region_path, clock.started_on)
            compute(clock, calendar, reckoning.amber(matter.flow_id, clock.key))
        count = bulk.change(clocks, ("due_at", "amber_at", "provisional"))
        renew_dues(held.values())
    return count
