"""The battery on a Spark cluster of a master and two workers, all on this machine, beside DuckDB in this process: at
several sizes, so that both curves show. The answers must agree.
"""

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from jiceng.bench import battery
from jiceng.bench.battery import FACTORS, agree, by_product, declared, timed
from jiceng.bench.ground.drawn import Drawn
from jiceng.bench.ground.scratch import scratch

SCALES = battery.SCALES
PATIENCE = 3_600.0
"""Seconds for one figure: here even the slowest is waited for."""
MEMORY = {"spark.driver.memory": "1g", "spark.executor.memory": "1g"}


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Both engines at every size up to `scale`: Spark as it is once it has warmed up, DuckDB at its quickest."""
    written = yaml.safe_load(Path(battery.__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    cluster = import_module("jiceng.bench.ground.cluster")  # only this benchmark wants Spark to be there
    driver = import_module("jiceng.indicators.cluster.driver").driver
    kept = settings.ENGINE, settings.SPARK, settings.SPARK_SECONDS
    with scratch(), tempfile.TemporaryDirectory() as place, cluster.cluster(Path(place), MEMORY) as master:
        try:
            settings.SPARK, settings.SPARK_SECONDS = master, PATIENCE
            parts = [_compared(size, written) for size in SCALES[: SCALES.index(scale) + 1]]
        finally:
            driver.forget()
            settings.ENGINE, settings.SPARK, settings.SPARK_SECONDS = kept
    last = parts[-1]
    return {
        "name": "spark",
        "scale": scale,
        "rows": last["rows"],
        "seconds": last["seconds"],
        "baseline": "DuckDB in this process",
        "baseline_seconds": last["baseline_seconds"],
        "ratio": last["ratio"],
        "parts": parts,
    }


def _compared(size: str, written: dict[str, Any]) -> dict[str, Any]:
    drawn, figures = Drawn(FACTORS[size]), declared(written)
    drawn.publish()
    settings.ENGINE = "duckdb"
    ours, expected = timed(lambda: by_product(figures))
    settings.ENGINE = "spark"
    theirs, found = timed(lambda: by_product(figures), passes=1)
    agree(expected, found)
    return {
        "name": f"{size}, {drawn.rows} rows",
        "rows": drawn.rows,
        "seconds": round(theirs, 2),
        "baseline_seconds": round(ours, 3),
        "ratio": round(theirs / ours, 1),
    }
