"""What the refresher does between two pauses: what has become due in matters, coverage and figures brought up to what
has been written, queries compiled that pages will ask for, uploads of long ago cleared away.
"""

import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from jiceng.coverage.rebuilding import rebuild
from jiceng.demo.state import is_loading
from jiceng.exchange.receiving import clear_old
from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.indicators.stored import prepare
from jiceng.matters.ticking import tick
from jiceng.packs.catalogue import current
from jiceng.records.attachments.keeping import sweep_attachments
from jiceng.records.drafts import sweep_drafts
from jiceng.records.models import ChainHead
from jiceng.records.outbox.sending import deliver, sweep_deliveries
from jiceng.residents.throttling import sweep_budgets

TICK = 30.0
"""Seconds from one tick to the next."""

SWEEP = 3_600.0
"""Seconds from one sweep to the next: each takes away a few hundred of a kind at most."""

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


class Sender:
    """Sends in time what other systems are to be told."""

    def __init__(self) -> None:
        self._next = time.monotonic()

    def step(self) -> None:
        """Send what is due if it is time. Raises DatabaseError where the database is away."""
        if time.monotonic() >= self._next and not is_loading():
            self._next = time.monotonic() + TICK  # also where this raises
            deliver()


class Sweeper:
    """Once an hour, takes away what nobody needs any more: files and lines of imports of long ago, which hold personal
    data, attachments that no record took, drafts that nobody came back to, what throttling remembered, what was sent.
    """

    def __init__(self) -> None:
        self._next = time.monotonic()

    def step(self) -> None:
        """Sweep if it has not been done for an hour. Raises DatabaseError where the database is away."""
        if time.monotonic() >= self._next and not is_loading():
            clear_old(timezone.localdate() - timedelta(days=settings.IMPORT_DAYS))
            sweep_attachments()
            sweep_drafts()
            sweep_budgets()
            sweep_deliveries()
            self._next = time.monotonic() + SWEEP
