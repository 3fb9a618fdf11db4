"""Where the cells of a blank come from: figures, fields of records, what the form says of itself, or a question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiceng.forms.blanks.grid import Blank, Cell, Place, letters, place_of
from jiceng.records.refusals import Refusal

Kind = Literal["figure", "field", "about", "question"]
KINDS: tuple[Kind, ...] = ("figure", "field", "about", "question")

AREAS = "areas"
"""What the lines of a cross-table are, instead of a ledger's records."""

ABOUTS = {
    "area": gettext_lazy("填报区域"),
    "area_code": gettext_lazy("区划代码"),
    "period": gettext_lazy("报告期"),
    "day": gettext_lazy("数据截止日期"),
    "today": gettext_lazy("填报日期"),
    "filler": gettext_lazy("填表人"),
    "line": gettext_lazy("序号"),
}
"""What a form says of itself, and of a line."""

MOST_QUESTION = 200


@dataclass(frozen=True, slots=True)
class Source:
    """Where a cell comes from: `key` is the indicator, the field, one of `ABOUTS`, or the question's words.

    `optional`: left empty where the ledgers say nothing, instead of asked for. `despite`: why something is asked that
    the ledgers hold.
    """

    kind: Kind
    key: str
    optional: bool = False
    despite: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the form keeps it."""
        return {"kind": self.kind, "key": self.key, "optional": self.optional, "despite": self.despite}


def source_of(kept: Mapping[str, Any]) -> Source:
    """What `Source.as_json` gave."""
    return Source(kept["kind"], kept["key"], bool(kept.get("optional")), kept.get("despite", ""))


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines of a page from `row` to `last`, each about a record of the ledger `each`, or about an area (`AREAS`).

    Of records those stand there that are behind the figure `among`, or all. Lines of areas whose names the blank
    already says (in column `names`) keep their place; else the areas below are written one after the other.
    """

    page: int
    row: int
    last: int
    each: str
    columns: Mapping[int, Source]
    among: str = ""
    names: int = 0

    @property
    def at(self) -> str:
        """The address of the first line, by which the list is called."""
        return str(Place(self.page, self.row, 1))

    def place(self, column: int, row: int = 0) -> Place:
        """The cell of a column in a line; without one in the first."""
        return Place(self.page, row or self.row, column)

    def as_json(self) -> dict[str, Any]:
        """As the form keeps it."""
        columns = {letters(column): source.as_json() for column, source in sorted(self.columns.items())}
        return {
            "at": self.at, "last": self.last, "each": self.each, "among": self.among,
            "names": letters(self.names), "columns": columns,
        }  # fmt: skip


def _rows_of(kept: Mapping[str, Any]) -> Rows:
    begin = place_of(kept["at"])

    def column(written: str) -> int:
        return place_of(f"0!{written}1").column if written else 0

    columns = {column(name): source_of(source) for name, source in kept["columns"].items()}
    return Rows(
        begin.page, begin.row, int(kept["last"]), kept["each"], columns,
        kept.get("among", ""), column(kept.get("names", "")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bindings:
    """All of a form's: single cells, and lists of lines."""

    cells: Mapping[Place, Source] = field(default_factory=dict)
    rows: tuple[Rows, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Bindings":
        """What `as_json` gave."""
        cells = {place_of(at): source_of(source) for at, source in kept.get("cells", {}).items()}
        return cls(cells, tuple(_rows_of(rows) for rows in kept.get("rows", ())))

    def as_json(self) -> dict[str, Any]:
        """As the form keeps it."""
        cells = {str(place): source.as_json() for place, source in sorted(self.cells.items())}
        return {"cells": cells, "rows": [rows.as_json() for rows in self.rows]}

    def sources(self) -> Iterator[Source]:
        """Every source, those of lines once a column."""
        yield from self.cells.values()
        for rows in self.rows:
            yield from rows.columns.values()

    def holding(self, place: Place) -> Rows | None:
        """The list that a cell lies in."""
        inside = (r for r in self.rows if r.page == place.page and r.row <= place.row <= r.last)
        return next(inside, None)

    def bound(self, place: Place) -> Source | None:
        """What a cell is bound to, itself or as part of a list."""
        rows = self.holding(place)
        return rows.columns.get(place.column) if rows is not None else self.cells.get(place)

    # ------------------------------------------------------------------------------------ changing
    def with_cell(self, place: Place, source: Source | None) -> "Bindings":
        """The same with another source for a cell (None: none); within a list for the whole column."""
        rows = self.holding(place)
        if rows is not None:
            columns = {c: s for c, s in rows.columns.items() if c != place.column}
            if source is not None:
                columns[place.column] = source
            return self.with_rows(replace(rows, columns=columns))
        cells = {at: known for at, known in self.cells.items() if at != place}
        if source is not None:
            cells[place] = source
        return replace(self, cells=cells)

    def with_rows(self, rows: Rows) -> "Bindings":
        """The same with a list, in the place of those that it overlaps; cells bound within it give way."""
        others = tuple(r for r in self.rows if r.page != rows.page or r.last < rows.row or rows.last < r.row)
        cells = {
            at: source for at, source in self.cells.items()
            if at.page != rows.page or not rows.row <= at.row <= rows.last
        }  # fmt: skip
        return Bindings(cells, tuple(sorted((*others, rows), key=lambda r: (r.page, r.row))))

    def without_rows(self, at: str) -> "Bindings":
        """The same without the list that begins at `at`."""
        return replace(self, rows=tuple(r for r in self.rows if r.at != at))


# ------------------------------------------------------------------------------- what a blank has room for
def anchored(blank: Blank, place: Place) -> Place:
    """Of a merged cell the upper left one: what is bound there shows everywhere in it."""
    row, column = blank.page(place).covered.get(place.cell, place.cell)
    return replace(place, row=row, column=column)


def refuse_unfit(blank: Blank, bindings: Bindings) -> None:
    """Raise Refusal where a binding stands where nothing can be written: in a formula, on a hidden sheet, across
    merged cells, over text between the tables.
    """
    for place in bindings.cells:
        _refuse_cell(blank, place)
    for rows in bindings.rows:
        _refuse_rows(blank, rows)


def _refuse_cell(blank: Blank, place: Place) -> None:
    page, where = blank.page(place), blank.said(place)
    cell = page.at(place.row, place.column)
    _refuse_hidden(blank, place)
    if cell.formula:
        raise Refusal(_("这一格是公式，由表格自己计算"), where, _("绑定公式引用的单元格"))
    if place.slot > cell.slots:
        raise Refusal(_("这一格里没有第 %(n)s 个空") % {"n": place.slot}, where, _("点选要填的空"))
    if not place.slot and cell.slots:
        raise Refusal(_("这一格的句子里有要填的空，不能整格覆盖"), where, _("点选句子里的空"))
    if not place.slot and cell.text and blank.kind == "docx":
        raise Refusal(_("这一格已有文字，不能覆盖"), where, _("点选空白的单元格"))


def _refuse_hidden(blank: Blank, place: Place) -> None:
    if blank.page(place).hidden:
        raise Refusal(_("隐藏的工作表原样保留，不填写"), blank.said(place), _("取消隐藏后重新上传"))


def _refuse_rows(blank: Blank, rows: Rows) -> None:
    begin = Place(rows.page, rows.row, 1)
    page, where = blank.page(begin), blank.said(begin)
    _refuse_hidden(blank, begin)
    if not rows.row <= rows.last <= max(page.height, rows.row):
        raise Refusal(_("末行 %(last)s 不在表内") % {"last": rows.last}, where, _("填写空白行的最后一行"))
    for cell in page.cells.values():
        if _crosses(cell, rows):
            at = blank.said(Place(rows.page, cell.row, cell.column))
            raise Refusal(
                _("%(at)s 跨行合并，不能逐行填写") % {"at": at},
                where,
                _("取消跨行合并后重新上传，或改选起止行"),
            )
    for column in rows.columns:
        _refuse_column(blank, rows, column)


def _crosses(cell: Cell, rows: Rows) -> bool:
    """Whether merged lines make it impossible to write a list line by line: beside it they do only as it grows."""
    inside = cell.rows > 1 and rows.row <= cell.row + cell.rows - 1 and cell.row <= rows.last
    bound = any(cell.column <= column < cell.column + cell.columns for column in rows.columns)
    return inside and (bound or not rows.names)


def _refuse_column(blank: Blank, rows: Rows, column: int) -> None:
    page, at = blank.page(rows.place(column)), blank.said(rows.place(column))
    anchor = page.covered.get((rows.row, column))
    if anchor is not None:
        whole = blank.said(rows.place(anchor[1]))
        raise Refusal(_("这一列与 %(whole)s 合并在一起") % {"whole": whole}, at, _("绑定合并单元格的第一列"))
    if all(page.at(row, column).formula for row in range(rows.row, rows.last + 1)):
        raise Refusal(_("这一列是公式，由表格自己计算"), at, _("不绑定这一列"))
