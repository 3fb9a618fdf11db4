"""Rows of a table of the registry as its list shows them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from jiceng.web.registry.listing.columns import Column
from jiceng.web.registry.listing.source import Cell, Line
from jiceng.web.registry.listing.terms import Words

LONG = 11
"""Texts longer than this may be cut off by their column; the whole shows under the pointer."""


def main_of(columns: Sequence[Column]) -> int:
    """The place of the column that says what a row is called."""
    return next((i for i, c in enumerate(columns) if c.path.rpartition("__")[2] in NAMES), 0)


NAMES = frozenset({"name", "title"})


def lines_of(
    table: str, columns: Sequence[Column], rows: Iterable[tuple[Any, ...]], words: Words
) -> Iterable[Line]:
    """The rows of the table called `table`: each a tuple of its sort value, its key, its values and their links."""
    labels = [gettext(str(c.label)) for c in columns]
    main = main_of(columns)
    links = {c.key: i for i, c in enumerate(c for c in columns if c.link)}
    shown = yes_and_no()
    for row in rows:
        key, values, targets = row[1], row[2 : 2 + len(columns)], row[2 + len(columns) :]
        cells = []
        for i, (column, value) in enumerate(zip(columns, values, strict=True)):
            url = ""
            if column.link_table and targets[links[column.key]]:
                url = f"/registry/{column.link_table}/{targets[links[column.key]]}/"
            elif i == main:
                url = f"/registry/{table}/{key}/"
            text = text_of(column, value, words, shown)
            title = text if len(text) > LONG else ""
            cells.append(Cell(text, labels[i], column.kind, url, i == main, title))
        yield Line(key, tuple(cells), f"/registry/{table}/{key}/")


def yes_and_no() -> dict[str, str]:
    """What true and false are called, looked up once for all rows."""
    return {"yes": _("是"), "no": _("否")}


def text_of(column: Column, value: Any, words: Words, shown: dict[str, str]) -> str:
    """A value as its cell says it."""
    if value is None or value == "":
        return ""
    if column.kind == "term":
        return words.label(value, column.vocabulary)
    if column.kind == "boolean":
        return shown["yes"] if value else shown["no"]
    return value.isoformat() if isinstance(value, date) else str(value)
