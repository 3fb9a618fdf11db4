"""The made-up prefecture is what it says, and every way of counting it says the same."""

from argparse import Namespace
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from jiceng.bench import battery
from jiceng.bench.battery import LEVELS, agree, by_product, declared
from jiceng.bench.ground import drawn as drawing
from jiceng.bench.ground.drawn import PREFECTURE, Drawn, times
from jiceng.bench.ground.prefecture import TODAY
from jiceng.bench.ways import workbooks
from jiceng.bench.ways.by_hand import for_postgresql, query
from jiceng.cli.commands import bench
from jiceng.indicators.engine import engine
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.records.refusals import Refusal

WRITTEN = yaml.safe_load(Path(battery.__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
QUERIES = yaml.safe_load(Path(drawing.__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
SMALL = 0.001


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture(scope="module")
def drawn():
    return Drawn(SMALL)


def rows(drawn, name):
    names = [column.name for column in all_relations()[name].columns]
    return [dict(zip(names, row, strict=True)) for row in drawn.all_rows(name)]


# ------------------------------------------------------------------------------------- what is drawn
def test_a_prefecture_is_as_large_as_it_says():
    assert (PREFECTURE.members, PREFECTURE.residents, PREFECTURE.party_orgs) == (323_000, 450_000, 20_000)
    assert PREFECTURE.matters == 1_000_000
    assert times(1) == PREFECTURE
    assert times(10).members == 3_230_000
    assert times(10).first_village == 2 + 100 + 100 * 20
    assert times(0.0001).counties == 1


def test_only_relations_are_drawn_and_what_they_are_drawn_from():
    assert set(QUERIES) - set(all_relations()) == {"nodes"}


def test_every_run_draws_the_same(drawn):
    again = Drawn(SMALL)
    for name in ("person", "region_spans", "matter"):
        assert list(drawn.all_rows(name)) == list(again.all_rows(name))


def test_there_is_so_much_of_everything(drawn):
    amounts = times(SMALL)
    counted = {"person": amounts.residents, "membership": amounts.members, "matter": amounts.matters}
    counted |= {
        "matter_event": 3 * amounts.matters,
        "unit": amounts.units,
        "region": amounts.first_village - 1 + 300,
    }
    assert {name: len(rows(drawn, name)) for name in counted} == counted


def test_entities_hold_what_their_last_stretch_holds(drawn):
    for entity in ("region", "unit", "party_org"):
        now = {
            row["of"]: row
            for row in rows(drawn, f"{entity}_spans")
            if not row["valid_to"] or entity == "unit"
        }
        for row in rows(drawn, entity):
            shared = row.keys() & now[row["id"]].keys() - {"id", "valid_from"}
            assert {name: row[name] for name in shared} == {name: now[row["id"]][name] for name in shared}


def test_some_villages_lay_elsewhere_and_every_reference_leads_somewhere(drawn):
    spans = rows(drawn, "region_spans")
    assert 0 < len(spans) - len({row["of"] for row in spans}) < 40
    for name, relation in all_relations().items():
        if name in QUERIES:
            for column in relation.columns:
                if column.to:
                    there = {row["id"] for row in rows(drawn, column.to)}
                    assert {row[column.name] for row in rows(drawn, name)} <= {*there, None}, (name, column)


def test_a_matter_is_closed_after_it_was_raised_and_open_without_that(drawn):
    matters = rows(drawn, "matter")
    assert all(row["closed_on"] is None or row["raised_on"] <= row["closed_on"] <= TODAY for row in matters)
    assert {row["phase"] for row in matters if row["closed_on"] is None} == {"open"}
    assert {row["phase"] for row in matters if row["closed_on"]} == {"done"}
    assert max(row["on"] for row in rows(drawn, "matter_event")) <= TODAY


def test_files_and_relations_fit_each_other(drawn):
    manifest = drawn.publish()
    assert drawn.rows == sum(files.rows for files in manifest.relations.values())
    assert set(manifest.relations) == set(all_relations())
    assert engine().manifest == manifest
    assert engine().rows("SELECT count(*), min(birth_date) FROM person")[0][1] >= date(1935, 1, 1)


# -------------------------------------------------------------------------------- every way of counting
def test_the_product_says_what_sql_by_hand_databases_and_workbooks_say(db, drawn, tmp_path):
    assert len(WRITTEN) == 30
    drawn.publish()
    ours = by_product(declared(WRITTEN))
    assert sum(len(parts) for parts in ours.values()) > 300
    agree(ours, battery._by_hand(WRITTEN))
    drawn.store()
    agree(ours, battery._in_database(WRITTEN))
    workbooks.write(drawn, tmp_path)
    some = {key: parts for key, parts in ours.items() if key[0] in workbooks.FIGURES}
    agree(some, workbooks.answers(tmp_path, LEVELS))


def test_answers_that_differ_are_named():
    with pytest.raises(AssertionError, match=r"\('members', 1\)"):
        agree({("members", 1): {"0001": (1, None)}}, {("members", 1): {"0001": (2, None)}})
    with pytest.raises(AssertionError, match=r"\('members', 2\)"):
        agree({}, {("members", 2): {}})


@pytest.mark.parametrize("key", sorted(WRITTEN))
def test_what_is_written_by_hand_is_sql(key):
    for dates in (True, False):
        assert "{" not in query(WRITTEN[key], 1, dates=dates)
    assert duckdb.extract_statements(query(WRITTEN[key], 1, dates=True))
    assert "month(" not in for_postgresql(query(WRITTEN[key], 1, dates=True))


def test_a_scale_that_a_benchmark_has_not_is_refused():
    with pytest.raises(Refusal, match="county、prefecture"):
        bench.run(Namespace(name="regions", scale="province"))
