"""A blank as people see it: pages of cells, each with an address that bindings, questions and answers name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

SLOT = re.compile(r"[_＿]{2,}|(?<=\S)\s{2,}")
"""A blank in a sentence, as its text shows it; whether spaces have a line under them only the file says."""

_STOP = re.compile(r"[，。；：,;:、（(]")
_ADDRESS = re.compile(r"(\d{1,3})!([A-Z]{1,3})([1-9]\d{0,6})(?:\.([1-9]\d?))?")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell of a page (rows and columns from 1, pages from 0), or with `slot` the n-th blank in its sentence.

    Written `0!C5`, or `0!C5.1`.
    """

    page: int
    row: int
    column: int
    slot: int = 0

    def __str__(self) -> str:
        slot = f".{self.slot}" if self.slot else ""
        return f"{self.page}!{letters(self.column)}{self.row}{slot}"

    @property
    def cell(self) -> tuple[int, int]:
        """Row and column."""
        return self.row, self.column


def place_of(written: str) -> Place:
    """The place that an address names. Raises Refusal for what is none."""
    found = _ADDRESS.fullmatch(written)
    if found is None:
        raise Refusal(_("“%(text)s”不是单元格") % {"text": written[:40]}, remedy=_("点选表里的单元格"))
    page, column, row, slot = found.groups()
    return Place(int(page), int(row), number(column), int(slot or 0))


def letters(column: int) -> str:
    """The letters of a column: 28 is AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def number(column: str) -> int:
    """The number of a column: AB is 28."""
    found = 0
    for letter in column:
        found = found * 26 + ord(letter) - 64
    return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a blank; of merged ones the upper left. `slots` are the blanks in its sentence (____)."""

    row: int
    column: int
    text: str = ""
    rows: int = 1
    columns: int = 1
    formula: bool = False
    slots: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a workbook, a table of a Word file, or the paragraphs between its tables."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    height: int
    width: int
    hidden: bool = False
    protected: bool = False
    covered: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """The cells that a merged one covers, with its own place."""

    def at(self, row: int, column: int) -> Cell:
        """The cell there; of merged ones the upper left."""
        where = self.covered.get((row, column), (row, column))
        return self.cells.get(where) or Cell(*where)

    def text(self, row: int, column: int) -> str:
        """What is written there, on every cell that a merged one covers."""
        return self.at(row, column).text

    def heading(self, row: int, column: int, *, above: bool) -> str:
        """The words that a cell stands under: `above` it in its column, else to its left; the other where there are
        none.
        """
        up = [self.text(line, column) for line in range(row - 1, 0, -1)]
        left = [self.text(row, beside) for beside in range(column - 1, 0, -1)]
        texts = (*up, *left) if above else (*left, *up)
        return next((text.strip(" ：:　") for text in texts if text and not text.isdigit()), "")

    @property
    def merged(self) -> list[tuple[int, int, int, int]]:
        """Merged cells as `exchange.reading.headers` takes them: top, left, bottom, right, from 0."""
        return [
            (cell.row - 1, cell.column - 1, cell.row + cell.rows - 2, cell.column + cell.columns - 2)
            for cell in self.cells.values()
            if cell.rows > 1 or cell.columns > 1
        ]

    def lines(self) -> list[list[str]]:
        """The texts line by line, merged ones in their upper left cell alone."""
        rows: list[list[str]] = [[""] * self.width for _row in range(self.height)]
        for (row, column), cell in self.cells.items():
            rows[row - 1][column - 1] = cell.text
        return rows


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank that was read. `kind` is its file's: `xlsx` or `docx`."""

    kind: str
    pages: Sequence[Page]

    def page(self, place: Place) -> Page:
        """The page of a place. Raises Refusal where there is none."""
        if place.page >= len(self.pages):
            raise Refusal(
                _("表里没有第 %(page)s 页") % {"page": place.page + 1}, remedy=_("点选表里的单元格")
            )
        return self.pages[place.page]

    def said(self, place: Place) -> str:
        """A place for people: the page's name and the cell."""
        cell = f"{letters(place.column)}{place.row}"
        slot = _("第%(n)s空") % {"n": place.slot} if place.slot else ""
        return f"{self.page(place).name} {cell}{slot}"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to be written from `row` on, in a place that has room up to `last`: more push down what stands below.

    `values` has a list a line, in the order of `columns`.
    """

    row: int
    last: int
    columns: Sequence[int]
    values: Sequence[Sequence[Any]]

    @property
    def more(self) -> int:
        """How many lines do not fit into the room there is."""
        return max(0, len(self.values) - (self.last - self.row + 1))


@dataclass(slots=True)
class Writes:
    """What is written into one page: single cells by place, and lines."""

    cells: dict[Place, Any] = field(default_factory=dict)
    lines: list[Lines] = field(default_factory=list)


def spread(spans: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Every cell that merged cells cover (top, left, bottom, right, from 1) with their upper left one."""
    return {
        (row, column): (top, left)
        for top, left, bottom, right in spans
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


def before_blanks(sentence: str) -> list[str]:
    """The words before each blank of a sentence, back to the stop before."""
    pieces = SLOT.split(sentence)[:-1]
    return [_STOP.split(piece.rstrip(" ：:　"))[-1].strip() for piece in pieces]
