"""The product's own server on the scratch database, and a stopwatch for its pages."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from jiceng.bench.ground import serving

WARM = 10
"""Requests of each page that are not counted."""


def environment(home: Path, settings_module: str = "jiceng.settings") -> dict[str, str]:
    """What another process of ours must know to work on the scratch database."""
    return os.environ | {
        "JICENG_HOME": str(home),
        "JICENG_SECRET": settings.SECRET_KEY,
        "DATABASE_URL": _database_url(),
        "DJANGO_SETTINGS_MODULE": settings_module,
    }


def _database_url() -> str:
    """The scratch database as another process names it."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{own['NAME']}"
    given = os.environ.get("DATABASE_URL", "")
    return f"{given.rpartition('/')[0]}/{own['NAME']}"


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The product's server on the scratch database; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    command += ["--log-level", "error", "jiceng.wsgi:application"]
    process = subprocess.Popen(command, env=environment(home, serving.__name__))  # noqa: S603 - ourselves
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


# ------------------------------------------------------------------------------------------ the stopwatch
def compared(port: int, cookie: str, pages: Sequence[str], requests: int) -> dict[str, Any]:
    """p95 of a page and of its constant twin, and their ratio; both in turn, so that what else the machine does falls
    on both alike.
    """
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seconds: dict[str, list[float]] = {page: [] for page in pages}
    for number in range(WARM + requests):
        for page in pages:
            took = _request(line, page, cookie)
            if number >= WARM:
                seconds[page].append(took)
    line.close()
    own, constant = (p95(seconds[page]) for page in pages)
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


def p95(seconds: Sequence[float]) -> float:
    """The time that 95 in a hundred did not exceed."""
    return sorted(seconds)[int(len(seconds) * 0.95)]
