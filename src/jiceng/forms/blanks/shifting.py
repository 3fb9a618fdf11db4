"""Rows pushed down in a sheet, with all that names them: merged cells, formulas, rules, print areas, drawings."""

import re
from dataclasses import dataclass

from jiceng.forms.blanks.package import DRAWING, Element, Package, m

WORKBOOK = "xl/workbook.xml"
MOST_ROWS = 1_048_576

_REFERENCE = re.compile(
    r"""(?P<text>"[^"]*")"""  # a text within a formula names nothing
    r"""|(?<![\w.])(?P<sheet>(?:'(?:[^']|'')+'|[\w.]+)!)?"""
    r"""(?P<first>\$?[A-Z]{1,3}\$?[1-9]\d{0,6})(?::(?P<last>\$?[A-Z]{1,3}\$?[1-9]\d{0,6}))?(?![\w(.])"""
)
_WITH_RANGES = {
    "dataValidation": "sqref",
    "conditionalFormatting": "sqref",
    "autoFilter": "ref",
    "hyperlink": "ref",
    "mergeCell": "ref",
    "dimension": "ref",
    "protectedRange": "sqref",
    "ignoredError": "sqref",
}
_FORMULAS = ("f", "formula", "formula1", "formula2")


@dataclass(slots=True)
class Shift:
    """What stands below row `last` of a list that begins in `first` goes down by `by` rows; ranges over the list's end
    grow with it.
    """

    package: Package
    part: str
    title: str
    first: int
    last: int
    by: int

    def apply(self) -> None:
        """Move the rows, and mend what names them, in this sheet and in the others."""
        root = self.package.changed(self.part)
        self._rows(root)
        for element in root.iter():
            name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            if (attribute := _WITH_RANGES.get(name)) and element.get(attribute):
                element.set(attribute, self._ranges(element.get(attribute)))
            if name in _FORMULAS:
                self._formula(element)
            if (
                name == "brk"
                and int(element.get("id", 0)) > self.last
                and element.getparent().tag == m("rowBreaks")
            ):
                element.set("id", str(int(element.get("id")) + self.by))
        self._merge_again(root)
        self._elsewhere()
        self._names()
        self._drawings()

    def _down(self, row: int) -> int:
        """Where a row goes; what reaches to the sheet's end goes on doing so."""
        return min(row + self.by, MOST_ROWS) if row > self.last else row

    def _rows(self, root: Element) -> None:
        for row in root.find(m("sheetData")):
            number = int(row.get("r", 0))
            if number <= self.last:
                continue
            row.set("r", str(number + self.by))
            for cell in row:
                column = re.sub(r"\d", "", cell.get("r", ""))
                cell.set("r", f"{column}{number + self.by}")

    def _ranges(self, written: str) -> str:
        """References of an attribute, with blanks between them."""
        return " ".join(self._reference(each) for each in written.split())

    def _reference(self, written: str) -> str:
        first, colon, last = written.partition(":")
        if not colon:
            return self._cell(first)
        return f"{self._cell(first)}:{self._end(first, last)}"

    def _cell(self, written: str) -> str:
        column, row = _parts(written)
        return f"{column}{self._down(row)}" if row else written

    def _end(self, first: str, written: str) -> str:
        """The end of a range: one that ends where the list does grows with it, a part of its last row does not."""
        (column, row), (left, top) = _parts(written), _parts(first)
        grows = row == self.last and (top < row or (self.first == self.last and left == column))
        return f"{column}{row + self.by}" if grows else self._cell(written)

    def _formula(self, element: Element) -> None:
        """A formula of this sheet, and the cells that share it."""
        if element.get("ref"):
            element.set("ref", self._ranges(element.get("ref")))
        if element.text:
            element.text = self._text(element.text, own=True)

    def _text(self, formula: str, *, own: bool) -> str:
        def moved(found: re.Match[str]) -> str:
            if found["text"]:
                return found[0]
            sheet = found["sheet"] or ""
            if sheet.strip("'!").replace("''", "'") != self.title if sheet else not own:
                return found[0]
            last = f":{found['last']}" if found["last"] else ""
            return sheet + self._reference(f"{found['first']}{last}")

        return _REFERENCE.sub(moved, formula)

    def _merge_again(self, root: Element) -> None:
        """The rows that are added are merged like the last row of the list."""
        merged = root.find(m("mergeCells"))
        if merged is None:
            return
        for each in list(merged):
            first, colon, last = each.get("ref", "").partition(":")
            if colon and _parts(first)[1] == _parts(last)[1] == self.last:
                for row in range(self.last + 1, self.last + 1 + self.by):
                    made = merged.makeelement(m("mergeCell"))
                    made.set("ref", f"{_parts(first)[0]}{row}:{_parts(last)[0]}{row}")
                    merged.append(made)
        merged.set("count", str(len(merged)))

    def _elsewhere(self) -> None:
        """Formulas of other sheets that name this one."""
        for kind, part in self.package.links(WORKBOOK).values():
            if kind != "worksheet" or part == self.part:
                continue
            names_us = [f for f in self.package.part(part).iter(m("f")) if f.text and "!" in f.text]
            if any(self._text(f.text, own=False) != f.text for f in names_us):
                for formula in self.package.changed(part).iter(m("f")):
                    formula.text = self._text(formula.text or "", own=False) or None

    def _names(self) -> None:
        """Print areas and other names of the workbook."""
        names = self.package.part(WORKBOOK).find(m("definedNames"))
        if names is None or not any(self._text(each.text or "", own=False) != each.text for each in names):
            return
        for each in self.package.changed(WORKBOOK).find(m("definedNames")):
            each.text = self._text(each.text or "", own=False)

    def _drawings(self) -> None:
        """Pictures and shapes below the list."""
        for kind, part in self.package.links(self.part).values():
            if kind != "drawing" or not self.package.has(part):
                continue
            rows = f"{{{DRAWING}}}row"
            if any(int(row.text or 0) >= self.last for row in self.package.part(part).iter(rows)):
                for row in self.package.changed(part).iter(rows):
                    row.text = str(self._down(int(row.text or 0) + 1) - 1)


def _parts(reference: str) -> tuple[str, int]:
    """Column (with its marks) and row of a reference: `$C$5` is `$C$` and 5."""
    found = re.fullmatch(r"(\$?[A-Z]{1,3}\$?)(\d+)", reference)
    return (found[1], int(found[2])) if found else (reference, 0)
