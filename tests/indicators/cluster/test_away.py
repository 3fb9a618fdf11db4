"""A cluster that is away, slow or comes back: the same snapshot answers in this process, and says so."""

import time

import pytest
from pyspark.errors import AnalysisException, ParseException

from jiceng.indicators.cluster import driver as drivers
from jiceng.indicators.cluster.driver import Unreachable, driver
from jiceng.indicators.engine import engine
from tests.indicators.conftest import ask, records_of

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings(
        "ignore:unclosed <socket:ResourceWarning"
    ),  # PySpark leaves them to the collector
]

UNITS = {"fact": "unit", "where": {"kind": "two_new"}}
NOBODY = "spark://127.0.0.1:1"
"""Where no master listens."""


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """Every test begins with a cluster that has not been asked yet."""
    driver.forget()
    yield
    driver.forget()


@pytest.fixture
def expected(county):
    return ask(UNITS, node=1, by="territory"), records_of(UNITS, node=1)


@pytest.fixture
def away(settings, expected):
    settings.ENGINE, settings.SPARK = "spark", NOBODY


def test_the_snapshot_answers_and_says_that_the_cluster_does_not(expected, away):
    value = ask(UNITS, node=1, by="territory")
    assert (value.numerator, value.parts) == (expected[0].numerator, expected[0].parts)
    assert value.created == engine().manifest.created
    assert "集群" in value.trouble
    assert records_of(UNITS, node=1) == expected[1]
    assert expected[0].trouble == ""


def test_it_is_not_asked_again_at_once(away, monkeypatch):
    ask(UNITS)
    monkeypatch.setattr(drivers, "_begun", lambda master: pytest.fail("it was"))
    assert ask(UNITS, node=1).trouble


def test_once_it_is_back_it_answers(expected, away, cluster, settings, monkeypatch):
    assert ask(UNITS).trouble
    settings.SPARK, settings.SPARK_SECONDS = cluster, 600
    monkeypatch.setattr(drivers.time, "monotonic", lambda now=time.monotonic: now() + drivers.REST)
    value = ask(UNITS, node=1, by="territory")
    assert (value.trouble, value.numerator) == ("", expected[0].numerator)


def test_a_cluster_that_takes_too_long_is_as_good_as_away(asked_of_spark, settings):
    session = driver.session()
    settings.SPARK_SECONDS = 1
    with pytest.raises(Unreachable):
        driver.rows(
            session, "SELECT sum(a.id % b.id) FROM range(10000000) a CROSS JOIN range(10000000) b", {}
        )
    with pytest.raises(Unreachable):
        driver.session()


@pytest.mark.parametrize(("query", "error"), [("SELEC 1", ParseException), ("SELECT x", AnalysisException)])
def test_a_query_that_it_cannot_read_is_our_own_fault(asked_of_spark, query, error):
    with pytest.raises(error):
        driver.rows(driver.session(), query, {})
    assert driver.session()  # it is there all the same


def test_an_application_that_ended_is_begun_anew(county, asked_of_spark):
    before = ask(UNITS, node=1)
    driver.session().stop()
    engine().answers.clear()
    assert ask(UNITS, node=1) == before
    assert before.trouble == ""
