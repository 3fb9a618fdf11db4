"""Tables and forms in a paper: full width of the type area, header rows repeated on every page."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from jiceng.reports.papers import measures
from jiceng.reports.papers.paper import Field, Form
from jiceng.reports.papers.xml import Element, element, paragraph, run, value
from jiceng.reports.tables import Column, Table, breadth, text_of, widths

LINE = 4  # eighths of a point
MARGINS = 2 * 85  # of a cell, left and right
TABLE_SIZES = (measures.SIZE_3, measures.SIZE_SMALL_4, measures.SIZE_5)
FORM_SIZE = measures.SIZE_3
LABEL_WIDTH = 5.0  # characters
LEADING = 1.4
PADDING = 80  # above and below the text of a form's cell


# ------------------------------------------------------------------------------------------------ tables
def table(given: Table, width: int) -> list[Element]:
    """The table `width` twips wide with what stands above and below it, in the largest size in which its
    columns fit.
    """
    wanted = widths(given)
    size = _size(wanted, width)
    columns = _shared(wanted, width)
    rows = [*_header(given, columns, size)]
    rows += [_row(given.columns, row, columns, size) for row in given.rows]
    if given.total is not None:
        rows.append(_row(given.columns, given.total, columns, size, bold=True))
    found = [*_above(given, width), _grid(columns, rows)]
    found += [paragraph("TableNote", run(note)) for note in given.notes]
    return found if given.notes else [*found, spacer()]


def _size(wanted: Sequence[float], width: int) -> float:
    room = (width - MARGINS * len(wanted)) / 20
    return next((size for size in TABLE_SIZES if sum(wanted) * size <= room), TABLE_SIZES[-1])


def _shared(wanted: Sequence[float], width: int) -> list[int]:
    """The widths scaled to fill `width` exactly."""
    edges, at, whole = [0], 0.0, sum(wanted)
    for one in wanted:
        at += one
        edges.append(round(width * at / whole))
    return [right - left for left, right in pairwise(edges)]


def _above(given: Table, width: int) -> Iterator[Element]:
    if given.title:
        yield paragraph("Caption", run(given.title))
    if given.above or given.unit:
        tabs = element("w:tabs", {}, element("w:tab", {"w:val": "right", "w:pos": width}))
        unit = f"单位：{given.unit}" if given.unit else ""
        said = [*run(given.above), element("w:r", {}, element("w:tab")), *run(unit)]
        yield paragraph("TableAbove", said, tabs)


def _header(given: Table, columns: Sequence[int], size: float) -> Iterator[Element]:
    if given.grouped:
        cells = [
            _head(group or given.columns[at].heading, sum(columns[at : at + span]), size, span, not group)
            for group, at, span in given.groups()
        ]
        yield _tr(cells, header=True)
    yield _tr(
        [
            _head("" if given.grouped and not column.group else column.heading, width, size, 1,
                  given.grouped and not column.group, below=True)
            for column, width in zip(given.columns, columns, strict=True)
        ],
        header=True,
    )  # fmt: skip


def _head(text: str, width: int, size: float, span: int, tall: bool, *, below: bool = False) -> Element:
    merge = None if not tall else element("w:vMerge", {} if below else {"w:val": "restart"})
    return _cell([paragraph("CellHead", run(text, *_sized(size)))], width, span, merge)


def _row(
    columns: Sequence[Column], row: Sequence[object], wide: Sequence[int], size: float, *, bold: bool = False
) -> Element:
    cells = []
    for column, cell, width in zip(columns, row, wide, strict=True):
        weight = element("w:b") if bold else None
        text = text_of(cell, column)  # type: ignore[arg-type]
        align = value("w:jc", "center" if bold and isinstance(cell, str) else column.align)
        cells.append(_cell([paragraph("Cell", run(text, weight, *_sized(size)), align)], width))
    return _tr(cells)


def _sized(size: float) -> tuple[Element | None, Element | None]:
    """What says the size in a cell's run; nothing where the style has it."""
    if size == measures.SIZE_SMALL_4:
        return None, None
    return value("w:sz", round(size * 2)), value("w:szCs", round(size * 2))


# ------------------------------------------------------------------------------------------------- forms
def form(given: Form, width: int) -> list[Element]:
    """The form `width` twips wide: labels of one width, values share what is left."""
    rows = [list(_placed(fields, width)) for fields in given.rows]
    edges = sorted({0, *(right for row in rows for _field, _what, right in row)})
    columns = [right - left for left, right in pairwise(edges)]
    made = []
    for row in rows:
        cells, left = [], 0
        for field, what, right in row:
            span = edges.index(right) - edges.index(left)
            cells.append(_field(field, what, right - left, span))
            left = right
        made.append(_tr(cells, height=round(max(f.lines for f, *_rest in row) * FORM_SIZE * LEADING * 20)))
    return [_grid(columns, made), spacer()]


def _placed(fields: Sequence[Field], width: int) -> Iterator[tuple[Field, str, int]]:
    """Each field's label and value with its right edge."""
    label = round(LABEL_WIDTH * FORM_SIZE * 20) + MARGINS
    for number, field in enumerate(fields):
        if field.label:
            yield field, "label", round(width * number / len(fields)) + label
        yield field, "text", round(width * (number + 1) / len(fields))


def _field(field: Field, what: str, width: int, span: int) -> Element:
    size = _sized(FORM_SIZE)
    if what == "label":
        return _cell([paragraph("CellHead", run(_folded(field.label), *size))], width, span, padding=PADDING)
    lines = field.text.split("\n")
    return _cell([paragraph("Cell", run(line, *size)) for line in lines], width, span, padding=PADDING)


def _folded(label: str) -> str:
    """A label that one line does not take, in two even ones: 责任单位意见 → 责任单 / 位意见."""
    if "\n" in label or breadth(label) <= LABEL_WIDTH:
        return label
    half = (len(label) + 1) // 2
    return f"{label[:half]}\n{label[half:]}" if breadth(label) <= 2 * LABEL_WIDTH else label


# ------------------------------------------------------------------------------------------------- parts
def spacer() -> Element:
    """A low line that keeps a table apart from what follows; Word joins tables that touch."""
    spacing = element("w:spacing", {"w:before": 0, "w:after": 0, "w:line": 120, "w:lineRule": "exact"})
    return paragraph("Cell", (), spacing)


def _grid(columns: Sequence[int], rows: Sequence[Element]) -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line: dict[str, object] = {"w:val": "single", "w:sz": LINE, "w:space": 0, "w:color": "000000"}
    return element(
        "w:tbl",
        {},
        element(
            "w:tblPr",
            {},
            value("w:tblStyle", "PlainTable"),
            element("w:tblW", {"w:w": sum(columns), "w:type": "dxa"}),
            value("w:jc", "center"),
            element("w:tblBorders", {}, *(element(f"w:{side}", line) for side in sides)),
            element("w:tblLayout", {"w:type": "fixed"}),
        ),
        element("w:tblGrid", {}, *(element("w:gridCol", {"w:w": width}) for width in columns)),
        *rows,
    )


def _tr(cells: Sequence[Element], *, header: bool = False, height: int = 0) -> Element:
    properties = [
        None if height else element("w:cantSplit"),
        element("w:trHeight", {"w:val": height, "w:hRule": "atLeast"}) if height else None,
        element("w:tblHeader") if header else None,
    ]
    return element("w:tr", {}, element("w:trPr", {}, *properties), *cells)


def _cell(
    paragraphs: Sequence[Element],
    width: int,
    span: int = 1,
    merge: Element | None = None,
    *,
    padding: int = 0,
) -> Element:
    return element(
        "w:tc",
        {},
        element(
            "w:tcPr",
            {},
            element("w:tcW", {"w:w": width, "w:type": "dxa"}),
            value("w:gridSpan", span) if span > 1 else None,
            merge,
            _padded(padding) if padding else None,
            value("w:vAlign", "center"),
        ),
        *paragraphs,
    )


def _padded(twips: int) -> Element:
    return element(
        "w:tcMar", {}, *(element(f"w:{side}", {"w:w": twips, "w:type": "dxa"}) for side in ("top", "bottom"))
    )
