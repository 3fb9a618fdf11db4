"""What is asked of a paper that is about an area and a period."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Q

from jiceng.accounts.permissions import Permission
from jiceng.organisations.models import Region, RegionHolding
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import Catalogue, current
from jiceng.protection.scopes import Scope, within
from jiceng.records.calendar import months_later
from jiceng.reports.numerals import chinese_period

Against = Literal["previous", "last_year"]
"""What a figure is compared with: the period just before, or the same of the year before."""

Sight = Callable[[Permission], Scope]


def everything(_permission: Permission) -> Scope:
    """The sight of the machine's own administrator."""
    return Scope.all()


@dataclass(frozen=True, slots=True)
class Asked:
    """An area and a period, both days included. `sight` gives the scope in which the asker has a permission;
    `today` is the day on which the paper is made, `catalogue` what the packs in force say then.
    """

    region: Region
    first: date
    last: date
    today: date
    sight: Sight = everything
    catalogue: Catalogue = field(default_factory=current, compare=False, repr=False)

    def label(self, key: str, vocabulary: str) -> str:
        """What a term, or an item of a section, is called in Chinese; empty for none. Asks the database nothing."""
        return self.catalogue.label(key, "zh", vocabulary) if key else ""

    @property
    def codes(self) -> list[str]:
        """The codes of the area and what lies above it, nearest first: where packs look for what is bound."""
        return codes_upwards(self.region, min(self.last, self.today))

    @property
    def values(self) -> dict[str, Any]:
        """What every paper about an area and a period may write."""
        return {
            "region": self.region.name,
            "period": chinese_period(self.first, self.last),
            "year": f"{self.last.year}年",
            "first": self.first,
            "last": self.last,
        }

    @property
    def paths(self) -> tuple[str, ...]:
        """The territory paths of the area: its own, and those of the regions that it holds elsewhere."""
        held = (
            RegionHolding.objects.on(self.last)
            .filter(holder=self.region)
            .values_list("held__path", flat=True)
        )
        return (self.region.path, *sorted(held))

    def inside(self, column: str) -> Q:
        """Condition: `column` holds a path within the area."""
        return reduce(or_, (within(column, path) for path in self.paths))

    def earlier(self, against: Against) -> "Asked":
        """The same of the time that is compared with."""
        if against == "last_year":
            return replace(self, first=months_later(self.first, -12), last=months_later(self.last, -12))
        day_after = self.last + timedelta(days=1)
        if self.first.day == day_after.day == 1:
            months = (day_after.year - self.first.year) * 12 + day_after.month - self.first.month
            first = months_later(self.first, -months)
        else:
            first = self.first - (day_after - self.first)
        return replace(self, first=first, last=self.first - timedelta(days=1))
