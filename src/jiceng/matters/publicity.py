"""What may be told of a matter to everybody: where it is, only roughly; words without anybody's personal data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import cos, radians

from django.utils.translation import gettext as _

VILLAGE_LEVEL = 5
"""The narrowest level of regions that is told."""

STEP = 0.005
"""Degrees of latitude to which positions are rounded: about 550 m, so that what is told lies within 400 m."""


# --------------------------------------------------------------------------------------------- places
def coarse_point(longitude: float, latitude: float) -> tuple[float, float]:
    """The point told instead of this one: the nearest of a grid of about 550 by 550 m. The same for all that are
    rounded to it, and for itself.
    """
    north = round(latitude / STEP) * STEP
    across = STEP / max(cos(radians(north)), 0.01)
    return round(round(longitude / across) * across, 6), round(north, 6)


def coarse_path(path: str, levels: Mapping[str, int]) -> str:
    """The territory path told instead of `path`: the nearest of it and those above that is a village or community or
    wider. `levels` are those of the regions on the way, by path; empty where none is.
    """
    wide = [above for above, level in levels.items() if path.startswith(above) and level <= VILLAGE_LEVEL]
    return max(wide, key=len, default="")


# ---------------------------------------------------------------------------------------------- words
_DIGIT = "0-9零〇一二两三四五六七八九"
_NUMERAL = f"[{_DIGIT}十百]"
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?1[3-9]\d[-\s.]?\d{4}[-\s.]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[-\s]?\d{7,8}(?!\d)"
)
_SPELT_PHONE = re.compile(rf"[一1][{_DIGIT}]{{10}}(?![{_DIGIT}])")
_IDENTITY = re.compile(
    r"(?<!\d)\d{6}[-\s]?(?:18|19|20)\d{6}[-\s]?\d{3}[\dXx](?![\dXx])|(?<!\d)\d{15,19}(?!\d)"
)
_ROOM = re.compile(r"\d{3,4}\s*室")
_HOUSE = re.compile(
    rf"(?<![月{_DIGIT}十百])(?:{_NUMERAL}|[A-Za-z])+\s*(?:栋|幢|座|单元|室|号楼|号院|号(?!线|桌|店))"
)
_SCHOOL = re.compile(r"学校|小学|中学|初中|高中|幼儿园|托儿所|学院|大学")
_CHILD = re.compile(
    r"孩子|小孩|儿童|宝宝|婴儿|幼儿(?!园)|儿子|女儿|孙子|孙女|孙儿|学生|年级|班主任"
    r"|(?<!\d)(?:1[0-7]|\d)\s*岁|(?<![二三四五六七八九百])十[一二三四五六七]?岁|(?<!十)[一二两三四五六七八九]岁"
)
_SHORTEST_NAME = 2

PHONE, IDENTITY, NAME = "〔电话〕", "〔证件号〕", "〔姓名〕"
"""What stands in the proposed words instead."""


def stripped(text: str, names: Iterable[str]) -> str:
    """`text` with telephone and identity numbers and `names` taken out, for a person to write the public words by."""
    plain = _plain(text)
    found = (
        plain if _PHONE.search(plain) or _IDENTITY.search(plain) else text
    )  # else the text's own signs stay
    found = _PHONE.sub(PHONE, _IDENTITY.sub(IDENTITY, found))
    found = _SPELT_PHONE.sub(PHONE, found)
    for name in sorted(_proper(names), key=len, reverse=True):
        found = re.sub(r"\s*".join(map(re.escape, name)), NAME, found)
    return found


def personal_in(text: str, names: Iterable[str], *, about_people: bool) -> Iterator[str]:
    """What of anybody's personal data stands in `text`, in words; each kind once. `names` are those that the matter
    knows; `about_people` adds what would tell who lives where: schools, children, house numbers.
    """
    plain = _plain(text)
    without = _IDENTITY.sub(IDENTITY, plain)  # a number of identity may hold what looks like a telephone's
    if _PHONE.search(without) or _SPELT_PHONE.search(without):
        yield _("电话号码")
    if without != plain:
        yield _("证件号码")
    together = re.sub(r"\s", "", plain)
    if any(name in together for name in _proper(names)):
        yield _("姓名")
    if (_HOUSE if about_people else _ROOM).search(plain):
        yield _("门牌号")
    if about_people and _SCHOOL.search(plain):
        yield _("学校")
    if about_people and _CHILD.search(plain):
        yield _("孩子的情况")


_ONE_WIDTH = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))} | {
    0xFF0B: "+",
    0xFF0D: "-",
    0x3000: " ",
}


def _plain(text: str) -> str:
    """`text` with digits and letters of one width; its other signs stay."""
    return text.translate(_ONE_WIDTH)


def _proper(names: Iterable[str]) -> set[str]:
    """Names long enough to be told from words."""
    found = {re.sub(r"\s", "", _plain(name)) for name in names}
    return {name for name in found if len(name) >= _SHORTEST_NAME}
