"""`jiceng demo`: five places at full size, with the day, the people and the figures of each."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from jiceng.cli import preparer
from jiceng.cli.main import actor_of
from jiceng.cli.processes import end
from jiceng.demo.generating import refuse_other_parameters
from jiceng.demo.places import (
    Took,
    bring_up_to_date,
    chosen_places,
    install_packs,
    is_loaded,
    known_places,
    load_places,
)
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals

PAUSE = 0.15
"""Seconds that the load rests between two writes once somebody may be working with the first place."""

GRACE = 40
"""Seconds that a process which was started along has to come to a stop: longer than the server gives its own."""

PARTS = {"territory": "区划", "records": "记录", "coverage": "覆盖", "snapshot": "快照"}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="load the demonstration and serve it")
    demo.add_argument("--place", default="all", help="one place's pack, or all (default)")
    demo.add_argument("--no-serve", action="store_true", help="load and tell the figures, no web server")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument(
        "--scale", type=_divisor, default=1, metavar="N", help="a 1/N of what is many (default 1)"
    )
    demo.add_argument(
        "--set", action="append", default=[], metavar="PLACE.COHORT.FIELD=VALUE", dest="settings",
        help="replace a value of a scenario",
    )  # fmt: skip
    demo.set_defaults(run=run)


def _divisor(written: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError, which ends the command with wrong usage."""
    if not (written.isascii() and written.isdigit()) or int(written) < 1:
        raise argparse.ArgumentTypeError(f"“{written}”应为 1 或更大的整数")
    return int(written)


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:  # settings are read when Python starts: begin again as a demonstration
        command = [sys.executable, "-m", "jiceng.cli.main", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, "JICENG_DEMO": "1"})  # noqa: S606 - ourselves
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop, it stops its server as well
    by, say = actor_of(arguments), Console(stderr=arguments.json)
    _install(by, say)
    places = chosen_places(arguments.place)
    overrides = parsed(arguments.settings, places)
    with _Server(arguments, say) as server:
        waiting = [place for place in places if not is_loaded(place)]
        if waiting == places:
            server.prepare()
        if overrides or arguments.scale != 1:
            for place in set(places) - set(waiting):
                refuse_other_parameters(place, scale=arguments.scale, overrides=overrides.get(place))
        if len(waiting) < len(places):
            bring_up_to_date()
            server.start()
        took = _load(arguments, waiting, overrides, server, say, by)
        code = _tell(arguments, places, took)
        if not arguments.no_serve:
            server.start()
            server.wait()
    return code


def _install(by: Actor, say: Console) -> None:
    """Install the packs that come with the program. What has been loaded stays usable with those it has."""
    try:
        install_packs(by=by)
    except Refusals as refusals:
        if not known_places():
            raise
        say.print("做法包没有更新，继续用已安装的版本：")
        for refusal in refusals.refusals:
            say.print(f"  {refusal}", markup=False)


def _load(
    arguments: argparse.Namespace,
    places: Sequence[str],
    overrides: Mapping[str, Mapping[str, Any]],
    server: "_Server",
    say: Console,
    by: Actor,
) -> list[Took]:
    """Load what is not there yet behind a bar; the server starts with the first place."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=say, transient=True
    ) as bar:
        task = bar.add_task("演示", total=1.0, visible=bool(places))

        def after(took: Took) -> None:
            parts = "，".join(f"{PARTS[part]} {seconds:.1f}" for part, seconds in took.parts.items())
            bar.console.print(f"{took.place}：{took.seconds:.1f} 秒（{parts}）")
            if took.left_out:
                bar.console.print(f"{took.place}：没有落脚处的演示身份：{'、'.join(took.left_out)}")
            server.start()

        return load_places(
            places, scale=arguments.scale, overrides=overrides, by=by, after=after,
            pause=0.0 if arguments.no_serve else PAUSE,
            show=lambda label, share: bar.update(task, description=label, completed=share),
        )  # fmt: skip


def _tell(arguments: argparse.Namespace, places: Sequence[str], took: Sequence[Took]) -> int:
    """What the loads took and what the figures are, as `jiceng figures check` tells them."""
    if arguments.json:
        told = {"places": list(places), "loaded": {one.place: one.parts for one in took}}
        print(json.dumps(told, ensure_ascii=False), flush=True)
        return 0
    place = places[0] if len(places) == 1 else "all"
    command = [sys.executable, "-m", "jiceng.cli.main", "figures", "check", "--place", place]
    subprocess.run(command, check=False)  # noqa: S603 - ourselves; it says itself what does not agree
    return 0


def parsed(written: Sequence[str], places: Sequence[str]) -> dict[str, dict[str, str]]:
    """`place.cohort.field=value` by place. Raises Refusal for a place that is not being loaded."""
    found: dict[str, dict[str, str]] = {}
    for one in written:
        path, equals, value = one.partition("=")
        place, _dot, rest = path.partition(".")
        if not equals or not rest or place not in places:
            raise Refusal(f"看不懂 {one}", "--set", f"写 做法包.批次.字段=值；做法包：{'、'.join(places)}")
        found.setdefault(place, {})[rest] = value
    return found


class _Server:
    """The web server as a process of its own, started once there is something to see. Until then the queries
    of its pages are prepared.
    """

    def __init__(self, arguments: argparse.Namespace, say: Console) -> None:
        self.wanted, self.port, self.say = not arguments.no_serve, arguments.port, say
        self.process: subprocess.Popen[bytes] | None = None
        self.preparer: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self.preparer, self.process):
            if process is not None and process.poll() is None:
                end(process, GRACE)

    def prepare(self) -> None:
        """Begin with what the first pages will ask for, unless no server is wanted."""
        if self.wanted:
            command = [sys.executable, "-m", preparer.__name__]
            self.preparer = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves

    def start(self) -> None:
        """Start it, unless it runs or none is wanted."""
        if self.process is None and self.wanted:
            if self.preparer is not None:
                end(self.preparer, GRACE)  # the server's own refresher goes on where it stops
            command = [sys.executable, "-m", "jiceng.cli.main", "serve", "--port", str(self.port)]
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
            self.say.print(f"打开 http://127.0.0.1:{self.port}/ ，选一个演示身份登录；按 Ctrl+C 结束")

    def wait(self) -> None:
        """Wait until the server ends."""
        if self.process is not None:
            self.process.wait()
