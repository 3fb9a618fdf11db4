"""One engine for a snapshot, shared by threads, replaced when the snapshot is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from jiceng.indicators import engine as engines
from jiceng.indicators.engine import Remembered, engine
from jiceng.indicators.snapshot.files import beside, folder
from tests.indicators.conftest import ask
from tests.indicators.world import World

UNITS = {"fact": "unit"}


def test_one_engine_until_the_snapshot_changes(county):
    first = engine()
    assert engine() is first
    World(2).publish()
    assert engine() is not first
    assert engine().manifest.id != first.manifest.id


def test_files_of_a_replaced_snapshot_stay_for_those_who_still_read_them(county):
    reading = engine()
    counted = reading.rows("SELECT count(*) FROM unit")
    for seed in (2, 3):
        World(seed).publish()
    assert reading.rows("SELECT count(*) FROM unit") == counted
    kept = reading.manifest.files()
    del reading
    engine()
    World(4).publish()
    assert not {path.name for path in folder().iterdir()} & kept


def test_threads_share_it(county):
    days = [date(2018, 1, 1 + n) for n in range(16)]
    alone = [ask(UNITS, as_of=day, node=1, by="territory") for day in days]
    engine().answers.clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda day: _values(engine(), day), days))
    assert together == [value.value for value in alone]


def _values(running, day):
    query = "SELECT count(*) FROM unit WHERE valid_from <= $day AND (valid_to IS NULL OR valid_to > $day)"
    ((count,),) = running.answer(query, {"day": day})
    return count


def test_a_crowded_engine_makes_room(county, monkeypatch):
    monkeypatch.setattr(engines, "TABLES", 3)
    first = engine()
    values = [ask(UNITS, node=node).value for node in (1, 2, 3, 4, 5, 1)]
    assert engine() is not first
    assert values[0] == values[-1]


def test_what_was_longest_not_asked_for_is_forgotten():
    kept = Remembered(2)
    kept.put("a", [(1,)])
    kept.put("b", [(2,)])
    kept.get("a")
    kept.put("c", [(3,)])
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ([(1,)], None, [(3,)])
    kept.clear()
    assert kept.get("a") is None


@pytest.mark.parametrize("value", [date(2020, 1, 1), "'; DROP VIEW unit; --", None])
def test_values_are_bound_never_written_into_the_query(county, value):
    assert engine().rows("SELECT $value IS NULL OR true", {"value": value}) == [(True,)]
    assert engine().rows("SELECT count(*) FROM unit")[0][0] > 0


def test_what_an_engine_laid_beside_a_snapshot_goes_with_it(county):
    reading = engine()
    laid = beside(reading.manifest.id) / "one.parquet"
    laid.touch()
    World(2).publish()
    assert laid.exists()
    del reading
    engine()
    World(3).publish()
    assert not laid.parent.exists()
