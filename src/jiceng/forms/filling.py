"""A form filled for an area and a period: every cell with where its value comes from, and the blanks that are left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiceng.exchange.reading.headers import folded
from jiceng.exchange.tables import Field, Table
from jiceng.exchange.workbooks.exporting import lines_of, rows_of
from jiceng.forms.bindings import AREAS, Bindings, Rows, Source
from jiceng.forms.blanks.grid import Blank, Lines, Place, Writes
from jiceng.forms.known import Known, fields_of, tables
from jiceng.forms.proposing import TOTALS
from jiceng.indicators.answering.values import Amount
from jiceng.indicators.figures import figure, records
from jiceng.organisations.models import Region
from jiceng.organisations.queries import children
from jiceng.protection.scopes import Scope
from jiceng.records.bases import Dated, valid_on
from jiceng.records.refusals import Refusal
from jiceng.reports.numerals import chinese_period

NOTHING = "—"
"""What stands where a figure says nothing: a share of none."""

EVERY = 100_000
"""So many records a list may have."""

ROUND = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom a form is filled: area and period, by whom, seen under which scope."""

    region: Region
    first: date
    last: date
    today: date
    scope: Scope
    filler: str = ""

    @property
    def day(self) -> date:
        """The day that stocks are counted on: the period's last, or today where it has not ended."""
        return min(self.last, self.today)


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a cell. `key` is the record or region of its line; `gap` says that nobody has answered yet."""

    value: Any
    source: Source
    key: int | None = None
    gap: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A blank to be asked for: of a `record` of `table` (then `field` says what, if it is one), or of an area."""

    at: str
    text: str
    region: int
    table: str = ""
    record: int | None = None
    field: str = ""


@dataclass(slots=True)
class Filled:
    """A filled form. `lists` has, for every list, its lines with the key of their record or area (None: there is
    none by that name) and the values in the order of the list's columns.
    """

    cells: dict[Place, Entry] = field(default_factory=dict)
    lists: dict[str, list[tuple[int | None, list[Entry]]]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        """Every entry, cells first."""
        yield from self.cells.values()
        for lines in self.lists.values():
            for _key, entries in lines:
                yield from entries

    def counts(self) -> tuple[int, int, int]:
        """How many cells the ledgers fill, people have answered, are empty still."""
        known = answered = missing = 0
        for entry in self.entries():
            missing += entry.gap
            answered += entry.answered
            known += not entry.gap and not entry.answered
        return known, answered, missing

    def writes(self, bindings: Bindings) -> dict[int, Writes]:
        """What is to be written into the blank, page by page."""
        found: dict[int, Writes] = {}
        for place, entry in self.cells.items():
            found.setdefault(place.page, Writes()).cells[place] = entry.value
        for rows in bindings.rows:
            columns = sorted(rows.columns)
            values = [[entry.value for entry in entries] for _key, entries in self.lists[rows.at]]
            writes = found.setdefault(rows.page, Writes())
            if not rows.names:
                writes.lines.append(Lines(rows.row, rows.last, columns, values))
                continue
            for row, line in enumerate(values, start=rows.row):
                for column, value in zip(columns, line, strict=False):
                    writes.cells[Place(rows.page, row, column)] = value
        return found


@dataclass
class Filler:
    """Fills one form. `answers` are what people have said, by the address of what they were asked for."""

    blank: Blank
    bindings: Bindings
    asking: Asking
    known: Known
    answers: Mapping[str, str] = field(default_factory=dict)
    _values: dict[str, Amount] = field(default_factory=dict)
    _parts: dict[str, Mapping[Any, Amount]] = field(default_factory=dict)

    def fill(self) -> Filled:
        """The form with everything that is known."""
        filled = Filled()
        for place, source in self.bindings.cells.items():
            filled.cells[place] = self._about_area(source, str(place))
        for rows in self.bindings.rows:
            if rows.each == AREAS:
                filled.lists[rows.at] = self._areas(rows, filled)
            else:
                filled.lists[rows.at] = self._records(rows, tables()[rows.each])
        return filled

    def gaps(self, filled: Filled) -> Iterator[Gap]:
        """What is to be asked for, with the area that can answer."""
        here = self.asking.region.pk
        for place, entry in filled.cells.items():
            if entry.gap:
                yield Gap(str(place), entry.source.key, here)
        for rows in self.bindings.rows:
            yield from self._gaps_of(rows, filled.lists[rows.at])

    # ------------------------------------------------------------------------------------ of the area
    def _about_area(self, source: Source, at: str) -> Entry:
        if source.kind == "figure":
            return Entry(number(self._figure(source.key)), source)
        if source.kind == "about":
            return Entry(self._said(source.key, self.asking.region), source)
        return self._answered(source, at)

    def _answered(self, source: Source, at: str, key: int | None = None) -> Entry:
        said = self.answers.get(at, "")
        return Entry(as_number(said), source, key, gap=not said and not source.optional, answered=bool(said))

    def _said(self, key: str, region: Region, line: int = 0) -> Any:
        asking = self.asking
        return {
            "area": region.name,
            "area_code": region.code,
            "period": chinese_period(asking.first, asking.last),
            "day": asking.day,
            "today": asking.today,
            "filler": asking.filler,
            "line": line,
        }.get(key, "")

    def _figure(self, key: str) -> Amount:
        if key not in self._values:
            self._values[key] = figure(key, **self._question())
        return self._values[key]

    def _question(self) -> dict[str, Any]:
        asking = self.asking
        return {
            "scope": asking.scope, "node": asking.region.pk, "as_of": asking.day,
            "period": (asking.first, asking.day),
        }  # fmt: skip

    def _by_area(self, key: str) -> Mapping[Any, Amount]:
        """The figure of every area directly below."""
        if key not in self._parts:
            value = figure(key, by="territory", **self._question())
            self._parts[key] = {part.key: part for part in value.parts}
        return self._parts[key]

    # --------------------------------------------------------------------------------- line by line: areas
    def _areas(self, rows: Rows, filled: Filled) -> list[tuple[int | None, list[Entry]]]:
        below = [span.region for span in children(self.asking.region, self.asking.day)]
        if not rows.names:
            return [(r.pk, self._line_of(rows, r, n, 0)) for n, r in enumerate(below, start=1)]
        page = self.blank.pages[rows.page]
        found: list[tuple[int | None, list[Entry]]] = []
        for row in range(rows.row, rows.last + 1):
            name = page.text(row, rows.names)
            region = named(name, self.asking.region, below)
            if region is None:
                if folded(name):
                    filled.unknown.append(name)
                found.append((None, []))
            else:
                found.append((region.pk, self._line_of(rows, region, row - rows.row + 1, row)))
        return found

    def _line_of(self, rows: Rows, region: Region, line: int, row: int) -> list[Entry]:
        """A line about an area; what the blank works out itself in its `row` stays to it."""
        page, entries = self.blank.pages[rows.page], []
        for column in sorted(rows.columns):
            source = rows.columns[column]
            if row and page.at(row, column).formula:
                entries.append(Entry(None, source, region.pk))
            elif source.kind == "figure":
                entries.append(Entry(number(self._part(source.key, region)), source, region.pk))
            elif source.kind == "about":
                entries.append(Entry(self._said(source.key, region, line), source, region.pk))
            else:
                entries.append(self._answered(source, line_at(rows, column, region.pk), region.pk))
        return entries

    def _part(self, key: str, region: Region) -> Amount:
        if region.pk == self.asking.region.pk:
            return self._figure(key)
        none = Amount(None if self._figure(key).ratio else 0, 0, 0, ratio=self._figure(key).ratio)
        return self._by_area(key).get(region.pk, none)

    # ------------------------------------------------------------------------------- line by line: records
    def _records(self, rows: Rows, table: Table) -> list[tuple[int | None, list[Entry]]]:
        columns = [rows.columns[column] for column in sorted(rows.columns)]
        shown = {f.key: f for f in fields_of(table)}
        fields = [Field("", "", source="pk")]
        fields += [shown[s.key] for s in columns if s.kind == "field" and s.key in shown]
        found = []
        read = lines_of(table, fields, self.chosen(rows, table), self.known.words, unmasked=False)
        for line, values in enumerate(read, start=1):
            key, rest = values[0], iter(values[1:])
            entries = []
            for column, source in zip(sorted(rows.columns), columns, strict=True):
                if source.kind == "field" and source.key in shown:
                    entries.append(self._of_record(rows, column, source, key, next(rest)))
                elif source.kind == "about":
                    entries.append(Entry(self._said(source.key, self.asking.region, line), source, key))
                else:
                    entries.append(self._answered(source, line_at(rows, column, key), key))
            found.append((key, entries))
        return found

    def _of_record(self, rows: Rows, column: int, source: Source, key: int, value: Any) -> Entry:
        if value not in (None, ""):
            return Entry(value, source, key)
        return self._answered(source, line_at(rows, column, key), key) if self.answers else Entry(
            None, source, key, gap=not source.optional
        )  # fmt: skip

    def chosen(self, rows: Rows, table: Table) -> QuerySet[Any]:
        """The records of a list: of the area, living on the day, behind the figure that it is among."""
        asking = self.asking
        kept = valid_on(asking.day) if issubclass(table.model, Dated) else Q()
        if rows.among:
            found = records(rows.among, limit=EVERY, counted=True, **self._question())
            if found.model != table.model._meta.label_lower:
                what = _("指标“%(name)s”数的不是“%(table)s”") % {
                    "name": self.known.label(Source("figure", rows.among)), "table": _(table.label),
                }  # fmt: skip
                raise Refusal(what, self.blank.said(rows.place(1)), _("换一个指标，或列出全部"))
            kept &= Q(pk__in=found.ids())
        return rows_of(table, asking.scope, kept)

    def _gaps_of(self, rows: Rows, lines: Sequence[tuple[int | None, list[Entry]]]) -> Iterator[Gap]:
        open_ = [
            (key, column, entry)
            for key, entries in lines
            for column, entry in zip(sorted(rows.columns), entries, strict=False)
            if entry.gap and key is not None
        ]
        table = tables().get(rows.each)
        places = _regions_of(table, {key for key, _column, _entry in open_}) if table is not None else {}
        for key, column, entry in open_:
            at, source = line_at(rows, column, key), entry.source
            if table is None:
                yield Gap(at, source.key, key)
                continue
            is_field = source.kind == "field"
            yield Gap(
                at, self.known.label(source, table), places.get(key, self.asking.region.pk), table.key, key,
                source.key if is_field else "",
            )  # fmt: skip


def _regions_of(table: Table, keys: set[int]) -> Mapping[int, int]:
    """The region of each of some records of a table, itself where it is one."""
    if table.model is Region:
        return {key: key for key in keys}
    found: dict[int, int] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        some = table.model._base_manager.filter(pk__in=ordered[start : start + 500])
        found |= dict(some.values_list("pk", "region_id"))
    return found


def line_at(rows: Rows, column: int, key: int | None) -> str:
    """The address of a column for one record or area of a list."""
    return f"{rows.place(column)}@{key}"


def named(name: str, region: Region, below: Sequence[Region]) -> Region | None:
    """The area that a line of the blank names: one of those below, or the whole."""
    said = folded(name)
    if not said:
        return None
    if said in TOTALS or said == folded(region.name):
        return region
    exact = next((each for each in below if folded(each.name) == said), None)
    near = [each for each in below if len(said) > 1 and folded(each.name).startswith(said)]
    return exact or (near[0] if len(near) == 1 else None)


def number(amount: Amount) -> Any:
    """A figure as a cell takes it: whole, or with two decimals; a dash where nothing can be said."""
    value = amount.value
    if value is None:
        return NOTHING
    if isinstance(value, int | date | str):
        return value
    rounded = Decimal(str(value)).quantize(ROUND, ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else rounded


def as_number(said: str) -> Any:
    """An answer as a cell takes it: a number where it is one and would be written the same."""
    plain = said.replace(",", "")
    return int(plain) if plain.isdigit() and str(int(plain)) == plain and len(plain) < 12 else said
