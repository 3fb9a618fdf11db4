"""The unit list and a figure's page, against the same signed-in pages from constant rows under the same
server: what the rows themselves cost.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models
from django.db.models import F, OuterRef, Subquery

from jiceng.accounts.demo_identities import BACKEND
from jiceng.accounts.models import Grant, User
from jiceng.bench.prefecture import Prefecture
from jiceng.bench.scratch import scratch
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.organisations.models import Region, Unit
from jiceng.packs.catalogue import current
from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.records.writing import write

UNITS = {"county": 1_000, "prefecture": 10_000}
"""Units of the county whose officer looks at them; the others are elsewhere."""

REQUESTS = {"county": 60, "prefecture": 300}
WARM = 10
BY = Actor.system("bench")
FIGURE = "two_new_organised_rate"


def run(scale: str = "prefecture") -> dict[str, Any]:
    """p95 of each page and of its constant twin, taken in turn; their ratios."""
    with scratch() as home:
        Prefecture(scale).store()
        _place_units(scale)
        install(folders=_bases(), by=BY)
        rebuild()
        cookie, key = _signed_in(), _figure_key()
        with _served(home) as port:
            pages = {"units": ("/registry/units/", "/constant/units/")}
            pages["figure"] = (f"/figures/{key}/", f"/constant/figures/{key}/")
            parts = [
                {"name": name, **_compared(port, cookie, both, REQUESTS[scale])}
                for name, both in pages.items()
            ]
    worst = max(parts, key=lambda part: part["ratio"])
    return {
        "name": "page",
        "scale": scale,
        "rows": UNITS[scale],
        "seconds": worst["seconds"],
        "baseline": "the same signed-in page from constant rows, same server; p95 of each",
        "baseline_seconds": worst["baseline_seconds"],
        "ratio": worst["ratio"],
        "parts": parts,
    }


# ------------------------------------------------------------------------------------------- the records
def _place_units(scale: str) -> None:
    """So many units stand in the first county, spread over its villages; every unit knows its place."""
    county = Region.objects.filter(level=2).order_by("path").values_list("path", flat=True)[0]
    villages = list(Region.objects.filter(level=4, path__startswith=county).values_list("pk", flat=True))
    rows: models.QuerySet[Unit] = models.QuerySet(Unit)
    models.QuerySet.update(
        rows.filter(pk__gt=UNITS[scale], region__path__startswith=county), region=_elsewhere(county)
    )
    for place, village in enumerate(villages):
        mine = rows.filter(pk__lte=UNITS[scale]).annotate(turn=F("pk") % len(villages)).filter(turn=place)
        models.QuerySet.update(mine, region=village, valid_to=None)
    path = Region.objects.filter(pk=OuterRef("region_id")).values("path")
    models.QuerySet.update(rows, region_path=Subquery(path))


def _elsewhere(county: str) -> Region:
    found = Region.objects.filter(level=4).exclude(path__startswith=county).first()
    return found or Region.objects.get(path=county)


def _bases() -> list[Path]:
    """The packs that hold everywhere."""
    return [
        path.parent for path in sorted(settings.PACKS.glob("*/pack.yaml")) if "base: true" in path.read_text()
    ]


def _figure_key() -> str:
    return next(key for key in current().section("indicators") if key.partition(":")[2] == FIGURE)


def _signed_in() -> str:
    """The cookie of an officer of the first county."""
    user = User(username="bench", full_name="测速", must_change_password=False)
    user.set_unusable_password()
    user.save()
    county = Region.objects.filter(level=2).order_by("path").first()
    with write(by=BY, action="grant.give"):
        Grant(user=user, role="organisation_department", region=county, valid_from=date(2012, 1, 1)).save()
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


# -------------------------------------------------------------------------------------------- the server
@contextmanager
def _served(home: Path) -> Iterator[int]:
    """The product's server on the scratch database; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    env = os.environ | {
        "JICENG_HOME": str(home),
        "JICENG_SECRET": settings.SECRET_KEY,
        "DATABASE_URL": _database_url(),
        "DJANGO_SETTINGS_MODULE": "jiceng.bench.serving",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    command += ["--log-level", "error", "jiceng.wsgi:application"]
    process = subprocess.Popen(command, env=env)  # noqa: S603 - ourselves
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _database_url() -> str:
    """The scratch database as another process names it."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{own['NAME']}"
    given = os.environ.get("DATABASE_URL", "")
    return f"{given.rpartition('/')[0]}/{own['NAME']}"


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


# ------------------------------------------------------------------------------------------ the stopwatch
def _compared(port: int, cookie: str, pages: Sequence[str], requests: int) -> dict[str, Any]:
    """Both pages in turn, so that what else the machine does falls on both alike."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seconds: dict[str, list[float]] = {page: [] for page in pages}
    for number in range(WARM + requests):
        for page in pages:
            took = _request(line, page, cookie)
            if number >= WARM:
                seconds[page].append(took)
    line.close()
    own, constant = (_p95(seconds[page]) for page in pages)
    return {
        "seconds": round(own, 4),
        "baseline_seconds": round(constant, 4),
        "ratio": round(own / constant, 2),
    }


def _request(line: http.client.HTTPConnection, page: str, cookie: str) -> float:
    start = time.perf_counter()
    line.request("GET", page, headers={"Cookie": cookie})
    answer = line.getresponse()
    body = answer.read()
    took = time.perf_counter() - start
    if answer.status != 200 or len(body) < 1_000:
        raise RuntimeError(f"{page}: {answer.status}")
    return took


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]
