"""`jiceng figures check`: every published figure of a place against what the records come to."""

import argparse

from jiceng.cli.main import emit
from jiceng.indicators.checking import as_json, check, lines, places
from jiceng.indicators.checks import published
from jiceng.indicators.checks.published import consistencies


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    figures = commands.add_parser("figures", help="all figures of a place").add_subparsers(
        dest="what", required=True
    )
    checking = figures.add_parser(
        "check",
        help="published figures against computed ones",
        description="Lists every published figure; one without an indicator has no computed value and is not "
        "ok. Then what follows from the figures: over the printed ones, and over the records. Exit code 0 only if "
        "every figure that names an indicator agrees, and every check comes out as its pack says.",
    )
    checking.add_argument("--place", required=True, metavar="PLACE|all", help="the place's pack, or all")
    checking.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    found = [check(place) for place in (places() if arguments.place == "all" else [arguments.place])]
    follows = [consistencies(place) for place in found]
    told = [
        as_json(place) | {"checks": published.as_json(checks)}
        for place, checks in zip(found, follows, strict=True)
    ]
    said = [
        line
        for place, checks in zip(found, follows, strict=True)
        for line in (*lines([place]), *(published.lines(checks) if checks else ()))
    ]
    if arguments.place == "all":
        whole = {"places": told, "ok": sum(p["ok"] for p in told), "total": sum(p["total"] for p in told)}
        emit(arguments, whole, "\n".join([*said, f"{whole['ok']} / {whole['total']}"]))
    else:
        emit(arguments, told[0], "\n".join(said))
    sound = all(place.sound for place in found) and all(one.sound for checks in follows for one in checks)
    return 0 if sound else 1
