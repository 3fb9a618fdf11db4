"""The same workbook back with its problems: titles, header and rows where they were, one more column that
says what is wrong, bad cells marked. It can be mended and imported as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from jiceng.exchange.columns import ERROR_TITLE, SheetLayout
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.reading.headers import folded
from jiceng.exchange.reading.sheets import Cell, Sheet, sheets_of
from jiceng.exchange.reading.values import plain
from jiceng.exchange.tables import table_of
from jiceng.exchange.workbooks.writing import Book

PROBLEM_WIDTH = 48
READ = 2_000

Faults = Mapping[int, Sequence[Mapping[str, str]]]
"""Line number (from 1) to what is wrong with the line."""


def error_workbook(run: ImportRun, target: Path | BytesIO) -> int:
    """Write the file of a staged run again with a column of problems; gives how many lines are marked.

    An .xls or csv comes back as .xlsx. Raises Refusal where the file has been cleared away.
    """
    label = table_of(run.table).label
    layouts = iter([SheetLayout.from_json(kept) for kept in run.sheets])
    faults = _faults(run)
    book = Book(target, constant_memory=True)
    shown = False
    index = -1
    for sheet in sheets_of(run.content(), run.file_name):
        out = book.sheet(sheet.name or label)
        if sheet.hidden:
            out.hide()
        elif not shown:
            out.activate()
            out.set_first_sheet()
            shown = True
        for merged in sheet.merged:
            out.merge.append(list(merged))  # merge_range would write cells, and these come in order
        layout = None
        if not run.sheet or sheet.name == run.sheet:
            layout, index = next(layouts), index + 1
        if layout is None or layout.header is None:
            _copy(book, out, sheet)
        else:
            _marked(book, out, sheet, layout, faults.get(index, {}))
    book.close()
    return sum(len(lines) for lines in faults.values())


def _faults(run: ImportRun) -> dict[int, dict[int, Sequence[Mapping[str, str]]]]:
    """What is wrong, by sheet and line."""
    found: dict[int, dict[int, Sequence[Mapping[str, str]]]] = {}
    rows = run.rows.filter(verdict=ImportRow.Verdict.BAD).order_by("place")
    for row in rows.iterator(chunk_size=READ):
        found.setdefault(row.sheet, {})[row.number] = row.faults()
    return found


def _copy(book: Book, out: Worksheet, sheet: Sheet) -> None:
    for number, cells in enumerate(sheet.rows()):
        for column, cell in enumerate(cells):
            book.write(out, number, column, cell)


def _marked(book: Book, out: Worksheet, sheet: Sheet, layout: SheetLayout, faults: Faults) -> None:
    header = layout.header
    assert header is not None
    problem = _problem_column(header.titles)
    places = {c.field: c.place for c in layout.columns if c.field}
    out.set_column(0, max(problem - 1, 0), 14)
    out.set_column(problem, problem, PROBLEM_WIDTH)
    out.freeze_panes(header.last + 1, 0)
    for number, cells in enumerate(sheet.rows()):
        wrong = faults.get(number + 1, ())
        bad = {places[f["field"]] for f in wrong if f["field"] in places}
        for place, cell in _cells(cells, bad, problem):
            if header.first <= number <= header.last:
                out.write_string(number, place, plain(cell), book.header)
            else:
                book.write(out, number, place, cell, bad=place in bad)
        if number == header.last:
            out.write_string(number, problem, ERROR_TITLE, book.header)
        elif wrong:
            out.write_string(number, problem, _("；").join(_said(fault) for fault in wrong), book.problem)


def _cells(cells: Sequence[Cell], bad: set[int], problem: int) -> Iterator[tuple[int, Cell]]:
    """The cells of a line and the blank ones that are wrong; an earlier column of problems is left out."""
    for place in range(max([len(cells), *(b + 1 for b in bad)])):
        if place != problem:
            yield place, cells[place] if place < len(cells) else None


def _problem_column(titles: Sequence[str]) -> int:
    """Where the problems stand: in the column they stood in before, else right of everything."""
    return next((i for i, title in enumerate(titles) if folded(title) == ERROR_TITLE), len(titles))


def _said(fault: Mapping[str, str]) -> str:
    return f"{fault['label']}{_('：')}{fault['text']}" if fault["label"] else fault["text"]
