"""`jiceng restructure FILE`: dated operations on regions and party organisations from YAML or a workbook."""

import argparse
from pathlib import Path

from jiceng.cli.main import actor_of, day, emit
from jiceng.organisations.restructuring.applying import Outcome
from jiceng.organisations.restructuring.documents import Document
from jiceng.organisations.restructuring.files import apply_file


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "restructure", help="merge, split, rename, move, convert, found, dissolve as documents order"
    )
    command.add_argument("file", type=Path, help="operations.yaml, or a workbook with a column 操作")
    command.add_argument("--dry-run", action="store_true", help="say what it comes to, write nothing")
    command.add_argument(
        "--document", default="", metavar="NUMBER", help="for a workbook without a column 文号"
    )
    command.add_argument("--effective", type=day, metavar="DAY", help="for one without 生效日期")
    command.add_argument("--name", default="", help="for one without 事项")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    done = apply_file(
        arguments.file,
        by=actor_of(arguments),
        dry_run=arguments.dry_run,
        number=arguments.document,
        effective=arguments.effective,
        name=arguments.name,
    )
    note = "（试运行，未写入）" if arguments.dry_run else ""
    text = "\n".join(_line(document, outcome) + note for document, outcome in done)
    documents = [_said(document, outcome) for document, outcome in done]
    emit(arguments, {"dry_run": arguments.dry_run, "documents": documents}, text)


def _line(document: Document, outcome: Outcome) -> str:
    return (
        f"{document.number} {document.name}，{document.effective} 生效："
        f"设立 {len(outcome.founded)}，撤并 {len(outcome.ended)}，变更 {len(outcome.changed)}"
    )


def _said(document: Document, outcome: Outcome) -> dict[str, object]:
    return {
        "document": document.number,
        "name": document.name,
        "effective": document.effective,
        "steps": len(document.steps),
        "founded": len(outcome.founded),
        "ended": len(outcome.ended),
        "changed": len(outcome.changed),
    }
