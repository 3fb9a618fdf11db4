"""Which kind of workbook a file is, told by its content, and what its formulas lack. Runs in the worker, without
Django.
"""

import re
import zipfile
from html import unescape
from io import BytesIO

from jiceng.records.isolated.archives import (
    OLE,
    ZIP,
    UnfitFileError,
    checked_names,
    checked_ole,
    ole_holds,
    unpacked,
)

_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"{\\rtf", "document"),
)


def kind_of(data: bytes) -> str:
    """`xlsx`, `xls`, `ods` or `csv`, by content, never by name. Raises UnfitFileError for all else."""
    if not data.strip(b"\0\t\r\n "):
        raise UnfitFileError("empty")
    if data.startswith(ZIP):
        return _zipped_kind(data)
    if data.startswith(OLE):
        return _ole_kind(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnfitFileError("wrong", kind)
    start = data[:4096].lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"mime-version")):
        raise UnfitFileError("html")
    if start.startswith((b"<?xml", b"<workbook")):
        raise UnfitFileError("xml")
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnfitFileError("wrong", "binary")
    return "csv"


def _ole_kind(data: bytes) -> str:
    """An old .xls, unless the container holds something else: an encrypted .xlsx, macros, a Word document."""
    checked_ole(data)
    if ole_holds(data, "WordDocument", "PowerPoint Document"):
        raise UnfitFileError("wrong", "document")
    if not ole_holds(data, "Workbook", "Book"):
        raise UnfitFileError("broken")
    return "xls"


def _zipped_kind(data: bytes) -> str:
    names = checked_names(data)
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names and b"opendocument.spreadsheet" in data[:200]:
        return "ods"
    document = any(name.startswith(("word/", "ppt/")) for name in names) or "content.xml" in names
    raise UnfitFileError("wrong", "document" if document else "archive")


_CELL_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f[^>/]*(?:/>|>([^<]*)</f>)\s*(?:<v>([^<]*)</v>|<v/>)?'
)
MAX_FORMULAS = 20_000


def unanswered_formulas(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet name: the formulas of an .xlsx whose stored result is missing, or a 0 that stands for a
    text.

    Software that writes formulas without working them out leaves such cells. They are shown as the text of
    the formula, so that nobody takes the 0 for the name; nothing ever evaluates them.
    """
    archive = zipfile.ZipFile(BytesIO(data))
    found: dict[str, dict[tuple[int, int], str]] = {}
    for name, part in _sheet_parts(archive).items():
        try:
            entry = archive.getinfo(part)
        except KeyError:
            continue
        cells: dict[tuple[int, int], str] = {}
        kept = b""
        for piece in unpacked(data, entry):
            text = kept + piece
            if b"<f" in text:
                _collect(text, cells)
            kept = text[-2_000:]
            if len(cells) > MAX_FORMULAS:
                raise UnfitFileError("formulas", name)
        if cells:
            found[name] = cells
    return found


def _collect(text: bytes, cells: dict[tuple[int, int], str]) -> None:
    for match in _CELL_FORMULA.finditer(text):
        formula = _plain(match[3] or b"")
        textual = '"' in formula or "&" in formula
        if not match[4] or (match[4] == b"0" and textual):
            column = 0
            for letter in match[1]:
                column = column * 26 + letter - 64
            cells[int(match[2]) - 1, column - 1] = f"={formula}"


def _plain(escaped: bytes) -> str:
    """Text without the entities of XML, numbered ones included: some writers use them for all but ASCII."""
    return unescape(escaped.decode("utf-8", "replace"))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive in which each sheet stands."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", relations):
        key, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if key and target:
            path = target[1].lstrip("/")
            targets[key[1]] = path if path.startswith("xl/") else f"xl/{path}"
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and key and key[1] in targets:
            parts[_plain(name[1].encode())] = targets[key[1]]
    return parts
