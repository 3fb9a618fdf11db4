"""Workbooks as people's own programs write them: openpyxl, XlsxWriter, xlwt, csv."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows = (), *, merged: Iterable[str] = (), **sheets: Rows) -> bytes:
    """One sheet of `rows`, or the named ones."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in (sheets or {"Sheet1": rows}).items():
        sheet = book.create_sheet(name)
        for row in lines:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def written(rows: Rows) -> bytes:
    """The same by XlsxWriter, which evaluates no formula and writes 0 for its result."""
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def xls(rows: Rows, *, merged: Iterable[tuple[int, int, int, int]] = ()) -> bytes:
    """An old workbook; `merged` are top, bottom, left, right, as xlwt counts."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for top, bottom, left, right in merged:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    inside = {(r, c) for t, b, left, right in merged for r in range(t, b + 1) for c in range(left, right + 1)}
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value not in ("", None) and (number, column) not in inside:
                sheet.write(number, column, value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def text(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A csv file."""
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def cells(content: bytes, sheet: str = "") -> list[list[Any]]:
    """What a workbook holds, as openpyxl reads it (a second opinion on what we write)."""
    book = openpyxl.load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in (book[sheet] if sheet else book.active).iter_rows()]
