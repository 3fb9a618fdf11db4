"""The blocks of a paper as paragraphs and tables, headings counted."""

from collections.abc import Iterable, Sequence

from jiceng.reports.numerals import chinese_number
from jiceng.reports.papers import charts, grids
from jiceng.reports.papers.frame import signature
from jiceng.reports.papers.measures import HEITI, LATIN, PITCH, SIZE_3
from jiceng.reports.papers.paper import Annex, Block, Chart, Form, Heading, Paragraph, Roll, Signature
from jiceng.reports.papers.styles import BODY_FONT, HEADING_FONTS, indents
from jiceng.reports.papers.xml import Element, element, fonts, paragraph, run
from jiceng.reports.tables import Table, breadth

MARKS = ("{}、", "（{}）", "{}.", "（{}）")
ENDINGS = "。！？；：.!?…"


class Count:
    """Counts headings: 一、 （一） 1. （1）; a higher one begins the lower ones anew."""

    def __init__(self) -> None:
        self.at = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        """The mark of the next heading of that level."""
        self.at[level - 1] += 1
        self.at[level:] = [0] * (4 - level)
        number = self.at[level - 1]
        said = chinese_number(number) if level < 3 else str(number)
        return MARKS[level - 1].format(said)


def blocks(given: Iterable[Block], width: int, text_size: float) -> list[Element]:
    """The blocks but annexes, in a type area `width` twips wide."""
    count = Count()
    found: list[Element] = []
    for block in given:
        match block:
            case Heading():
                behind, *further = [*_lines(block.then), ""]
                found.append(_heading(block, count.next(block.level), behind))
                found += [paragraph("PaperText", run(line)) for line in further if line]
            case Paragraph():
                found += [paragraph("PaperText", run(line)) for line in _lines(block.text)]
            case Table():
                found += [grids.spacer(), *grids.table(block, width)]
            case Chart():
                found += [grids.spacer(), *charts.chart(block, width), grids.spacer()]
            case Form():
                found += [grids.spacer(), *grids.form(block, width)]
            case Roll():
                found.append(_roll(block))
            case Signature():
                found += signature(block, text_size)
            case Annex():
                pass  # behind all others, on pages of their own
    return found


def _lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _heading(block: Heading, mark: str, then: str) -> Element:
    style = f"Heading{block.level}"
    if not then:
        return paragraph(style, run(f"{mark}{block.text}"), element("w:keepNext"))
    behind = run(then, None if HEADING_FONTS[block.level - 1] == BODY_FONT else fonts(BODY_FONT, LATIN))
    return paragraph(style, [*run(f"{mark}{ended(block.text)}"), *behind])


def ended(text: str) -> str:
    """A heading that goes on in its line, with the stop that it needs."""
    return text if text.endswith(tuple(ENDINGS)) else f"{text}。"


def _roll(block: Roll) -> Element:
    said = [*run(f"{block.label}：", fonts(HEITI, LATIN)), *run(block.text)]
    hanging = breadth(block.label) + 1
    return paragraph("Roll", said, indents(SIZE_3, left=2 + hanging, hanging=hanging))


# ---------------------------------------------------------------------------------------------- annexes
def annex_list(annexes: Sequence[Annex]) -> list[Element]:
    """What annexes there are (附件说明), below the text; names hang under each other."""
    single = len(annexes) == 1
    found = []
    for number, annex in enumerate(annexes, start=1):
        mark = "" if single else f"{number}."
        lead = f"附件：{mark}" if number == 1 else mark
        left = 5 + (0 if single else 1)
        hanging = indents(SIZE_3, left=left, hanging=left - 2 if number == 1 else 1)
        before = element("w:spacing", {"w:before": PITCH}) if number == 1 else None
        found.append(paragraph("AnnexList", run(f"{lead}{annex.title.rstrip('。')}"), before, hanging))
    return found


def annex_head(annex: Annex, number: int, of: int, *, breaks: bool) -> list[Element]:
    """The annex's mark in the first line of its page, and its title in the third."""
    mark = "附件" if of == 1 else f"附件{number}"
    page = element("w:pageBreakBefore") if breaks else None
    return [paragraph("AnnexMark", run(mark), page), paragraph("AnnexTitle", run(annex.title))]
