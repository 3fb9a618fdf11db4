"""Who is proposed for a matter, by the routing rules of its type; a person corrects it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from jiceng.matters.enums import Part
from jiceng.matters.flows import holds
from jiceng.matters.inputs import MatterRow
from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.sections import MatterSpec, RouteSpec
from jiceng.organisations.models import Region, Unit
from jiceng.organisations.terms import vocabulary
from jiceng.protection.scopes import SEGMENT, Scope, within
from jiceng.records.bases import valid_on

COUNTY_LEVEL = 3
MOST = 200
"""Units looked at among those that sit elsewhere in the county."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit, what it would do, the rule that names it (the first is 1) and why, in words."""

    unit: Unit
    part: Part
    rule: int
    why: str


def drafted(spec: MatterSpec, region: Region, **values: object) -> Matter:
    """A matter as it would be raised, for whoever asks about one before it is: with the columns that are known."""
    phase = spec.states[spec.start].phase
    return Matter(region=region, region_path=region.path, state=spec.start, phase=phase, **values)


def proposals(spec: MatterSpec, matter: Matter, day: date, scope: Scope) -> Sequence[Proposal]:
    """The units that the first rule which applies to `matter` (stored or `drafted`) and finds somebody names, the
    lead first.

    Of several units of a name the one that stands nearest above the matter: its town's before its county's before its
    prefecture's; where none stands above, the nearest elsewhere in the county among those that `scope` sees. Only
    units that live on `day`, are of the kinds the rule wants, and do not have the matter already. Three queries a rule
    at most.
    """
    row = MatterRow(matter, day)
    had = _holders(matter)
    for number, route in enumerate(spec.routes, start=1):
        if holds(route.when, row, day) and (found := _Search(route, matter, day, scope, had).found()):
            parts = (Part.LEAD, *(Part.SUPPORT for _unit in found[1:]))
            return [
                Proposal(unit, part, number, _why(number, word, area))
                for part, (word, unit, area) in zip(parts, found, strict=True)
            ]
    return []


def _why(number: int, word: str, area: str) -> str:
    said = {"n": number, "word": word, "area": area}
    return _("派单规则第%(n)s条：%(area)s名称含“%(word)s”的单位") % said


def _holders(matter: Matter) -> set[int]:
    if matter._state.adding:
        return set()
    rows = Dispatch._base_manager.filter(matter=matter, ended_on__isnull=True)
    return set(rows.values_list("unit_id", flat=True))


Found = tuple[str, Unit, str]
"""The words by which a unit was found, the unit, and the area where it stands."""


class _Search:
    """One rule at one place."""

    def __init__(self, route: RouteSpec, matter: Matter, day: date, scope: Scope, had: set[int]) -> None:
        self.route, self.path, self.scope = route, matter.region_path, scope
        rows = Unit._base_manager.filter(valid_on(day)).exclude(pk__in=had)
        if route.kinds:
            terms = vocabulary("unit_kinds")
            rows = rows.filter(kind__in=frozenset().union(*(terms.below(kind) for kind in route.kinds)))
        self.rows = rows.select_related("region")
        self.above = [self.path[:end] for end in range(SEGMENT, len(self.path) + 1, SEGMENT)]

    def found(self) -> list[Found]:
        """The units, in the order of the rule; none where the first, who would lead, is nowhere."""
        chosen: list[Found] = []
        elsewhere: list[Unit] | None = None
        standing = list(self.rows.filter(self._named(self.route.names), region_path__in=self.above))
        for words in self.route.names:
            one = self._nearest(words, standing, chosen)
            if one is None:
                if elsewhere is None:
                    elsewhere = self._elsewhere()
                one = self._nearest(words, elsewhere, chosen)
            if one is not None:
                chosen.append(one)
            elif not chosen:
                return []
        return chosen

    @staticmethod
    def _named(names: Iterable[Iterable[str]]) -> Q:
        return reduce(or_, (Q(name__contains=word) for words in names for word in words))

    def _elsewhere(self) -> list[Unit]:
        """Units of these names that sit somewhere in the county, not above the matter."""
        counties = Region.objects.current().filter(path__in=self.above, level=COUNTY_LEVEL)
        county = counties.values_list("path", flat=True).first()
        if county is None:
            return []
        inside = within("region_path", county) & self.scope.condition(Unit)
        return list(self.rows.filter(self._named(self.route.names) & inside)[:MOST])

    def _nearest(self, words: Sequence[str], units: Iterable[Unit], chosen: Sequence[Found]) -> Found | None:
        """The unit of one of `words` that stands nearest; of several at one place that of the first word, then the
        one whose name says least besides.
        """
        taken = {unit.pk for _word, unit, _area in chosen}
        fitting = [
            (-self._shared(unit), place, len(unit.name), unit.pk, word, unit)
            for unit in units
            if unit.pk not in taken
            for place, word in _first(words, unit.name)
        ]
        if not fitting:
            return None
        *_order, word, unit = min(fitting, key=lambda each: each[:4])
        return word, unit, unit.region.name

    def _shared(self, unit: Unit) -> int:
        """How far down the territory the unit and the matter go together."""
        return max((len(path) for path in self.above if unit.region_path.startswith(path)), default=0)


def _first(words: Sequence[str], name: str) -> Iterator[tuple[int, str]]:
    """The first of `words` that stands in `name`, with its place among them."""
    for place, word in enumerate(words):
        if word in name:
            yield place, word
            return
