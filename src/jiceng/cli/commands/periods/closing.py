"""`jiceng close`: freeze a period after its checks have held or been explained."""

import argparse
from typing import Any

from jiceng.cli.commands.matters.naming import access_named
from jiceng.cli.commands.periods.naming import add_period, area, author, period_of, today
from jiceng.cli.main import emit
from jiceng.periods.closing import close
from jiceng.periods.models import Closing
from jiceng.periods.reporting import require_closing


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "close",
        help="close a reporting period",
        description="Keeps the snapshot of the moment and the figures that the area reports. Every check that "
        "fails must be explained; --explain lower=… where areas below have not reported.",
    )
    add_period(command)
    command.add_argument(
        "--explain", metavar="CHECK=TEXT", action="append", type=_explanation, default=[],
        help="why a check that fails is right",
    )  # fmt: skip
    command.set_defaults(run=run)


def _explanation(written: str) -> tuple[str, str]:
    key, sign, text = written.partition("=")
    if not sign or not key or not text.strip():
        raise argparse.ArgumentTypeError(f"“{written}”不是说明，写成 members_jump=整建制转入一个党委")
    return key, text


def run(arguments: argparse.Namespace) -> int:
    access = access_named(arguments)
    region = area(arguments, access)
    if access is not None:
        require_closing(access, region)
    made = close(
        by=author(arguments, access),
        region=region,
        period=period_of(arguments),
        day=today(region, access),
        explained=dict(arguments.explain),
    )
    explained = [one for one in made.checks if one["explained"]]
    lines = [
        f"{made}已关账：{len(made.figures)} 个指标，{len(made.checks)} 项核对，{len(explained)} 项有说明"
    ]
    lines += [f"  {one['name']}：{one['said']} —— {one['explained']}" for one in explained]
    emit(arguments, told(made), "\n".join(lines))
    return 0


def told(made: Closing) -> dict[str, Any]:
    """A closing as `--json` prints it."""
    return {
        "region": made.region.code,
        "period": made.period,
        "state": made.state,
        "manifest": made.manifest,
        "figures": made.figures,
        "checks": made.checks,
    }
