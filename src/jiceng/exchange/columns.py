"""Which column of a sheet is which field: proposed from the packs' words, corrected once, remembered."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiceng.exchange.models import Layout
from jiceng.exchange.reading.headers import HEAD, Header, find_header, folded
from jiceng.exchange.reading.sheets import Cell, Sheet
from jiceng.exchange.reading.values import plain
from jiceng.exchange.tables import Reference, Table
from jiceng.exchange.words import Recogniser, Words
from jiceng.packs.catalogue import name_of_item
from jiceng.protection.actors import Actor
from jiceng.protection.masking import masked_citizen_id, masked_phone, masked_text
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

How = Literal["chosen", "remembered", "layout", "exact", "content", "close", "left_out", ""]
SAMPLES = 3
SNIFFED = 30

ERROR_TITLE = "导入问题"
"""Title of the column that a returned workbook carries; read again, it is passed over."""

_CONTENTS = (
    ("uscc", re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")),
    ("citizen_id", re.compile(r"[1-9]\d{16}[\dXx]")),
    ("phone", re.compile(r"1\d{10}")),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its place (from 0), title, the field it was matched with and how, and some of
    its cells.
    """

    place: int
    title: str
    field: str = ""
    how: How = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """What was made of one sheet. `skipped` says why a sheet is not read at all.

    `fills` is the field that the sheet's name stands for (a sheet for every town). `missing` are labels of
    required columns that were not found, `doubled` titles of columns that would mean the same field.
    """

    sheet: str
    header: Header | None = None
    columns: tuple[Column, ...] = ()
    fills: str = ""
    layout: str = ""
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    skipped: str = ""
    height: int = 0

    @property
    def fields(self) -> list[str]:
        """The field of every column in order, empty for columns left out."""
        return [column.field for column in self.columns]

    def as_json(self) -> dict[str, Any]:
        """As `ImportRun.sheets` keeps it."""
        return {
            "sheet": self.sheet,
            "first": self.header.first if self.header else None,
            "last": self.header.last if self.header else None,
            "titles": list(self.header.titles) if self.header else [],
            "columns": [
                {
                    "place": c.place,
                    "title": c.title,
                    "field": c.field,
                    "how": c.how,
                    "samples": list(c.samples),
                }
                for c in self.columns
            ],
            "fills": self.fills,
            "layout": self.layout,
            "missing": list(self.missing),
            "doubled": list(self.doubled),
            "skipped": self.skipped,
            "height": self.height,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "SheetLayout":
        """What `as_json` gave."""
        header = None if kept["last"] is None else Header(kept["first"], kept["last"], tuple(kept["titles"]))
        columns = tuple(
            Column(c["place"], c["title"], c["field"], c["how"], tuple(c["samples"])) for c in kept["columns"]
        )
        return cls(
            kept["sheet"], header, columns, kept["fills"], kept["layout"],
            tuple(kept["missing"]), tuple(kept["doubled"]), kept["skipped"], kept["height"],
        )  # fmt: skip


def signature(titles: Sequence[str]) -> str:
    """The same for every workbook whose header has these titles in this order."""
    kept = [folded(title) for title in titles]
    return hashlib.sha256("\x1f".join(t for t in kept if t != ERROR_TITLE).encode()).hexdigest()


@dataclass(slots=True)
class Proposer:
    """Proposes columns for the sheets of one file."""

    table: Table
    words: Words
    is_region: Callable[[str], bool]
    has_area: bool = False
    recogniser: Recogniser = field(init=False)

    def __post_init__(self) -> None:
        self.recogniser = self.words.recogniser(self.table)

    def propose(self, sheet: Sheet) -> tuple[SheetLayout, list[list[Cell]]]:
        """What to make of a sheet, and its first rows (already taken from its stream)."""
        head: list[list[Cell]] = []
        for row in sheet.rows():
            head.append(row)
            if len(head) >= HEAD + SNIFFED:
                break
        known = SheetLayout(sheet.name, height=sheet.height)
        if sheet.hidden:
            return replace(known, skipped=_("隐藏的工作表")), head
        header = find_header(head, sheet.merged, self.recogniser.known)
        if header is None:
            return replace(known, skipped=_("没有数据") if not any(head) else _("找不到表头")), head
        below = head[header.last + 1 :]
        columns, layout, fills = self._match(header, below)
        return self.completed(
            replace(known, header=header, columns=columns, layout=layout, fills=fills)
        ), head

    def completed(self, sheet: SheetLayout) -> SheetLayout:
        """The same with what is missing and doubled worked out anew, and the sheet's name put to use where
        it can be.
        """
        fields = [f for f in sheet.fields if f]
        fills = sheet.fills
        place = next((r for r in self.table.references if r.fill), None)
        if place is not None and not fills and self._names_town(sheet.sheet, place, fields):
            fills = place.fill
        stands_in = [fills] if fills else [place.fill] if place is not None and self.has_area else []
        missing = self.table.missing([*fields, *stands_in])
        doubled = [
            _("、").join(c.title for c in sheet.columns if c.field == key)
            for key in dict.fromkeys(fields) if fields.count(key) > 1
        ]  # fmt: skip
        columns = tuple(self._masked(column) for column in sheet.columns)
        return replace(sheet, columns=columns, fills=fills, missing=tuple(missing), doubled=tuple(doubled))

    def _masked(self, column: Column) -> Column:
        """Samples of a sensitive field show no more than their ends."""
        if not column.field or not self.table.field(column.field).sensitive:
            return column
        samples = (s if "**" in s else masked_text(s) for s in column.samples)
        return replace(column, samples=tuple(samples))

    def _names_town(self, name: str, place: Reference, fields: Sequence[str]) -> bool:
        """Whether the sheet's name says in which region its lines lie, and no column says it better."""
        return bool(name) and not {place.parts[0], place.fill}.intersection(fields) and self.is_region(name)

    def _match(self, header: Header, below: Sequence[Sequence[Cell]]) -> tuple[tuple[Column, ...], str, str]:
        titles = header.titles
        kept = Layout.objects.filter(table=self.table.key, signature=signature(titles)).first()
        columns = [Column(i, title, samples=_samples(below, i)) for i, title in enumerate(titles)]
        if kept is not None:
            fields = [f for t, f in zip(kept.titles, kept.fields, strict=False) if folded(t) != ERROR_TITLE]
            return self._remembered(columns, fields), _("上次的对应"), kept.fills
        for _key, layout in self.words.layouts(self.table):
            by_title = {folded(title): name for title, name in layout.columns.items()}
            needed = {folded(title) for title in layout.needs or layout.columns}
            if needed <= {folded(title) for title in titles}:
                known = [replace(c, field=by_title.get(folded(c.title), ""), how="layout") for c in columns]
                fields = [c.field for c in known]
                # of two columns for one field the first has it
                known = [replace(c, field="") if c.field in fields[:i] else c for i, c in enumerate(known)]
                english = (get_language() or "").startswith("en")
                return tuple(known), name_of_item(layout, english=english), ""
        return self._by_words(columns, below), "", ""

    def _remembered(self, columns: Sequence[Column], fields: Sequence[str]) -> tuple[Column, ...]:
        """The columns as they were matched before, one after the other; a returned error column is passed
        over.
        """
        left = iter(fields)
        found = []
        for column in columns:
            name = "" if folded(column.title) == ERROR_TITLE else next(left, "")
            found.append(replace(column, field=name if self.table.has(name) else "", how="remembered"))
        return tuple(found)

    def _by_words(self, columns: list[Column], below: Sequence[Sequence[Cell]]) -> tuple[Column, ...]:
        """Exact titles first, then what the cells look like, then titles that come close."""
        found: dict[int, Column] = {}
        for column in columns:
            if not column.title or folded(column.title) == ERROR_TITLE:
                found[column.place] = column
            elif name := self.recogniser.exact(column.title):
                found[column.place] = replace(column, field=name, how="exact")
            elif self.recogniser.is_left_out(column.title):
                found[column.place] = replace(column, how="left_out")
        taken = {c.field for c in found.values() if c.field}
        for guess in (self._by_content, self._by_likeness):
            for column in columns:
                if column.place not in found and (named := guess(column, below, taken)):
                    found[column.place] = named
                    taken.add(named.field)
        return tuple(found.get(c.place, c) for c in columns)

    def _by_content(self, column: Column, below: Sequence[Sequence[Cell]], taken: set[str]) -> Column | None:
        cells = [plain(row[column.place]) for row in below if len(row) > column.place]
        filled = [cell for cell in cells if cell]
        for kind, shape in _CONTENTS:
            if len(filled) >= 2 and all(shape.fullmatch(cell) for cell in filled):
                name = next((f.key for f in self.table.fields if f.kind == kind), "")
                if name and name not in taken:
                    return replace(column, field=name, how="content")
        return None

    def _by_likeness(
        self, column: Column, _below: Sequence[Sequence[Cell]], taken: set[str]
    ) -> Column | None:
        name = self.recogniser.close(column.title)
        return replace(column, field=name, how="close") if name and name not in taken else None


def _samples(below: Sequence[Sequence[Cell]], place: int) -> tuple[str, ...]:
    """Some cells of a column, for people; what looks like a personal number is masked."""
    cells = (plain(row[place]) for row in below if len(row) > place)
    return tuple([_shown(cell) for cell in cells if cell][:SAMPLES])


def _shown(cell: str) -> str:
    if re.fullmatch(r"\d{15}|\d{17}[\dXx]", cell):
        return masked_citizen_id(cell)
    return masked_phone(cell) if re.fullmatch(r"1\d{10}", cell) else cell[:40]


def corrected(
    proposer: Proposer, sheet: SheetLayout, fields: Sequence[str], fills: str | None = None
) -> SheetLayout:
    """The sheet with the columns as a person matched them; raises Refusal for a field the table does not
    have.
    """
    table = proposer.table
    for name in (*fields, fills or ""):
        if name and not table.has(name):
            raise Refusal(
                _("没有字段“%(name)s”") % {"name": name[:40]}, where=sheet.sheet,
                remedy=_("可用：%(keys)s") % {"keys": "、".join(f.key for f in table.fields)},
            )  # fmt: skip
    given = [*fields, *("" for _column in sheet.columns)]
    columns = tuple(
        c if c.field == given[i] else replace(c, field=given[i], how="chosen")
        for i, c in enumerate(sheet.columns)
    )
    changed = replace(sheet, columns=columns, fills=sheet.fills if fills is None else fills)
    return proposer.completed(changed)


def remember(table: Table, sheet: SheetLayout, *, by: Actor) -> None:
    """Keep a corrected matching for every later workbook with the same header."""
    if sheet.header is None:
        return
    key = {"table": table.key, "signature": signature(sheet.header.titles)}
    with write(by=by, action="layout.remember"):
        layout = Layout.objects.filter(**key).first() or Layout(**key)
        layout.titles, layout.fields = list(sheet.header.titles), sheet.fields
        layout.fills, layout.by, layout.at = sheet.fills, by.name[:80], timezone.now()
        layout.save()


def refuse_unfit(sheet: SheetLayout, file_name: str) -> None:
    """Raise Refusal where a sheet lacks a required column, or two of its columns mean the same field."""
    where = f"{file_name} {sheet.sheet}".strip()
    titles = _("、").join(c.title for c in sheet.columns if c.title)
    if sheet.doubled:
        raise Refusal(
            _("有重复的列：%(columns)s") % {"columns": _("；").join(sheet.doubled)}, where=where,
            remedy=_("删去多余的一列，或在列对应里只留一列"),
        )  # fmt: skip
    if sheet.missing:
        raise Refusal(
            _("缺少列：%(missing)s（现有：%(titles)s）")
            % {"missing": _("、").join(sheet.missing), "titles": titles[:300]},
            where=where, remedy=_("补上该列，或在列对应里指明是哪一列"),
        )  # fmt: skip
