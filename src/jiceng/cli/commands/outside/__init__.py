"""Commands about who is outside: other programs, and the other zone."""

import argparse

from jiceng.cli.commands.outside import api_key, zone


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    api_key.register(commands)
    zone.register(commands)
