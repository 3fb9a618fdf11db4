"""A board's tiles as their templates show them: grouped digits, widths of bars, and where every number opens."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiceng.indicators.answering.values import Amount, Value
from jiceng.indicators.definition import measured
from jiceng.reports.boards.answering import Answer, Line, Number
from jiceng.reports.boards.declaring import MARK_OF, NumberTile, TrendTile
from jiceng.reports.boards.times import Moment, Span
from jiceng.web.boards.asking import address
from jiceng.web.boards.drawing import labelled, line, map_id, size_of
from jiceng.web.figures.shaping import NOTHING, difference, plain

WIDTHS = {"number": 2, "trend": 4, "bars": 4, "funnel": 4, "table": 8, "map": 6}
"""How wide a tile of each kind is, of twelve, where the pack does not say."""


def whole(answers: Sequence[Answer]) -> bool:
    """Whether all numbers are over all records of the place, not only over those that the visitor may see."""
    shown = [number.amount for answer in answers for number in answer.numbers]
    return all(amount.whole for amount in shown if isinstance(amount, Value))


class Shaper:
    """Makes what templates need of answers."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def tile(self, answer: Answer) -> dict[str, Any]:
        """A tile of any kind. `kind` names its template."""
        kind = MARK_OF[type(answer.tile)]
        shown = {
            "kind": kind,
            "template": f"boards/{kind}.html",
            "title": answer.tile.heading or answer.names[0],
            "unit": measured(answer.units[0]),
            "by": "" if answer.tile.heading else _by(answer),
            "width": answer.tile.width or WIDTHS[kind],
            "why": answer.why,
        }
        return shown if answer.why else shown | getattr(self, f"_{kind}")(answer)

    # ----------------------------------------------------------------------------------------------- kinds
    def _number(self, answer: Answer) -> dict[str, Any]:
        (number,) = answer.numbers
        shown = {"number": _shown(number)}
        if answer.earlier is None or answer.earlier.amount is None or number.amount is None:
            return shown
        assert isinstance(answer.tile, NumberTile)
        points = number.amount.unit == "%"
        return shown | {
            "earlier": _shown(answer.earlier),
            "when": {"period": _("上期"), "year": _("上年同期")}[answer.tile.against],
            "change": difference(answer.earlier.amount, number.amount),
            "change_unit": _("个百分点") if points else measured(number.amount.unit),
        }

    def _trend(self, answer: Answer) -> dict[str, Any]:
        drawn, places = line([size_of(number.amount) for number in answer.numbers])
        named = labelled(len(answer.numbers))
        points = [
            _shown(number)
            | {"x": place[0] if place else None, "y": place[1] if place else None}
            | {"above": place[1] - 7 if place else None, "named": i in named, "when": self._when(number)}
            for i, (number, place) in enumerate(zip(answer.numbers, places, strict=True))
        ]
        return {"line": drawn, "points": points}

    def _bars(self, answer: Answer) -> dict[str, Any]:
        sizes = [size_of(number.amount) or 0.0 for number in answer.numbers]
        widest = 100.0 if answer.units[0] == "%" else max(sizes, default=0.0)
        return {
            "bars": [
                _shown(number) | {"size": round(100 * max(0.0, size) / (widest or 1.0), 1)}
                for number, size in zip(answer.numbers, sizes, strict=True)
            ]
        }

    def _funnel(self, answer: Answer) -> dict[str, Any]:
        shown = self._bars(answer)["bars"]
        amounts = [number.amount for number in answer.numbers]
        for step, before, this in zip(shown[1:], amounts, amounts[1:], strict=False):
            step["share"] = _share(before, this)
        return {"bars": shown}

    def _table(self, answer: Answer) -> dict[str, Any]:
        units = map(measured, answer.units)
        return {
            "title": answer.tile.heading or _("各区域情况"),
            "columns": list(zip(answer.names, units, strict=True)),
            "lines": [_row(each, place) for place, each in enumerate(answer.lines)],
            "others": answer.others,
        }

    def _map(self, answer: Answer) -> dict[str, Any]:
        return {"map": map_id(answer), "bars": [_shown(number) for number in answer.numbers]}

    def _when(self, number: Number) -> str:
        flow = isinstance(number.amount, Value) and number.amount.period is not None
        return _of_flow(number.moment, self._span) if flow else _of_stock(number.moment, self._span)


def _by(answer: Answer) -> str:
    """What stands behind an indicator's name, as the same figure may stand on a board several times."""
    if isinstance(answer.tile, TrendTile):
        return _("走势")
    return _("按%(what)s") % {"what": answer.by} if answer.by else ""


def _shown(number: Number) -> dict[str, Any]:
    """A number with its unit, the parts of a quotient, and where they open."""
    amount, marks = number.amount, number.marks
    found = {
        "label": number.label or NOTHING,
        "value": plain(amount.value) if amount is not None else NOTHING,
        "url": address(number),
        "few": amount is None,
        "beside": bool(marks and marks.beside),
        "pending": bool(marks and marks.pending),
        "ended": bool(marks and marks.ended),
    }
    if amount is None or not amount.ratio:
        return found
    return found | {
        "ratio": True,
        "numerator": plain(amount.numerator),
        "denominator": plain(amount.denominator),
    }


def _row(each: Line, place: int) -> dict[str, Any]:
    cells = [_shown(number) if number is not None else None for number in each.numbers]
    marks = each.marks
    return {
        "label": each.label or NOTHING,
        "cells": cells,
        "sum": marks is None,
        "first": place == 0,
        "beside": bool(marks and marks.beside),
        "pending": bool(marks and marks.pending),
        "ended": bool(marks and marks.ended),
    }


def _share(before: Amount | None, this: Amount | None) -> str:
    """What part of the step before a step is, in per cent; a dash where there is no whole."""
    whole, part = size_of(before), size_of(this)
    return f"{100 * part / whole:.1f}%" if whole and part is not None else NOTHING


# ------------------------------------------------------------------------------------------------ times
def _of_flow(moment: Moment, span: Span) -> str:
    first, _last = moment.period
    if span in ("year", "ytd"):
        return str(first.year)
    if span == "month":
        return f"{first:%Y-%m}"
    if span == "quarter":
        return f"{first.year}Q{(first.month + 2) // 3}"
    return f"{first.year}H{1 if first.month == 1 else 2}"


def _of_stock(moment: Moment, span: Span) -> str:
    day = moment.day
    at_year_end = span in ("year", "ytd") and (day.month, day.day) == (12, 31)
    return str(day.year) if at_year_end else f"{day:%Y-%m}"
