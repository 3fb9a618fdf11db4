"""Commands by which records leave: ledgers as workbooks, papers about an area and a period."""

import argparse

from jiceng.cli.commands.leaving import export, report


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export.register(commands)
    report.register(commands)
