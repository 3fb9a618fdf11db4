"""A Word file as a program reads it: sections, effective formats of paragraphs and runs, tables. Reads the XML
itself and knows nothing of how the file was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MM_PER_TWIP = 25.4 / 1440


def named(parent, *path):
    """The element at a path of children, or None."""
    for name in path:
        if parent is None:
            return None
        parent = parent.find(W + name)
    return parent


def attribute(parent, name, *path):
    """An attribute of the element at a path, or None."""
    at = named(parent, *path)
    return None if at is None else at.get(W + name)


def number(parent, name, *path) -> int | None:
    text = attribute(parent, name, *path)
    return None if text is None else int(text)


@dataclass(frozen=True)
class Section:
    """One section in millimetres; the grid in lines a page and characters a line as Word counts them."""

    element: object
    body_size: float

    def _mm(self, child: str, name: str) -> float:
        return round(number(self.element, name, child) * MM_PER_TWIP, 2)

    @property
    def page(self) -> tuple[float, float]:
        return self._mm("pgSz", "w"), self._mm("pgSz", "h")

    @property
    def landscape(self) -> bool:
        return attribute(self.element, "orient", "pgSz") == "landscape"

    @property
    def margins(self) -> dict[str, float]:
        return {side: self._mm("pgMar", side) for side in ("top", "right", "bottom", "left")}

    @property
    def footer(self) -> float:
        return self._mm("pgMar", "footer")

    @property
    def type_area(self) -> tuple[float, float]:
        (width, height), m = self.page, self.margins
        return round(width - m["left"] - m["right"], 2), round(height - m["top"] - m["bottom"], 2)

    @property
    def grid(self) -> tuple[int, int] | None:
        """Lines a page and characters a line; None without a grid of both."""
        if attribute(self.element, "type", "docGrid") != "linesAndChars":
            return None
        width, height = (side / MM_PER_TWIP / 20 for side in self.type_area)
        pitch = number(self.element, "linePitch", "docGrid") / 20
        place = self.body_size + number(self.element, "charSpace", "docGrid") / 4096
        return int(height / pitch + 1e-6), int(width / place + 1e-4)

    @property
    def references(self) -> dict[str, str]:
        """Headers and footers: (header or footer, which pages) → relationship."""
        found = {}
        for child in self.element:
            name = etree.QName(child).localname
            if name in ("headerReference", "footerReference"):
                found[f"{name[:6]} {child.get(W + 'type')}"] = child.get(R + "id")
        return found


class Run:
    """A run with what its paragraph's style gives it."""

    def __init__(self, word: "Word", element, style: str) -> None:
        self.word, self.element, self.style = word, element, style

    @property
    def text(self) -> str:
        return text_in(self.element)

    def _own(self, name: str, *path: str) -> str | None:
        own = attribute(self.element, name, "rPr", *path)
        return own if own is not None else self.word.inherited(self.style, "rPr", name, *path)

    @property
    def font(self) -> str | None:
        """The font of its Chinese letters."""
        return self._own("eastAsia", "rFonts")

    @property
    def latin(self) -> str | None:
        return self._own("ascii", "rFonts")

    @property
    def size(self) -> float:
        return int(self._own("val", "sz")) / 2

    @property
    def letter_space(self) -> float:
        """In points."""
        return int(self._own("val", "spacing") or 0) / 20

    @property
    def colour(self) -> str | None:
        return self._own("val", "color")

    @property
    def scale(self) -> int:
        """Per cent of its width."""
        return int(self._own("val", "w") or 100)

    @property
    def bold(self) -> bool:
        return named(self.element, "rPr", "b") is not None

    @property
    def marked(self) -> bool:
        return attribute(self.element, "val", "rPr", "highlight") == "yellow"

    @property
    def as_chinese(self) -> bool:
        """Whether letters that are both Chinese and Latin are set as Chinese."""
        return attribute(self.element, "hint", "rPr", "rFonts") == "eastAsia"


class Paragraph:
    """A paragraph with what its style gives it. Lengths in points, indents in characters of its size."""

    def __init__(self, word: "Word", element) -> None:
        self.word, self.element = word, element
        self.style = attribute(element, "val", "pPr", "pStyle") or "Normal"

    def __repr__(self) -> str:
        return f"<{self.style}: {self.text[:20]}>"

    @property
    def text(self) -> str:
        return text_in(self.element)

    @property
    def runs(self) -> list[Run]:
        return [
            Run(self.word, run, self.style) for run in self.element.iter(W + "r") if text_in(run).strip("\t")
        ]

    def _own(self, name: str, *path: str) -> str | None:
        own = attribute(self.element, name, "pPr", *path)
        return own if own is not None else self.word.inherited(self.style, "pPr", name, *path)

    @property
    def style_name(self) -> str:
        return attribute(self.word.styles[self.style], "val", "name")

    @property
    def pitch(self) -> float | None:
        """The exact line pitch in points; None where lines are as high as they need."""
        exact = self._own("lineRule", "spacing") == "exact"
        return int(self._own("line", "spacing")) / 20 if exact else None

    @property
    def before(self) -> float:
        return int(self._own("before", "spacing") or 0) / 20

    @property
    def after(self) -> float:
        return int(self._own("after", "spacing") or 0) / 20

    @property
    def align(self) -> str | None:
        return self._own("val", "jc")

    def indent(self, side: str) -> float:
        """`left`, `right`, `firstLine` or `hanging`, in characters; raises where the length says otherwise."""
        characters = int(self._own(f"{side}Chars", "ind") or 0) / 100
        length = int(self._own(side, "ind") or 0) / 20
        size = float(self.word.size_of(self.style))
        assert abs(length - characters * size) < 0.1, f"{self}: {side} {characters} characters, {length} pt"
        return characters

    @property
    def level(self) -> int | None:
        found = self._own("val", "outlineLvl")
        return None if found is None else int(found) + 1

    @property
    def keeps_next(self) -> bool:
        return (
            named(self.element, "pPr", "keepNext") is not None
            or named(self.word.styles[self.style], "pPr", "keepNext") is not None
        )

    @property
    def breaks_page(self) -> bool:
        return named(self.element, "pPr", "pageBreakBefore") is not None

    @property
    def rule(self) -> dict[str, str] | None:
        """The line below it."""
        line = named(self.element, "pPr", "pBdr", "bottom")
        return None if line is None else {etree.QName(k).localname: v for k, v in line.attrib.items()}


class Table:
    """A table by rows of cells."""

    def __init__(self, word: "Word", element) -> None:
        self.word, self.element = word, element

    @property
    def rows(self) -> list[list[str]]:
        return [[text_in(cell) for cell in row.iter(W + "tc")] for row in self.element.iter(W + "tr")]

    @property
    def cells(self) -> list[list[object]]:
        return [list(row.iter(W + "tc")) for row in self.element.iter(W + "tr")]

    @property
    def repeated(self) -> list[bool]:
        """For each row whether it stands on every page."""
        return [named(row, "trPr", "tblHeader") is not None for row in self.element.iter(W + "tr")]

    @property
    def grid(self) -> list[int]:
        return [int(column.get(W + "w")) for column in self.element.iter(W + "gridCol")]

    @property
    def floats(self) -> bool:
        return named(self.element, "tblPr", "tblpPr") is not None

    def paragraphs(self) -> Iterator[Paragraph]:
        for element in self.element.iter(W + "p"):
            yield Paragraph(self.word, element)


class Word:
    """An opened file."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(BytesIO(content)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
        self.document = self.part("word/document.xml")
        self.body = named(self.document, "body")
        sheet = self.part("word/styles.xml")
        self.defaults = named(sheet, "docDefaults", "rPrDefault")
        self.styles = {style.get(W + "styleId"): style for style in sheet.iter(W + "style")}

    def part(self, name: str):
        return etree.fromstring(self.parts[name])

    def inherited(self, style: str, kind: str, name: str, *path: str) -> str | None:
        """What a style says, or the one it builds on."""
        while style:
            found = attribute(self.styles[style], name, kind, *path)
            if found is not None:
                return found
            style = attribute(self.styles[style], "val", "basedOn") or ""
        return attribute(self.defaults, name, "rPr", *path) if kind == "rPr" else None

    def size_of(self, style: str) -> float:
        """The size of a style's type in points."""
        return int(self.inherited(style, "rPr", "val", "sz")) / 2

    @cached_property
    def sections(self) -> list[Section]:
        return [Section(element, self.size_of("Normal")) for element in self.body.iter(W + "sectPr")]

    @property
    def paragraphs(self) -> list[Paragraph]:
        """Those of the text itself, none of tables."""
        return [Paragraph(self, element) for element in self.body if element.tag == W + "p"]

    @property
    def tables(self) -> list[Table]:
        return [Table(self, element) for element in self.body if element.tag == W + "tbl"]

    @property
    def blocks(self) -> list[Paragraph | Table]:
        made = {W + "p": Paragraph, W + "tbl": Table}
        return [made[element.tag](self, element) for element in self.body if element.tag in made]

    def of(self, style: str) -> list[Paragraph]:
        """The paragraphs of a style."""
        return [paragraph for paragraph in self.paragraphs if paragraph.style == style]

    def one(self, style: str) -> Paragraph:
        (found,) = self.of(style)
        return found

    @property
    def texts(self) -> list[str]:
        return [paragraph.text for paragraph in self.paragraphs if paragraph.text]

    def margin_paragraph(self, which: str) -> Paragraph | None:
        """The paragraph of a header or footer (`header default`, `footer even`) of the first section."""
        key = self.sections[0].references.get(which)
        if key is None:
            return None
        relations = etree.fromstring(self.parts["word/_rels/document.xml.rels"])
        (target,) = [r.get("Target") for r in relations if r.get("Id") == key]
        return Paragraph(self, named(self.part(f"word/{target}"), "p"))


def text_in(element) -> str:
    """The text in an element; a line feed for a break, a tab for a tab."""
    found = []
    for part in element.iter():
        if part.tag == W + "t":
            found.append(part.text or "")
        elif part.tag == W + "br":
            found.append("\n")
        elif part.tag == W + "tab" and part.getparent().tag == W + "r":
            found.append("\t")
    return "".join(found)
