"""What the board's templates need computed: rates from their parts, never from other rates."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiceng.coverage.board import Board, Matrix, Row
from jiceng.coverage.models import CoverageSpan
from jiceng.coverage.picking import Found
from jiceng.coverage.queries import Clear, Funnel
from jiceng.packs.catalogue import Catalogue, current
from jiceng.web.coverage.asking import LABELS, REST, Address

RATES = (
    ("organised", "organised", "in_scope"),
    ("obliged", "obliged_organised", "obliged"),
    ("worked", "worked", "in_scope"),
)
"""The rates: their name in the ledger's `rates`, and the measures that are numerator and denominator."""


def percent(part: int, whole: int) -> str:
    """`part` of `whole` in per cent with one decimal; a dash where there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def points(now: tuple[int, int], then: tuple[int, int] | None) -> str:
    """By how many percentage points a rate changed, signed; '' where either day has no rate."""
    if then is None or not then[1] or not now[1]:
        return ""
    return f"{100 * now[0] / now[1] - 100 * then[0] / then[1]:+.1f}"


def measures(board: Board) -> list[dict[str, Any]]:
    """The three rates, and the same of units above scale, each with its parts and where they open."""
    labels = {"organised": _("组织覆盖率"), "obliged": _("应建已建率"), "worked": _("工作覆盖率")}
    address = Address(board.ledger.key, board.day)
    found = []
    for name, part, whole in RATES:
        now, then = _parts(board.total.now, part, whole), _then(board.total.then, part, whole)
        scale = _parts(board.above_scale.now, part, whole)
        scale_then = _then(board.above_scale.then, part, whole)
        figure = getattr(board.ledger.rates, name)
        found.append(
            {
                "label": labels[name],
                "url": _figure(figure, board) or address.units(part),
                "value": percent(*now),
                "parts": [(now[0], address.units(part)), (now[1], address.units(whole))],
                "then": percent(*then) if then else "",
                "change": points(now, then),
                "scale": percent(*scale),
                "scale_parts": [
                    (scale[0], address.units(part, scale="1")),
                    (scale[1], address.units(whole, scale="1")),
                ],
                "scale_change": points(scale, scale_then),
            }
        )
    return found


def _parts(funnel: Funnel, part: str, whole: str) -> tuple[int, int]:
    return getattr(funnel, part), getattr(funnel, whole)


def _then(funnel: Funnel | None, part: str, whole: str) -> tuple[int, int] | None:
    return None if funnel is None else _parts(funnel, part, whole)


def _figure(key: str | None, board: Board, part: int | None = None) -> str:
    if not key:
        return ""
    more = f"&by=territory&part={part}" if part else ""
    return f"{reverse('figures:figure', args=[key])}?day={board.day.isoformat()}{more}"


def funnel_steps(board: Board) -> list[dict[str, Any]]:
    """The gap funnel: registered → in scope → worked → organised, with what each step leaves open."""
    now, then, address = board.total.now, board.total.then, Address(board.ledger.key, board.day)
    steps = (
        (_("台账单位"), "known", 0, ""),
        (_("纳入范围"), "in_scope", now.known - now.in_scope - now.excluded, "out_of_scope"),
        (_("工作已覆盖"), "worked", now.in_scope - now.worked, "unworked"),
        (_("组织已覆盖"), "organised", now.in_scope - now.organised, "unorganised"),
    )
    widest = max(now.known, 1)
    return [
        {
            "label": label,
            "measure": measure,
            "count": getattr(now, measure),
            "url": address.units(measure),
            "open": gap,
            "open_url": address.units(left) if left else "",
            "change": f"{getattr(now, measure) - getattr(then, measure):+d}" if then else "",
            "width": round(100 * getattr(now, measure) / widest, 1),
        }
        for label, measure, gap, left in steps
    ]


def rated(row: Row, board: Board, *, industries: bool = False) -> dict[str, Any]:
    """An area's or industry's counts and rates with their addresses; no rate where there are too few units."""
    funnel, then = row.funnel, row.then
    address = Address(board.ledger.key, board.day)
    where = {"industry": row.key} if industries else {"area": str(row.region.pk) if row.region else REST}
    counts = {
        "known": funnel.known,
        "in_scope": funnel.in_scope,
        "organised": funnel.organised,
        "obliged_open": funnel.obliged - funnel.obliged_organised,
        "unorganised": funnel.in_scope - funnel.organised,
    }
    shown: dict[str, Any] = {
        "code": row.key,
        "key": row.region.pk if row.region else None,
        "label": row.label or (_("未填行业") if industries else _("其他（本级直属或未填）")),
        "share": round(100 * funnel.organised / funnel.in_scope, 1) if row.enough else None,
        "link": address.units("unorganised", **where),
    }
    for measure, count in counts.items():
        shown[measure] = {"count": count, "url": address.units(measure, **where)}
    for name, part, whole in RATES:
        now = _parts(funnel, part, whole)
        enough = row.enough if whole == "in_scope" else bool(now[1])
        figure = _figure(getattr(board.ledger.rates, name), board, row.region.pk) if row.region else ""
        shown[f"{name}_rate"] = {
            "value": percent(*now) if enough else "—",
            "change": points(now, _then(then, part, whole)) if enough else "",
            "url": figure or address.units(part, **where),
        }
    return shown


def whole(board: Board) -> dict[str, Any]:
    """The last line of the table: all areas together."""
    row = Row("", _("合计"), None, board.total.now, board.total.then)
    shown, address = rated(row, board), Address(board.ledger.key, board.day)
    for measure, value in shown.items():
        if isinstance(value, dict) and measure in LABELS:
            value["url"] = address.units(measure)
    for name, part, _whole in RATES:
        shown[f"{name}_rate"]["url"] = _figure(getattr(board.ledger.rates, name), board) or address.units(
            part
        )
    return shown


def on_map(row: dict[str, Any]) -> dict[str, Any]:
    """An area of the board as the map draws it: its share, what to say of it, and where it leads."""
    return {
        "code": row["code"],
        "label": row["label"],
        "size": row["share"],
        "in_scope": row["in_scope"]["count"],
        "value": row["organised_rate"]["value"],
        "said": [
            f"{_('组织覆盖率')} {row['organised_rate']['value']}",
            f"{_('纳入范围')} {row['in_scope']['count']}",
            f"{_('未覆盖')} {row['unorganised']['count']}",
        ],
        "link": row["link"],
    }


def matrix_rows(matrix: Matrix, board: Board) -> list[dict[str, Any]]:
    """The clear matrix: per area and item the share that is clear, how many are not, and how it was on the
    other day; each opens.
    """
    address = Address(board.ledger.key, board.day)
    rows = []
    for row, cells in matrix.rows:
        area = str(row.region.pk) if row.region else REST
        shown = [
            _cell(now, then, item, area, address)
            for (item, _label), (now, then) in zip(matrix.items, cells, strict=True)
        ]
        rows.append({"label": row.label, "cells": shown})
    return rows


def _cell(now: Clear | None, then: Clear | None, item: str, area: str, address: Address) -> dict[str, Any]:
    if now is None:
        return {"value": "—", "change": ""}
    parts = now.clear, now.total
    before = (then.clear, then.total) if then is not None else None
    return {
        "value": percent(*parts),
        "clear": now.clear,
        "total": now.total,
        "open": now.total - now.clear,
        "url": address.units("known", area=area, item=item, clear="1"),
        "open_url": address.units("known", area=area, item=item, clear="0"),
        "then": percent(*before) if before else "",
        "change": points(parts, before),
        "moved": points(parts, before) not in ("+0.0", "-0.0"),
        "done": now.clear == now.total,
    }


def state(span: CoverageSpan, catalogue: Catalogue) -> tuple[str, str]:
    """The light and the words for a unit's coverage."""
    if span.excluded:
        return "none", str(LABELS["excluded"])
    if not span.in_scope:
        return "none", str(LABELS["out_of_scope"])
    if span.organised:
        way = catalogue.label(span.way) if span.way else ""
        return "good", f"{LABELS['organised']} · {way}" if way else str(LABELS["organised"])
    if span.obliged:
        return "bad", str(LABELS["obliged_open"])
    return ("none", str(LABELS["worked_only"])) if span.worked else ("warn", str(LABELS["bare"]))


def unit_lines(units: Sequence[Found]) -> list[dict[str, Any]]:
    """The units of a list: each with its state in shape and words, what it needs and by which document."""
    catalogue = current()
    return [_unit_line(each, catalogue) for each in units]


def _unit_line(each: Found, catalogue: Catalogue) -> dict[str, Any]:
    light, said = state(each.span, catalogue)
    employees = each.span.unit.employees
    return {
        "span": each.span,
        "unit": each.span.unit,
        "employees": "—" if employees is None else employees,
        "light": light,
        "said": said,
        "text": each.text,
        "cites": each.cites,
    }
