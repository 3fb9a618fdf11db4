"""Dates as counties write them: 2021.3, 2021年3月, 2021/3/5, 20210315, 二〇二一年三月, or Excel's serial
number.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from math import isfinite

from django.utils.translation import gettext as _

EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = (10_000, 80_000)  # 1927 to 2119; five digits are never a year and a month
YEARS = (1850, 2150)

_FULL = re.compile(
    r"(\d{4})\s*[年./\-\s]\s*(\d{1,2})\s*[月./\-\s]\s*(\d{1,2})\s*[日号]?(?:[\sT]\d{1,2}:\d{2}.*)?"
)
_MONTH = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*月?(?:份)?")
_YEAR = re.compile(r"(\d{4})\s*年?")
_FROM_1 = "一二三四五六七八九"
_CHINESE = re.compile(
    rf"([〇零○Oo{_FROM_1}]{{4}})年(?:([{_FROM_1}十]{{1,3}})月(?:([{_FROM_1}十]{{1,3}})日)?)?"
)
_DIGITS = dict.fromkeys("〇零○Oo", 0) | {c: i for i, c in enumerate(_FROM_1, start=1)}
OPEN_ENDED = frozenset(("至今", "今", "现在", "长期", "在任", "在职", "无固定期限", "永久"))


class DateError(ValueError):
    """The cell is no date; the message says why."""


def as_date(cell: str | int | float | date | datetime) -> date | None:
    """The day a cell means; a month means its first day, a year its first of January, 至今 none.

    A number 2021.1 is refused: Excel writes 2021.10 the same way. Raises DateError.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)):
        return _from_number(cell)
    text = unicodedata.normalize("NFKC", cell).strip()
    if text in OPEN_ENDED:
        return None
    if re.fullmatch(r"\d+", text):
        return _from_digits(text)
    for pattern in (_FULL, _MONTH, _YEAR):
        if match := pattern.fullmatch(text):
            return _day([int(part) for part in match.groups()], text)
    if match := _CHINESE.fullmatch(text):
        year = int("".join(str(_DIGITS[c]) for c in match[1]))
        return _day([year, *(_chinese_number(part) for part in match.groups()[1:] if part)], text)
    if re.fullmatch(r"\d{5}\.\d+", text):
        return _from_number(float(text))
    raise DateError(_("“%(text)s”看不出是哪一天") % {"text": text[:30]})


def _day(parts: list[int], text: str) -> date:
    year, month, day = (*parts, 1, 1)[:3]
    if not YEARS[0] <= year <= YEARS[1]:
        raise DateError(_("“%(text)s”的年份不对") % {"text": text[:30]})
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError(_("没有“%(text)s”这一天") % {"text": text[:30]}) from error


def _chinese_number(text: str) -> int:
    """一 to 三十一."""
    if "十" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    tens, _ten, ones = text.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _from_digits(text: str) -> date:
    if len(text) == 8:
        return _day([int(text[:4]), int(text[4:6]), int(text[6:])], text)
    if len(text) == 6:
        return _day([int(text[:4]), int(text[4:])], text)
    if len(text) == 5 and SERIALS[0] <= int(text) <= SERIALS[1]:
        return EXCEL_EPOCH + timedelta(days=int(text))
    if len(text) == 4:
        return _day([int(text)], text)
    raise DateError(_("“%(text)s”看不出是哪一天") % {"text": text[:30]})


def _from_number(number: int | float) -> date:
    if not isfinite(number):
        raise DateError(_("“%(text)s”看不出是哪一天") % {"text": number})
    if number == int(number):
        return _from_digits(str(int(number)))
    if SERIALS[0] <= number <= SERIALS[1]:
        return EXCEL_EPOCH + timedelta(days=int(number))
    text = repr(number)
    year, _dot, month = text.partition(".")
    if month == "1":
        raise DateError(
            _("%(year)s.1 可能是1月，也可能是10月；请写成 %(year)s-01 或 %(year)s-10") % {"year": year}
        )
    if not re.fullmatch(r"\d{4}\.\d{1,2}", text):
        raise DateError(_("“%(text)s”看不出是哪一天") % {"text": text[:30]})
    return _day([int(year), int(month)], text)
