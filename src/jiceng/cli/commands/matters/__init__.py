"""`jiceng matter` and `jiceng tick`: the inbox without a browser. Whoever acts is named by `--as`, and acts within
her rights.
"""

import argparse

from jiceng.cli.commands.matters import acting, listing, tick


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = commands.add_parser("matter", help="matters: list, show, raise, act").add_subparsers(
        dest="what", required=True
    )
    listing.register_list(
        what.add_parser("list", help="what waits for the account of --as, or lies in an area")
    )
    listing.register_show(what.add_parser("show", help="one matter: values, clocks, dispatches, timeline"))
    acting.register_raise(what.add_parser("raise", help="raise a matter"))
    acting.register_act(what.add_parser("act", help="take a step"))
    listing.register_index(what.add_parser("index", help="make the index of words anew"))
    tick.register(commands.add_parser("tick", help="do what has become due in matters; idempotent"))
