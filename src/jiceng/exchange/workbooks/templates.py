"""An empty workbook for a table: header, what each column wants, lists to choose from, codes as text."""

from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from jiceng.exchange.tables import Field, Table
from jiceng.exchange.words import Words
from jiceng.exchange.workbooks.writing import Book, widths

LISTED = 120  # terms a list may offer
INLINE = 250  # characters Excel takes for a list written into the cell's rule
ROWS = 20_000
AS_TEXT = frozenset(("code", "uscc", "area_code", "citizen_id", "phone"))
LISTS = "可选值"


def template(table: Table, target: Path | BytesIO, words: Words | None = None) -> None:
    """Write the template of `table`: a title, notes, the header (a star for required columns)."""
    words = words or Words()
    book = Book(target, constant_memory=False)
    sheet = book.sheet(table.label)
    fields = table.offered()
    sheet.write_string(0, 0, _("%(label)s导入模板") % {"label": table.label}, book.title)
    general = _("带 * 的列必填。一行一条；代码、证件号、电话请保持文本格式；填好后直接导入，不必删除本行。")
    sheet.write_string(1, 0, f"{general}{table.note}", book.note)
    lists: list[tuple[str, list[str]]] = []
    for place, field in enumerate(fields):
        title = f"*{field.label}" if field.required or _needed(table, field) else field.label
        sheet.write_string(2, place, title, book.header)
        if field.note:
            sheet.write_comment(2, place, field.note)
        width = widths({0: field.label})[0]
        sheet.set_column(place, place, width, book.text if field.kind in AS_TEXT else None)
        _choices(sheet, place, field, words, lists)
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.repeat_rows(2)
    if lists:
        _hidden_lists(book, lists)
    book.close()


def _needed(table: Table, field: Field) -> bool:
    """Whether the column stands for a required reference: its name, the last of its parts."""
    return any(r.required and r.parts[-1] == field.key for r in table.references)


def _choices(
    sheet: Worksheet, place: int, field: Field, words: Words, lists: list[tuple[str, list[str]]]
) -> None:
    """Let people choose where there is little to choose from; what they write otherwise is not refused by
    Excel.
    """
    options = [_("是"), _("否")] if field.kind == "boolean" else _labels(field, words)
    if not options or len(options) > LISTED:
        return
    if sum(len(option) + 1 for option in options) <= INLINE and not any("," in option for option in options):
        source: str | list[str] = options
    else:
        lists.append((field.label, options))
        column = chr(ord("A") + len(lists) - 1)
        source = f"='{LISTS}'!${column}$2:${column}${len(options) + 1}"
    rule = {"validate": "list", "source": source, "error_type": "warning", "ignore_blank": True}
    sheet.data_validation(3, place, ROWS, place, rule)


def _labels(field: Field, words: Words) -> list[str]:
    if field.kind != "term":
        return []
    return list(dict.fromkeys(term.label for term in words.terms(field.vocabulary).values()))


def _hidden_lists(book: Book, lists: list[tuple[str, list[str]]]) -> None:
    sheet = book.sheet(LISTS)
    for column, (label, options) in enumerate(lists):
        sheet.write_string(0, column, label, book.header)
        for row, option in enumerate(options, start=1):
            sheet.write_string(row, column, option)
    sheet.hide()
