"""A table as a value: what a paper, a workbook and a page show alike.

Cells keep what they are. A share keeps its two parts: the total of a column of shares adds up the parts and
never averages the shares; without a whole it shows a dash, never 0 %.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from math import isfinite
from typing import Literal
from unicodedata import east_asian_width

from jiceng.reports.demonstration import demonstrating
from jiceng.reports.numerals import chinese_moment, rounded

Kind = Literal["text", "integer", "number", "share", "day", "serial"]
"""What a column holds; `serial` is 序号."""

Number = int | float | Decimal
NOTHING = "—"
"""What stands where a share has no whole, or a number is none."""

NARROWEST, WIDEST = 2.0, 24.0
AROUND = 1.0
"""What a cell needs beside its text: figures of a total are bold, and fonts differ."""
TITLE_LINE = 6
"""A column's title longer than this is folded: it does not widen the column by itself."""


@dataclass(frozen=True, slots=True)
class Share:
    """A rate and what it is made of."""

    part: Number
    whole: Number

    @property
    def value(self) -> Decimal | None:
        """The quotient; None without a whole."""
        return Decimal(str(self.part)) / Decimal(str(self.whole)) if self.whole else None


Cell = str | int | float | Decimal | date | Share | None
"""What a cell holds: None and '' are blank; True and False show as 是 and 否; a datetime is a date here."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Neighbours with the same `group` share a header above theirs.

    `unit` stands behind the title in brackets. `decimals` count for numbers and, of the percentage, for
    shares. `width` is in Chinese characters; 0 makes it fit. `adds`: a total adds the column up.
    """

    title: str
    group: str = ""
    kind: Kind = "text"
    unit: str = ""
    decimals: int = 1
    width: float = 0
    adds: bool = False

    @property
    def heading(self) -> str:
        """The title with its unit."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def align(self) -> Literal["left", "center", "right"]:
        """Where its cells stand: figures right, dates and serial numbers in the middle, words left."""
        if self.kind in ("integer", "number", "share"):
            return "right"
        return "center" if self.kind in ("day", "serial") else "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A title, what stands left and right above the header (`above`: who and when, `unit`: 单位：件), columns,
    rows, perhaps a total, and `notes` below. `tree`: the rows as nodes (depth, text), each below the last that is less
    deep, for a page to draw. Every row has a cell for every column (else ValueError).
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: tuple[Cell, ...] | None = None
    above: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    tree: tuple[tuple[int, str], ...] = ()
    sample: bool = field(default_factory=demonstrating)

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"table {self.title!r} has no columns")
        for number, row in enumerate((*self.rows, *(() if self.total is None else (self.total,))), start=1):
            if len(row) != len(self.columns):
                said = f"row {number} of table {self.title!r} has {len(row)} cells for {len(self.columns)}"
                raise ValueError(f"{said} columns")

    @property
    def grouped(self) -> bool:
        """Whether the header has two rows."""
        return any(column.group for column in self.columns)

    def groups(self) -> Iterator[tuple[str, int, int]]:
        """The upper header from the left: (group, first column, how many); a column without one is alone."""
        place = 0
        for group, members in groupby(self.columns, key=lambda column: column.group):
            size = len(list(members))
            if group:
                yield group, place, size
            else:
                yield from (("", place + step, 1) for step in range(size))
            place += size


# ------------------------------------------------------------------------------------------------ totals
def totalled(table: Table, label: str = "合计") -> Table:
    """The table with a total of the columns that add up, `label` in the first that does not; shares by their
    parts. Blank cells count for nothing; a column with nothing to add stays blank.
    """
    total: list[Cell] = [
        _sum([row[place] for row in table.rows]) if column.adds else None
        for place, column in enumerate(table.columns)
    ]
    named = next((place for place, column in enumerate(table.columns) if not column.adds), None)
    if named is not None:
        total[named] = label
    return replace(table, total=tuple(total))


def _sum(cells: Sequence[Cell]) -> Cell:
    shares = [cell for cell in cells if isinstance(cell, Share)]
    if shares:
        return Share(_added([s.part for s in shares]), _added([s.whole for s in shares]))
    numbers = [cell for cell in cells if isinstance(cell, (int, float, Decimal)) and isfinite(cell)]
    numbers = [number for number in numbers if not isinstance(number, bool)]
    return _added(numbers) if numbers else None


def _added(numbers: Sequence[Number]) -> Number:
    if all(isinstance(number, int) for number in numbers):
        return sum(int(number) for number in numbers)
    return sum((Decimal(str(number)) for number in numbers), Decimal(0))


# ----------------------------------------------------------------------------------------------- as text
def text_of(cell: Cell, column: Column) -> str:
    """The cell as paper and page show it: 97.5%, 2022-06-03, 是; blank for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, Share):
        value = cell.value
        return NOTHING if value is None else f"{rounded(value * 100, column.decimals)}%"
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return chinese_moment(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int) and column.kind != "number":
        return str(cell)
    if isinstance(cell, (int, float, Decimal)):
        return rounded(cell, column.decimals) if isfinite(cell) else NOTHING
    return cell


def breadth(text: str) -> float:
    """How wide a line of text is, in Chinese characters: a letter or digit is half of one."""
    return sum(1.0 if east_asian_width(letter) in "WFA" else 0.5 for letter in text)


def widths(table: Table) -> list[float]:
    """How wide each column wants to be, in Chinese characters: as asked for, else so that its cells and its
    folded title fit, within bounds.
    """
    found = []
    for place, column in enumerate(table.columns):
        if column.width:
            found.append(column.width)
            continue
        heading = breadth(column.heading)
        wanted = min(heading, max(TITLE_LINE, heading / 2)) + AROUND
        for row in (*table.rows, *(() if table.total is None else (table.total,))):
            lines = text_of(row[place], column).split("\n")
            wanted = max(wanted, *(breadth(line) + AROUND for line in lines))
            if wanted >= WIDEST:
                break
        found.append(min(WIDEST, max(NARROWEST, wanted)))
    return found
