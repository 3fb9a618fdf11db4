"""`jiceng import TABLE FILE`: a workbook into a registry table, all of it or nothing."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from jiceng.accounts.permissions import Permission as P
from jiceng.cli.acting import access_named, author, import_scope
from jiceng.cli.main import actor_of, day, emit
from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.receiving import clear, receive
from jiceng.exchange.staging import stage
from jiceng.exchange.tables import Table, all_tables, table_of
from jiceng.exchange.workbooks.returning import error_workbook
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal

SHOWN = 20


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("import", help="a workbook into a registry table")
    command.add_argument("table", metavar="TABLE", help=f"one of {', '.join(all_tables())}")
    command.add_argument("file", metavar="FILE", type=Path, help="xlsx, xls, ods or csv")
    command.add_argument("--as-of", metavar="DAY", type=day, help="the day the file speaks of")
    command.add_argument("--sheet", metavar="S", default="", help="only this sheet")
    command.add_argument("--region", metavar="CODE", default="", help="the area in which names are looked up")
    command.add_argument("--dry-run", action="store_true", help="check only, write nothing")
    command.add_argument("--skip-bad", action="store_true", help="leave bad rows out instead of stopping")
    command.add_argument(
        "--errors", metavar="OUT.xlsx", type=Path, help="the workbook back with its problems"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    table = table_of(arguments.table)
    if not arguments.file.is_file():
        raise Refusal("没有这个文件", str(arguments.file), "核对路径")
    access = access_named(arguments)
    by, scope = author(arguments, access), import_scope(access, table)
    if scope.everything and table.own_format is not None and table.own_format.accepts(arguments.file):
        return _load_whole(arguments, table)
    taken = receive(
        by=by,
        table=table.key,
        data=arguments.file.read_bytes(),
        name=arguments.file.name,
        as_of=arguments.as_of,
        region=arguments.region,
        sheet=arguments.sheet,
        scope=scope,
    )
    try:
        may_override = access is None or access.may(P.CODE_OVERRIDE)
        return _staged(arguments, table, taken, by=by, scope=scope, may_override=may_override)
    finally:
        # what was applied needs no workshop any more, what was not starts again from the file
        done = taken.state == ImportRun.State.APPLIED
        clear(taken, state=ImportRun.State.APPLIED if done else ImportRun.State.DISCARDED)


def _staged(
    arguments: argparse.Namespace,
    table: Table,
    taken: ImportRun,
    *,
    by: Actor,
    scope: Scope,
    may_override: bool,
) -> int:
    with _bar(arguments, f"核对 {table.label}") as advance:
        stage(taken, by=by, scope=scope, may_override=may_override, progress=advance)
    counts = taken.counts
    if counts["bad"] and arguments.errors:
        error_workbook(taken, arguments.errors)
    stopped = bool(counts["bad"]) and not arguments.skip_bad
    applied = not stopped and not arguments.dry_run
    if applied:
        apply(taken, by=by, scope=scope, leave_out_bad=True)
    errors = list(_errors(taken)) if counts["bad"] else []
    said = {
        "table": table.key, "file": arguments.file.name, "as_of": taken.as_of.isoformat(), "applied": applied,
        "run": str(taken.uid), **counts, "errors": errors,
    }  # fmt: skip
    emit(arguments, said, _text(table, counts, applied=applied))
    if errors:
        for line in errors[:SHOWN]:
            print(f"{arguments.file.name} {line['where']}: {line['what']}", file=sys.stderr)
        if stopped:
            rest = f"，只列前 {SHOWN} 处" if len(errors) > SHOWN else ""
            print(
                f"{arguments.file.name}: {counts['bad']} 行有误，没有导入{rest}"
                "（用 --errors 另存标出问题的表格，或用 --skip-bad 跳过）",
                file=sys.stderr,
            )
    return 1 if stopped else 0


def _errors(taken: ImportRun) -> Iterator[dict[str, Any]]:
    """What is wrong, cell by cell, the first thousand bad rows."""
    for row in taken.rows.filter(verdict=ImportRow.Verdict.BAD).order_by("place")[:1_000]:
        sheet = taken.sheets[row.sheet]["sheet"]
        for fault in row.faults():
            where = f"{sheet} 第{row.number}行 {fault['label']}".strip()
            yield {"where": where, "row": row.number, "field": fault["field"], "what": fault["text"]}


def _text(table: Table, counts: dict[str, Any], *, applied: bool) -> str:
    done = "已导入" if applied else "未写入"
    return (
        f"{table.label}：新增 {counts['new']}，变更 {counts['changed']}，无变化 {counts['unchanged']}，"
        f"有误 {counts['bad']}（{done}）"
    )


def _load_whole(arguments: argparse.Namespace, table: Table) -> int:
    """A file in the table's own format, such as a country's list of divisions."""
    assert table.own_format is not None
    console = Console(stderr=True, quiet=arguments.json or not sys.stderr.isatty())
    as_of = arguments.as_of or timezone.localdate()
    loaded = table.own_format.load(
        arguments.file, by=actor_of(arguments), as_of=as_of, dry_run=arguments.dry_run, progress=console.print
    )
    counts = {"new": loaded.new, "changed": loaded.changed, "unchanged": loaded.unchanged, "bad": 0}
    applied = not arguments.dry_run
    said = {"table": table.key, "file": arguments.file.name, "as_of": as_of.isoformat(), "applied": applied}
    emit(arguments, {**said, **counts, "errors": []}, _text(table, counts, applied=applied))
    return 0


@contextmanager
def _bar(arguments: argparse.Namespace, what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere."""
    if arguments.json or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
