"""An empty Word file with a paper's style sheet, fonts and settings and nothing else of python-docx's own."""

from functools import cache
from io import BytesIO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.opc.part import Part
from docx.opc.rel import Relationships
from lxml import etree

from jiceng.reports.papers import measures
from jiceng.reports.papers.layouts import Layout
from jiceng.reports.papers.styles import style_sheet
from jiceng.reports.papers.xml import Element, element, value

KEPT = frozenset((KIND.STYLES, KIND.SETTINGS, KIND.FONT_TABLE, KIND.OFFICE_DOCUMENT, KIND.CORE_PROPERTIES))
WORD_2013 = 15
COMPATIBILITY = "http://schemas.microsoft.com/office/word"


@cache
def blank(layout: Layout) -> bytes:
    """The file; made once for each layout."""
    document = docx.Document()
    for rels in (document.part.rels, document.part.package.rels):
        _drop(rels)
    _replace(document.styles.element, style_sheet(layout))
    _replace(document.settings.element, _settings())
    table = document.part.part_related_by(KIND.FONT_TABLE)
    assert isinstance(table, Part)
    table._blob = etree.tostring(_fonts(), xml_declaration=True, encoding="UTF-8", standalone=True)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _drop(rels: Relationships) -> None:
    for key in [key for key, rel in rels.items() if rel.reltype not in KEPT]:
        del rels[key]


def _replace(old: Element, new: Element) -> None:
    for child in list(old):
        old.remove(child)
    old.extend(list(new))


def _settings() -> Element:
    """Even pages have a footer of their own; text is set as Word 2013 and later set it."""
    said = {"compatibilityMode": WORD_2013, "overrideTableStyleFontSizeAndJustification": 1}
    compat = [
        element("w:compatSetting", {"w:name": name, "w:uri": COMPATIBILITY, "w:val": val})
        for name, val in said.items()
    ]
    return element(
        "w:settings",
        {},
        element("w:zoom", {"w:percent": 100}),
        value("w:defaultTabStop", 420),
        element("w:evenAndOddHeaders"),
        value("w:drawingGridVerticalSpacing", measures.PITCH),
        value("w:characterSpacingControl", "compressPunctuation"),
        element(
            "w:compat",
            {},
            element("w:spaceForUL"),
            element("w:balanceSingleByteDoubleByteWidth"),
            element("w:doNotLeaveBackslashAlone"),
            element("w:ulTrailSpace"),
            element("w:doNotExpandShiftReturn"),
            element("w:adjustLineHeightInTable"),
            element("w:useFELayout"),
            *compat,
        ),
        element("w:themeFontLang", {"w:val": "en-US", "w:eastAsia": "zh-CN"}),
        value("w:decimalSymbol", "."),
        value("w:listSeparator", ","),
    )


def _fonts() -> Element:
    """The fonts with what stands in for each: WPS and Word look there when a machine has one not."""
    return element(
        "w:fonts",
        {},
        *(
            element(
                "w:font",
                {"w:name": font.name},
                value("w:altName", ",".join(font.instead)),
                value("w:panose1", font.panose),
                value("w:charset", "86"),
                value("w:family", font.family),
                value("w:pitch", "fixed" if font.fixed else "variable"),
            )
            for font in measures.FONTS
        ),
        element(
            "w:font",
            {"w:name": measures.LATIN},
            value("w:panose1", "02020603050405020304"),
            value("w:charset", "00"),
            value("w:family", "roman"),
            value("w:pitch", "variable"),
        ),
    )
