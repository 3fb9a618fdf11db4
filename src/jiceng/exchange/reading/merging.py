"""Cells merged over several lines below a header: what stands in such a cell holds for each of its lines."""

from collections.abc import Sequence

from jiceng.exchange.reading.headers import Merged
from jiceng.exchange.reading.sheets import Cell


class MergedDown:
    """Walks down a sheet with whoever reads it, and knows what a line has from merged cells begun above it."""

    def __init__(self, merged: Merged, below: int) -> None:
        """`below` is the header's last line (from 0): what is merged further up is no record."""
        self._begin: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _right in merged:
            if below < top < bottom:
                self._begin.setdefault(top, []).append((left, bottom))
        self._open: dict[int, tuple[int, Cell]] = {}

    def inherited(self, number: int, cells: Sequence[Cell]) -> dict[int, Cell]:
        """The columns of line `number` (from 0) that merged cells fill, with what stands in those.

        Every line has to come by, in order.
        """
        if self._open:
            self._open = {column: kept for column, kept in self._open.items() if kept[0] >= number}
        found = {column: cell for column, (_bottom, cell) in self._open.items()}
        for column, bottom in self._begin.get(number, ()):
            if column < len(cells) and cells[column] not in ("", None):
                self._open[column] = bottom, cells[column]
        return found


def filled(cells: Sequence[Cell], inherited: dict[int, Cell]) -> list[Cell]:
    """The cells of a line with what it inherits in its empty ones."""
    line = list(cells)
    for column, cell in inherited.items():
        line.extend("" for _ in range(column + 1 - len(line)))
        if line[column] in ("", None):
            line[column] = cell
    return line
