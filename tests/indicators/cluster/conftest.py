"""A Spark cluster of a master and two workers for all tests that ask one, and the same question to both engines."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from jiceng.indicators.figures import answer, list_records
from tests.conftest import Installation, installed

if find_spec("pyspark") is None:  # tools/test.py says so: that part is left out
    collect_ignore_glob = ["test_*.py"]

QUICK = {
    "spark.driver.defaultJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.defaultJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""So that few rows do not wait for code to be compiled; the answers are the same."""


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """The master's address."""
    from jiceng.bench.ground import cluster as clusters  # noqa: PLC0415 - there need be no Spark here
    from jiceng.indicators.cluster.driver import driver  # noqa: PLC0415 - likewise

    with clusters.cluster(tmp_path_factory.mktemp("cluster"), QUICK) as master:
        yield master
        driver.forget()


@pytest.fixture
def asked_of_spark(cluster, settings):
    """Figures come from the cluster, which may take its time here."""
    settings.ENGINE, settings.SPARK, settings.SPARK_SECONDS = "spark", cluster, 600


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """The data home of a demonstration of all places: as JICENG_TEST_DEMO has it, else a fiftieth of the masses."""
    loaded = os.environ.get("JICENG_TEST_DEMO")
    if loaded:
        yield Path(loaded)
        return
    with installed(tmp_path_factory.mktemp("demonstration")) as jiceng:
        _load(jiceng)
        yield jiceng.home


def _load(jiceng: Installation) -> None:
    jiceng("demo", "--place", "all", "--no-serve", "--scale", "50", timeout=3_000)


def told(one, question, *, listed=True):
    """What an engine says: the value, its parts, its records."""
    value = answer(one, question)
    assert value.trouble == "", value.trouble
    records = (
        [_rounded(r.id, r.counted, r.measured) for r in list_records(one, question).rows] if listed else []
    )
    parts = {(p.key, p.label, p.beside): _rounded(p.numerator, p.denominator, p.rows) for p in value.parts}
    return _rounded(value.numerator, value.denominator, value.rows), parts, records


def _rounded(*values):
    """Sums of floating numbers depend on their order in the last digits."""
    return tuple(round(value, 6) if isinstance(value, float) else value for value in values)


def both(one, question, *, listed=True):
    """What DuckDB and what Spark says."""
    with override_settings(ENGINE="duckdb"):
        first = told(one, question, listed=listed)
    assert settings.ENGINE == "spark"
    return first, told(one, question, listed=listed)
