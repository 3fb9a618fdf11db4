"""Files as people and their machines make them, and as those who mean harm do."""

import struct
import zipfile
from io import BytesIO

from PIL import Image, PngImagePlugin

from tests.exchange.workbooks import xls, xlsx

PLACE = "GPSLatitude-30.47N"
"""Stands somewhere in all that a picture says about itself."""


def picture(size=(120, 80), mode="RGB", colour=(200, 30, 30)) -> Image.Image:
    """Red with a blue upper left corner, so that it can be seen which way up it is."""
    made = Image.new("RGB", size, colour)
    made.paste((20, 20, 200), (0, 0, size[0] // 4, size[1] // 4))
    return made.convert(mode)


def encoded(made: Image.Image, kind="JPEG", **given) -> bytes:
    out = BytesIO()
    made.save(out, kind, **given)
    return out.getvalue()


def exif(orientation=1) -> Image.Exif:
    """What a phone writes: how it was held, where it was, and what it is."""
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010F] = PLACE
    found[0x8825] = {1: "N", 2: (30.0, 28.0, 12.0), 3: "E", 4: (106.0, 38.0, 0.0)}
    return found


def telling(kind: str) -> bytes:
    """A picture that says where it was taken in every way that its format has."""
    profile = b"\0" * 36 + b"acsp" + b"\0" * 88 + PLACE.encode()
    said = {"exif": exif(), "icc_profile": profile}
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{PLACE}</x:xmpmeta>".encode()
    if kind == "JPEG":
        return encoded(picture(), kind, comment=PLACE, dpi=(301, 301), xmp=xmp, **said) + PLACE.encode()
    if kind == "WEBP":
        return encoded(picture(), kind, xmp=xmp, **said)
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", PLACE)
    info.add_itxt("XML:com.adobe.xmp", xmp.decode())
    return encoded(picture(), kind, pnginfo=info, **said) + PLACE.encode()


def markers(jpeg: bytes) -> list[int]:
    """The markers of a JPEG up to its first scan: 0xE1 is EXIF or XMP, 0xE2 a profile, 0xFE a comment."""
    found, at = [], 2
    while at < len(jpeg):
        kind, length = jpeg[at + 1], struct.unpack_from(">H", jpeg, at + 2)[0]
        found.append(kind)
        if kind == 0xDA:
            return found
        at += 2 + length
    return found


def bomb(width=30_000, height=30_000) -> bytes:
    """A PNG of a few hundred bytes that says it is nearly a thousand million pixels."""
    small = encoded(picture((8, 8)), "PNG")
    header = struct.pack(">II", width, height) + small[24:29]
    checksum = struct.pack(">I", __import__("zlib").crc32(b"IHDR" + header))
    return small[:16] + header + checksum + small[33:]


def zipped(**parts: str | bytes) -> bytes:
    """A zip archive; in the names `__` stands for a slash, `_x` for `.x` at the end."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


def office(main: str, *others: str, types: str = "<Types/>") -> bytes:
    """A file of Office, as far as anybody looks who does not open it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("[Content_Types].xml", main, *others):
            made.writestr(name, types if name.startswith("[") else "<part/>")
    return out.getvalue()


def compound(*streams: str, tail: bytes = b"") -> bytes:
    """An old Office container with streams of these names."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join(s.encode("utf-16-le") for s in streams)
        + tail
    )


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DOCX = office("word/document.xml")
XLSX = xlsx([["a"]])
XLS = xls([["a"]])
