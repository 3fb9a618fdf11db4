"""Every division of a country with its dated positions, against the least it can take: reading the same file
and one plain `executemany` of the same region rows into the same table. The baseline checks nothing, tells no
kinds, works out no paths and writes neither spans nor audit.
"""

import csv
import gzip
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from jiceng.bench.ground.scratch import scratch
from jiceng.organisations.models import Region
from jiceng.organisations.region_loading import load_file
from jiceng.protection.actors import Actor

BY = Actor.system("bench")
AS_OF = date(2023, 6, 30)
SHAPES = {"prefecture": (31, 342, 2_978, 41_352, 620_573), "county": (1, 7, 60, 830, 12_400)}
"""How many provinces, prefectures, counties, towns and villages: all of China, and a fiftieth of it."""

LIST_AT = "JICENG_DIVISIONS"
"""The environment may name a real list here; else a made-up one of the same shape is loaded."""


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Both ways with the same list in one run; seconds, their ratio, and how long each part took."""
    with scratch() as home:
        path = _list(home, scale)
        content = path.read_bytes()
        began = time.perf_counter()
        loaded = load_file(path, by=BY, as_of=AS_OF)
        seconds = time.perf_counter() - began
        columns = [str(f.column) for f in Region._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)} FROM {Region._meta.db_table} ORDER BY id")
            rows = cursor.fetchall()
    with scratch() as home:
        path = home / "divisions.csv.gz"
        path.write_bytes(content)
        reading, storing = _baseline(path, columns, rows)
    return {
        "name": "regions",
        "scale": scale,
        "rows": loaded.new,
        "seconds": round(seconds, 2),
        "baseline": "reading the file + executemany of the same region rows",
        "baseline_seconds": round(reading + storing, 2),
        "ratio": round(seconds / (reading + storing), 2),
        "parts": [
            {"name": "baseline: reading the file", "seconds": round(reading, 2)},
            {"name": "baseline: executemany", "seconds": round(storing, 2)},
        ],
    }


def _baseline(path: Path, columns: list[str], rows: list[tuple[Any, ...]]) -> tuple[float, float]:
    """Seconds for reading, and for storing rows that are in memory before the clock starts."""
    began = time.perf_counter()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        list(csv.reader(file))
    reading = time.perf_counter() - began
    began = time.perf_counter()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    statement = (
        f"INSERT INTO {Region._meta.db_table} ({', '.join(columns)}) "
        f"VALUES ({', '.join([mark] * len(columns))})"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        driver = cursor.connection if connection.vendor == "sqlite" else cursor
        driver.executemany(statement, rows)
    return reading, time.perf_counter() - began


# --------------------------------------------------------------------------------------------- the list
def _list(home: Path, scale: str) -> Path:
    given = os.environ.get(LIST_AT)
    if given and scale == "prefecture":
        return Path(given)
    path = home / "divisions.csv.gz"
    _write_made_up(path, SHAPES[scale])
    return path


_NAMES = [a + b for a in "东西南北上下大小新老金银青白红" for b in "山河湖桥塘坪岭沟湾店庙井泉林田"]
_ENDINGS = ("省", "市", "县", "镇", "村委会")
_FIRST_CODES = (10, 1, 1, 100, 200)


def _write_made_up(path: Path, shape: tuple[int, ...]) -> None:
    """A list of divisions of that shape, children spread evenly over the level above them."""
    above = [("", "")]
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as file:
        lines = csv.writer(file)
        lines.writerow(("code", "level", "parent", "name"))
        for level, count in enumerate(shape):
            width = 2 if level < 3 else 3
            made = []
            for n in range(count):
                parent, stem = above[n % len(above)]
                part = f"{_FIRST_CODES[level] + n // len(above):0{width}d}"
                made.append((parent + part, f"{stem[-2:]}{_NAMES[n % len(_NAMES)]}"))
                lines.writerow((made[-1][0], level + 1, parent, made[-1][1] + _ENDINGS[level]))
            above = made
