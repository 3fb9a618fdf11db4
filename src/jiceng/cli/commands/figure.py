"""`jiceng figure`: one figure, its parts or its records."""

import argparse
from decimal import Decimal
from typing import Any

from jiceng.cli.commands.matters.naming import region_named
from jiceng.cli.commands.periods.naming import closing_of
from jiceng.cli.main import day, emit
from jiceng.cli.nodes import node_with
from jiceng.indicators.answering.declared import declared
from jiceng.indicators.answering.question import Question, period_of
from jiceng.indicators.answering.values import Amount, Records, Value
from jiceng.indicators.definition import name_of, sentences
from jiceng.indicators.figures import ANY, answer, list_records
from jiceng.indicators.periods import calendar_period
from jiceng.indicators.shapes import NODES
from jiceng.periods.frozen import as_closed
from jiceng.protection.scopes import Scope

ALL = 10_000_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    figure = commands.add_parser("figure", help="one figure, its parts or its records")
    figure.add_argument(
        "id", metavar="ID", help="the indicator's key, as pack:key or as it holds at the region"
    )
    figure.add_argument("--region", metavar="CODE", help="code of the region (or of the node in --tree)")
    figure.add_argument("--tree", choices=list(NODES), default="territory")
    figure.add_argument("--as-of", metavar="DAY", type=day, help="default: today")
    figure.add_argument("--period", metavar="P", help="2021, 2021-03, 2021Q1, 2021H1, 2021-01-01..2021-06-30")
    figure.add_argument(
        "--closed",
        metavar="P",
        help="as it was reported: from the snapshot of that closed period of the region",
    )
    figure.add_argument("--map", choices=["then", "today"], default="then")
    figure.add_argument(
        "--by", metavar="DIM", default="", help="parts by a tree or a column, e.g. unit.kind@1"
    )
    figure.add_argument("--steps", type=int, default=1, help="for parts by a tree: how many steps below")
    figure.add_argument("--records", action="store_true", help="the records behind the figure")
    figure.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if not arguments.closed:
        return _shown(arguments)
    closing = closing_of(region_named(arguments.region or ""), calendar_period(arguments.closed))
    first, last = closing.calendar.days
    arguments.as_of, arguments.period = arguments.as_of or last, arguments.period or f"{first}..{last}"
    with as_closed(closing):
        return _shown(arguments)


def _shown(arguments: argparse.Namespace) -> int:
    question = Question(
        scope=Scope.all(),
        node=node_with(arguments.region, arguments.tree),
        tree=arguments.tree,
        as_of=arguments.as_of,
        period=period_of(arguments.period) if arguments.period else None,
        map=arguments.map,
        by=arguments.by,
        steps=arguments.steps,
    )
    asked = declared(arguments.id, question)
    value = answer(asked, question)
    found = list_records(asked, question, part=ANY, limit=ALL) if arguments.records else None
    told = _told(asked.key, value) | (_told_records(found) if found else {})
    lines = [f"{name_of(asked.indicator)}  {_said(value)}", *sentences(asked)]
    lines += [f"  {part.label or part.key}  {_said(part)}" for part in value.parts]
    lines += [value.trouble] if value.trouble else []
    lines += [f"  {record.id}  {record.measured}" for record in found.rows] if found else []
    emit(arguments, told, "\n".join(lines))
    return 0


def _told(key: str, value: Value) -> dict[str, Any]:
    period = [day.isoformat() for day in value.period] if value.period else None
    day = value.as_of.isoformat() if value.as_of else None
    parts = [{"key": part.key, "label": part.label, **_amount(part)} for part in value.parts]
    trouble = {"trouble": value.trouble} if value.trouble else {}
    return {"indicator": key, **_amount(value), "as_of": day, "period": period, "parts": parts, **trouble}


def _told_records(found: Records) -> dict[str, Any]:
    rows = [{"id": r.id, "counted": r.counted, "measured": _number(r.measured)} for r in found.rows]
    return {"model": found.model, "records": rows}


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        "value": _number(amount.value),
        "unit": amount.unit,
        "numerator": _number(amount.numerator),
        "denominator": _number(amount.denominator),
        "rows": amount.rows,
    }


def _number(value: Any) -> Any:
    return round(float(value), 6) if isinstance(value, Decimal) else value


def _said(amount: Amount) -> str:
    if amount.value is None:
        return "—"
    value = (
        f"{amount.value:.2f}".rstrip("0").rstrip(".") if isinstance(amount.value, Decimal) else amount.value
    )
    return f"{value}{amount.unit}" + (f"（{amount.numerator}/{amount.denominator}）" if amount.ratio else "")
