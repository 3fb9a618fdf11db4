"""Numbers as official papers write them: 二十一, 〔2022〕5号, 2022年6月3日."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

NUMERALS = "零一二三四五六七八九"
MOST = 999
MOST_DIGITS = 20


def chinese_number(number: int) -> str:
    """1 to 999 in Chinese figures: 十, 二十一, 一百零三. Raises ValueError outside."""
    if not 1 <= number <= MOST:
        raise ValueError(f"no Chinese figures for {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (NUMERALS[ones] if ones else "")


def chinese_day(day: date) -> str:
    """2022年6月3日: no leading zeros, a moment by the day it is here."""
    local = _local(day)
    return f"{local.year}年{local.month}月{local.day}日"


def chinese_month(day: date) -> str:
    """2022年6月."""
    local = _local(day)
    return f"{local.year}年{local.month}月"


def chinese_moment(moment: datetime) -> str:
    """2022年6月3日9时05分, by the clock here."""
    local = _local(moment)
    assert isinstance(local, datetime)
    return f"{chinese_day(local)}{local.hour}时{local.minute:02}分"


def chinese_period(first: date, last: date) -> str:
    """A period as papers say it: 2022年, 2022年上半年, 2022年第二季度, 2022年5月, or from day to day."""
    after = date.fromordinal(last.toordinal() + 1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day != 1 or after.day != 1 or (first.month - 1) % max(months, 1):
        return f"{chinese_day(first)}至{chinese_day(last)}"
    match months:
        case 12:
            return f"{first.year}年"
        case 6:
            return f"{first.year}年{'上' if first.month == 1 else '下'}半年"
        case 3:
            return f"{first.year}年第{chinese_number((first.month + 2) // 3)}季度"
        case 1:
            return chinese_month(first)
        case _:
            return f"{chinese_day(first)}至{chinese_day(last)}"


def _local(day: date) -> date:
    if isinstance(day, datetime) and timezone.is_aware(day):
        return timezone.localtime(day)
    return day


def rounded(value: int | float | Decimal, decimals: int) -> str:
    """The number with so many decimals, halves up: 0.125 → 0.13. One of more digits than anything is counted with
    comes out as it is.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if exact.adjusted() > MOST_DIGITS:
        return str(exact)
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def plain(value: int | float | Decimal) -> str:
    """The number with at most two decimals and none that say nothing: 12.50 → 12.5, 12.0 → 12."""
    text = rounded(value, 2)
    return text.rstrip("0").rstrip(".")
