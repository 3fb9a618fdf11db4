"""A Word file as a blank: its tables and the sentences between them, with the blanks (____) that are to be filled."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from jiceng.forms.blanks.grid import Blank, Cell, Lines, Page, Writes, spread
from jiceng.records.refusals import Refusal

MOST_CELLS = 5_000
_LINE = "_＿"
_SHORTEST = 2


def read(content: bytes, name: str) -> Blank:
    """The tables of a Word file, and the paragraphs beside them. Raises Refusal for one that has nothing to fill."""
    pages = []
    tables = 0
    for block in _blocks(Document(BytesIO(content))):
        if isinstance(block, Table):
            tables += 1
            pages.append(_table(block, _("表%(n)s") % {"n": tables}))
        else:
            pages.append(_sentences(block))
    if not any(cell.slots or not cell.text for page in pages for cell in page.cells.values()):
        raise Refusal(_("文件里没有可填的空格"), name, _("在要填的地方留空单元格，或画上下划线"))
    if sum(len(page.cells) for page in pages) > MOST_CELLS:
        raise Refusal(_("这张表的单元格太多，不像一张空表"), name, _("删去多余的行列，再上传"))
    return Blank("docx", pages)


def _blocks(document: Any) -> Iterator[Table | list[Paragraph]]:
    """The tables, and the paragraphs that stand together, in their order."""
    together: list[Paragraph] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            together.append(block)
            continue
        if together:
            yield together
            together = []
        yield block
    if together:
        yield together


def _sentences(paragraphs: Sequence[Paragraph]) -> Page:
    cells = {
        (row, 1): Cell(row, 1, paragraph.text or " ", slots=len(_slots([paragraph])))
        for row, paragraph in enumerate(paragraphs, start=1)
    }
    return Page(_("正文"), cells, len(paragraphs), 1)


def _table(table: Table, name: str) -> Page:
    spans: dict[Any, list[int]] = {}
    grid = [list(row.cells) for row in table.rows]
    for row, line in enumerate(grid, start=1):
        for column, cell in enumerate(line, start=1):
            top, left, bottom, right = spans.setdefault(cell._tc, [row, column, row, column])
            spans[cell._tc] = [min(top, row), min(left, column), max(bottom, row), max(right, column)]
    cells = {}
    for top, left, bottom, right in spans.values():
        cell = grid[top - 1][left - 1]
        slots = len(_slots(cell.paragraphs))
        text = cell.text.strip()
        cells[top, left] = Cell(top, left, text, bottom - top + 1, right - left + 1, slots=slots)
    width = max((len(line) for line in grid), default=0)
    boxes = [(top, left, bottom, right) for top, left, bottom, right in spans.values()]
    return Page(name, cells, len(grid), width, covered=spread(boxes))


# ------------------------------------------------------------------------------------- blanks in sentences
@dataclass(slots=True)
class _Slot:
    """A blank in a sentence: for each of the runs it goes through, from which letter to which."""

    pieces: list[tuple[Run, int, int]]


def _slots(paragraphs: Sequence[Paragraph]) -> list[_Slot]:
    """The blanks in some paragraphs: underscores, or spaces with a line under them, two or more."""
    return [slot for paragraph in paragraphs for slot in _slots_of(paragraph)]


def _slots_of(paragraph: Paragraph) -> Iterator[_Slot]:
    pieces: list[tuple[Run, int, int]] = []
    for run in paragraph.runs:
        lined = bool(run.underline)
        for found in re.finditer(rf"[{_LINE}\s]+" if lined else rf"[{_LINE}]+", run.text):
            if pieces and not (found.start() == 0 and _ends(pieces[-1])):
                yield from _whole(pieces)
                pieces = []
            pieces.append((run, found.start(), found.end()))
        if pieces and not _ends(pieces[-1], run):
            yield from _whole(pieces)
            pieces = []
    yield from _whole(pieces)


def _ends(piece: tuple[Run, int, int], run: Run | None = None) -> bool:
    """Whether a piece reaches to the end of its run (which is `run`, if given)."""
    return piece[2] == len(piece[0].text) and (run is None or piece[0]._r is run._r)


def _whole(pieces: list[tuple[Run, int, int]]) -> Iterator[_Slot]:
    if sum(end - start for _run, start, end in pieces) >= _SHORTEST:
        yield _Slot(pieces)


# --------------------------------------------------------------------------------------------- writing
def write(content: bytes, writes: Mapping[int, Writes]) -> bytes:
    """The Word file with values in its cells and blanks, by page; type and layout stay as they came."""
    document = Document(BytesIO(content))
    blocks = list(_blocks(document))
    for page, wanted in writes.items():
        block = blocks[page]
        for place in sorted(wanted.cells, key=lambda each: -each.slot):
            value = _shown(wanted.cells[place])
            paragraphs = (
                block.cell(place.row - 1, place.column - 1).paragraphs
                if isinstance(block, Table)
                else [block[place.row - 1]]
            )
            _fill(paragraphs, place.slot, value)
        if isinstance(block, Table):
            for lines in sorted(wanted.lines, key=lambda each: -each.row):
                _write_lines(block, lines)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _fill(paragraphs: Sequence[Paragraph], slot: int, value: str) -> None:
    if slot:
        found = _slots(paragraphs)
        if slot <= len(found):
            _put(found[slot - 1], value)
        return
    paragraph = paragraphs[0]
    if paragraph.runs:
        paragraph.runs[0].text = value
        for run in paragraph.runs[1:]:
            run.text = ""
        return
    run = paragraph.add_run(value)
    mark = paragraph._p.pPr.find(qn("w:rPr")) if paragraph._p.pPr is not None else None
    if mark is not None:  # the type that was chosen for the empty paragraph
        run._r.insert(0, deepcopy(mark))


def _put(slot: _Slot, value: str) -> None:
    """The value in the place of the blank, in the type of its first run."""
    for run, start, end in reversed(slot.pieces[1:]):
        run.text = run.text[:start] + run.text[end:]
    run, start, end = slot.pieces[0]
    run.text = run.text[:start] + value + run.text[end:]


def _write_lines(table: Table, lines: Lines) -> None:
    """A list in a table: into the rows there are, then into copies of the last of them."""
    rows = list(table._tbl.tr_lst)
    last = rows[lines.last - 1]
    pattern = deepcopy(last)
    made = rows[lines.row - 1 : lines.last]
    for _more in range(lines.more):
        copied = deepcopy(pattern)
        made[-1].addnext(copied)
        made.append(copied)
    for element, values in zip(made, lines.values, strict=False):
        cells = _cells_of(element, table)
        for column, value in zip(lines.columns, values, strict=True):
            if column in cells:
                _fill(cells[column], 0, _shown(value))


def _cells_of(row: Any, table: Table) -> dict[int, list[Paragraph]]:
    """The paragraphs of each cell of a row, by the column that it begins in."""
    found, column = {}, 1
    for cell in row.tc_lst:
        found[column] = [Paragraph(p, table) for p in cell.p_lst]
        column += cell.grid_span
    return found
