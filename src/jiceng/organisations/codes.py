"""Codes of regions and units: what they say and why one fails its check.

A real code may fail. Who is entitled lets it pass with a note; the record keeps the note and its author.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal

USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified social credit code (GB 32100-2015): digits and letters without I, O, S, V,
Z.
"""

USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_VALUES = {letter: value for value, letter in enumerate(USCC_LETTERS)}

AREA_LENGTHS = (2, 4, 6, 9, 12)
"""How long the code of a province, prefecture, county, town and village is (GB/T 2260, 国家统计局
2-2-2-3-3).
"""

_LATIN_CODE = re.compile(r"[0-9A-Z]{1,20}")


def folded(code: str) -> str:
    """`code` as it is stored: full-width characters made plain, no spaces or hyphens, capitals.

    `９１３５０１００m000100y43` becomes `91350100M000100Y43`.
    """
    return re.sub(r"[\s\-‐－—]", "", unicodedata.normalize("NFKC", code)).upper()


def uscc_check_character(first_17: str) -> str:
    """The 18th character that belongs to 17 others of the alphabet. Raises KeyError for a character outside
    it.
    """
    total = sum(_VALUES[c] * weight for c, weight in zip(first_17, USCC_WEIGHTS, strict=True))
    return USCC_LETTERS[-total % 31]


def uscc_fault(code: str) -> str:
    """Why `code` (already folded) is no unified social credit code; empty where it is one (GB 32100-2015)."""
    if len(code) != 18:
        return _("统一社会信用代码应为18位，这里是%(length)s位") % {"length": len(code)}
    for place, letter in enumerate(code, start=1):
        if letter not in _VALUES:
            return _("第%(place)s位“%(letter)s”不能出现在统一社会信用代码里（没有 I、O、S、V、Z）") % {
                "place": place,
                "letter": letter,
            }
    if not code[2:8].isdigit():
        return _("第3至8位应为登记机关的行政区划代码，这里是%(part)s") % {"part": code[2:8]}
    wanted = uscc_check_character(code[:17])
    if code[17] != wanted:
        return _("校验码不符：末位是%(found)s，按前17位应为%(wanted)s") % {
            "found": code[17],
            "wanted": wanted,
        }
    return ""


def area_fault(code: str) -> str:
    """Why `code` (folded) is no area code; empty where it is one.

    Statistical codes are digits of 2, 4, 6, 9 or 12 places. Below the village (residents' groups, grids)
    and beside the tree (functional areas) a locality's own suffix follows the code of the node it hangs
    under.
    """
    if not code:
        return _("缺少区划代码")
    if not _LATIN_CODE.fullmatch(code):
        return _("区划代码只含数字和字母，最多20位，这里是%(code)s") % {"code": code}
    if not code[:2].isdigit() or code.startswith("0"):
        return _("区划代码以两位省级代码开头，这里是%(code)s") % {"code": code}
    if code.isdigit() and len(code) < 12 and len(code) not in AREA_LENGTHS:
        return _(
            "区划代码应为2、4、6、9或12位，这里是%(length)s位（Excel 可能去掉了末尾的零或改成了科学计数）"
        ) % {"length": len(code)}
    return ""


def area_level(code: str) -> int:
    """The level a digit code speaks of: 1 province … 5 village, 6 below it."""
    return AREA_LENGTHS.index(len(code)) + 1 if len(code) in AREA_LENGTHS else 6


def parent_code(code: str) -> str:
    """The code one level up: `510681100001` gives `510681100`; a province gives the empty text."""
    shorter = [length for length in AREA_LENGTHS if length < len(code)]
    return code[: shorter[-1]] if shorter else ""


def is_statistical(code: str) -> bool:
    """Whether a town-level code (or one below it) is kept by statistics only: positions 7–9 are 400 or
    more.
    """
    return len(code) >= 9 and code[6:9].isdigit() and code[6:9] >= "400"


def passed(code: str, fault: str, *, note: str, by: Actor) -> tuple[str, str]:
    """The note and its author under which `code` may be stored: both empty for a code without `fault`.

    Raises Refusal for a fault without a note. Whether `by` may note one is checked where grants are known.
    """
    if not fault:
        return "", ""
    if not note.strip():
        raise Refusal(f"{code}: {fault}", remedy=_("更正代码；确属实际代码的，由有权人员填写代码说明后通过"))
    return note.strip()[:200], by.name[:80]
