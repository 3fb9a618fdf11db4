"""A full snapshot, against the quickest plain exports of the same rows; and a fresh figure after one
changed record.

The plain exports read the same columns of the same tables and write them as they come: with the same
columnar driver to Parquet, and with the database's own driver to CSV. Each runs in a process of its own, as
the snapshot does.
"""

import csv
import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from jiceng.bench.battery import catalogue_of
from jiceng.bench.ground import plain_export
from jiceng.bench.ground.prefecture import TODAY, Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.figures import answer
from jiceng.indicators.sections import Indicator
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.people.models import Person
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.engine import columnar_source
from jiceng.records.writing import write

PASSES = 3


def run(scale: str = "prefecture") -> dict[str, Any]:
    """The snapshot and both exports in one run, the quickest of three passes each."""
    with scratch() as home:
        place = Prefecture(scale)
        place.store()
        seconds = _quickest(rebuild)
        exports = {
            "columnar driver → Parquet": _quickest(lambda: _export_columns(home)),
            "database driver → CSV": _quickest(lambda: _export_rows(home), passes=1),
        }
        fresh = _fresh_figure()
    baseline = min(exports, key=lambda name: exports[name])
    return {
        "name": "snapshot",
        "scale": scale,
        "rows": place.rows,
        "seconds": round(seconds, 2),
        "baseline": baseline,
        "baseline_seconds": round(exports[baseline], 2),
        "ratio": round(seconds / exports[baseline], 2),
        "parts": [
            *({"name": name, "seconds": round(taken, 2)} for name, taken in exports.items()),
            {"name": "a fresh figure after one changed record", "seconds": round(fresh, 2)},
        ],
    }


def _quickest(work: Any, passes: int = PASSES) -> float:
    taken = []
    for _pass in range(passes):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _fresh_figure() -> float:
    """Seconds from the write of one record to a figure that counts it."""
    indicator = Indicator.model_validate({"name": "居民", "fact": "person"})
    asked = Declared("bench:residents", indicator, catalogue_of({}))
    question = Question(scope=Scope.all(), as_of=TODAY)
    before = answer(asked, question).value
    with transaction.atomic(), write(by=Actor.system("bench"), action="bench.change"):
        person = Person._base_manager.order_by("pk")[0]
        person.valid_to = TODAY
        person.save()
    began = time.perf_counter()
    refresh()
    after = answer(asked, question).value
    taken = time.perf_counter() - began
    assert after == before - 1, "the figure does not follow the record"
    return taken


# --------------------------------------------------------------------------------------- plain exports
def _export_columns(home: Path) -> None:
    """In a process of its own, for the sake of SQLite (see `records.isolated.columnar`)."""
    tables = {r.table: [(c.source, c.source, c.kind) for c in r.columns] for r in all_relations().values()}
    told = json.dumps({"source": asdict(columnar_source()), "folder": str(home), "tables": tables})
    subprocess.run([sys.executable, "-m", plain_export.__name__], input=told, text=True, check=True)  # noqa: S603 - ourselves


def _export_rows(home: Path) -> None:
    with connection.cursor() as cursor:
        for relation in all_relations().values():
            columns = ", ".join(f'"{column.source}"' for column in relation.columns)
            cursor.execute(f'SELECT {columns} FROM "{relation.table}"')
            with (home / f"{relation.name}.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                while rows := cursor.fetchmany(10_000):
                    writer.writerows(rows)
