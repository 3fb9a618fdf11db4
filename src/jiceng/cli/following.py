"""What the refresher does between two pauses: what has become due in matters, coverage and figures brought up to what
has been written, queries compiled that pages will ask for, uploads of long ago cleared away.
"""

import time
from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from jiceng.coverage.rebuilding import rebuild
from jiceng.demo.state import is_loading
from jiceng.exchange.receiving import clear_old
from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.indicators.stored import prepare
from jiceng.matters.ticking import tick
from jiceng.packs.catalogue import current
from jiceng.records.models import ChainHead

TICK = 30.0
"""Seconds from one tick to the next."""

TICK_STEP = 100
"""Clocks that have run out and are seen to before coverage and figures have their turn again."""


def head() -> str | None:
    """The hash that the audit chain ends with; None while nothing has been written."""
    return ChainHead.objects.values_list("hash", flat=True).first()


def catch_up() -> str | None:
    """Bring the derived coverage, then the snapshot up to date; gives a head of the chain that both include.

    It is the head that this began with, not the one it ends with: whatever is written meanwhile may have come
    too late for the coverage, so the caller must find the head moved on. The spans that this writes itself
    move it too; catching up with those alone costs a few small queries.
    Raises SnapshotError where the disk fails, DatabaseError where the database does.
    """
    begun_with = head()
    rebuild()
    refresh()
    return begun_with


class Follower:
    """How far coverage, figures and compiled queries have come."""

    def __init__(self) -> None:
        self._seen: str | None = None
        self._prepared: object = None
        self._compiling: Iterator[object] = iter(())

    def step(self) -> bool:
        """Do what is most urgent; False where nothing is left to do until somebody writes. A step that raises
        (as `catch_up` does) is done again the next time.
        """
        if head() != self._seen and not is_loading():
            self._seen = catch_up()
            return True
        packs = current()
        if packs.digests != self._prepared:
            self._compiling = prepare(packs)
        self._prepared = None  # so it stays if this raises: a generator that raised has ended
        more = next(self._compiling, None) is not None
        self._prepared = packs.digests
        return more


class Ticker:
    """Ticks in time; where one tick leaves something, the next follows as soon as the others have had their turn."""

    def __init__(self) -> None:
        self._next = time.monotonic()

    def step(self) -> None:
        """Tick if it is time. Raises DatabaseError where the database is away."""
        if time.monotonic() < self._next or is_loading():
            return
        self._next = time.monotonic() + TICK  # also where this raises
        if tick(TICK_STEP).more:
            self._next = time.monotonic()


class Sweeper:
    """Once a day, takes away the files and lines that imports of long ago still keep: they hold personal data."""

    def __init__(self) -> None:
        self._done: date | None = None

    def step(self) -> None:
        """Sweep if it has not been done today. Raises DatabaseError where the database is away."""
        today = timezone.localdate()
        if self._done != today and not is_loading():
            clear_old(today - timedelta(days=settings.IMPORT_DAYS))
            self._done = today
