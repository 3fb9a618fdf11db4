"""`jiceng coverage gaps`: units still uncovered and what their rule asks for; `coverage rebuild` derives anew."""

import argparse

from django.utils import timezone

from jiceng.cli.main import day, emit
from jiceng.coverage.queries import gap_lines
from jiceng.coverage.rebuilding import rebuild
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.refusals import Refusal


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = commands.add_parser("coverage", help="the two coverages").add_subparsers(
        dest="what", required=True
    )
    gaps = what.add_parser("gaps", help="units still uncovered, with the rule and what it asks for")
    gaps.add_argument("--region", metavar="CODE", default="", help="below this region")
    gaps.add_argument("--as-of", metavar="DAY", type=day, default=None)
    gaps.add_argument("--ledger", metavar="KEY", default="", help="one coverage ledger (default: all)")
    gaps.set_defaults(run=run_gaps)
    what.add_parser("rebuild", help="bring the derived spans up to date").set_defaults(run=run_rebuild)


def run_gaps(arguments: argparse.Namespace) -> int:
    path = ""
    if arguments.region:
        region = Region.objects.filter(code=arguments.region).order_by("valid_to").first()
        if region is None:
            raise Refusal(f"没有区域 {arguments.region}", "--region", "用 jiceng export regions 查看区划代码")
        path = region.path
    known = sorted({key.partition(":")[2] for key in current().section("coverage")})
    if arguments.ledger and arguments.ledger.rpartition(":")[2] not in known:
        raise Refusal(f"没有覆盖台账“{arguments.ledger}”", "--ledger", f"可用的有：{'、'.join(known)}")
    with scoped(Scope.all()):
        lines = gap_lines(arguments.as_of or timezone.localdate(), path, arguments.ledger)
    text = "\n".join(
        f"{g['name']}\t{g['region']}\t{g['members']}\t{g['text']}（{g['cites']}）" for g in lines
    )
    emit(arguments, {"gaps": lines, "total": len(lines)}, text or "没有缺口")
    return 0


def run_rebuild(arguments: argparse.Namespace) -> int:
    count = rebuild()
    emit(arguments, {"units": count}, f"已重新核算 {count} 个单位")
    return 0
