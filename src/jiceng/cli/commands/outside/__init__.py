"""Commands about who is outside: other programs, those who are told of events, and the other zone."""

import argparse

from jiceng.cli.commands.outside import api_key, webhook, zone


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    api_key.register(commands)
    webhook.register(commands)
    zone.register(commands)
