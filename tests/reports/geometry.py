"""GB/T 9704-2012 as a machine checks it on a Word file: page, type area, grid, fonts, sizes, levels, indents."""

from tests.reports.word import Paragraph, Section, Table, Word

# the standard's own numbers, in millimetres and points
A4 = (210.0, 297.0)
TOP, BINDING, TOLERANCE = 37.0, 28.0, 1.0
TYPE_AREA = (156.0, 225.0)
LINES, CHARACTERS = 22, 28
PITCH = 28.99
ROUNDED = 0.05  # millimetres or points that rounding to a twentieth of a point may make

SIZES = {"二号": 22.0, "三号": 16.0, "四号": 14.0, "小四": 12.0, "五号": 10.5}
FANGSONG, HEITI, KAITI, BIAOSONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
LEVELS = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}

BODY = {
    "PaperText": FANGSONG,
    "Addressee": FANGSONG,
    "AnnexList": FANGSONG,
    "AnnexMark": HEITI,
    "Roll": FANGSONG,
    "Date": FANGSONG,
    "Signature": FANGSONG,
    "Number": FANGSONG,
}
"""What is set in 三号 on the grid, and its font."""


def deviations(word: Word) -> list[str]:
    """Everything in which an upright official paper differs from the standard."""
    found = [fault for number, section in enumerate(word.sections) for fault in _section(section, number)]
    for paragraph in word.paragraphs:
        found += _paragraph(paragraph)
    for table in word.tables:
        found += _table(table)
    found += _page_numbers(word)
    return found


def _near(value: float | None, wanted: float, within: float = ROUNDED) -> bool:
    return value is not None and abs(value - wanted) <= within + 1e-9


def _section(section: Section, number: int) -> list[str]:
    found = []
    width, height = A4[::-1] if section.landscape else A4
    if not (_near(section.page[0], width) and _near(section.page[1], height)):
        found.append(f"section {number}: page {section.page}")
    area = TYPE_AREA[::-1] if section.landscape else TYPE_AREA
    if not all(_near(is_, wanted) for is_, wanted in zip(section.type_area, area, strict=True)):
        found.append(f"section {number}: type area {section.type_area}")
    margins = section.margins
    if section.landscape:  # turned with its head to the binding
        upright = {"top": margins["right"], "left": margins["top"]}
    else:
        upright = margins
    if not _near(upright["top"], TOP, TOLERANCE):
        found.append(f"section {number}: top {upright['top']}")
    if not _near(upright["left"], BINDING, TOLERANCE):
        found.append(f"section {number}: binding {upright['left']}")
    if not section.landscape and section.grid != (LINES, CHARACTERS):
        found.append(f"section {number}: grid {section.grid}")
    return found


def _paragraph(paragraph: Paragraph) -> list[str]:
    found = []
    style, runs = paragraph.style, paragraph.runs
    if style in BODY or paragraph.level:
        found += _on_grid(paragraph)
    if style in BODY and any(run.font not in (BODY[style], HEITI, KAITI) for run in runs):
        found.append(f"{paragraph}: font {[run.font for run in runs]}")
    if paragraph.level and runs and runs[0].font != LEVELS[paragraph.level]:
        found.append(f"{paragraph}: level {paragraph.level} in {runs[0].font}")
    if (style == "PaperText" or paragraph.level) and paragraph.indent("firstLine") != 2:
        found.append(f"{paragraph}: first line {paragraph.indent('firstLine')}")
    if style == "Addressee" and (paragraph.indent("firstLine") or paragraph.indent("left")):
        found.append(f"{paragraph}: an addressee is not indented")
    if style == "Title" and any(run.font != BIAOSONG or run.size != SIZES["二号"] for run in runs):
        found.append(f"{paragraph}: title {[(run.font, run.size) for run in runs]}")
    if style in ("Title", "Number") and runs and "\t" not in paragraph.text and paragraph.align != "center":
        found.append(f"{paragraph}: aligned {paragraph.align}")
    if any(not run.as_chinese for run in runs):
        found.append(f"{paragraph}: quotes would be Latin")
    return found


def _on_grid(paragraph: Paragraph) -> list[str]:
    found = []
    if any(run.size != SIZES["三号"] for run in paragraph.runs):
        found.append(f"{paragraph}: size {[run.size for run in paragraph.runs]}")
    if not _near(paragraph.pitch, PITCH):
        found.append(f"{paragraph}: pitch {paragraph.pitch}")
    line = TYPE_AREA[0] / 25.4 * 72
    for run in paragraph.runs:
        place = run.size + run.letter_space
        if int(line / place) != CHARACTERS:
            found.append(f"{paragraph}: {line / place:.2f} characters a line")
    return found


def _table(table: Table) -> list[str]:
    found = []
    if table.floats:  # the record at the foot
        if any(run.size != SIZES["四号"] for p in table.paragraphs() for run in p.runs):
            found.append("imprint: not in 四号")
        return found
    sizes = {run.size for p in table.paragraphs() for run in p.runs}
    if not sizes <= {SIZES["三号"], SIZES["小四"], SIZES["五号"]}:
        found.append(f"table: sizes {sizes}")
    heads = [all(p.style == "CellHead" for p in _of_row(table, row)) for row in range(len(table.rows))]
    header = next((n for n, head in enumerate(heads) if not head), len(heads))
    if header and table.repeated != [n < header for n in range(len(heads))]:
        found.append(f"table: repeated rows {table.repeated}")
    return found


def _of_row(table: Table, row: int) -> list[Paragraph]:
    return [Paragraph(table.word, p) for cell in table.cells[row] for p in cell.iter(_P)]


_P = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"


def _page_numbers(word: Word) -> list[str]:
    found = []
    for which, align in (("footer default", "right"), ("footer even", "left")):
        paragraph = word.margin_paragraph(which)
        if paragraph is None:
            found.append(f"{which}: none")
            continue
        if paragraph.text != "— 1 —" or any(run.size != SIZES["四号"] for run in paragraph.runs):
            found.append(f"{which}: {paragraph.text}")
        if paragraph.align != align or paragraph.indent(align) != 1:
            found.append(f"{which}: {paragraph.align}")
    if (
        not 20 <= word.sections[0].footer <= 28
    ):  # its dashes 7 mm below the type area, which ends 35 above the edge
        found.append(f"footer: {word.sections[0].footer}")
    return found
