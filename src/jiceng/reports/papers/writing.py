"""A paper as a Word file."""

from copy import deepcopy
from io import BytesIO

from django.utils import timezone
from docx import Document
from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.section import _Footer, _Header

from jiceng.reports.demonstration import MARK
from jiceng.reports.papers import charts
from jiceng.reports.papers.blank import blank
from jiceng.reports.papers.blocks import annex_head, annex_list, blocks
from jiceng.reports.papers.frame import head, imprint, page_number, signature, signs_above
from jiceng.reports.papers.grids import spacer
from jiceng.reports.papers.layouts import LAYOUTS, Layout
from jiceng.reports.papers.measures import (
    CHARACTER_SPACE,
    PAGE_NUMBER_BELOW,
    PITCH,
    SIZE_4,
    Page,
    twips,
    twips_of_points,
)
from jiceng.reports.papers.paper import Paper, Signature
from jiceng.reports.papers.styles import DASH_HEIGHT
from jiceng.reports.papers.xml import Element, element, paragraph, run
from jiceng.reports.text import clean

HEADER_FROM_EDGE = 20.0  # millimetres


def docx(paper: Paper) -> bytes:
    """The paper as a Word file laid out by GB/T 9704-2012: A4, margins 37 and 28 mm, type area 156 × 225 mm,
    22 lines of 28 characters. What its text holds that XML cannot is left out.
    """
    layout = LAYOUTS[paper.kind]
    document = Document(BytesIO(blank(layout)))
    _describe(document, paper)
    _headers(document, paper, layout)
    final = document.element.body.sectPr
    parts = _parts(paper, layout)
    for number, (page, content) in enumerate(parts, start=1):
        whole = number == len(parts)
        if whole:
            content += imprint(paper, page)
        if not content or content[-1].tag == qn("w:tbl"):
            content.append(spacer())  # a section ends with a paragraph
        section = final if whole else deepcopy(final)
        _measure(section, page, grid=layout.grid, inherits=number > 1)
        if not whole:
            content[-1].find(qn("w:pPr")).append(section)
        for one in content:
            final.addprevious(one)
    charts.attach(document, paper)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _describe(document: WordFile, paper: Paper) -> None:
    now = timezone.now().replace(microsecond=0, tzinfo=None)
    about = document.core_properties
    about.title, about.author = clean(paper.title.replace("\n", ""))[:250], clean(paper.issuer)[:250]
    about.last_modified_by, about.comments, about.revision = about.author, "", 1
    about.created = about.modified = now
    about.language = "zh-CN"


# ------------------------------------------------------------------------------------------------- parts
def _parts(paper: Paper, layout: Layout) -> list[tuple[Page, list[Element]]]:
    """The content by stretches of pages that lie alike: the paper's own, then its annexes."""
    page, size = layout.page, layout.body_size
    content = [*head(paper, layout), *blocks(paper.body, page.type_width, size)]
    content += annex_list(paper.annexes)
    if paper.issuer and not signs_above(paper, layout):
        _keep_with_next(content)
        content += signature(Signature(paper.issuer, paper.date, paper.sealed), size)
    parts = [(page, content)]
    for number, annex in enumerate(paper.annexes, start=1):
        own = Page(annex.landscape)
        alike = own == parts[-1][0]
        if not alike:
            parts.append((own, []))
        parts[-1][1].extend(annex_head(annex, number, len(paper.annexes), breaks=alike))
        parts[-1][1].extend(blocks(annex.blocks, own.type_width, size))
    return parts


def _keep_with_next(content: list[Element]) -> None:
    """A signature never stands alone on its page: the last paragraph or table row goes with it."""
    while len(content) > 1 and content[-1].find(qn("w:r")) is None and content[-1].tag == qn("w:p"):
        content.pop()  # what keeps tables apart
    if not content:
        return
    rows = content[-1].findall(qn("w:tr"))
    for properties in (rows[-1] if rows else content[-1]).iter(qn("w:pPr")):
        if properties.find(qn("w:keepNext")) is None:
            properties.insert(1, element("w:keepNext"))


def _measure(section: Element, page: Page, *, grid: bool, inherits: bool) -> None:
    """Page, margins and grid of a section; a later one has the headers and footers of the first."""
    for child in list(section):
        reference = child.tag in (qn("w:headerReference"), qn("w:footerReference"))
        if inherits or not reference:
            section.remove(child)
    size: dict[str, object] = {"w:w": page.width, "w:h": page.height}
    margins: dict[str, object] = {
        "w:top": page.top,
        "w:right": page.right,
        "w:bottom": page.bottom,
        "w:left": page.left,
        "w:header": twips(HEADER_FROM_EDGE),
        "w:footer": _footer_from_edge(page),
        "w:gutter": 0,
    }
    section.append(element("w:pgSz", size | ({"w:orient": "landscape"} if page.landscape else {})))
    section.append(element("w:pgMar", margins))
    if grid:
        said: dict[str, object] = {"w:type": "linesAndChars", "w:linePitch": PITCH}
        section.append(element("w:docGrid", said | {"w:charSpace": CHARACTER_SPACE}))


def _footer_from_edge(page: Page) -> int:
    """Word measures to the foot of the footer's line, the standard to its dashes."""
    return page.bottom - twips(PAGE_NUMBER_BELOW) - twips_of_points(DASH_HEIGHT * SIZE_4)


# ------------------------------------------------------------------------------------- header and footer
def _headers(document: WordFile, paper: Paper, layout: Layout) -> None:
    """Page numbers outside, and over every page of a demonstration's paper that it is one."""
    section = document.sections[0]
    if paper.sample:
        for header in (section.header, section.even_page_header):
            _fill(header, paragraph("Header", run(MARK)))
    if layout.page_numbers:
        _fill(section.footer, page_number("FooterOdd"))
        _fill(section.even_page_footer, page_number("FooterEven"))


def _fill(part: _Header | _Footer, content: Element) -> None:
    part.is_linked_to_previous = False
    holder = part._element
    for child in list(holder):
        holder.remove(child)
    holder.append(content)
