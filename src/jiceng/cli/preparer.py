"""Compiling the queries that pages will ask for while a demonstration still loads: a process of its own, ended
once the server's refresher goes on with it.
"""

import gc
import os
from contextlib import closing

import django

from jiceng.cli.refresher import GARBAGE, Stop

AT_ONCE = 1_000_000
"""Nothing is stored before the end: meanwhile the load has the database to itself."""


def main() -> None:
    """Compile until all is there, it is told to stop, or whoever started it is gone; then store it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiceng.settings")
    django.setup()
    from jiceng.indicators.stored import prepare  # noqa: PLC0415 - models need django.setup() first
    from jiceng.packs.catalogue import current  # noqa: PLC0415 - likewise

    gc.set_threshold(*GARBAGE)
    stop, parent = Stop(), os.getppid()
    with closing(prepare(current(), AT_ONCE)) as steps:
        for _step in steps:
            if stop.asked or os.getppid() != parent:
                break


if __name__ == "__main__":
    main()
