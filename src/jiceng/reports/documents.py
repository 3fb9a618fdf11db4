"""Papers filled from packs' documents and the values that callers give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiceng.packs.catalogue import current
from jiceng.records.refusals import Refusal
from jiceng.reports.conditions import holds
from jiceng.reports.papers.paper import (
    Annex,
    Bar,
    Block,
    Chart,
    Field,
    Form,
    Heading,
    Paper,
    Paragraph,
    Roll,
    gap,
)
from jiceng.reports.sections import DOCUMENTS, Document
from jiceng.reports.sections.blocks import (
    AnnexBlock,
    ChartBlock,
    ColumnSpec,
    Conditional,
    FormBlock,
    HeadingBlock,
    RollBlock,
    TableBlock,
    TextBlock,
)
from jiceng.reports.sections.conditions import Condition
from jiceng.reports.sections.naming import names_at
from jiceng.reports.sources import COMMON, SERIAL, Kind, Lists, Values
from jiceng.reports.tables import Cell, Column, Share, Table, text_of, totalled
from jiceng.reports.tables import Kind as ColumnKind
from jiceng.reports.templates import alone, filled_in, missing, names_in
from jiceng.reports.tracing import Mark, Traced, bare, unmarked

COLUMN_KINDS: Mapping[Kind, ColumnKind] = {
    "integer": "integer",
    "number": "number",
    "share": "share",
    "day": "day",
}


def document(key: str, at: Sequence[str] | None = None, day: date | None = None) -> Document:
    """The document of that key: qualified, or bare as it holds at a place (`at`, codes from the region up) on
    `day`. Raises Refusal where there is none.
    """
    try:
        found: Document = current().item(DOCUMENTS.key, key, at, day)
    except KeyError:
        what = _("没有文书“%(key)s”") % {"key": key[:80]}
        raise Refusal(what, remedy=_("在做法包的 documents 里写它")) from None
    return found


def filled(
    key: str,
    values: Values,
    lists: Lists | None = None,
    *,
    at: Sequence[str] | None = None,
    day: date | None = None,
    dated: date | None = None,
    serial: int | None = None,
    number: str = "",
) -> Paper:
    """The document `key` (see `document`) filled with `values` by name and `lists` of rows by name, as its
    source offers them; what it does not name is left aside.

    `dated` is the paper's date (成文日期). Its number is `number`, or made of `serial` and the year of `dated`.
    Whatever is missing comes out as a marked gap (`papers.gaps` lists them). Raises Refusal where there is no
    such document.
    """
    return fill(document(key, at, day), values, lists, dated=dated, serial=serial, number=number)


def fill(
    template: Document,
    values: Values,
    lists: Lists | None = None,
    *,
    dated: date | None = None,
    serial: int | None = None,
    number: str = "",
    mark: Mark = unmarked,
) -> Paper:
    """The same from a document at hand; `mark` is told of every traced value that the paper writes."""
    if not number and template.series:
        if serial is not None and dated is not None:
            number = template.numbered(dated.year, serial)
        else:
            number = gap(COMMON["number"].label)
    filling = _Filling(template, {**values, "number": number, "date": dated}, lists or {}, mark)
    return Paper(
        kind=template.kind,
        title=filling.text(template.title),
        blocks=tuple(_said(filling.blocks(template.blocks))),
        head=filling.text(template.head),
        number=number,
        signer=filling.text(template.signer),
        urgency=template.urgency,
        addressee=filling.text(template.addressee),
        issuer=filling.text(template.issuer),
        date=dated,
        sealed=template.sealed,
        copies_to=tuple(filling.copies()),
        printed_by=filling.text(template.printed_by),
        printed_on=dated if template.printed_by else None,
    )


def _said(given: Iterator[Any]) -> Iterator[Any]:
    """The blocks but the headings under which nothing is said: what did not happen needs none."""
    waiting: list[Heading] = []
    for block in given:
        if not isinstance(block, Heading):
            if not isinstance(block, Annex):
                yield from waiting
                waiting = []
            yield block
            continue
        waiting = [heading for heading in waiting if heading.level < block.level]
        if block.then:
            yield from waiting
            waiting = []
            yield block
        else:
            waiting.append(block)


class _Filling:
    """One document with its values."""

    def __init__(self, template: Document, values: Values, lists: Lists, mark: Mark) -> None:
        self.template, self.values, self.lists, self.mark = template, values, lists, mark
        self.source = template.source
        self.names = names_at(self.source)
        self.in_rows = {key: names_at(self.source, key) for key in self.source.lists}

    def text(self, template: str) -> str:
        """Text of the document itself."""
        return filled_in(template, self.names, self.values, self.mark)

    def copies(self) -> Iterator[str]:
        """Who gets a copy: a name that holds several gives several, one that holds nothing none."""
        for copy in self.template.copies_to:
            value = self.values.get(name) if (name := alone(copy)) else None
            if isinstance(value, (list, tuple)):
                yield from (str(one) for one in value)
            elif not self._unsaid(copy, self.values):
                yield self.text(copy)

    def holds(self, spec: Conditional) -> bool:
        """Whether the block is to be written."""
        return (not spec.when or self._given(spec.when)) and not (spec.unless and self._given(spec.unless))

    def _given(self, condition: str | Condition) -> bool:
        """Whether there is something to be said: a name has a value, a list has rows, a figure came out so."""
        if isinstance(condition, Condition):
            return holds(condition, self.values)
        return bool(self.lists.get(condition)) or not missing(self.values.get(condition))

    def rows(self, key: str) -> Iterator[Values]:
        """What may be written for each row of the list. A row that lacks a value of its own does not take the
        document's of the same name.
        """
        unsaid = dict.fromkeys(self.source.lists[key].columns)
        for number, row in enumerate(self.lists.get(key, ()), start=1):
            yield {**self.values, **unsaid, **row, SERIAL: number}

    # ------------------------------------------------------------------------------------------ blocks
    def blocks(self, specs: Sequence[Conditional]) -> Iterator[Any]:
        """What is to be said; a list that nobody has given is a gap, one without rows says nothing."""
        for spec in specs:
            if not self.holds(spec):
                continue
            match spec:
                case HeadingBlock() | TextBlock() if spec.each:
                    yield from self._each(spec, spec.each)
                case HeadingBlock():
                    yield Heading(self.text(spec.heading), spec.level, self.text(spec.text))
                case TextBlock():
                    yield Paragraph(self.text(spec.text))
                case TableBlock():
                    yield from self._table(spec)
                case FormBlock():
                    yield self._form(spec)
                case ChartBlock():
                    yield from self._chart(spec)
                case RollBlock():
                    yield Roll(spec.roll, self.text(spec.text))
                case AnnexBlock():
                    inside = tuple(_said(self.blocks(spec.blocks)))
                    yield Annex(self.text(spec.annex), inside, spec.landscape)

    def _each(self, spec: HeadingBlock | TextBlock, key: str) -> Iterator[Block]:
        if key not in self.lists:
            yield self._gap(key)
        names = self.in_rows[key]
        for row in self.rows(key):
            text = filled_in(spec.text, names, row, self.mark)
            if isinstance(spec, HeadingBlock):
                yield Heading(filled_in(spec.heading, names, row, self.mark), spec.level, text)
            else:
                yield Paragraph(text)

    def _form(self, spec: FormBlock) -> Form:
        return Form(
            tuple(
                tuple(Field(field.label, self.text(field.text), field.lines) for field in row)
                for row in spec.form
            )
        )

    def _gap(self, key: str) -> Paragraph:
        return Paragraph(gap(self.source.lists[key].label))

    def _chart(self, spec: ChartBlock) -> Iterator[Block]:
        """A bar for every row that has a number; of none, nothing is drawn."""
        if spec.chart not in self.lists:
            yield self._gap(spec.chart)
            return
        names, measured = self.in_rows[spec.chart], alone(spec.value) or ""
        bars = tuple(
            Bar(
                filled_in(spec.label, names, row, self.mark),
                size,
                filled_in(spec.value, names, row, self.mark),
            )
            for row in self.rows(spec.chart)
            if (size := _size(bare(row[measured]))) is not None
        )
        if bars:
            yield Chart(self.text(spec.title), bars, spec.unit)

    # ------------------------------------------------------------------------------------------ tables
    def _table(self, spec: TableBlock) -> Iterator[Block]:
        if spec.table not in self.lists:
            yield self._gap(spec.table)
            return
        rows = list(self.rows(spec.table))
        if not rows:
            if spec.empty:
                yield Paragraph(self.text(spec.empty))
            return
        table = Table(
            title=self.text(spec.title),
            columns=tuple(self._column(column, spec.table) for column in spec.columns),
            rows=tuple(tuple(self._cell(column, spec.table, row) for column in spec.columns) for row in rows),
            above=self.text(spec.above),
            unit=spec.unit,
            notes=tuple(self.text(note) for note in spec.notes),
            tree=tuple(self._nodes(spec, rows)) if spec.tree else (),
        )
        yield self._totalled(table, spec) if spec.total else table

    def _nodes(self, spec: TableBlock, rows: Sequence[Values]) -> Iterator[tuple[int, str]]:
        names = self.in_rows[spec.table]
        return ((int(row["depth"]), filled_in(spec.tree, names, row)) for row in rows)

    def _totalled(self, table: Table, spec: TableBlock) -> Table:
        """A list that knows what it comes to as a whole says it; parts of a figure may overlap."""
        whole = getattr(self.lists[spec.table], "whole", None)
        if whole is None:
            return totalled(table, spec.total)
        cells: list[Cell] = [
            self._cell(column, spec.table, {**self.values, **whole}) if column.adds else None
            for column in spec.columns
        ]
        named = next((place for place, column in enumerate(spec.columns) if not column.adds), None)
        if named is not None:
            cells[named] = spec.total
        return replace(table, total=tuple(cells))

    def _column(self, spec: ColumnSpec, key: str) -> Column:
        name = alone(spec.text)
        kind: ColumnKind = "text"
        if name == SERIAL:
            kind = "serial"
        elif name:
            kind = COLUMN_KINDS.get(self.in_rows[key][name].kind, "text")
        return Column(spec.title, spec.group, kind, spec.unit, spec.decimals, spec.width, spec.adds)

    def _cell(self, spec: ColumnSpec, key: str, row: Values) -> Cell:
        """What a cell holds: a single value as what it is, so that it can be added up."""
        names = self.in_rows[key]
        if self._unsaid(spec.text, row):
            return filled_in(spec.text, names, row) if spec.required else None
        name = alone(spec.text)
        value = bare(row[name]) if name else None
        if (
            name
            and isinstance(value, (int, float, Decimal, Share, date))
            and names[name].kind not in ("month", "moment")
        ):
            return self._told(row[name], value, self._column(spec, key))
        return filled_in(spec.text, names, row, self.mark)

    def _told(self, given: Any, value: Cell, column: Column) -> Cell:
        """The value as it is, unless a mark goes around it."""
        if not isinstance(given, Traced):
            return value
        text = text_of(value, column)
        marked = self.mark(text, given)
        return value if marked == text else marked

    def _unsaid(self, template: str, values: Values) -> bool:
        """Whether all that the template names is missing."""
        names = list(names_in(template))
        return bool(names) and all(missing(values.get(name)) for name in names)


def _size(value: Any) -> float | None:
    """How long a bar is: a share in per cent; None for what is no number."""
    if isinstance(value, Share):
        return None if value.value is None else float(value.value * 100)
    return float(value) if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else None
