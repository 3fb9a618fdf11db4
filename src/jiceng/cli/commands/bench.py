"""`jiceng bench`: a benchmark against its baseline, side by side in one run."""

import argparse
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from jiceng import bench as benchmarks
from jiceng.cli.main import emit
from jiceng.records.refusals import Refusal

SCALES = ("county", "prefecture")
"""Those of a benchmark that names none itself."""


def names() -> list[str]:
    """The benchmarks: the modules of `jiceng.bench` that have a `run`."""
    found = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return [name.replace("_", "-") for name in found if _has_run(name)]


def _has_run(name: str) -> bool:
    """Whether the module defines `run`, told from its text: a command line should not import them all."""
    spec = find_spec(f"{benchmarks.__name__}.{name}")
    loader = spec.loader if spec else None
    source = loader.get_source(spec.name) if spec and hasattr(loader, "get_source") else ""  # type: ignore[union-attr]
    return "\ndef run(" in (source or "")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bench = commands.add_parser("bench", help="a benchmark against its baseline")
    bench.add_argument("name", metavar="NAME", choices=names(), help=", ".join(names()))
    bench.add_argument(
        "--scale", metavar="SCALE", default="prefecture", help="county, prefecture (default), …"
    )
    bench.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    module: Any = import_module(f"{benchmarks.__name__}.{arguments.name.replace('-', '_')}")
    scales = getattr(module, "SCALES", SCALES)
    if arguments.scale not in scales:
        raise Refusal(f"没有规模“{arguments.scale}”", "--scale", "、".join(scales))
    found: dict[str, Any] = module.run(arguments.scale)
    lines = [
        f"{found['name']}（{found['scale']}，{found['rows']} 行）：{found['seconds']} 秒",
        f"基准（{found['baseline']}）：{found['baseline_seconds']} 秒；比值 {found['ratio']}",
        *(_part(part) for part in found.get("parts", [])),
    ]
    emit(arguments, found, "\n".join(lines))
    return 0


def _part(part: dict[str, Any]) -> str:
    """One measured part; with its own baseline where it has one."""
    line = f"  {part['name']}：{part['seconds']} 秒"
    return f"{line}（基准 {part['baseline_seconds']} 秒；比值 {part['ratio']}）" if "ratio" in part else line
