"""Keeps coverage, figures and matters up to date while the server runs: a process that follows the audit chain and
ticks.

While nothing changes it compiles the queries that pages will ask for.
"""

import gc
import os
import signal
import time
from types import FrameType

import django
from django.db import DatabaseError, connection

POLL = 0.5
"""Seconds between two looks at the chain's head: one small query."""

TROUBLE = 10 * POLL
"""Seconds until what failed is tried again: a full disk, a database that is locked or away."""

GARBAGE = (100_000, 50, 50)
"""When Python looks for garbage: compiling makes so many objects that stay that it takes a fifth of its time."""


def main() -> None:
    """Follow the chain until told to stop, or until whoever started it is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiceng.settings")
    django.setup()
    from jiceng.cli.following import Follower, Sender, Sweeper, Ticker  # noqa: PLC0415 - models need django.setup() first
    from jiceng.indicators.snapshot.refreshing import SnapshotError  # noqa: PLC0415 - likewise

    gc.set_threshold(*GARBAGE)
    stop, parent = Stop(), os.getppid()
    follower, ticker, sender, sweeper = Follower(), Ticker(), Sender(), Sweeper()
    while not stop.asked and os.getppid() == parent:
        pause = POLL
        try:
            ticker.step()
            sender.step()
            sweeper.step()
            if follower.step():
                continue
        except (SnapshotError, DatabaseError) as error:
            print(f"统计快照未更新：{error}", flush=True)
            pause = TROUBLE
        connection.close()  # no reader keeps old pages of the write-ahead log alive
        time.sleep(pause)


class Stop:
    """Whether somebody has asked the process to end."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


if __name__ == "__main__":
    main()
