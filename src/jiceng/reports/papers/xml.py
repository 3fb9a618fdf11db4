"""WordprocessingML, built: elements, runs and paragraphs whose parts stand in the order that Word asks for."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser
from docx.oxml.xmlchemy import BaseOxmlElement

from jiceng.reports.papers.paper import GAP
from jiceng.reports.text import clean

Element = BaseOxmlElement

NAMESPACES = {"w": nsmap["w"]}
qualified = cache(qn)


def element(name: str, attributes: Mapping[str, object] | None = None, *children: Element | None) -> Element:
    """`element("w:ind", {"w:left": 640})`; children that are None are left out."""
    made: Element = oxml_parser.makeelement(qualified(name), nsmap=NAMESPACES)
    for key, said in (attributes or {}).items():
        made.set(qualified(key), str(said))
    made.extend(child for child in children if child is not None)
    return made


def value(name: str, val: str | int) -> Element:
    """An element whose only attribute is its value."""
    return element(name, {"w:val": val})


def fonts(name: str, latin: str) -> Element:
    """Chinese letters in `name`, others in `latin`; quotes and dashes, which are both, as Chinese."""
    return element("w:rFonts", {"w:hint": "eastAsia", "w:ascii": latin, "w:eastAsia": name, "w:hAnsi": latin})


def run(text: str, *properties: Element | None) -> list[Element]:
    """Runs of the text with those properties; line feeds break the line, gaps come out marked."""
    found: list[Element] = []
    for piece, marked in _pieces(clean(text)):
        mark = value("w:highlight", "yellow") if marked else None
        given = [deepcopy(one) for one in properties if one is not None]
        if not any(one.tag == qualified("w:rFonts") for one in given):
            given.insert(0, element("w:rFonts", {"w:hint": "eastAsia"}))
        found.append(element("w:r", {}, element("w:rPr", {}, *given, mark), *_lines(piece)))
    return found


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for match in GAP.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield match[0], True
        at = match.end()
    if at < len(text):
        yield text[at:], False


def _lines(text: str) -> Iterator[Element]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield element("w:br")
        if line:
            yield _text(line)


def _text(line: str) -> Element:
    made = element("w:t")
    made.text = line
    if line != line.strip():
        made.set(qualified("xml:space"), "preserve")
    return made


def paragraph(style: str, runs: Iterable[Element] = (), *properties: Element | None) -> Element:
    """A paragraph of that style; `properties` in Word's order."""
    made = element("w:p", {}, element("w:pPr", {}, value("w:pStyle", style), *properties))
    made.extend(runs)
    return made
