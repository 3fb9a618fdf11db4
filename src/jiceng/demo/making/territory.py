"""The territory a place's cohorts spread over: regions by what they are and where they lie."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from jiceng.demo.sections import RegionFilter
from jiceng.organisations.models import Region, RegionSpan
from jiceng.protection.scopes import within
from jiceng.records.bases import valid_on
from jiceng.records.refusals import Refusal

PROVINCE, COUNTY, TOWN, VILLAGE = 1, 3, 4, 5
LEVELS = {"county": COUNTY, "town": TOWN, "village": VILLAGE}


@dataclass(slots=True)
class Area:
    """One region, in the database (`key`) or newly made (`key` None until loaded)."""

    code: str
    name: str
    kind: str
    parent: int  # handle, -1 for none known
    path: str
    level: int
    begins: int
    ends: int | None = None
    key: int | None = None
    children: int = 0  # the number of the last child, for paths
    tags: frozenset[str] = frozenset()


@dataclass(slots=True)
class Territory:
    """Regions by handle: their place in the list. New ones come behind those of the database."""

    areas: list[Area] = field(default_factory=list)
    by_code: dict[str, int] = field(default_factory=dict)
    _above: dict[tuple[int, int], int] = field(default_factory=dict)
    stored: int = 0
    since: int = 0  # the first day of the oldest regions: they were there before, nobody says since when

    def at(self, handle: int, level: int) -> int:
        """The ancestor of `handle` (or itself) at a level; -1 where it has none, as above that level."""
        found = self._above.get((handle, level))
        if found is None:
            found = handle
            while found >= 0 and self.areas[found].level > level:
                found = self.areas[found].parent
            if found >= 0 and self.areas[found].level != level:
                found = -1
            self._above[handle, level] = found
        return found

    def name_at(self, handle: int, level: int) -> str:
        """The name of the ancestor at a level; the empty text where there is none."""
        found = self.at(handle, level)
        return self.areas[found].name if found >= 0 else ""

    def is_under(self, handle: int, above: int) -> bool:
        """Whether `handle` is `above` or lies under it."""
        return self.areas[handle].path.startswith(self.areas[above].path)

    def by(self, code: str) -> int:
        """The living region with this code. Raises Refusal."""
        if code not in self.by_code:
            raise Refusal(f"没有代码为 {code} 的区域", remedy="先装入区划，或更正代码")
        return self.by_code[code]

    def add(self, area: Area) -> int:
        """A new region under its parent: gives its handle and its path."""
        parent = self.areas[area.parent]
        parent.children += 1
        area.path = f"{parent.path}{parent.children:04d}"
        self.areas.append(area)
        self.by_code[area.code] = len(self.areas) - 1
        return len(self.areas) - 1


def read_territory(
    roots: Sequence[str], others: Iterable[str], tags: Mapping[str, frozenset[str]], *, until: int
) -> Territory:
    """Everything under the regions `roots` (codes), those above them, and the single regions `others`.

    `tags` by any code a region ever had. Regions that have ended are there too, behind their successors;
    those with a key above `until` are not, for a load that goes on must not meet its own.
    """
    tops = list(Region.objects.filter(code__in=roots, valid_to__isnull=True))
    missing = set(roots) - {top.code for top in tops}
    if missing:
        raise Refusal(f"没有代码为 {'、'.join(sorted(missing))} 的区域", remedy="先装入区划")
    wanted = Q(code__in=list(others))
    for top in tops:
        wanted |= within("path", top.path)
        wanted |= Q(path__in=[top.path[:end] for end in range(4, len(top.path), 4)])
    columns = ("id", "code", "name", "kind", "parent_id", "path", "level", "valid_from", "valid_to")
    rows = list(Region.objects.filter(wanted, id__lte=until).order_by("path", "id").values_list(*columns))
    return built(rows, _tagged([row[0] for row in rows], tags))


def _tagged(keys: Sequence[int], tags: Mapping[str, frozenset[str]]) -> dict[int, frozenset[str]]:
    """The tags of every region, found by the codes that it has had."""
    if not tags:
        return {}
    spans = RegionSpan.objects.filter(code__in=list(tags)).values_list("region_id", "code")
    known, found = set(keys), dict[int, frozenset[str]]()
    for key, code in spans:
        if key in known:
            found[key] = found.get(key, frozenset()) | tags[code]
    return found


def built(rows: Sequence[Any], tags: Mapping[int, frozenset[str]]) -> Territory:
    """The territory of rows (key, code, name, kind, parent, path, level, begins, ends) in order of path."""
    territory = Territory()
    handles = {row[0]: handle for handle, row in enumerate(rows)}
    by_path: dict[str, int] = {}
    for handle, (key, code, name, kind, parent, path, level, begins, ends) in enumerate(rows):
        area = Area(code, name, kind, handles.get(parent, -1), path, level, begins.toordinal(), key=key)
        area.ends = ends.toordinal() if ends else None
        area.tags = tags.get(key, frozenset())
        territory.areas.append(area)
        by_path[path] = handle
        if ends is None:
            territory.by_code[code] = handle
        above = by_path.get(path[:-4])
        if above is not None:
            territory.areas[above].children = max(territory.areas[above].children, int(path[-4:]))
    territory.stored = len(territory.areas)
    territory.since = min((area.begins for area in territory.areas), default=0)
    return territory


class Finder:
    """Finds regions by a scenario's filter. `terms` gives a kind with all below it."""

    def __init__(
        self,
        territory: Territory,
        terms: Callable[[str, str], frozenset[str]],
        designated: Callable[[str], frozenset[int]],
        of_cohort: Callable[[str], frozenset[int]],
    ) -> None:
        self.territory, self.terms = territory, terms
        self.designated, self.of_cohort = designated, of_cohort
        self._days: dict[date, dict[int, tuple[str, str, str]]] = {}

    def find(self, wanted: RegionFilter) -> list[int]:
        """Handles of the regions that fit, in order of code."""
        then = self._on(wanted.day) if wanted.day else None
        if then is None:
            pool = [h for h, a in enumerate(self.territory.areas) if a.ends is None]
        else:
            pool = list(then)
        kinds = frozenset[str]().union(*(self.terms("region_kinds", k) for k in _listed(wanted.kind or [])))
        paths = tuple(self.territory.areas[self.territory.by(c)].path for c in _listed(wanted.within or []))
        among = self._among(wanted)
        kept = []
        for handle in pool:
            area = self.territory.areas[handle]
            code, kind, path = (area.code, area.kind, area.path) if then is None else then[handle]
            if (
                (not wanted.kind or kind in kinds)
                and (not wanted.code or code in _listed(wanted.code))
                and (not wanted.within or path.startswith(paths))
                and (not wanted.tag or area.tags & set(_listed(wanted.tag)))
                and (among is None or handle in among)
            ):
                kept.append(handle)
        if wanted.except_ is not None:
            without = set(self.find(wanted.except_))
            kept = [h for h in kept if h not in without]
        return sorted(kept, key=lambda h: (self.territory.areas[h].code, h))

    def _among(self, wanted: RegionFilter) -> frozenset[int] | None:
        """The regions that cohorts leave: designated, or where they have rows. None where nobody asked."""
        found: frozenset[int] | None = None
        for names, regions in ((wanted.designation, self.designated), (wanted.from_, self.of_cohort)):
            if names:
                some = frozenset[int]().union(*(regions(name) for name in _listed(names)))
                found = some if found is None else found & some
        return found

    def _on(self, day: date) -> dict[int, tuple[str, str, str]]:
        """Code, kind and path of every region that was one on `day`."""
        if day not in self._days:
            by_key = {a.key: h for h, a in enumerate(self.territory.areas) if a.key is not None}
            spans = RegionSpan.objects.filter(valid_on(day), living=True)
            self._days[day] = {
                by_key[key]: (code, kind, path)
                for key, code, kind, path in spans.values_list("region_id", "code", "kind", "path")
                if key in by_key
            }
        return self._days[day]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
