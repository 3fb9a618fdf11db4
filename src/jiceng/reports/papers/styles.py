"""The style sheet of a paper: each element of GB/T 9704-2012 is a style, so that whoever goes on writing in
the Word file keeps its look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jiceng.reports.papers import measures
from jiceng.reports.papers.layouts import RED, Layout
from jiceng.reports.papers.measures import BIAOSONG, FANGSONG, HEITI, KAITI, LATIN, SONGTI, twips_of_points
from jiceng.reports.papers.xml import Element, element, fonts, value

Align = Literal["both", "left", "center", "right"]

BODY_FONT, HEADING_FONTS = FANGSONG, (HEITI, KAITI, FANGSONG, FANGSONG)


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style. Indents are in characters of the style's own size, `before` and `after` in lines.

    `pitch` is the exact line pitch in points; 0 lets lines be as high as they need, as cells want it.
    """

    key: str
    name: str
    font: str = FANGSONG
    size: float = measures.SIZE_3
    align: Align = "both"
    first_line: float = 0
    left: float = 0
    hanging: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    pitch: float = measures.PITCH / 20
    colour: str = ""
    level: int = 0
    keep_next: bool = False

    @property
    def on_grid(self) -> bool:
        """Whether it is set 28 characters a line and 22 lines a page."""
        return self.size == measures.SIZE_3 and self.pitch == measures.PITCH / 20


def styles_of(layout: Layout) -> Iterator[Style]:
    """Every style of a paper with that layout; the first is the one that all others build on."""
    size, pitch = layout.body_size, layout.pitch
    small = measures.SIZE_4
    yield Style("Normal", "Normal", size=size, pitch=pitch)
    yield Style("PaperText", "公文正文", size=size, pitch=pitch, first_line=2)
    for level, font in enumerate(HEADING_FONTS, start=1):
        yield Style(f"Heading{level}", f"heading {level}", font, size, "both", 2, pitch=pitch, level=level)  # fmt: skip
    yield Style("Title", "Title", BIAOSONG, layout.title_size, "center", before=2, after=1,
                pitch=max(pitch, layout.title_size * 1.3), colour=layout.title_colour, keep_next=True)  # fmt: skip
    yield Style("RedHead", "发文机关标志", BIAOSONG, HEAD_SIZE, "center", pitch=0, colour=RED)
    yield Style("Urgency", "紧急程度", HEITI, pitch=measures.PITCH / 20)
    yield Style("Number", "发文字号", align="center")
    yield Style("Ruled", "版头分隔线", align="center")
    yield Style("Addressee", "主送机关", size=size, pitch=pitch)
    yield Style("AnnexList", "附件说明", left=5, hanging=3)
    yield Style("AnnexMark", "附件序号", HEITI, align="left", keep_next=True)
    yield Style("AnnexTitle", "附件标题", BIAOSONG, measures.SIZE_2, "center", before=1, after=1,
                keep_next=True)  # fmt: skip
    yield Style("Roll", "出席", left=5, hanging=3)
    yield Style("Signature", "发文机关署名", size=size, align="right", pitch=pitch, keep_next=True)
    yield Style("Date", "成文日期", size=size, align="right", right=4, pitch=pitch)
    yield Style("Caption", "表题", HEITI, align="center", before=0.5, keep_next=True)
    yield Style("TableAbove", "表头说明", size=measures.SIZE_SMALL_4, pitch=18, keep_next=True)
    yield Style("TableNote", "表注", size=measures.SIZE_SMALL_4, pitch=18)
    yield Style("Cell", "表格文字", size=measures.SIZE_SMALL_4, align="left", pitch=0)
    yield Style("CellHead", "表格栏目", HEITI, measures.SIZE_SMALL_4, "center", pitch=0)
    yield Style("Imprint", "版记", size=small, left=1, right=1, pitch=IMPRINT_PITCH)
    yield Style("Header", "header", HEITI, small, "right", pitch=0, colour="7F7F7F")
    yield Style("FooterOdd", "页码（单页）", SONGTI, small, "right", right=1, pitch=FOOTER_PITCH)
    yield Style("FooterEven", "页码（双页）", SONGTI, small, "left", left=1, pitch=FOOTER_PITCH)


HEAD_SIZE = 48.0
FOOTER_PITCH = 20.0
DASH_HEIGHT = 0.6  # of the page number's size: how high its dashes stand over the foot of their line
IMPRINT_PITCH = 20.0


# -------------------------------------------------------------------------------------------------- XML
def style_sheet(layout: Layout) -> Element:
    """The whole `w:styles`."""
    run = element("w:rPr", {}, fonts(FANGSONG, LATIN), *_sized(layout.body_size), _language())
    defaults = element("w:docDefaults", {}, element("w:rPrDefault", {}, run), element("w:pPrDefault"))
    plain = element(
        "w:style",
        {"w:type": "table", "w:default": 1, "w:styleId": "PlainTable"},
        value("w:name", "Normal Table"),
        element("w:tblPr", {}, _cell_margins()),
    )
    return element("w:styles", {}, defaults, *(_style(style) for style in styles_of(layout)), plain)


def _style(style: Style) -> Element:
    base = style.key == "Normal"
    kind: dict[str, object] = {"w:type": "paragraph", "w:styleId": style.key}
    return element(
        "w:style",
        kind | ({"w:default": 1} if base else {}),
        value("w:name", style.name),
        None if base else value("w:basedOn", "Normal"),
        element("w:qFormat"),
        _paragraph_properties(style),
        _run_properties(style),
    )


def _paragraph_properties(style: Style) -> Element:
    """Lines and letters keep the grid by measures of their own: no two programs snap to one alike."""
    return element(
        "w:pPr",
        {},
        element("w:keepNext") if style.keep_next else None,
        value("w:widowControl", 0),
        value("w:autoSpaceDE", 0),
        value("w:autoSpaceDN", 0),
        value("w:adjustRightInd", 0),
        value("w:snapToGrid", 0),
        _spacing(style),
        indents(style.size, style.left, style.right, style.first_line, style.hanging),
        value("w:jc", style.align),
        value("w:outlineLvl", style.level - 1) if style.level else None,
    )


def _spacing(style: Style) -> Element:
    said: dict[str, object] = {
        "w:before": round(style.before * measures.PITCH),
        "w:after": round(style.after * measures.PITCH),
    }
    if style.pitch:
        return element("w:spacing", said | {"w:line": twips_of_points(style.pitch), "w:lineRule": "exact"})
    return element("w:spacing", said | {"w:line": 240, "w:lineRule": "auto"})


def indents(
    size: float, left: float = 0, right: float = 0, first_line: float = 0, hanging: float = 0
) -> Element:
    """Indents in characters of `size` points: as characters, which Word and WPS follow, and as lengths for
    others.
    """
    said: dict[str, object] = {}
    for name, characters in (("left", left), ("right", right)):
        said |= {f"w:{name}Chars": round(characters * 100), f"w:{name}": _length(characters, size)}
    name = "hanging" if hanging else "firstLine"
    characters = hanging or first_line
    said |= {f"w:{name}Chars": round(characters * 100), f"w:{name}": _length(characters, size)}
    return element("w:ind", said)


def _length(characters: float, size: float) -> int:
    return twips_of_points(characters * size)


def _run_properties(style: Style) -> Element:
    return element(
        "w:rPr",
        {},
        fonts(style.font, LATIN),
        value("w:snapToGrid", 0),
        value("w:color", style.colour) if style.colour else None,
        value("w:spacing", measures.LETTER_SPACE) if style.on_grid else None,
        *_sized(style.size),
    )


def _sized(points: float) -> tuple[Element, Element]:
    half_points = round(points * 2)
    return value("w:sz", half_points), value("w:szCs", half_points)


def _language() -> Element:
    return element("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN", "w:bidi": "ar-SA"})


def _cell_margins() -> Element:
    sides = (("top", 0), ("left", 85), ("bottom", 0), ("right", 85))
    return element(
        "w:tblCellMar", {}, *(element(f"w:{side}", {"w:w": size, "w:type": "dxa"}) for side, size in sides)
    )
