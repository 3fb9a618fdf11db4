"""Figures as people read them: grouped digits, one decimal for shares, parts with their own links."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from jiceng.indicators.answering.values import written
from jiceng.indicators.definition import measured
from jiceng.indicators.figures import Amount, Value
from jiceng.web.figures.asking import Asked

NOTHING = "—"
"""What stands where a figure has no value."""


def plain(value: Any) -> str:
    """A number without needless decimals, thousands grouped; a dash for nothing."""
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return f"{value:,}"
    rounded = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(amount: Amount) -> dict[str, Any]:
    """The value, and for a quotient its two parts."""
    return {
        "value": plain(amount.value),
        "unit": measured(amount.unit),
        "ratio": amount.ratio,
        "numerator": plain(amount.numerator),
        "denominator": plain(amount.denominator),
        "rows": plain(amount.rows),
        "count": amount.rows,
    }


def troubled(values: Iterable[Value]) -> str:
    """What people are told where another engine should have worked the figures out; '' where all is well."""
    for value in values:
        if value.trouble:
            made = timezone.localtime(datetime.fromisoformat(value.created))
            said = {"why": value.trouble, "when": made.strftime("%Y-%m-%d %H:%M")}
            return gettext("%(why)s：数字由本服务器从 %(when)s 的数据算出，可能要等得久一些。") % said
    return ""


def parts(value: Value, asked: Asked) -> list[dict[str, Any]]:
    """The parts with the link that shows their records, and their bar's width."""
    sizes = [_size(part) for part in value.parts]
    widest = max(sizes, default=0) or 1
    return [
        shown(part)
        | {
            "label": part.label or "—",
            "beside": part.beside,
            "pending": part.pending,
            "ended": part.ended,
            "width": round(100 * size / widest, 1),
            "key": written(part.key),
            "size": None if part.value is None else size,
            "link": asked.link(part=written(part.key)),
            "counted_link": asked.link(part=written(part.key), counted="1"),
        }
        for part, size in zip(value.parts, sizes, strict=True)
    ]


def _size(amount: Amount) -> float:
    value = amount.value
    return max(0.0, float(value)) if isinstance(value, (int, float, Decimal)) else 0.0


def spark(values: Sequence[Value], asked: Asked) -> dict[str, Any]:
    """A small line of a trend: points for an SVG of 240 × 48, and for each its label, value, change since the
    one before, and the address of the figure then.
    """
    numbers = [_size(v) for v in values]
    low, high = min(numbers, default=0), max(numbers, default=0)
    spread = (high - low) or 1
    step = 240 / max(1, len(numbers) - 1)
    points = [(round(i * step, 1), round(44 - 40 * (n - low) / spread, 1)) for i, n in enumerate(numbers)]
    return {
        "line": " ".join(f"{x},{y}" for x, y in points),
        "points": [
            {
                "label": _when(value),
                "value": plain(value.value),
                "change": difference(values[place - 1], value) if place else "",
                "link": asked.link(**_moment(value)),
            }
            for place, value in enumerate(values)
        ],
    }


def difference(before: Amount, after: Amount) -> str:
    """By how much a value rose (+) or fell (-) since the point before; '' where one of them says nothing."""
    kinds = (int, float, Decimal)
    if not isinstance(before.value, kinds) or not isinstance(after.value, kinds):
        return ""
    difference = Decimal(str(after.value)) - Decimal(str(before.value))
    return f"+{plain(difference)}" if difference > 0 else plain(difference) if difference else "0"


def _moment(value: Value) -> dict[str, str]:
    """The settings that ask for the point of a trend again."""
    if value.period:
        first, last = value.period
        return {"period": f"{first.isoformat()}..{last.isoformat()}"}
    return {"day": value.as_of.isoformat()} if value.as_of else {}


def _when(value: Value) -> str:
    if value.period:
        first, last = value.period
        same_year = first.year == last.year and (first.month, first.day) == (1, 1)
        return str(first.year) if same_year else f"{first:%Y-%m}–{last:%Y-%m}"
    return value.as_of.isoformat() if value.as_of else ""
