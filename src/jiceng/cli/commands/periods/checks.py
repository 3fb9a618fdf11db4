"""`jiceng check`: the figures that must agree, and the lists that should be empty, at a place in a period."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from jiceng.cli.main import emit
from jiceng.cli.nodes import node_with
from jiceng.indicators.checks.running import Checking, Outcome, outcomes, records_behind
from jiceng.indicators.periods import calendar_period, period_before
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal

SHOWN = 1_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser(
        "check",
        help="figures that must agree, lists that should be empty",
        description="Exit code 0 only if every check that a closing waits for holds.",
    )
    check.add_argument(
        "check", nargs="?", metavar="CHECK", help="only this one, with the records that make it fail"
    )
    check.add_argument("--region", metavar="CODE", help="code of the region; default: everything")
    check.add_argument("--period", metavar="P", help="2022-05, 2022Q2, 2022H1, 2022; default: the last month")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    period = (
        calendar_period(arguments.period)
        if arguments.period
        else period_before(timezone.localdate(), "month")
    )
    node = node_with(arguments.region)
    asked = Checking(period, node, Scope.all())
    found = [one for one in outcomes(asked) if arguments.check in (None, one.key, one.key.partition(":")[2])]
    if not found:
        raise Refusal(f"没有核对项“{arguments.check}”", remedy="jiceng check 列出全部")
    told: dict[str, Any] = {"period": str(period), "checks": [_told(one) for one in found]}
    lines = [period.label, *_lines(found)]
    if arguments.check:
        told["records"] = ids = [row.id for row in _records(found[0], asked)]
        lines += [f"  {key}" for key in ids]
    emit(arguments, told, "\n".join(lines))
    return 1 if any(one.failed and one.closing for one in found) else 0


def _records(found: Outcome, asked: Checking) -> Sequence[Any]:
    behind = records_behind(found.key, asked, limit=SHOWN)
    return behind.rows if behind else ()


def _told(one: Outcome) -> dict[str, Any]:
    figures = {key: value.value for key, value in one.figures.items()}
    return {
        "key": one.key, "name": one.name, "holds": one.holds, "said": one.said, "closing": one.closing,
        "figures": figures,
    }  # fmt: skip


def _lines(found: Sequence[Outcome]) -> Iterator[str]:
    for one in found:
        sign = "?" if one.holds is None else "✓" if one.holds else "✗" if one.closing else "·"
        yield f"{sign} {one.key}  {one.name}  {one.said}"
    failed = sum(one.failed for one in found)
    yield f"{len(found)} 项，{failed} 项不符"
