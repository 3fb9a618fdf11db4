"""What must be known of the regions that matters in the making lie in; each region is asked for once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jiceng.matters.actions.raising import COUNTY_LEVEL
from jiceng.matters.flows import types_at
from jiceng.matters.sections import DoerSpec, MatterSpec
from jiceng.organisations.models import Region
from jiceng.organisations.queries import ancestors, codes_upwards
from jiceng.organisations.terms import vocabulary
from jiceng.packs.calendars import calendar_at
from jiceng.packs.catalogue import Catalogue
from jiceng.protection.scopes import SEGMENT
from jiceng.records.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Place:
    """A region: `county` is the code of its county, `types` those that hold there."""

    region: Region
    county: str
    calendar: WorkCalendar
    types: Mapping[str, MatterSpec]


class Places:
    """The regions of one run, by key, as of `day`."""

    def __init__(self, day: date, catalogue: Catalogue) -> None:
        self.day, self.catalogue = day, catalogue
        self._places: dict[int, Place] = {}
        self._seats: dict[tuple[str | None, int], Region | None] = {}
        self._by_path: dict[str, Region | None] = {}

    def at(self, key: int) -> Place:
        """The region with that key."""
        if key not in self._places:
            region = Region._base_manager.get(pk=key)
            county = region.code
            if region.level > COUNTY_LEVEL:
                above = (span.code for span in ancestors(region) if span.level <= COUNTY_LEVEL)
                county = next(above, region.code)
            calendar = calendar_at(codes_upwards(region), self.day, self.catalogue)
            self._places[key] = Place(region, county[:6], calendar, types_at(region, self.day))
        return self._places[key]

    def seat(self, doer: DoerSpec, key: int) -> Region | None:
        """The region where the office of `doer` sits that acts for a matter there; None where there is none."""
        region = self.at(key).region
        if doer.at is None:
            return region
        if (doer.at, key) not in self._seats:
            kinds = vocabulary("region_kinds").below(doer.at)
            paths = [region.path[:end] for end in range(len(region.path), 0, -SEGMENT)]
            known = {path: self._region(path) for path in paths}
            fitting = (found for path in paths if (found := known[path]) is not None and found.kind in kinds)
            self._seats[doer.at, key] = next(fitting, None)
        return self._seats[doer.at, key]

    def _region(self, path: str) -> Region | None:
        if path not in self._by_path:
            self._by_path[path] = Region.objects.current().filter(path=path).first()
        return self._by_path[path]
