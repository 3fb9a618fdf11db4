"""`jiceng check`, `jiceng close` and `jiceng period`: figures that must agree, and periods that are reported."""

import argparse

from jiceng.cli.commands.periods import checks, closing, reporting


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    checks.register(commands)
    closing.register(commands)
    reporting.register(commands)
