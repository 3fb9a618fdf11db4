"""Working out where the divisions of a list stand: which are new, which differ, and a path for each new
one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.models import RegionSpan
from jiceng.organisations.region_loading.listing import MOST_FAULTS, Listing
from jiceng.organisations.spans import REGIONS, chunks
from jiceng.organisations.terms import KindsByCode
from jiceng.organisations.trees import LAST, Allocator
from jiceng.protection.scopes import SEGMENT
from jiceng.records.bases import valid_on
from jiceng.records.refusals import Refusal, Refusals

SEGMENTS = [f"{n:0{SEGMENT}d}" for n in range(LAST + 1)]
WHOLE_TABLE = 20_000
"""From this many rows on, reading every living region is faster than asking for codes."""


@dataclass(frozen=True, slots=True)
class Known:
    """A region that the ledger has on the day of the list."""

    key: int
    name: str
    kind: str
    level: int
    parent: int | None
    path: str
    begins: date
    settled_since: date  # its place has been the same from this day until today
    lives: bool  # until today


@dataclass(slots=True)
class Place:
    """Under which children are put: a region of the ledger, or one that the list brings."""

    key: int  # place among the new ones, or the complement (~) of a key in the database
    path: str
    used: int
    begins: date
    settled_since: date
    slow: bool  # its children's places have a history, or it has itself


@dataclass(slots=True)
class Placing:
    """What a list comes to. New rows stand in columns, parents before children."""

    listing: Listing
    rows: list[int] = field(default_factory=list)  # of the list, in the order of `paths`
    parents: list[int | None] = field(default_factory=list)  # as `Place.key`; None for a root
    paths: list[str] = field(default_factory=list)
    slow: list[int] = field(default_factory=list)  # new rows that need more than one span
    renamed: dict[int, dict[str, Any]] = field(default_factory=dict)  # by key of the region
    moved: list[tuple[str, str]] = field(default_factory=list)  # code, code of the parent
    unchanged: int = 0


def placed(listing: Listing, as_of: date) -> Placing:
    """Where every division of the list stands.

    Raises Refusals naming rows: a parent neither in the list nor in the ledger, a cycle, a division older
    than its parent, a code that has another meaning later, more than 9,999 divisions under one.
    """
    known = _known(listing, as_of)
    by_code = sorted(range(len(listing)), key=listing.codes.__getitem__)
    work = _Work(listing, known)
    try:
        return work.place(by_code)
    except _ParentComesLaterError:
        return _Work(listing, known).place(parents_first(listing))


def _known(listing: Listing, as_of: date) -> dict[str, Known]:
    """Regions of the ledger on `as_of`, by code. Raises Refusals for codes that begin to be borne later."""
    spans = RegionSpan._base_manager.filter(living=True)
    if not spans.exists():
        return {}
    if len(listing) > WHOLE_TABLE:
        parts: list[Any] = [spans]
    else:
        wanted = {*listing.codes, *listing.parents}
        parts = [spans.filter(code__in=some) for some in chunks(sorted(wanted))]
    found: dict[str, Known] = {}
    later: dict[str, Known] = {}
    for part in parts:
        found |= _by_code(part.filter(valid_on(as_of)))
        later |= _by_code(part.filter(valid_from__gt=as_of, region__valid_from__gt=as_of))
    faults = []
    for row, code in enumerate(listing.codes):
        if code in found or code not in later:
            continue
        if listing.begins[row] >= later[code].begins:  # the list says itself that it begins later
            found[code] = later[code]
            continue
        what = _("区划代码 %(code)s 自 %(from)s 起才有，晚于数据日期 %(day)s")
        said = {"code": code, "from": later[code].begins, "day": as_of}
        remedy = _("用 --as-of 写明清单是哪一天的，或改用现行清单")
        faults.append(Refusal(what % said, listing.where(row), remedy))
    if faults:
        raise Refusals(faults[:MOST_FAULTS])
    return found


def _by_code(spans: Any) -> dict[str, Known]:
    columns = ("code", "region_id", "name", "kind", "level", "parent_id", "path", "region__valid_from",
               "valid_from", "region__valid_to", "region__path")  # fmt: skip
    found = {}
    for code, *values in spans.values_list(*columns).iterator():
        key, name, kind, level, parent, path, begins, since, ends, path_today = values
        settled = since if path == path_today else date.max
        found[code] = Known(key, name, kind, level, parent, path_today, begins, settled, ends is None)
    return found


class _ParentComesLaterError(Exception):
    """In order of code a child came before its parent: their codes do not begin alike."""


def parents_first(listing: Listing) -> Sequence[int]:
    """The rows with every parent before its children. Raises Refusals for those that stand in a cycle."""
    own = set(listing.codes)
    below: dict[str, list[int]] = {}
    ordered: list[int] = []
    for row, parent in enumerate(listing.parents):
        if parent in own:
            below.setdefault(parent, []).append(row)
        else:
            ordered.append(row)
    for row in ordered:  # grows while it is walked
        ordered += below.pop(listing.codes[row], ())
    if len(ordered) < len(listing):
        circling = sorted(row for rows in below.values() for row in rows)
        raise Refusals(
            [
                Refusal(
                    _("%(name)s 的上级 %(parent)s 又在它自己之下")
                    % {"name": listing.names[row], "parent": listing.parents[row]},
                    listing.where(row),
                    _("更正上级代码"),
                )
                for row in circling[:MOST_FAULTS]
            ]
        )
    return ordered


class _Work:
    """One pass over a list, parents first."""

    def __init__(self, listing: Listing, known: dict[str, Known]) -> None:
        self.listing, self.known = listing, known
        self.found = Placing(listing)
        self.faults: list[Refusal] = []
        self._codes = set(listing.codes)
        self._upper = set(listing.parents)
        self._places: dict[str, Place] = {}
        self._lost: set[str] = set()  # refused, and all below them, which is not said again
        self._allocator = Allocator(REGIONS)
        self._stem = KindsByCode().stem

    def place(self, order: Sequence[int]) -> Placing:
        """The whole list, in an order in which parents come first."""
        listing, found, places, upper = self.listing, self.found, self._places, self._upper
        codes, begins, known = listing.codes, listing.begins, self.known
        new = 0
        for row in order:
            code, parent = codes[row], listing.parents[row]
            if known and code in known:
                self._compare(row, known[code])
                continue
            place = places.get(parent) or self._open(row)
            if place is None:
                self._lost.add(code)
                continue
            number = place.used = place.used + 1
            if number > LAST or begins[row] < place.begins:
                self._refuse_place(row, place)
                self._lost.add(code)
                continue
            path = place.path + SEGMENTS[number]
            slow = place.slow or begins[row] < place.settled_since or listing.ends[row] is not None
            if slow:
                place.used -= 1  # it gets its segment when it is stored
                found.slow.append(row)
            else:
                found.rows.append(row)
                found.parents.append(place.key if parent else None)
                found.paths.append(path)
            if code in upper:
                places[code] = Place(new, path, 0, begins[row], begins[row], slow)
            new += not slow
        if self.faults:
            raise Refusals(self.faults[:MOST_FAULTS])
        return found

    def _open(self, row: int) -> Place | None:
        """The place of a parent that comes up for the first time; None where there is none."""
        parent = self.listing.parents[row]
        if not parent:
            place = Place(0, "", int(self._allocator.under("")) - 1, date.min, date.min, slow=False)
        elif parent in self.known:
            place = self._known_place(self.known[parent])
        elif parent in self._lost:
            return None
        elif parent in self._codes:
            raise _ParentComesLaterError
        else:
            self.faults.append(
                Refusal(
                    _("%(name)s 的上级 %(parent)s 既不在清单里，也不在库里")
                    % {"name": self.listing.names[row], "parent": parent},
                    self.listing.where(row),
                    _("先导入上级，或更正上级代码"),
                )
            )
            return None
        self._places[parent] = place
        return place

    def _known_place(self, known: Known) -> Place:
        used = int(self._allocator.under(known.path)) - 1
        slow = not known.lives
        return Place(~known.key, known.path, used, known.begins, known.settled_since, slow)

    def _refuse_place(self, row: int, place: Place) -> None:
        if place.used > LAST:
            what, remedy = _("同一上级下超过 %(most)s 个下级") % {"most": LAST}, _("在中间设一级")
        else:
            what = _("%(name)s 的设立日期早于上级") % {"name": self.listing.names[row]}
            remedy = _("更正设立日期，或先更正上级的设立日期")
        self.faults.append(Refusal(what, self.listing.where(row), remedy))

    def _compare(self, row: int, known: Known) -> None:
        """What the list says otherwise of a region that the ledger has."""
        listing = self.listing
        values: dict[str, Any] = {}
        name = listing.names[row]
        if name != known.name and not (listing.told and self._stem(name) == self._stem(known.name)):
            values["name"] = name
        if not listing.told and listing.kinds[row] != known.kind:
            values |= {"kind": listing.kinds[row], "level": listing.levels[row]}
        if values:
            self.found.renamed[known.key] = values
        above = self.known.get(listing.parents[row])
        moved = listing.parents[row] and (above is None or above.key != known.parent)
        if moved:
            self.found.moved.append((listing.codes[row], listing.parents[row]))
            if above is None and listing.parents[row] not in self._codes:
                self._open(row)  # says that there is no such parent
        if not values and not moved:
            self.found.unchanged += 1


def columns_of(found: Placing, rows: Sequence[int]) -> list[Sequence[Any]]:
    """Codes, names, kinds, levels and first days of those rows, as columns."""
    if not rows:
        return [()] * 5
    take = itemgetter(*rows) if len(rows) > 1 else lambda column: (column[rows[0]],)
    listing = found.listing
    return [take(c) for c in (listing.codes, listing.names, listing.kinds, listing.levels, listing.begins)]
