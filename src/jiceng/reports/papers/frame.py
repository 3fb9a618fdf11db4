"""What stands around a paper's text: red head, number, title, addressee, signature, record at the foot."""

from collections.abc import Iterator
from datetime import date
from math import ceil

from jiceng.reports.numerals import chinese_day
from jiceng.reports.papers import measures
from jiceng.reports.papers.layouts import RED, Layout
from jiceng.reports.papers.lines import in_lines
from jiceng.reports.papers.measures import (
    FANGSONG,
    KAITI,
    LATIN,
    PITCH,
    SIZE_3,
    SIZE_4,
    twips,
    twips_of_points,
)
from jiceng.reports.papers.paper import Paper, Signature, gap
from jiceng.reports.papers.styles import HEAD_SIZE, IMPRINT_PITCH, indents
from jiceng.reports.papers.xml import Element, element, fonts, paragraph, run, value
from jiceng.reports.tables import breadth

RULE = 12  # eighths of a point
THICK, THIN = 8, 6
NARROWEST_HEAD = 33
"""Per cent of its width below which a letter of the red head cannot be read."""
DATE = "成文日期"


def signs_above(paper: Paper, layout: Layout) -> bool:
    """Whether issuer and date stand over the red line: where there is one, in minutes."""
    return layout.dated_above and bool(paper.head)


def head(paper: Paper, layout: Layout) -> Iterator[Element]:
    """All above the text."""
    if paper.urgency:
        yield paragraph("Urgency", run(paper.urgency))
    if paper.head:
        yield _red_head(
            paper.head, twips(measures.HEAD_TO_TYPE_AREA) - (PITCH if paper.urgency else 0), layout
        )
        above = signs_above(paper, layout)
        if paper.number:
            yield _number(paper, layout, ruled=not above)
        if above:
            yield _dated(paper, layout)
        elif not paper.number:
            yield paragraph("Ruled", (), _rule())
    yield from _title(paper, layout)
    if paper.addressee:
        yield paragraph("Addressee", run(f"{paper.addressee.rstrip('：:')}："))


def _red_head(text: str, before: int, layout: Layout) -> Element:
    """The issuing body's name, narrowed until it fits one line as a printer would."""
    room = layout.page.type_width / 20 - HEAD_SIZE / 4
    narrowed = min(100, int(100 * room / (breadth(text) * HEAD_SIZE)))
    spacing = element("w:spacing", {"w:before": before, "w:after": 0, "w:line": 240, "w:lineRule": "auto"})
    return paragraph("RedHead", run(text, value("w:w", max(NARROWEST_HEAD, narrowed))), spacing)


def _number(paper: Paper, layout: Layout, *, ruled: bool) -> Element:
    """The document number two lines below the head; at the left, with the signer at the right, where a paper
    goes up.
    """
    rule = _rule() if ruled else None
    spacing = element(
        "w:spacing", {"w:before": 2 * PITCH, "w:after": 0, "w:line": PITCH, "w:lineRule": "exact"}
    )
    if not paper.signer:
        return paragraph("Number", run(paper.number), rule, spacing)
    signer = [*run("签发人：", fonts(FANGSONG, LATIN)), *run(paper.signer, fonts(KAITI, LATIN))]
    return _apart("Number", run(paper.number), signer, rule, spacing, layout)


def _dated(paper: Paper, layout: Layout) -> Element:
    """Issuer at the left and date at the right over the red line, as minutes and bulletins have them."""
    spacing = element("w:spacing", {"w:before": PITCH, "w:after": 0, "w:line": PITCH, "w:lineRule": "exact"})
    return _apart("Ruled", run(paper.issuer), run(_day(paper.date)), _rule(), spacing, layout)


def _apart(
    style: str,
    left: list[Element],
    right: list[Element],
    rule: Element | None,
    spacing: Element,
    layout: Layout,
) -> Element:
    """Two things on one line, each a character from its edge. Not by indents: the red line would have them,
    too.
    """
    place = layout.page.type_width - round(SIZE_3 * 20)
    tabs = element("w:tabs", {}, element("w:tab", {"w:val": "right", "w:pos": place}))
    return paragraph(style, [*run("　"), *left, _tab(), *right], rule, tabs, spacing, value("w:jc", "left"))


def _title(paper: Paper, layout: Layout) -> Iterator[Element]:
    text = paper.title
    if layout.title_spread and len(text) <= 4:
        text = "　".join(text)
    lines = in_lines(text, layout.page.type_width / 20 / layout.title_size)
    below = paper.number if paper.number and not paper.head else ""
    pitch = round(max(layout.pitch, layout.title_size * 1.3) * 20)
    said: dict[str, object] = {
        "w:before": 2 * PITCH if paper.head else PITCH,
        "w:after": 0 if below else PITCH,
    }
    spacing = element("w:spacing", said | {"w:line": pitch, "w:lineRule": "exact"})
    yield paragraph("Title", run("\n".join(lines)), spacing)
    if below:
        spacing = element(
            "w:spacing", {"w:before": PITCH // 2, "w:after": PITCH, "w:line": PITCH, "w:lineRule": "exact"}
        )
        yield paragraph("Number", run(below), spacing)


# --------------------------------------------------------------------------------------------- signature
def signature(signed: Signature, size: float) -> list[Element]:
    """Who signs, and when below it. Sealed: the date four characters from the right, the name in the middle
    over it. Unsealed: the name two characters from the right, the date two right of where the name begins.
    """
    day = _day(signed.day)
    name, wide = breadth(signed.issuer), breadth(day)
    if signed.sealed:
        of_day, of_name = 4.0, max(0.0, 4 + wide / 2 - name / 2)
    else:
        of_name, of_day = 2.0, max(2.0, name - wide)
        if of_day == 2.0:
            of_name = max(2.0, wide - name + 4)
    lines = 2 if signed.sealed else 1
    spacing = element("w:spacing", {"w:before": lines * PITCH})
    found = [paragraph("Date", run(day), indents(size, right=of_day))]
    if signed.issuer:
        found.insert(0, paragraph("Signature", run(signed.issuer), spacing, indents(size, right=of_name)))
    return found


# ------------------------------------------------------------------------------------- record at the foot
def imprint(paper: Paper, page: measures.Page) -> list[Element]:
    """Copies, printer and day between lines at the foot of the last page; nothing without any of them."""
    width = page.type_width
    rows: list[tuple[Element, int]] = []
    if paper.copies_to:
        text = f"抄送：{'，'.join(paper.copies_to)}。"
        room = width / 20 / SIZE_4 - 5  # what a line has beside the hanging label and both edges
        lines = ceil((breadth(text) - 3) / room)
        rows.append((paragraph("Imprint", run(text), indents(SIZE_4, left=4, right=1, hanging=3)), lines))
    if paper.printed_by or paper.printed_on:
        day = f"{chinese_day(paper.printed_on)}印发" if paper.printed_on else ""
        place = width - round(SIZE_4 * 20)
        tabs = element("w:tabs", {}, element("w:tab", {"w:val": "right", "w:pos": place}))
        rows.append((paragraph("Imprint", [*run(paper.printed_by), _tab(), *run(day)], tabs), 1))
    if not rows:
        return []
    made = [_imprint_row(row, lines, width, number, len(rows)) for number, (row, lines) in enumerate(rows)]
    high = sum(_imprint_height(lines) for _row, lines in rows)
    return [_at_the_foot(made, page, high)]


def _at_the_foot(rows: list[Element], page: measures.Page, high: int) -> Element:
    """A table that stands on the lower edge of the type area; its place is said twice, as some programs know
    no "bottom".
    """
    place: dict[str, object] = {
        "w:vertAnchor": "margin",
        "w:horzAnchor": "margin",
        "w:tblpXSpec": "center",
        "w:tblpYSpec": "bottom",
        "w:tblpY": page.type_height - high,
    }
    width = {"w:w": page.type_width, "w:type": "dxa"}
    none = {"w:w": 0, "w:type": "dxa"}
    properties = element(
        "w:tblPr",
        {},
        value("w:tblStyle", "PlainTable"),
        element("w:tblpPr", place),
        value("w:tblOverlap", "never"),
        element("w:tblW", width),
        element("w:tblLayout", {"w:type": "fixed"}),
        element("w:tblCellMar", {}, element("w:left", none), element("w:right", none)),
    )
    grid = element("w:tblGrid", {}, element("w:gridCol", {"w:w": page.type_width}))
    return element("w:tbl", {}, properties, grid, *rows)


def _imprint_height(lines: int) -> int:
    return twips_of_points(lines * IMPRINT_PITCH + 4)


def _imprint_row(content: Element, lines: int, width: int, number: int, of: int) -> Element:
    """A row with a thick line above the first and below the last, thin ones between."""

    def line(side: str, size: int) -> Element:
        return element(f"w:{side}", {"w:val": "single", "w:sz": size, "w:space": 0, "w:color": "000000"})

    borders = element(
        "w:tcBorders",
        {},
        line("top", THICK if number == 0 else THIN),
        line("bottom", THICK if number == of - 1 else THIN),
    )
    cell = element(
        "w:tcPr",
        {},
        element("w:tcW", {"w:w": width, "w:type": "dxa"}),
        borders,
        value("w:vAlign", "center"),
    )
    height = element("w:trHeight", {"w:val": _imprint_height(lines), "w:hRule": "atLeast"})
    return element(
        "w:tr", {}, element("w:trPr", {}, element("w:cantSplit"), height), element("w:tc", {}, cell, content)
    )


# ------------------------------------------------------------------------------------- header and footer
def page_number(style: str) -> Element:
    """— 1 —, as the page is."""
    field = element("w:fldSimple", {"w:instr": " PAGE "}, *run("1"))
    return paragraph(style, [*run("— "), field, *run(" —")])


# ------------------------------------------------------------------------------------------------- parts
def _rule() -> Element:
    """The red line 4 mm below."""
    space = round(measures.NUMBER_TO_LINE * measures.POINTS_PER_MM)
    line: dict[str, object] = {"w:val": "single", "w:sz": RULE, "w:space": space, "w:color": RED}
    return element("w:pBdr", {}, element("w:bottom", line))


def _tab() -> Element:
    return element("w:r", {}, element("w:tab"))


def _day(day: date | None) -> str:
    """The date of a paper, or the mark for it."""
    return chinese_day(day) if day else gap(DATE)
