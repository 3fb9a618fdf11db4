"""The `jiceng` command: finds its subcommands in `jiceng.cli.commands`, one module each.

A command module has `register(commands)`, which adds its parser and sets `run` to a function of the parsed
arguments that returns the exit code (None is 0). Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`--json` prints one JSON object on standard output and nothing else there; an error is one line on standard
error.
"""

import argparse
import getpass
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any, NoReturn

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jiceng.cli.troubles import told
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals


def actor_of(arguments: argparse.Namespace) -> Actor:
    """Who writes: `--as USER`, else the account of the operating system, recorded as such."""
    if name := getattr(arguments, "as_user", None):
        return Actor(f"cli:{name}", name)
    account = getpass.getuser()
    return Actor(f"os:{account}", account)


def emit(arguments: argparse.Namespace, value: dict[str, Any], text: str) -> None:
    """Print the JSON object under `--json`, else the text for people."""
    print(json.dumps(value, ensure_ascii=False, default=str) if arguments.json else text)


def day(written: str) -> date:
    """A day as commands take it. Raises ArgumentTypeError, which ends the command with wrong usage."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{written}”不是日期，写成 2022-12-31 的样子") from None


class Parser(argparse.ArgumentParser):
    """Says wrong usage in one line; `--help` has the rest."""

    def error(self, message: str) -> NoReturn:
        """Ends the command with exit code 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}（用法见 {self.prog} --help）\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = Parser(prog="jiceng", description="基层 — 填一次，全都有。")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    package = importlib.import_module("jiceng.cli.commands")
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        importlib.import_module(f"jiceng.cli.commands.{found.name}").register(commands)
    for command in commands.choices.values():
        _common(command)
    return root


def _common(command: argparse.ArgumentParser) -> None:
    """Options every command has, also below nested commands."""
    nested = [a for a in command._actions if isinstance(a, argparse._SubParsersAction)]
    if nested:
        for action in nested:
            for inner in action.choices.values():
                _common(inner)
        return
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--as", dest="as_user", metavar="USER", help="name the actor of a write")


def prepare() -> None:
    """Bring the tables up to date: a fresh data home has none, one of an older version may lack some.

    Raises Refusal for one that a newer version has brought further.
    """
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("jiceng.")}
    newer = sorted(key for key in executor.loader.applied_migrations if key[0] in ours and key not in known)
    if newer:
        raise Refusal(
            f"数据库是更新版本的基层建的（{'、'.join('.'.join(key) for key in newer[:3])}）",
            remedy="用那个版本或更新的版本打开，或换一个数据目录（JICENG_HOME）",
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiceng.settings")
    try:
        with told():
            return _run(argv)
    except (Refusal, Refusals) as refusal:
        print(str(refusal), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _run(argv: Sequence[str] | None) -> int:
    try:
        django.setup()
    except ValueError as wrong:  # a setting from the environment
        raise Refusal(str(wrong), remedy="更正环境变量") from wrong
    arguments = parser().parse_args(argv)
    if getattr(arguments, "needs_database", True):  # a command that reads none sets it to False
        prepare()
    return arguments.run(arguments) or 0


if __name__ == "__main__":
    sys.exit(main())
