"""Which areas report which figures for which periods, to whom, and how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from jiceng.accounts.days import codes_above
from jiceng.indicators.periods import MONTHS, CalendarPeriod
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.periods.models import Closing, State
from jiceng.periods.sections import SECTION, Return
from jiceng.protection.scopes import SEGMENT, within
from jiceng.records.bases import valid_on


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an area has come with a period: its last closing, and whether it is late or missing on a day.

    `due`: the last day on which it is in time.
    """

    region: Region
    closing: Closing | None
    due: date
    day: date

    @property
    def state(self) -> str:
        """Its closing's state; '' where nothing was closed."""
        return self.closing.state if self.closing else ""

    @property
    def arrived(self) -> bool:
        """Whether it is with the level above, or accepted by it."""
        return self.state in (State.SUBMITTED, State.ACCEPTED)

    @property
    def missing(self) -> bool:
        """Whether it should be there by now and is not."""
        return not self.arrived and self.day > self.due

    @property
    def late(self) -> bool:
        """Whether it came, but after its time."""
        return self.arrived and self.closing is not None and self.closing.late(self.due)

    @property
    def said(self) -> str:
        """In words."""
        if self.closing is None:
            return _("未关账，已逾期") if self.missing else _("未关账")
        state = str(State(self.closing.state).label)
        if self.missing:
            return _("%(state)s，未按期上报") % {"state": state}
        return _("%(state)s，迟报") % {"state": state} if self.late else state


def returns_at(region: Region, kind: str = "") -> list[Return]:
    """What an area of that place and level reports for periods of `kind` (of any kind without)."""
    items: Sequence[Return] = list(current().section(SECTION, codes_above(region.path)).values())
    return [one for one in items if kind in ("", one.period) and _reports(region.level, region.kind, one)]


def _reports(level: int, kind: str, one: Return) -> bool:
    """Whether an area of that level and kind is among those that report."""
    without = {term for key in one.without for term in current().below("region_kinds", key)}
    return level in one.levels and kind not in without


def kinds_at(region: Region) -> list[str]:
    """The kinds of period that the area closes, the shortest first."""
    found = {one.period for one in returns_at(region)}
    return [kind for kind in MONTHS if kind in found]


def figures_of(region: Region, kind: str) -> list[str]:
    """The keys of all figures that the area reports for a period of that kind, each once."""
    return list(dict.fromkeys(key for one in returns_at(region, kind) for key in one.figures))


def due_of(region: Region, period: CalendarPeriod) -> date:
    """The last day on which the area's returns for the period are in time."""
    days = (one.days for one in returns_at(region, period.kind))
    return period.last + timedelta(days=min(days, default=0))


def lower_of(region: Region, period: CalendarPeriod) -> list[Region]:
    """The areas of the next level that reports, below `region`, as there are on the last day of the period."""
    asked = returns_at(region, period.kind)
    levels = {level for one in asked for level in one.levels if level > region.level}
    if not levels:
        return []
    level = min(levels)
    rows = Region.objects.filter(valid_on(period.last), within("path", region.path), level=level)
    below = [one for one in rows.order_by("path") if one.pk != region.pk]
    reports = {kind: any(_reports(level, kind, one) for one in asked) for kind in {one.kind for one in below}}
    return [one for one in below if reports[one.kind]]


def upper_of(region: Region, kind: str) -> Region | None:
    """The area that receives what `region` reports: the nearest above it whose level reports, too."""
    levels = {level for one in returns_at(region, kind) for level in one.levels if level < region.level}
    above = [region.path[:end] for end in range(SEGMENT, len(region.path), SEGMENT)]
    rows = Region.objects.current().filter(path__in=above, level__in=levels).order_by("-path")
    return rows.first()


def standings(regions: Sequence[Region], period: CalendarPeriod, day: date) -> list[Standing]:
    """How far each area has come with the period on `day`."""
    rows = Closing.objects.filter(period=str(period), region__in=regions).order_by("pk")
    last = {closing.region_id: closing for closing in rows}  # a returned one only where none follows
    due = {}
    for region in regions:
        key = region.path[:-SEGMENT], region.level
        if key not in due:
            due[key] = due_of(region, period)
    return [
        Standing(region, last.get(region.pk), due[region.path[:-SEGMENT], region.level], day)
        for region in regions
    ]


def begun(regions: Sequence[Region], kind: str) -> date | None:
    """The first day of the first period of that kind that any of the areas has closed; None before that."""
    rows = Closing.objects.filter(region__in=regions, kind=kind).order_by("first")
    return rows.values_list("first", flat=True).first()
