"""Which cell of a blank means what: proposed from its headings, for a person to correct."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jiceng.exchange.reading.headers import Header, find_header, folded
from jiceng.exchange.tables import Table
from jiceng.forms.bindings import AREAS, Bindings, Rows, Source
from jiceng.forms.blanks.grid import Blank, Page, Place, before_blanks
from jiceng.forms.known import Known, tables

TOTALS = frozenset(("合计", "总计", "共计", "全县", "全市", "全区", "全镇", "总数"))
"""What a line is called that stands for the whole area."""

ENOUGH = 2
"""So many recognised headings make a table of what they belong to."""


@dataclass(frozen=True)
class Proposer:
    """Proposes bindings for a blank; `areas` are the names of the area and of those below it."""

    known: Known
    areas: Collection[str]

    def propose(self, blank: Blank) -> Bindings:
        """Bindings for every page that is shown."""
        cells: dict[Place, Source] = {}
        lists: list[Rows] = []
        for number, page in enumerate(blank.pages):
            if page.hidden:
                continue
            rows = self.rows(number, page)
            if rows is not None:
                lists.append(rows)
            for place, source in self._cells(number, page, rows):
                cells[place] = source
        return Bindings(cells, tuple(lists))

    def rows(self, number: int, page: Page) -> Rows | None:
        """The list or cross-table of a page; None where there is none."""
        header = find_header(page.lines(), page.merged, self._is_known)
        if header is None or sum(map(bool, header.titles)) < ENOUGH:
            return None
        first = header.last + 2
        names = self._names(page, first)
        if names is not None:
            return self._cross(number, page, header, names)
        return self._list(number, page, header, first)

    def _is_known(self, title: str) -> bool:
        return bool(
            self.known.about(title)
            or self.known.figure(title)
            or any(self.known.recogniser(table).known(title) for table in tables().values())
        )

    # ------------------------------------------------------------------------------------ cross-tables
    def _names(self, page: Page, first: int) -> tuple[int, int, int] | None:
        """Column, first and last line of the names of areas below a header."""
        wanted = {folded(name) for name in self.areas} | TOTALS
        for column in range(1, min(page.width, 4) + 1):
            said = [row for row in range(first, page.height + 1) if folded(page.text(row, column)) in wanted]
            if len(said) >= ENOUGH:
                return column, said[0], said[-1]
        return None

    def _cross(self, number: int, page: Page, header: Header, names: tuple[int, int, int]) -> Rows | None:
        column, first, last = names
        columns = {}
        for place, title in enumerate(header.titles, start=1):
            if place != column and title and not self._is_taken(page, first, last, place):
                source = self.known.source(title)
                if source is not None:
                    columns[place] = source
        return Rows(number, first, last, AREAS, columns, names=column) if columns else None

    def _is_taken(self, page: Page, first: int, last: int, column: int) -> bool:
        """Whether a column is one of formulas only, or hidden under a merged cell."""
        if (first, column) in page.covered:
            return True
        return all(page.at(row, column).formula for row in range(first, last + 1))

    # ------------------------------------------------------------------------------------------- lists
    def _list(self, number: int, page: Page, header: Header, first: int) -> Rows | None:
        """A list of the ledger whose fields the header names best."""
        last = _empty_until(page, first, len(header.titles))
        if last < first:
            return None
        tries = {key: self._columns(page, header, first, last, table) for key, table in tables().items()}
        key = max(tries, key=lambda each: _fields(tries[each]))
        return Rows(number, first, last, key, tries[key]) if _fields(tries[key]) >= ENOUGH else None

    def _columns(self, page: Page, header: Header, first: int, last: int, table: Table) -> dict[int, Source]:
        found: dict[int, Source] = {}
        for column, title in enumerate(header.titles, start=1):
            if title and not self._is_taken(page, first, last, column):
                source = self.known.source(title, table)
                if source is not None and source not in found.values():
                    found[column] = source
        return found

    # ------------------------------------------------------------------------------------ single cells
    def _cells(self, number: int, page: Page, rows: Rows | None) -> Iterator[tuple[Place, Source]]:
        """The blanks of sentences by the words before them, empty cells by the label to their left."""
        for (row, column), cell in sorted(page.cells.items()):
            if rows is not None and rows.row <= row <= rows.last:
                continue
            if cell.slots:
                words = zip(range(1, cell.slots + 1), before_blanks(cell.text), strict=False)
                places = [(Place(number, row, column, slot), text) for slot, text in words]
            else:
                beside = column + cell.columns
                places = [(Place(number, row, beside), cell.text)] if _is_free(page, row, beside) else []
            for place, text in places:
                source = self.known.source(text)
                if source is not None and not cell.formula:
                    yield place, source


def _fields(columns: Mapping[int, Source]) -> int:
    return sum(source.kind == "field" for source in columns.values())


def _is_free(page: Page, row: int, column: int) -> bool:
    """Whether a cell is there to be written to."""
    cell = page.at(row, column)
    return column <= page.width and not cell.text and not cell.formula and (row, column) not in page.covered


def _empty_until(page: Page, first: int, width: int) -> int:
    """The last of the lines below a header that are empty but for a number in the first column; where the page ends
    with the header, the one below it.
    """
    if first > page.height:
        return first
    row = first
    while row <= page.height:
        texts = [page.text(row, column) for column in range(1, width + 1)]
        if any(texts[1:]) or (texts[0] and not texts[0].isdigit()):
            break
        row += 1
    return row - 1
