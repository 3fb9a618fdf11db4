"""The clocks of very many open matters reckoned anew, as when a calendar has changed, against plainly reading them.

A calendar that changes moves some of them: one in a hundred comes out otherwise here, and is stored with its audit row.
"""

import time
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F

from jiceng.bench.ground.many import store_many
from jiceng.bench.ground.places import hotline, install_bases
from jiceng.bench.ground.prefecture import Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.matters.models import Clock, TickMark
from jiceng.matters.ticking.calendars import COLUMNS, recompute
from jiceng.matters.ticking.guarding import Guard

MATTERS = {"county": 10_000, "prefecture": 100_000}
ONE_IN = 100


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Seconds of one process from the changed calendar until every light follows it."""
    with scratch():
        Prefecture("county").store()
        install_bases()
        store_many(hotline(), MATTERS[scale], open_of=1)
        seconds, _moved = (
            _reckoned()
        )  # at first every clock is as its pattern was, whenever its matter was raised
        running = Clock.objects.filter(stopped_at__isnull=True).order_by("pk")
        count = running.count()
        began = time.perf_counter()
        for _row in running.values_list(*COLUMNS).iterator(chunk_size=10_000):
            pass
        plain = time.perf_counter() - began
        still, none = _reckoned()
        _disturb()
        seconds, moved = _reckoned()
    if none or not moved:
        raise RuntimeError(f"{none} clocks came out otherwise of their own, {moved} that should")
    return {
        "name": "clocks",
        "scale": scale,
        "rows": count,
        "seconds": round(seconds, 2),
        "baseline": "reading the same columns of the same clocks",
        "baseline_seconds": round(plain, 2),
        "ratio": round(seconds / plain, 2),
        "parts": [
            {"name": "where none comes out otherwise", "seconds": round(still, 2)},
            {"name": f"where {moved} come out otherwise", "seconds": round(seconds, 2)},
        ],
    }


def _reckoned() -> tuple[float, int]:
    """Seconds of one reckoning of all clocks, and how many came out otherwise."""
    TickMark.objects.all().delete()
    began = time.perf_counter()
    moved = recompute(Guard())
    return time.perf_counter() - began, moved


def _disturb() -> None:
    """Let one clock in a hundred stand as another calendar would have had it."""
    rows: models.QuerySet[Clock] = models.QuerySet(Clock)
    some = rows.annotate(turn=F("pk") % ONE_IN).filter(turn=0, stopped_at__isnull=True, due_at__isnull=False)
    models.QuerySet.update(some, due_at=F("due_at") + timedelta(days=1))
