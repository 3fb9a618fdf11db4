"""What a cell means: full-width characters, numbers as text, “约30人”, √ and ×, codes that Excel took for
numbers.

A cleaner takes a cell and gives a value, None for a blank, or `CLEAR` where someone wrote （清空）. It
raises BadValueError with words for the person who has to mend the cell.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

from django.utils.translation import gettext as _

from jiceng.exchange.reading.dates import DateError, as_date
from jiceng.exchange.reading.moments import as_moment
from jiceng.exchange.reading.sheets import Cell

EXACT_DIGITS = 15
"""Excel keeps fifteen digits of a number and turns the rest into zeros."""


class BadValueError(ValueError):
    """The cell cannot be what its column asks for; the message says why and what to do."""


class _Clear:
    """Written into a cell, it empties what is stored; a blank cell leaves it alone."""

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = _Clear()
CLEAR_WORDS = frozenset(("（清空）", "(清空)", "清空", "（删除）", "(删除)"))
BLANK_WORDS = frozenset(
    ["/", "\\", "-", "--", "—", "——", "－", "无", "空", "暂无", "不详", "未知", "#N/A", "N/A", "null"]
) | {""}

Cleaner = Callable[[Cell], Any]

_FULL_WIDTH = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
_INVISIBLE = (0xFEFF, *range(0x200B, 0x2010), *range(0x09), *range(0x0E, 0x20))
_WIDE: dict[int, str | None] = {
    **{code: chr(code - 0xFEE0) for code in _FULL_WIDTH},
    **dict.fromkeys((0x3000, 0xA0, 0x09, 0x0A, 0x0B, 0x0C, 0x0D), " "),
    **dict.fromkeys((0x2022, 0xFF65), "·"),
    **dict.fromkeys(_INVISIBLE),
}
_SOILED = re.compile(r"[\s\u3000\xa0０-９Ａ-Ｚａ-ｚ\u200b-\u200f\ufeff\u2022\uff65\x00-\x1f]")
_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff·（）]"
_HAN_GAP = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")


def plain(cell: Cell) -> str:
    """A cell as clean text: no full-width letters or digits, no invisible characters, no spaces inside
    Chinese.

    `张　三` becomes `张三`; a number loses its `.0`; a formula stays the text that it is.
    """
    if type(cell) is str:
        if not _SOILED.search(cell):
            return cell
        return _HAN_GAP.sub("", " ".join(cell.translate(_WIDE).split()))
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def text(cell: Cell) -> Any:
    """Text, blank words left out."""
    found = plain(cell)
    if found in BLANK_WORDS:
        return None
    return CLEAR if found in CLEAR_WORDS else found


def at_most(most: int, clean: Cleaner) -> Cleaner:
    """What `clean` gives, if it is no longer than its column holds."""

    def cleaned(cell: Cell) -> Any:
        found = clean(cell)
        if type(found) is str and len(found) > most:
            said = {"length": len(found), "most": most}
            raise BadValueError(_("过长：%(length)s 字，最多 %(most)s 字") % said)
        return found

    return cleaned


_INTEGER = re.compile(r"(?:约|大约|近|共|逾|超过?)?(\d+(?:\.\d+)?)(万)?(?:余|多|来)?[\u4e00-\u9fff]{0,4}")
_RANGE = re.compile(r"\d+\D+\d+")


def integer(cell: Cell) -> Any:
    """A count: 30, "30", "１，２００", "约30人", "30余名", "1.2万"; 无 is none at all, 0."""
    if type(cell) is int:
        number: float = cell
    elif type(cell) is float:
        number = cell
    else:
        written = plain(cell)
        if written == "无":
            return 0
        if written in BLANK_WORDS:
            return None
        if written in CLEAR_WORDS:
            return CLEAR
        number = _counted(written)
    if not isfinite(number) or number != int(number):
        raise BadValueError(_("应为整数，这里是 %(found)s") % {"found": number})
    if not 0 <= number <= 2_000_000_000:
        raise BadValueError(_("数目不对：%(found)s") % {"found": int(number)})
    return int(number)


def _counted(written: str) -> float:
    folded = re.sub(r"[\s,'，]", "", unicodedata.normalize("NFKC", written))
    match = _INTEGER.fullmatch(folded)
    if not match:
        if folded.startswith("="):
            raise BadValueError(_("这是公式，没有结果；请复制后“粘贴为数值”"))
        if _RANGE.search(folded):
            raise BadValueError(_("“%(text)s”不是一个数；请只填一个数") % {"text": written[:30]})
        raise BadValueError(_("“%(text)s”不是数字") % {"text": written[:30]})
    return round(float(match[1]) * 10_000, 6) if match[2] else float(match[1])


def number(cell: Cell) -> Any:
    """A number that need not be whole."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    written = plain(cell)
    if written in BLANK_WORDS:
        return None
    return CLEAR if written in CLEAR_WORDS else _counted(written)


YES = frozenset(["是", "√", "✓", "✔", "☑", "有", "对", "已", "y", "yes", "true", "t", "1", "〇", "○", "属于"])
NO = frozenset(
    ["否", "×", "✗", "✘", "✕", "☒", "x", "无", "不是", "没有", "未", "n", "no", "false", "f", "0", "不属于"]
)


def boolean(words: Mapping[str, bool]) -> Cleaner:
    """是/否, √/×, 有/无, 1/0, and what `words` adds from the packs (规上, 规下 …)."""
    known = dict.fromkeys(YES, True) | dict.fromkeys(NO, False) | dict(words)

    def clean(cell: Cell) -> Any:
        if isinstance(cell, bool):
            return cell
        written = plain(cell)
        found = known.get(written.lower())
        if found is not None:
            return found
        if written in BLANK_WORDS:
            return None
        if written in CLEAR_WORDS:
            return CLEAR
        raise BadValueError(_("“%(text)s”应为 是 或 否") % {"text": written[:30]})

    return clean


def day(cell: Cell) -> Any:
    """A date in any of the ways counties write it."""
    if isinstance(cell, (date, datetime)):
        return as_date(cell)
    if isinstance(cell, str):
        written = plain(cell)
        if written in BLANK_WORDS:
            return None
        if written in CLEAR_WORDS:
            return CLEAR
    elif cell is None:
        return None
    try:
        return as_date(cell)
    except DateError as error:
        raise BadValueError(str(error)) from error


def moment(cell: Cell) -> Any:
    """A moment, aware, or the day alone, in any of the ways other systems write it."""
    written = plain(cell) if isinstance(cell, str) else cell
    if written is None or written in BLANK_WORDS:
        return None
    if written in CLEAR_WORDS:
        return CLEAR
    try:
        return as_moment(written)
    except DateError as error:
        raise BadValueError(str(error)) from error


_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
_QUOTED = re.compile(r'="?([^"]*)"?')


def code(cell: Cell) -> Any:
    """A code as text, recovered where Excel took it for a number and nothing was lost; else it says what to
    do.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if not isfinite(cell) or cell != int(cell):
            raise BadValueError(_("“%(found)s”不是代码；请把该列设为文本格式后重新填写") % {"found": cell})
        if abs(cell) >= 10**EXACT_DIGITS:
            raise BadValueError(
                _("Excel 把代码当成了数字，只留下前15位；请把该列设为文本格式后重新填写完整代码")
            )
        return str(int(cell))
    written = plain(cell).lstrip("'‘’`")
    if written.startswith('="'):
        written = _QUOTED.sub(r"\1", written)
    if written in BLANK_WORDS:
        return None
    if written in CLEAR_WORDS:
        return CLEAR
    if match := _SCIENTIFIC.fullmatch(written):
        return _whole(match, written)
    if re.fullmatch(r"\d+\.0+", written):
        return written.partition(".")[0]
    return written


def _whole(match: re.Match[str], written: str) -> str:
    """The digits behind a scientific notation that shows all of them: 5.11620210001E+11."""
    digits, exponent = match[1] + (match[2] or ""), int(match[3])
    if len(digits) < exponent + 1 or len(digits) > exponent + 1 or len(digits) > EXACT_DIGITS:
        raise BadValueError(
            _("“%(text)s”是 Excel 改成科学计数的代码，原来的数字已经丢失；请把该列设为文本格式后重新填写")
            % {"text": written}
        )
    return digits


def masked(cell: Cell) -> bool:
    """Whether the cell holds a value as exports show it masked (`110105***********X`)."""
    return type(cell) is str and "**" in cell


def phone(cell: Cell) -> Any:
    """A telephone number: digits and one hyphen; the country code 86 is left out."""
    found = code(cell)
    if type(found) is not str:
        return found
    folded = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", found))
    folded = re.sub(r"^(?:\+|00)86-?", "", folded)
    if re.search(r"\d{5,}[,，、/;；]+\d{5,}", folded):
        raise BadValueError(_("只能填一个电话"))
    digits = folded.replace("-", "")
    if not re.fullmatch(r"\d{5,13}", digits):
        raise BadValueError(_("不是电话号码"))
    return digits


class FaultyCodeError(BadValueError):
    """A code that fails its check; `stored` is what it would be stored as, should someone entitled note
    why.
    """

    def __init__(self, reason: str, stored: str) -> None:
        super().__init__(reason)
        self.stored = stored


def checked_code(
    fold: Callable[[str], Any] | None, fault: Callable[[str], str] | None, clean: Cleaner = code
) -> Cleaner:
    """A code in its stored form, with the check it must pass; raises FaultyCodeError with the words of
    `fault`.
    """

    def cleaned(cell: Cell) -> Any:
        if masked(cell):
            return None
        found = clean(cell)
        if type(found) is not str:
            return found
        stored = fold(found) if fold else found
        if fault and (reason := fault(stored)):
            raise FaultyCodeError(reason, stored)
        return stored

    return cleaned
