"""Bar charts as Word draws them: the numbers stand in the file, so they stay sharp, and print, and can be restyled."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as WordFile
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from jiceng.reports.papers.measures import HEITI, LATIN
from jiceng.reports.papers.paper import Block, Chart, Paper
from jiceng.reports.papers.styles import BODY_FONT
from jiceng.reports.papers.xml import Element, element, fonts, paragraph, run
from jiceng.reports.text import clean

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CHART = f"{{{DRAWING}/chart}}chart"
EMU_PER_TWIP = 635
ROW, AROUND, TALLEST = 400, 300, 11_000
"""Twips: a bar with what lies between it and the next, what lies around all of them, and a page's worth."""

BRAND = "8B1A1F"
LETTERS = 1_050
"""Hundredths of a point: 五号."""


def chart(block: Chart, width: int) -> list[Element]:
    """The chart with its title, in a type area `width` twips wide. `attach` brings its numbers."""
    height = min(AROUND + ROW * len(block.bars), TALLEST)
    frame = parse_xml(
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:wp="{DRAWING}/wordprocessingDrawing" xmlns:a="{DRAWING}/main" xmlns:c="{DRAWING}/chart" '
        f'xmlns:r="{OFFICE}"><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width * EMU_PER_TWIP}" cy="{height * EMU_PER_TWIP}"/>'
        f'<wp:docPr id="1" name="chart" descr={quoteattr(clean(block.heading))}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{DRAWING}/chart"><c:chart r:id="none"/></a:graphicData></a:graphic>'
        f"</wp:inline></w:drawing>"
    )
    drawn = paragraph("Cell", [element("w:r", {}, frame)], element("w:jc", {"w:val": "center"}))
    if not block.title:
        return [drawn]
    title = paragraph(
        "Cell",
        run(block.heading, fonts(HEITI, LATIN)),
        element("w:keepNext"),
        element("w:jc", {"w:val": "center"}),
    )
    return [title, drawn]


def attach(document: WordFile, paper: Paper) -> None:
    """Bring the numbers of the paper's charts into the file in which they are drawn."""
    frames = list(document.element.body.iter(CHART))
    for number, (frame, block) in enumerate(zip(frames, _charts(paper), strict=True), start=1):
        name = PackURI(f"/word/charts/chart{number}.xml")
        part = Part(name, CONTENT_TYPE.DML_CHART, _xml(block).encode(), document.part.package)
        frame.set(f"{{{OFFICE}}}id", document.part.relate_to(part, RELATIONSHIP_TYPE.CHART))
        properties = (
            frame.getparent().getparent().getparent().find(f"{{{DRAWING}/wordprocessingDrawing}}docPr")
        )
        properties.set("id", str(number))


def _charts(paper: Paper) -> Iterator[Chart]:
    """The charts in the order in which they are laid out: annexes come behind."""
    yield from _among(paper.body)
    for annex in paper.annexes:
        yield from _among(annex.blocks)


def _among(blocks: tuple[Block, ...]) -> Iterator[Chart]:
    return (block for block in blocks if isinstance(block, Chart))


def _xml(block: Chart) -> str:
    names = "".join(
        f'<c:pt idx="{i}"><c:v>{escape(clean(bar.label))}</c:v></c:pt>' for i, bar in enumerate(block.bars)
    )
    values = "".join(f'<c:pt idx="{i}"><c:v>{bar.size}</c:v></c:pt>' for i, bar in enumerate(block.bars))
    count = f'<c:ptCount val="{len(block.bars)}"/>'
    letters = (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{LETTERS}"><a:latin typeface="{LATIN}"/>'
        f'<a:ea typeface="{BODY_FONT}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
    labels = (
        f'<c:dLbls><c:numFmt formatCode={quoteattr(block.format)} sourceLinked="0"/>'
        '<c:spPr><a:noFill/></c:spPr><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    series = (
        '<c:ser><c:idx val="0"/><c:order val="0"/>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{BRAND}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>{labels}'
        f"<c:cat><c:strLit>{count}{names}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{count}{values}</c:numLit></c:val></c:ser>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{DRAWING}/chart" xmlns:a="{DRAWING}/main" xmlns:r="{OFFICE}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        '<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="t"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="nextTo"/><c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{letters}</c:chartSpace>"
    )
