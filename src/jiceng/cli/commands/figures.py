"""`jiceng figures check`: every published figure of a place against what the records come to."""

import argparse

from jiceng.cli.main import emit
from jiceng.indicators.checking import as_json, check, lines, places


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    figures = commands.add_parser("figures", help="all figures of a place").add_subparsers(
        dest="what", required=True
    )
    checking = figures.add_parser(
        "check",
        help="published figures against computed ones",
        description="Lists every published figure; one without an indicator has no computed value and is not "
        "ok. Exit code 0 only if every figure that names an indicator agrees.",
    )
    checking.add_argument("--place", required=True, metavar="PLACE|all", help="the place's pack, or all")
    checking.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    found = [check(place) for place in (places() if arguments.place == "all" else [arguments.place])]
    told = [as_json(place) for place in found]
    if arguments.place == "all":
        whole = {"places": told, "ok": sum(p["ok"] for p in told), "total": sum(p["total"] for p in told)}
        emit(arguments, whole, "\n".join([*lines(found), f"{whole['ok']} / {whole['total']}"]))
    else:
        emit(arguments, told[0], "\n".join(lines(found)))
    return 0 if all(place.sound for place in found) else 1
