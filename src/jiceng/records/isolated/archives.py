"""Whether a file that holds others is safe to hand to a parser: zip archives, and the containers of old Office files.

A zip bomb is refused before anything is parsed: by what the archive declares, by entries that overlap, and
by unpacking every entry as a stream that is counted and thrown away, because a declared size may lie.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

MAX_UNPACKED = 1_000_000_000
"""Bytes all entries of an archive may unpack to, unless the caller says less. Half a million rows of fifteen
columns take some 400 million.
"""

MAX_ENTRIES = 5_000

RATIO_FROM = 64_000_000
MAX_RATIO = 250
"""Beyond `RATIO_FROM` bytes an entry may unpack to no more than this many times its packed size."""

CHUNK = 1 << 20
PACKED_CHUNK = 1 << 16
_LOCAL_HEADER = 30
_STORED, _DEFLATED = 0, 8

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UnfitFileError(Exception):
    """The file cannot be taken; `code` says why (who called turns it into words), `detail` fills in."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def checked_ole(data: bytes) -> None:
    """Raise UnfitFileError for the container of an old Office file that is encrypted or carries macros."""
    if ole_holds(data, "EncryptedPackage"):
        raise UnfitFileError("encrypted")
    if ole_holds(data, "_VBA_PROJECT"):
        raise UnfitFileError("macros")


def ole_holds(data: bytes, *names: str) -> bool:
    """Whether the container has a stream or storage of one of these names."""
    return any(name.encode("utf-16-le") in data for name in names)


def checked_names(data: bytes, most: int | None = None) -> set[str]:
    """The names of a zip archive's entries, once it has been unpacked without keeping anything.

    `most` bytes may come out of all entries together (default `MAX_UNPACKED`). Raises UnfitFileError:
    `broken`, `encrypted`, `bomb`, `macros`.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        names = set(archive.namelist())
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError) as error:
        raise UnfitFileError("broken") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnfitFileError("encrypted")
    _check_declared(entries, len(data), MAX_UNPACKED if most is None else most)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnfitFileError("macros")
    for entry in entries:
        _check_actual(data, entry)
    return names


def _check_declared(entries: list[zipfile.ZipInfo], size: int, most: int) -> None:
    """Refuse an archive that declares too much, or whose entries share their packed bytes."""
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > most:
        raise UnfitFileError("bomb")
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise UnfitFileError("bomb")
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size
        if end > size or entry.compress_type not in (_STORED, _DEFLATED):
            raise UnfitFileError("broken")
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise UnfitFileError("bomb")


def _check_actual(data: bytes, entry: zipfile.ZipInfo) -> None:
    """Unpack one entry without keeping it; it must give what it declares and no byte more."""
    if entry.compress_type == _STORED:
        if entry.file_size != entry.compress_size:
            raise UnfitFileError("bomb")
        return
    counted = 0
    for piece in unpacked(data, entry):
        counted += len(piece)
        if counted > entry.file_size:
            raise UnfitFileError("bomb")


def unpacked(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes of a deflated or stored entry, never more than a megabyte at a time."""
    name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + _LOCAL_HEADER + name + extra
    packed = memoryview(data)[start : start + entry.compress_size]
    inflater = zlib.decompressobj(-15)
    for at in range(0, len(packed), PACKED_CHUNK):
        piece = bytes(packed[at : at + PACKED_CHUNK])
        if entry.compress_type == _STORED:
            yield piece
            continue
        while piece and not inflater.eof:
            try:
                yield inflater.decompress(piece, CHUNK)
            except zlib.error as error:
                raise UnfitFileError("broken") from error
            piece = inflater.unconsumed_tail
