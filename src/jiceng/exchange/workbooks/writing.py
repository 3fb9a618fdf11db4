"""Cells as all workbooks that leave here have them: text stays text, never a formula or a link."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

EARLIEST = date(1900, 3, 1)
"""Before it Excel's calendar has a day that never was; such dates are written as text."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MAX_TEXT = 32_000
FONT = "宋体"


class Book:
    """A workbook being written. `constant_memory` keeps no rows: they must come in order."""

    def __init__(self, target: Path | BytesIO, *, constant_memory: bool) -> None:
        options = {
            "constant_memory": constant_memory,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "default_format_properties": {"font_name": FONT, "font_size": 10},
            "tmpdir": _temporary(),
        }
        self.book = xlsxwriter.Workbook(target, options)
        self.text = self._format(num_format="@")
        # a text that looks like a formula stays one when somebody edits the cell
        self.quoted = self._format(num_format="@", quote_prefix=True)
        self.day = self._format(num_format="yyyy-mm-dd")
        self.moment = self._format(num_format="yyyy-mm-dd hh:mm:ss")
        self.title = self._format(bold=True, font_size=14)
        self.note = self._format(font_color="#666666", text_wrap=True, valign="top")
        self.header = self._format(bold=True, bg_color="#EFEFEF", border=1, text_wrap=True, valign="vcenter")
        self.bad = self._format(bg_color="#FFD9D9", num_format="@", quote_prefix=True)
        self.bad_number = self._format(bg_color="#FFD9D9")
        self.bad_day = self._format(bg_color="#FFD9D9", num_format="yyyy-mm-dd")
        self.problem = self._format(font_color="#B00020", text_wrap=True, valign="top")

    def _format(self, **properties: Any) -> Format:
        return self.book.add_format(properties)

    def sheet(self, name: str) -> Worksheet:
        """A new sheet; what Excel does not take in a name is left out."""
        clean = "".join("_" if c in "[]:*?/\\" else c for c in name).strip("'")[:31]
        return self.book.add_worksheet(clean or None)

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, *, bad: bool = False) -> None:
        """Write a value as what it is; a text as text, whatever it looks like."""
        if value is None or value == "":
            if bad:
                sheet.write_blank(row, column, None, self.bad)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.bad if bad else None)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self.bad_number if bad else None)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self.bad_day if bad else self.moment)
        elif isinstance(value, date) and value >= EARLIEST:
            sheet.write_datetime(row, column, value, self.bad_day if bad else self.day)
        else:
            text = str(value)[:MAX_TEXT]
            plain = self.quoted if text.startswith(FORMULA_STARTS) else self.text
            sheet.write_string(row, column, text, self.bad if bad else plain)

    def close(self) -> None:
        """Finish the file."""
        self.book.close()


def _temporary() -> str:
    """Rows on their way into a workbook may hold personal data: they stay inside the data home."""
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(folder)


def widths(labels: Mapping[int, str]) -> dict[int, float]:
    """Column widths that show a label and a usual value."""
    return {place: max(10.0, min(40.0, 2.2 * len(label) + 4)) for place, label in labels.items()}
