"""A blank as a table of a page: merged cells as they are, each with what it is bound to or filled with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiceng.forms.bindings import Bindings, Rows, Source
from jiceng.forms.blanks.grid import SLOT, Blank, Cell, Page, Place, letters
from jiceng.forms.filling import Entry
from jiceng.forms.known import Known, tables
from jiceng.forms.queries import Standing
from jiceng.web.figures.shaping import plain

MOST_ROWS = 150
MOST_COLUMNS = 40
LINES = 60
"""So many lines of a list are shown; all of them are in the file."""

Look = Callable[[Cell, Place, int], Mapping[str, Any]]
"""What to show of a cell of the blank at a place; the number is that of its line in a list, from 0."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to look at: its rows of cells, and how many rows, or lines of a list, are left out."""

    name: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    left: int


def pages(
    blank: Blank, bindings: Bindings, look: Look, lengths: Mapping[str, int] | None = None
) -> list[Shown]:
    """Every page that is not hidden; `lengths` are those of lists that may have more lines than the blank;
    without them a column is shown behind the last one, to be bound as well.
    """
    return [
        _page(number, page, bindings, look, lengths or {}, spare=lengths is None)
        for number, page in enumerate(blank.pages)
        if not page.hidden and page.height
    ]


def _page(
    number: int, page: Page, bindings: Bindings, look: Look, lengths: Mapping[str, int], *, spare: bool
) -> Shown:
    bound = [max(rows.columns, default=0) for rows in bindings.rows if rows.page == number]
    width = max(min(page.width + spare, MOST_COLUMNS), *bound, 1)
    rows: list[Mapping[str, Any]] = []
    left = 0
    for row, base, line in _lines(number, page, bindings, lengths):
        if len(rows) == MOST_ROWS:
            left += 1
            continue
        rows.append({"number": row, "cells": list(_cells(number, page, base, line, width, look))})
    hidden = sum(max(0, lengths.get(r.at, 0) - LINES) for r in bindings.rows if r.page == number)
    note = _("有保护：原样保留，填写不受影响") if page.protected else ""
    return Shown(page.name, note, [letters(column) for column in range(1, width + 1)], rows, left + hidden)


def _lines(
    number: int, page: Page, bindings: Bindings, lengths: Mapping[str, int]
) -> Iterator[tuple[int, int, int]]:
    """Row as shown, the row of the blank that it looks like, and the line of its list."""
    shown, base = 0, 1
    height = max([page.height, *(r.last for r in bindings.rows if r.page == number)])
    while base <= height:
        rows = next((r for r in bindings.rows if r.page == number and r.row == base), None)
        room = rows.last - rows.row + 1 if rows is not None else 1
        lines = max(room, min(lengths.get(rows.at, room), LINES)) if rows is not None else 1
        for line in range(lines):
            shown += 1
            yield shown, base + min(line, room - 1), line
        base += room


def _cells(
    number: int, page: Page, row: int, line: int, width: int, look: Look
) -> Iterator[Mapping[str, Any]]:
    for column in range(1, width + 1):
        if (row, column) in page.covered:
            continue
        cell = page.at(row, column)
        yield {
            "rows": cell.rows if cell.rows > 1 else "",
            "columns": cell.columns if cell.columns > 1 else "",
            **look(cell, Place(number, row, column), line),
        }


# --------------------------------------------------------------------------------------------- designing
def designed(blank: Blank, bindings: Bindings, known: Known, chosen: Place | None) -> Look:
    """Cells with what they are bound to; each opens its own choice."""

    def look(cell: Cell, place: Place, _line: int) -> Mapping[str, Any]:
        rows = bindings.holding(place)
        slots = [Place(place.page, place.row, place.column, n) for n in range(1, cell.slots + 1)]
        labels = cell.text.strip() and not slots and rows is None and place not in bindings.cells
        return {
            "text": cell.text if not cell.formula else "",
            "formula": cell.formula,
            "tags": [] if labels else [_tag(at, bindings, known, chosen) for at in (slots or [place])],
            "list": rows is not None,
        }

    return look


def _tag(place: Place, bindings: Bindings, known: Known, chosen: Place | None) -> Mapping[str, Any]:
    source, rows = bindings.bound(place), bindings.holding(place)
    return {
        "at": str(place),
        "slot": place.slot,
        "kind": source.kind if source is not None else "",
        "label": label_of(source, rows, known) if source is not None else "",
        "chosen": place == chosen,
    }


def label_of(source: Source, rows: Rows | None, known: Known) -> str:
    """A source in words, a field of a list by its ledger."""
    return known.label(source, tables().get(rows.each) if rows is not None else None)


# ---------------------------------------------------------------------------------------------- filling
def filled(stands: Standing) -> Look:
    """Cells with their values, each with the page that it comes from."""
    bindings, result = stands.bindings, stands.filled
    orders = {rows.at: sorted(rows.columns) for rows in bindings.rows}

    def entry_of(place: Place, line: int) -> Entry | None:
        rows = bindings.holding(place)
        if rows is None:
            return result.cells.get(place)
        lines = result.lists[rows.at]
        if line >= len(lines) or place.column not in rows.columns or not lines[line][1]:
            return None
        return lines[line][1][orders[rows.at].index(place.column)]

    def look(cell: Cell, place: Place, line: int) -> Mapping[str, Any]:
        slots = [Place(place.page, place.row, place.column, n) for n in range(1, cell.slots + 1)]
        found = [(at, entry_of(at, line)) for at in (slots or [place])]
        rows = bindings.holding(place)
        values = [_value(e, rows, stands) if e is not None and not cell.formula else None for _at, e in found]
        written = "" if cell.formula or (values[0] and not slots) else cell.text
        return {"formula": cell.formula, "pieces": _pieces(written, values, len(slots))}

    return look


def _pieces(
    text: str, values: Sequence[Mapping[str, Any] | None], slots: int
) -> list[tuple[str, Mapping[str, Any] | None]]:
    """A sentence with its values where its blanks are; else the text with the values after it."""
    texts = SLOT.split(text)
    if not slots or len(texts) != slots + 1:
        return [(text, None), *(("", value) for value in values if value is not None)]
    blanks = SLOT.findall(text)
    found: list[tuple[str, Mapping[str, Any] | None]] = []
    for before, value, empty in zip(texts, values, blanks, strict=False):
        found += [(before, value)] if value is not None else [(before + empty, None)]
    return [*found, (texts[-1], None)]


def _value(entry: Entry, rows: Rows | None, stands: Standing) -> Mapping[str, Any]:
    return {
        "shown": "" if entry.value in (None, "") else _text(entry.value),
        "gap": entry.gap,
        "answered": entry.answered,
        "number": not isinstance(entry.value, str),
        "url": _source_url(entry, rows, stands),
        "label": label_of(entry.source, rows, stands.filler.known),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else plain(value)


def _source_url(entry: Entry, rows: Rows | None, stands: Standing) -> str:
    """The figure, the record's card, or the answer that a value comes from."""
    asking = stands.filler.asking
    if entry.answered:
        return "#answers"
    if entry.source.kind == "figure":
        place = f"&by=territory&part={entry.key}" if entry.key and entry.key != asking.region.pk else ""
        period = f"{asking.first}..{asking.day}"
        return f"{reverse('figures:figure', args=[entry.source.key])}?day={asking.day}&period={period}{place}"
    if entry.source.kind == "field" and rows is not None and entry.key:
        return reverse("registry:card", args=[rows.each, entry.key])
    return ""
