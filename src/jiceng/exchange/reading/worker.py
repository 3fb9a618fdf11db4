"""The worker that reads a workbook: file on standard input, rows as JSON lines on standard output.

Runs as `python -m jiceng.exchange.reading.worker LIMITS` without Django, under limits of memory and
processor time, so that a file made to hurt ends this process and nothing else. calamine holds a whole sheet
in memory; the parent gets the rows in small batches. Lines: {"sheet": …} opens a sheet, a list is a batch
of rows, {"unfit": …} ends with a reason.
"""

import csv
import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from jiceng.exchange.reading.kinds import kind_of, unanswered_formulas
from jiceng.records.isolated.archives import UnfitFileError

BATCH = 500
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;|"


def emit(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_encoded))
    sys.stdout.write("\n")


def _encoded(value: Any) -> Any:
    """Dates travel as one-key objects, so that the parent can tell them from text."""
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()} if value.time() == time() else {"t": value.isoformat(" ")}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds() / 86_400
    return str(value)


def main() -> None:
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    data = sys.stdin.buffer.read()
    try:
        kind = kind_of(data)
        if kind == "csv":
            _read_csv(data, limits)
        else:
            _read_workbook(data, kind, limits)
    except UnfitFileError as error:
        emit({"unfit": error.code, "detail": error.detail})
    except PasswordError:
        emit({"unfit": "encrypted", "detail": ""})
    except (CalamineError, ValueError, OSError) as error:
        emit({"unfit": "broken", "detail": str(error)[:200]})
    except MemoryError:
        emit({"unfit": "memory", "detail": ""})
    else:
        emit({"end": True})
    sys.stdout.flush()


def _read_workbook(data: bytes, kind: str, limits: dict[str, int]) -> None:
    formulas = unanswered_formulas(data) if kind == "xlsx" else {}
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    counted = _Counter(limits)
    for meta in book.sheets_metadata:
        if "WorkSheet" not in str(meta.typ):
            continue
        sheet = book.get_sheet_by_name(meta.name)
        height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
        counted.area(height, width)
        ranges = sheet.merged_cell_ranges or []
        counted.merged(len(ranges))
        emit(
            {
                "sheet": meta.name,
                "hidden": meta.visible != SheetVisibleEnum.Visible,
                "merged": [[*top_left, *bottom_right] for top_left, bottom_right in ranges],
                "height": height,
            }
        )
        _emit_rows(_with_formulas(_placed(sheet), formulas.get(meta.name, {})), counted)


def _placed(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows with every cell in its own column: calamine keeps the empty rows before the data, not the
    columns.
    """
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return (before + row for row in sheet.iter_rows()) if before else sheet.iter_rows()


def _with_formulas(rows: Iterable[list[Any]], formulas: dict[tuple[int, int], str]) -> Iterator[list[Any]]:
    if not formulas:
        yield from rows
        return
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (number, column), text in formulas.items():
        by_row.setdefault(number, []).append((column, text))
    number = -1
    for number, row in enumerate(rows):
        yield _filled(row, by_row.get(number, []))
    for later in range(number + 1, max(by_row) + 1 if max(by_row) - number < 1_000 else number + 1):
        yield _filled([], by_row.get(later, []))


def _filled(row: list[Any], formulas: list[tuple[int, str]]) -> list[Any]:
    for column, text in formulas:
        row.extend("" for _ in range(column + 1 - len(row)))
        row[column] = text
    return row


def _read_csv(data: bytes, limits: dict[str, int]) -> None:
    text = _decoded(data)
    if match := re.match(r"sep=(.)\r?\n", text):
        delimiter, text = match[1], text[match.end() :]
    else:
        head = text[:20_000]
        delimiter = max(DELIMITERS, key=head.count)
    csv.field_size_limit(1_000_000)
    counted = _Counter(limits)
    emit({"sheet": "", "hidden": False, "merged": [], "height": text.count("\n") + 1})
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        _emit_rows(rows, counted)
    except csv.Error as error:
        raise UnfitFileError("broken", str(error)) from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnfitFileError("encoding")


class _Counter:
    """Rows and cells so far, against the limits."""

    def __init__(self, limits: dict[str, int]) -> None:
        self.limits, self.rows, self.cells = limits, 0, 0

    def area(self, height: int, width: int) -> None:
        if width > self.limits["columns"]:
            raise UnfitFileError("columns", str(width))
        self.cells += height * width
        if self.cells > self.limits["cells"]:
            raise UnfitFileError("cells", str(self.cells))

    def merged(self, count: int) -> None:
        if count > self.limits["merged"]:
            raise UnfitFileError("merged", str(count))

    def row(self, width: int) -> None:
        if width > self.limits["columns"]:
            raise UnfitFileError("columns", str(width))
        self.rows += width > 0
        if self.rows > self.limits["rows"]:
            raise UnfitFileError("rows", str(self.rows))


def _emit_rows(rows: Iterable[list[Any]], counted: _Counter) -> None:
    batch: list[list[Any]] = []
    for row in rows:
        while row and (row[-1] == "" or row[-1] is None):
            row.pop()
        counted.row(len(row))
        batch.append(row)
        if len(batch) == BATCH:
            emit(batch)
            batch = []
    if batch:
        emit(batch)


if __name__ == "__main__":
    main()
