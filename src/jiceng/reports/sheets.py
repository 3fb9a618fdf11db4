"""Tables as workbooks laid out for people: titled, bordered, totalled, ready for the printer."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil, isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jiceng.exchange.workbooks.writing import EARLIEST, FORMULA_STARTS, MAX_TEXT, Book
from jiceng.reports.demonstration import MARK
from jiceng.reports.tables import Cell, Column, Share, Table, breadth, text_of, widths
from jiceng.reports.text import clean

A4 = 9
DIGITS = 15  # what Excel keeps of a number; longer ones are written as text
PAGE = 120.0  # digits that a page across takes
MOST_WIDENED = 1.6
LINE = 16.0  # points a line of text takes
TITLE_FONT, HEAD_FONT = "方正小标宋简体", "黑体"


def workbook(tables: Table | Sequence[Table]) -> bytes:
    """The table, or several on sheets of their own, as an .xlsx file: title, what stands above, header with
    merged groups, rows, total, notes; header frozen and repeated on every printed page; A4 across. Figures stay
    figures, and a text never becomes a formula.
    """
    given = [tables] if isinstance(tables, Table) else list(tables)
    target = BytesIO()
    book = _Laid(target)
    for table, name in zip(given, _names(given), strict=True):
        _sheet(book, book.sheet(name), table)
    book.close()
    return target.getvalue()


def _names(tables: Iterable[Table]) -> list[str]:
    """A name for each sheet that no other has: Excel takes 31 characters and does not tell capitals apart."""
    taken: set[str] = set()
    found = []
    for number, table in enumerate(tables, start=1):
        name = table.title[:28] or str(number)
        if name.casefold() in taken:
            name = f"{name[:25]}({number})"
        taken.add(name.casefold())
        found.append(name)
    return found


class _Laid(Book):
    """A workbook whose cells are bordered and formatted as their columns say."""

    def __init__(self, target: BytesIO) -> None:
        super().__init__(target, constant_memory=False)
        self.looks: dict[tuple[tuple[str, Any], ...], Format] = {}

    def look(self, **properties: Any) -> Format:
        """The format with these properties; the same for the same."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format(properties)
        return self.looks[key]

    def put(self, sheet: Worksheet, row: int, place: int, text: str, **look: Any) -> None:
        """A text that stays one, whatever it looks like."""
        text = clean(text)[:MAX_TEXT]
        if text.startswith(FORMULA_STARTS):
            look |= {"quote_prefix": True}
        if text:
            sheet.write_string(row, place, text, self.look(**look))
        else:
            sheet.write_blank(row, place, None, self.look(**look))

    def spread(self, sheet: Worksheet, row: int, first: int, last: int, text: str, **look: Any) -> None:
        """A text over several cells of a row."""
        if last > first:
            sheet.merge_range(row, first, row, last, "", self.look(**look))
        self.put(sheet, row, first, text, **look)


# ----------------------------------------------------------------------------------------------- a sheet
def _sheet(book: _Laid, sheet: Worksheet, table: Table) -> None:
    wide = _filling([2 * width + 1 for width in widths(table)])
    sheet.set_default_row(1.25 * LINE)
    for place, width in enumerate(wide):
        sheet.set_column(place, place, width)
    last = len(table.columns) - 1
    sheet.set_row(0, 2 * LINE)
    book.spread(sheet, 0, 0, last, table.title, font_name=TITLE_FONT, font_size=18, align="center",
                valign="vcenter")  # fmt: skip
    row = _above(book, sheet, table, 1)
    header = row
    row = _header(book, sheet, table, header, wide)
    sheet.freeze_panes(row, 0)
    _print_setup(sheet, table, header, row - 1)
    for cells in table.rows:
        _row(book, sheet, row, table.columns, cells)
        row += 1
    if table.total is not None:
        _row(book, sheet, row, table.columns, table.total, bold=True)
        row += 1
    for note in table.notes:
        sheet.set_row(row, LINE * max(1, ceil(2 * breadth(note) / sum(wide))))
        book.spread(sheet, row, 0, last, note, text_wrap=True, valign="top")
        row += 1


def _filling(wide: Sequence[float]) -> list[float]:
    """The widths, a narrow table's widened towards a page's."""
    factor = max(1.0, min(MOST_WIDENED, PAGE / sum(wide)))
    return [factor * width for width in wide]


def _above(book: _Laid, sheet: Worksheet, table: Table, row: int) -> int:
    """Who and when at the left, the unit at the right; gives the next row."""
    left = f"【{MARK.replace('　', '')}】{table.above}" if table.sample else table.above
    right = f"单位：{table.unit}" if table.unit else ""
    if not left and not right:
        return row
    last = len(table.columns) - 1
    if last == 0:
        book.put(sheet, row, 0, "　".join(text for text in (left, right) if text))
    else:
        if left:
            book.put(sheet, row, 0, left)
        if right:
            book.put(sheet, row, last, right, align="right")
    return row + 1


def _header(book: _Laid, sheet: Worksheet, table: Table, row: int, wide: Sequence[float]) -> int:
    """One row, or two where columns are grouped; gives the next row."""
    look = {"font_name": HEAD_FONT, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    lowest = row + (1 if table.grouped else 0)
    for group, first, size in table.groups():
        if group:
            book.spread(sheet, row, first, first + size - 1, group, **look)
        elif table.grouped:
            sheet.merge_range(row, first, lowest, first, "", book.look(**look))
            book.put(sheet, row, first, table.columns[first].heading, **look)
    for place, column in enumerate(table.columns):
        if not table.grouped or column.group:
            book.put(sheet, lowest, place, column.heading, **look)
    lines = max(
        ceil(2 * breadth(column.heading) / width) for column, width in zip(table.columns, wide, strict=True)
    )
    for line in range(row, lowest + 1):
        sheet.set_row(line, LINE * max(1.25, lines / (lowest - row + 1)))
    return lowest + 1


def _row(
    book: _Laid,
    sheet: Worksheet,
    row: int,
    columns: Sequence[Column],
    cells: Sequence[Cell],
    *,
    bold: bool = False,
) -> None:
    for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        look: dict[str, Any] = {"border": 1, "valign": "vcenter", "align": column.align}
        if bold:
            look |= {"bold": True, "align": "center"} if isinstance(cell, str) else {"bold": True}
        number = _number(cell)
        if number is not None:
            sheet.write_number(row, place, number, book.look(**look, num_format=_format(cell, column)))
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= EARLIEST:
            sheet.write_datetime(row, place, cell, book.look(**look, num_format="yyyy-mm-dd"))
        else:
            book.put(sheet, row, place, text_of(cell, column), **look, text_wrap=True, num_format="@")


def _number(cell: Cell) -> float | int | None:
    """The cell as Excel's number; None for what is none, or would lose digits as one."""
    value = cell.value if isinstance(cell, Share) else cell
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not isfinite(value):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**DIGITS else None
    return float(value)


def _format(cell: Cell, column: Column) -> str:
    decimals = f".{'0' * column.decimals}" if column.decimals else ""
    if isinstance(cell, Share) or column.kind == "share":
        return f"0{decimals}%"
    return "#,##0" if isinstance(cell, int) and column.kind != "number" else f"#,##0{decimals}"


def _print_setup(sheet: Worksheet, table: Table, first: int, last: int) -> None:
    """A4 across, one page wide, the header on every page."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.center_horizontally()
    sheet.repeat_rows(first, last)
    if table.sample:
        sheet.set_header(f"&R{MARK}")
    sheet.set_footer("&C第 &P 页　共 &N 页")
