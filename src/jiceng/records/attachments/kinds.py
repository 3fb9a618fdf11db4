"""What a file is, told by what it holds and never by its name, and whether it may be kept at all."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from jiceng.records.isolated.archives import OLE, ZIP, UnfitFileError, checked_names, checked_ole, ole_holds

MAX_UNPACKED = 200_000_000
"""Bytes that all parts of an Office file may unpack to."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the media type it is sent with, and the endings that its name may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


_OPEN = "application/vnd.openxmlformats-officedocument."
KINDS: Mapping[str, Kind] = {
    "jpeg": Kind("image/jpeg", (".jpg", ".jpeg")),
    "png": Kind("image/png", (".png",)),
    "webp": Kind("image/webp", (".webp",)),
    "pdf": Kind("application/pdf", (".pdf",)),
    "ofd": Kind("application/ofd", (".ofd",)),  # GB/T 33190
    "docx": Kind(f"{_OPEN}wordprocessingml.document", (".docx",)),
    "xlsx": Kind(f"{_OPEN}spreadsheetml.sheet", (".xlsx",)),
    "pptx": Kind(f"{_OPEN}presentationml.presentation", (".pptx",)),
    "doc": Kind("application/msword", (".doc", ".wps")),
    "xls": Kind("application/vnd.ms-excel", (".xls", ".et")),
    "txt": Kind("text/plain", (".txt", ".csv", ".md", ".log")),
}
PICTURES = frozenset({"jpeg", "png", "webp"})

_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_ACTIVE = ("xl/macrosheets/", "xl/dialogsheets/", "/activex/")
_TYPES = "[Content_Types].xml"

_FOREIGN = (  # how files begin that are not taken, by what is said of them
    (
        "program",
        (
            b"MZ",
            b"\x7fELF",
            b"\xca\xfe\xba\xbe",
            b"\xcf\xfa\xed\xfe",
            b"dex\n",
            b"\0asm",
            b"L\0\0\0\x01\x14\x02\0",
        ),
    ),
    ("archive", (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06")),
    ("picture", (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\x01\0", b"8BPS")),
)
_HEIC = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"))
_MARKUP = ("<", "mime-version:", "@charset", "%!ps")
_NOT_IN_TEXT = bytes((*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))


def kind_of(data: bytes) -> str:
    """The key in `KINDS` of what `data` holds.

    Raises UnfitFileError with a code: `empty`, `program`, `markup` (HTML, SVG and their like), `archive`, `picture`
    (of a kind not taken), `heic`, `wrong`, and for Office files `broken`, `encrypted`, `macros`, `bomb`.
    """
    if not data.strip(b"\0\t\r\n "):
        raise UnfitFileError("empty")
    for signature, kind in ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf")):
        if data.startswith(signature):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(ZIP):
        return _zipped(data)
    if data.startswith(OLE):
        return _compound(data)
    text = _as_text(data)
    if text is None:
        raise UnfitFileError(_foreign(data))
    if text.startswith("#!"):
        raise UnfitFileError("program")
    if text.lstrip("\ufeff \t\r\n").lower().startswith(_MARKUP):
        raise UnfitFileError("markup")
    return "txt"


def _zipped(data: bytes) -> str:
    names = checked_names(data, MAX_UNPACKED)
    lower = [f"/{name}".lower() for name in names]
    if any(part in name for name in lower for part in _ACTIVE) or _enables_macros(data, names):
        raise UnfitFileError("macros")
    for part, kind in _PARTS:
        if part in names:
            return kind
    programs = ("/androidmanifest.xml", "/meta-inf/manifest.mf")
    raise UnfitFileError("program" if any(name in lower for name in programs) else "archive")


def _enables_macros(data: bytes, names: set[str]) -> bool:
    """Whether an Office file says of itself that it may hold macros."""
    if _TYPES not in names:
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)).open(_TYPES) as part:
            return b"macroenabled" in part.read(1_000_000).lower()
    except (zipfile.BadZipFile, EOFError) as error:
        raise UnfitFileError("broken") from error


def _compound(data: bytes) -> str:
    """An old Word document or workbook, of Office or WPS; presentations hide their macros and are not taken."""
    checked_ole(data)
    if ole_holds(data, "WordDocument"):
        return "doc"
    if ole_holds(data, "Workbook", "Book") and not ole_holds(data, "PowerPoint Document"):
        if any(map(_is_macro_sheet, _BOUND_SHEET.finditer(data))):
            raise UnfitFileError("macros")
        return "xls"
    raise UnfitFileError("wrong")


# The record of an .xls that names a sheet: length, place (4), hidden (1), type (1; 1 is a sheet of macros), length of
# the name (1), 8 or 16 bits a character (1).
_BOUND_SHEET = re.compile(rb"\x85\x00(.)\x00....[\x00-\x02]\x01(.)([\x00\x01])", re.DOTALL)


def _is_macro_sheet(found: "re.Match[bytes]") -> bool:
    length, letters, wide = (group[0] for group in found.groups())
    return bool(length == 8 + letters * (1 + wide))


def _as_text(data: bytes) -> str | None:
    """The text that `data` is (UTF-8, GB 18030, or UTF-16 with a mark), None for anything else."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"", "utf-8"),
        (b"", "gb18030"),
    ):
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if any(control in text for control in map(chr, _NOT_IN_TEXT)) else text
    return None


def _foreign(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in _HEIC else "wrong"
    return next((code for code, signatures in _FOREIGN if data.startswith(signatures)), "wrong")
