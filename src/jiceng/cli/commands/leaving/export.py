"""`jiceng export TABLE --out FILE`: the columns that import takes, of one area or everything."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone
from xlsxwriter.exceptions import FileCreateError

from jiceng.cli.acting import access_named, author, export_scope, watermark
from jiceng.cli.main import emit
from jiceng.exchange.tables import all_tables, table_of
from jiceng.exchange.workbooks.exporting import export, rows_of
from jiceng.exchange.writing.references import area_of
from jiceng.records.refusals import Refusal


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("export", help="a registry table as a workbook")
    command.add_argument("table", metavar="TABLE", help=f"one of {', '.join(all_tables())}")
    command.add_argument("--region", metavar="CODE", default="", help="only what lies in this region")
    command.add_argument("--out", metavar="FILE", type=Path, required=True, help="the workbook to write")
    command.add_argument(
        "--unmask", metavar="REASON", default="", help="show citizen IDs and telephones, and why"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    table = table_of(arguments.table)
    out: Path = arguments.out
    if not out.parent.is_dir():
        raise Refusal("没有这个文件夹", str(out.parent), "先建立文件夹，或换个位置")
    if out.exists() and not out.is_file():
        raise Refusal("不是普通文件", str(out), "换个文件名")
    access = access_named(arguments)
    by, scope = author(arguments, access), export_scope(access, table)
    if arguments.region:
        scope = scope.narrowed(area_of(arguments.region, timezone.localdate()).today)
    mark = watermark(
        access, table, rows_of(table, scope).count(), by=by, what=arguments.region, unmask=arguments.unmask
    )
    with _whole(out) as draft:
        count = export(
            table, draft, by=by, scope=scope, watermark=mark, unmasked=bool(arguments.unmask),
            reason=arguments.unmask,
        )  # fmt: skip
    said = {"table": table.key, "file": str(out), "rows": count}
    emit(arguments, said, f"{table.label}：已导出 {count} 条到 {out}")
    return 0


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file beside `out` that takes its place once it is written and audited; nothing is left otherwise."""
    descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".xlsx", dir=out.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        draft.replace(out)
    except FileCreateError as trouble:
        raise trouble.args[0] if trouble.args and isinstance(trouble.args[0], OSError) else trouble from None
    finally:
        draft.unlink(missing_ok=True)
