"""`jiceng audit verify`: read the SM3 chain again from its first link, and compare the records with it."""

import argparse
import sys
from itertools import islice

from jiceng.cli.main import emit
from jiceng.records.audit.comparing import Difference, differences
from jiceng.records.audit.verifying import verify

SHOWN = 20
HOW = {
    "changed": "内容与审计记录不符",
    "added": "没有任何审计记录说它被写入",
    "gone": "没有了，却没有删除它的审计记录",
}
WHY = {
    "missing entry": "缺少这一条",
    "link to the entry before is broken": "与上一条接不上：条目被删改或调换了次序",
    "its audit rows were changed": "这一条的明细被改动、增加或删除",
    "the entry was changed": "这一条的内容被改动",
    "entries are missing at the end": "末尾的条目缺失",
    "audit rows without an entry": "有不属于任何一条的明细",
}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = commands.add_parser("audit", help="the audit chain").add_subparsers(dest="what", required=True)
    verifying = audit.add_parser("verify", help="check every link and digest, and the records against them")
    verifying.add_argument("--chain-only", action="store_true", help="do not read the records")
    verifying.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    verdict = verify()
    found = [] if arguments.chain_only or not verdict.whole else list(islice(differences(), SHOWN))
    said = {
        "whole": verdict.whole and not found,
        "entries": verdict.entries,
        "broken_at": verdict.broken_at,
        "why": WHY.get(verdict.why, verdict.why),
        "differences": [_said(one) for one in found],
    }
    lines = [_line(one) for one in found]
    if not verdict.whole:
        place = f"在第 {verdict.broken_at} 条断开" if verdict.broken_at else "不完整"
        lines.insert(0, f"审计链{place}：{said['why']}（保全数据库，从备份核对）")
    elif found:
        lines.insert(0, "审计链本身完整，但有记录绕过系统被改动：")
    else:
        kept = "" if arguments.chain_only else "，记录与之相符"
        emit(arguments, said, f"审计链完整：{verdict.entries} 条{kept}")
        return 0
    if arguments.json:
        emit(arguments, said, "")
    print("\n".join(lines), file=sys.stderr)
    return 1


def _said(one: Difference) -> dict[str, object]:
    return {
        "table": one.model._meta.db_table, "record": one.record, "last": one.last, "how": one.how,
        "columns": list(one.columns),
    }  # fmt: skip


def _line(one: Difference) -> str:
    table = one.model._meta
    which = f"编号 {one.record}" if one.last is None else f"编号 {one.record} 至 {one.last} 之间"
    columns = [
        str(getattr(f, "verbose_name", f.name)) for f in table.concrete_fields if f.attname in one.columns
    ]
    what = f"（{'、'.join(columns)}）" if columns else ""
    return f"{table.verbose_name}（{table.db_table}）{which}：{HOW[one.how]}{what}"
