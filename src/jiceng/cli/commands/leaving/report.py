"""`jiceng report ID --period P --region CODE --out FILE`: a document or a workbook of an area and a period."""

import argparse
from functools import partial
from pathlib import Path

from jiceng.accounts.days import today_at
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access
from jiceng.cli.acting import access_named, author
from jiceng.cli.main import emit
from jiceng.indicators.answering.question import period_of
from jiceng.organisations.models import Region
from jiceng.organisations.queries import region_by_code
from jiceng.records.refusals import Refusal
from jiceng.reports.asking import Asked, everything
from jiceng.reports.briefs.issuing import FILES, made, paper_named, record_leaving
from jiceng.reports.papers import gaps


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "report", help="a brief, bulletin or ledger of an area and a period, as Word or Excel"
    )
    command.add_argument(
        "id", metavar="ID", help="the document's key, as pack:key or as it holds in the region"
    )
    command.add_argument(
        "--period", metavar="P", required=True, help="2021, 2021-03, 2021Q1, 2021H1, 2021-01-01..2021-06-30"
    )
    command.add_argument("--region", metavar="CODE", required=True)
    command.add_argument("--out", metavar="FILE", type=Path, required=True, help="FILE.docx or FILE.xlsx")
    command.add_argument("--annex", action="store_true", help="explain every figure behind the paper")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    out: Path = arguments.out
    write_file = FILES.get(out.suffix.lower().lstrip("."))
    if write_file is None:
        raise Refusal(f"不写 {out.suffix or '没有后缀的'} 文件", str(out), "写成 .docx 或 .xlsx")
    if not out.parent.is_dir():
        raise Refusal("没有这个文件夹", str(out.parent), "先建立文件夹，或换个位置")
    access = access_named(arguments)
    asked = _asked(arguments, access)
    known = paper_named(arguments.id, asked)
    if access is not None:
        for permission in sorted({P.EXPORT, *known.permissions}):
            access.require(permission)
    paper = made(known, asked, annex=arguments.annex)
    content = write_file(paper)
    record_leaving(known, paper, asked, by=author(arguments, access), access=access)
    out.write_bytes(content)
    missing = gaps(paper)
    said = {"document": known.key, "file": str(out), "title": paper.title, "gaps": missing}
    left = f"，待填 {len(missing)} 处：{'、'.join(missing)}" if missing else ""
    emit(arguments, said, f"{paper.title}：已写到 {out}{left}")
    return 0


def _asked(arguments: argparse.Namespace, access: Access | None) -> Asked:
    """The question in the asker's sight. Raises Refusal for a region that is not there."""
    first, last = period_of(arguments.period)
    code = arguments.region
    region = region_by_code(code, last) or Region._base_manager.filter(code=code).order_by("valid_to").last()
    if region is None:
        raise Refusal(f"没有区域代码 {code}", "--region", "核对代码")
    sight = everything if access is None else partial(access.scope_of_all, P.EXPORT)
    return Asked(region, first, last, today_at(region.path), sight)
