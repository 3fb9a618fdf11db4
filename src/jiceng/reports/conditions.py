"""Whether a sentence is to be written: what became of a figure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any, assert_never

from jiceng.reports.sections.conditions import BEFORE, Condition
from jiceng.reports.tables import Share
from jiceng.reports.tracing import bare


def measured(value: Any) -> Decimal | None:
    """The value as a number to compare, a share in per cent; None where it says none."""
    value = bare(value)
    if isinstance(value, Share):
        return None if value.value is None else value.value * 100
    if isinstance(value, bool | date) or not isinstance(value, int | float | Decimal) or not isfinite(value):
        return None
    return Decimal(str(value))


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether the condition is met. A figure without a value meets none: nothing is said of it."""
    number, other = measured(values.get(condition.figure)), _other(condition, values)
    if number is None:
        return False
    match condition.is_:
        case "zero":
            return number == 0
        case "some":
            return number != 0
        case "rose" | "above":
            return other is not None and number > other
        case "fell" | "below":
            return other is not None and number < other
        case "unchanged":
            return other is not None and number == other
        case unknown:
            assert_never(unknown)


def _other(condition: Condition, values: Mapping[str, Any]) -> Decimal | None:
    """What the figure is compared with: its earlier self, a number, or another figure."""
    if condition.is_ in ("rose", "fell", "unchanged"):
        return measured(values.get(condition.figure + BEFORE))
    if isinstance(condition.than, str):
        return measured(values.get(condition.than))
    return None if condition.than is None else Decimal(str(condition.than))
