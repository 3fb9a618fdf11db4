"""A workbook as a blank: its sheets read, and values written into its cells while all else stays as it came.

Libraries that load and save workbooks lose what they do not know (drawings, form controls, print settings); here only
the sheets that are written to are touched at all (decision 0014).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from jiceng.exchange.workbooks.writing import EARLIEST
from jiceng.forms.blanks.grid import Blank, Cell, Lines, Page, Writes, letters, number, spread
from jiceng.forms.blanks.package import LINKS, MAIN, STRICT, Element, Package, m, parsed
from jiceng.forms.blanks.shifting import Shift
from jiceng.records.refusals import Refusal

WORKBOOK = "xl/workbook.xml"
MOST_CELLS = 60_000
MOST_TEXT = 32_000

_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_SLOT = re.compile(r"[_＿]{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(50, 59)))
_EPOCH = date(1899, 12, 30)
PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"


def read(content: bytes, name: str) -> Blank:
    """The sheets of a workbook, hidden ones marked. Raises Refusal for one without a sheet to show, and where there
    are more cells than a blank has.
    """
    package = Package(content)
    if package.part(WORKBOOK).tag.startswith(f"{{{STRICT}}}"):
        remedy = _("在 Excel 中另存为“Excel 工作簿(*.xlsx)”，再上传")
        raise Refusal(_("是“严格的开放 XML”格式，不能原样填写"), name, remedy)
    shared = _shared(package)
    pages = [_page(title, state, package.part(part), shared, name) for title, state, part in _sheets(package)]
    if not any(not page.hidden for page in pages):
        raise Refusal(_("工作簿里没有可见的工作表"), name, _("取消隐藏要填的工作表，再上传"))
    return Blank("xlsx", pages)


def _sheets(package: Package) -> list[tuple[str, str, str]]:
    """Name, state and part of every sheet, in order."""
    links = package.links(WORKBOOK)
    found = []
    for sheet in package.part(WORKBOOK).iterfind(f"{m('sheets')}/{m('sheet')}"):
        kind, part = links.get(sheet.get(f"{{{LINKS}}}id"), ("", ""))
        if kind == "worksheet":
            found.append((sheet.get("name", ""), sheet.get("state", "visible"), part))
    return found


def _shared(package: Package) -> Sequence[str]:
    part = next((p for kind, p in package.links(WORKBOOK).values() if kind == "sharedStrings"), "")
    return [_text(item) for item in package.part(part)] if part and package.has(part) else []


def _text(item: Element) -> str:
    """The text of a string with its runs; phonetic hints are no part of it."""
    return "".join(t.text or "" for t in item.iter(m("t")) if t.getparent().tag != m("rPh"))


def _page(title: str, state: str, root: Element, shared: Sequence[str], name: str) -> Page:
    spans = list(_spans(root))
    sizes = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in spans}
    covered = spread(spans)
    cells: dict[tuple[int, int], Cell] = {}
    for cell in root.iterfind(f"{m('sheetData')}/{m('row')}/{m('c')}"):
        row, column = _where(cell.get("r", "A1"))
        if (row, column) in covered:
            continue
        if len(cells) >= MOST_CELLS:
            raise Refusal(_("这张表的单元格太多，不像一张空表"), name, _("删去多余的行列，再上传"))
        text = _said(cell, shared)
        rows, columns = sizes.get((row, column), (1, 1))
        formula = cell.find(m("f")) is not None
        cells[row, column] = Cell(row, column, text, rows, columns, formula, len(_SLOT.findall(text)))
    height = max((row + cell.rows - 1 for (row, _c), cell in cells.items()), default=0)
    width = max((column + cell.columns - 1 for (_r, column), cell in cells.items()), default=0)
    protected = root.find(m("sheetProtection")) is not None
    return Page(title, cells, height, width, state != "visible", protected, covered)


def _spans(root: Element) -> Iterator[tuple[int, int, int, int]]:
    for merged in root.iterfind(f"{m('mergeCells')}/{m('mergeCell')}"):
        first, _colon, last = merged.get("ref", "").partition(":")
        if last:
            yield (*_where(first), *_where(last))


def _where(reference: str) -> tuple[int, int]:
    found = _CELL.fullmatch(reference)
    return (int(found[2]), number(found[1])) if found else (1, 1)


def _said(cell: Element, shared: Sequence[str]) -> str:
    """What a cell shows, as far as a blank's labels need it."""
    kind, value = cell.get("t", "n"), cell.findtext(m("v")) or ""
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    if kind == "inlineStr":
        return "".join(_text(item) for item in cell.iterfind(m("is")))
    return value


# --------------------------------------------------------------------------------------------- writing
def write(content: bytes, writes: Mapping[int, Writes]) -> bytes:
    """The workbook with values in its cells, by page. Formulas are kept; whoever opens it works them out anew."""
    package = Package(content)
    dates, shared, sheets = _date_styles(package), _shared(package), _sheets(package)
    formulas = False
    for page, wanted in writes.items():
        title, _state, part = sheets[page]
        root = package.changed(part)
        for lines in sorted(wanted.lines, key=lambda each: -each.row):  # from the bottom: nothing above moves
            if lines.more:
                Shift(package, part, title, lines.row, lines.last, lines.more).apply()
            _Sheet(root, dates, shared).write_lines(lines)
        sheet = _Sheet(root, dates, shared)
        for place in sorted(wanted.cells, key=lambda each: -each.slot):
            moved = sum(lines.more for lines in wanted.lines if place.row > lines.last)
            sheet.write_cell(place.row + moved, place.column, wanted.cells[place], place.slot)
        formulas = sheet.forget_results() or formulas
    if formulas:
        _recalculated(package)
    return package.written()


def _recalculated(package: Package) -> None:
    """Whoever opens the workbook works its formulas out; the order kept for that no longer holds."""
    root = package.changed(WORKBOOK)
    calculation = root.find(m("calcPr"))
    if calculation is None:
        calculation = root.makeelement(m("calcPr"))
        before = [root.find(m(name)) for name in ("definedNames", "externalReferences", "sheets")]
        next(each for each in before if each is not None).addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
    chain = next((part for kind, part in package.links(WORKBOOK).values() if kind == "calcChain"), "")
    if chain:
        package.drop(chain, WORKBOOK)


def _date_styles(package: Package) -> frozenset[int]:
    """The styles that show a number as a date."""
    part = next((p for kind, p in package.links(WORKBOOK).values() if kind == "styles"), "")
    if not part or not package.has(part):
        return frozenset()
    root = package.part(part)
    own = {
        int(each.get("numFmtId", 0))
        for each in root.iterfind(f"{m('numFmts')}/{m('numFmt')}")
        if re.search(r"[yd]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", each.get("formatCode", "")).lower())
    }
    styles = root.findall(f"{m('cellXfs')}/{m('xf')}")
    return frozenset(i for i, xf in enumerate(styles) if int(xf.get("numFmtId", 0)) in _DATES | own)


class _Sheet:
    """The data of a sheet being written to."""

    def __init__(self, root: Element, dates: frozenset[int], shared: Sequence[str]) -> None:
        self._data, self._dates, self._shared = root.find(m("sheetData")), dates, shared
        self._rows = {int(row.get("r", 0)): row for row in self._data}

    def write_cell(self, row: int, column: int, value: Any, slot: int = 0) -> None:
        """Put a value into a cell, or into the n-th blank of its sentence (the last one first); a formula stays."""
        line = self._rows.get(row)
        if line is None:
            before = max((number for number in self._rows if number < row), default=0)
            line = self._added(self._data.makeelement(m("row")), row, self._rows.get(before))
        cell = self._cell(line, row, column)
        self._put(cell, _in_slot(_said(cell, self._shared), slot, value) if slot else value)

    def write_lines(self, lines: Lines) -> None:
        """Write a list: into the rows there are, then into copies of the last of them."""
        room = lines.last - lines.row + 1
        pattern = self._rows.get(lines.last)
        copied = deepcopy(pattern) if pattern is not None else self._data.makeelement(m("row"))
        above = max((number for number in self._rows if number < lines.row), default=0)
        line = self._rows.get(above)
        for row, values in enumerate(lines.values[:room], start=lines.row):
            known = self._rows.get(row)
            line = self._added(self._data.makeelement(m("row")), row, line) if known is None else known
            for column, value in zip(lines.columns, values, strict=True):
                self._put(self._cell(line, row, column), value)
        if lines.more:
            below = self._data.index(line) + 1
            self._data[below:below] = self._copies(copied, lines)

    def _copies(self, pattern: Element, lines: Lines) -> list[Element]:
        """The lines that the blank has no rows for, as rows that look like its last one. Written as text: a list may
        have ten thousand, and lxml takes ten times as long to make them cell by cell.
        """
        places = {column: place for place, column in enumerate(lines.columns)}
        columns = []
        for column in sorted({*places, *(_where(cell.get("r", ""))[1] for cell in pattern)}):
            cell = next((each for each in pattern if _where(each.get("r", ""))[1] == column), None)
            style = int(cell.get("s", 0)) if cell is not None else 0
            formula = cell.findtext(m("f")) if cell is not None else None
            columns.append((letters(column), style, places.get(column), formula))
        texts = [f'<sheetData xmlns="{MAIN}">']
        for row, values in enumerate(lines.values[-lines.more :], start=lines.last + 1):
            texts.append(f'<row r="{row}">')
            for letter, style, place, formula in columns:
                content = self._content(style, values[place] if place is not None else None)
                if formula:
                    content = f"><f>{escape(_of_row(formula, lines.last, row))}</f>"
                texts.append(f'<c r="{letter}{row}" s="{style}"{content}</c>')
            texts.append("</row>")
        texts.append("</sheetData>")
        rows = list(parsed("".join(texts).encode()))
        for line in rows:
            for name, value in pattern.attrib.items():
                if name != "r":
                    line.set(name, value)
        return rows

    def _content(self, style: int, value: Any) -> str:
        """The rest of a cell's mark and what stands in it, as text."""
        plain = self._plain(style, value)
        if plain is None:
            return ">"
        if not isinstance(plain, str):
            return f"><v>{plain}</v>"
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(plain)}</t></is>'

    def _added(self, line: Element, row: int, above: Element | None) -> Element:
        """`line` as row number `row`, put below `above` or at the top."""
        line.set("r", str(row))
        for cell in line:
            cell.set("r", f"{letters(_where(cell.get('r', ''))[1])}{row}")
        if above is None:
            self._data.insert(0, line)
        else:
            above.addnext(line)
        self._rows[row] = line
        return line

    def _cell(self, line: Element, row: int, column: int) -> Element:
        before = None
        for cell in line:
            at = _where(cell.get("r", ""))[1]
            if at == column:
                return cell
            if at > column:
                break
            before = cell
        made = line.makeelement(m("c"), {"r": f"{letters(column)}{row}"})
        if before is None:
            line.insert(0, made)
        else:
            before.addnext(made)
        return made

    def _put(self, cell: Element, value: Any) -> None:
        if cell.find(m("f")) is not None:
            return
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        plain = self._plain(int(cell.get("s", 0)), value)
        if plain is None:
            return
        if not isinstance(plain, str):
            made = cell.makeelement(m("v"))
            made.text = str(plain)
            cell.append(made)
            return
        inside, text = cell.makeelement(m("is")), cell.makeelement(m("t"))
        text.text = plain
        text.set(PRESERVED, "preserve")
        inside.append(text)
        cell.append(inside)
        cell.set("t", "inlineStr")

    def _plain(self, style: int, value: Any) -> str | int | float | Decimal | None:
        """A value as a cell of that style holds it: a number, a text that stays one, nothing. A day is a number where
        the style shows it as a date, else a text.
        """
        if value is None or value == "":
            return None
        if isinstance(value, date):
            day = value.date() if isinstance(value, datetime) else value
            return (day - _EPOCH).days if style in self._dates and day >= EARLIEST else day.isoformat()
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return value
        return _CONTROL.sub("", str(value))[:MOST_TEXT]

    def forget_results(self) -> bool:
        """Take out what formulas came to before; whether there are any."""
        cells = [formula.getparent() for formula in self._data.iter(m("f"))]
        for cell in cells:
            for result in cell.findall(m("v")):
                cell.remove(result)
            cell.attrib.pop("t", None)
        return bool(cells)


def _of_row(formula: str, old: int, new: int) -> str:
    """The formula of a copied row: what it names in its own row it names in the new one."""
    return re.sub(rf"(?<![\w.])(\$?[A-Z]{{1,3}}){old}(?![\w(.])", rf"\g<1>{new}", formula)


def _in_slot(sentence: str, slot: int, value: Any) -> str:
    """The sentence with the n-th of its blanks filled."""
    found = next(islice(_SLOT.finditer(sentence), slot - 1, slot), None)
    if found is None:
        return sentence
    return f"{sentence[: found.start()]}{value}{sentence[found.end() :]}"
