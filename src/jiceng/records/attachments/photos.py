"""Pictures are encoded anew, so that nothing of a file but the picture itself is ever kept: no place, no camera, no
thumbnail of what was cut off, no program behind the last pixel.
"""

import struct
import threading
import warnings
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from jiceng.records.refusals import Refusal

MOST_PIXELS = 40_000_000
MOST_SIDE = 8_192
QUALITY = 82

FORMATS = ("JPEG", "PNG", "WEBP")
"""The only decoders a file can reach, whatever it says it is."""

ONE = threading.Lock()
"""A process decodes one picture at a time: one of `MOST_PIXELS` may take 700 MB (a WebP; a JPEG takes 110)."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # its decoders ask it too

_BROKEN = (  # all that Pillow's parsers raise where a file is not what it should be
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError,
    EOFError, struct.error,
)  # fmt: skip

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def reencoded(data: bytes, side: int, where: str = "") -> bytes:
    """The picture in `data` (JPEG, PNG, WebP) as a progressive JPEG, upright, at most `side` pixels long and wide,
    on white where it was transparent, with nothing else in the file.

    The same picture gives the same bytes. `where` names the file in messages. Raises Refusal for what is no picture,
    is cut off, or has more than `MOST_PIXELS` or a side beyond `MOST_SIDE`.
    """
    try:
        # Pillow warns of every oddity; what matters of them it raises
        with (
            ONE,
            warnings.catch_warnings(action="ignore"),
            Image.open(BytesIO(data), formats=FORMATS) as opened,
        ):
            _check_size(opened, where)
            turn = _UPRIGHT.get(_orientation(opened))
            opened.draft("RGB", (side, side))  # a JPEG is decoded no larger than needed
            picture = _flattened(opened)
            picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return _encoded(picture.transpose(turn) if turn is not None else picture)
    except Image.DecompressionBombError:
        raise _too_large(where) from None
    except _BROKEN:
        raise Refusal(
            _("这不是照片，或照片已损坏"), where=where, remedy=_("重新拍照，或换一张 JPG、PNG 照片")
        ) from None


def _check_size(picture: Image.Image, where: str) -> None:
    """Raise Refusal for too many pixels: nothing is decoded yet."""
    if max(picture.size) > MOST_SIDE or picture.width * picture.height > MOST_PIXELS:
        raise _too_large(where)


def _too_large(where: str) -> Refusal:
    said = {"side": MOST_SIDE, "pixels": MOST_PIXELS // 1_000_000}
    return Refusal(
        _("照片的尺寸过大：边长最多 %(side)s 像素，总数最多 %(pixels)s 百万像素") % said,
        where=where,
        remedy=_("在相机设置中选较小的尺寸，或截图后上传"),
    )


def _orientation(picture: Image.Image) -> int:
    """How the camera was held; upright where the file does not say it in a way that can be read."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1


def _flattened(picture: Image.Image) -> Image.Image:
    """Decoded, in 8 bits of red, green and blue, on white."""
    picture.load()
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        whole = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        white = Image.new("RGB", whole.size, "white")
        white.paste(whole, mask=whole.getchannel("A"))
        return white
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.info.clear()  # or comments and profiles would come along
    picture.save(out, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return out.getvalue()
