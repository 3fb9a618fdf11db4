"""`jiceng snapshot`: bring the figures up to date."""

import argparse
import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import Progress

from jiceng.cli.main import emit
from jiceng.coverage.rebuilding import rebuild as rebuild_coverage
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.indicators.stored import prepare
from jiceng.packs.catalogue import current


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    snapshot = commands.add_parser("snapshot", help="bring the figures up to date")
    snapshot.add_argument("--full", action="store_true", help="make a full snapshot, not only what changed")
    snapshot.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        tasks = [bar.add_task(name, total=None) for name in ("覆盖", "快照", "指标")]

        def step(place: int) -> Callable[[int, int], None]:
            return lambda done, total: bar.update(tasks[place], completed=done, total=total)

        rebuild_coverage(step(0))
        manifest = (rebuild if arguments.full else refresh)(step(1))
        compiled = 0
        for compiled, wanted in prepare(current()):
            step(2)(compiled, wanted)
    rows = sum(files.rows for files in manifest.relations.values())
    told = {"snapshot": manifest.id, "seq": manifest.seq, "rows": rows, "compiled": compiled}
    emit(arguments, told, f"快照已更新：审计第 {manifest.seq} 条，{rows} 行，{compiled} 个查询")
    return 0
