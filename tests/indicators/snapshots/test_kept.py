"""A snapshot that is kept: its files stay, it answers beside the one in force, also for a later program."""

import threading
from dataclasses import replace

import pytest

from jiceng.indicators import engine as engines
from jiceng.indicators.engine import answering_from, engine
from jiceng.indicators.snapshot import files
from jiceng.indicators.snapshot.files import current, folder, keep, kept, let_go, pin
from jiceng.records.refusals import Refusal
from tests.indicators.conftest import ask
from tests.indicators.world import World

UNITS = {"fact": "unit"}


@pytest.fixture
def first(county):
    """The county's snapshot, kept, with another county's in force."""
    with pin() as manifest:
        keep(manifest)
    was = ask(UNITS).value
    for seed in (2, 3):
        World(seed).publish()
    return manifest, was


def test_inside_it_answers_and_outside_the_one_in_force(first):
    manifest, was = first
    now = ask(UNITS).value
    with answering_from(manifest.id):
        assert ask(UNITS).value == was
        assert engine().manifest.id == manifest.id
        found = []
        thread = threading.Thread(target=lambda: found.append(engine().manifest.id))
        thread.start()
        thread.join()
        assert found == [current().id]  # another request is not drawn in
    assert ask(UNITS).value == now
    assert engine().manifest.id == current().id


def test_its_files_stay_until_it_is_let_go(first):
    manifest, _was = first
    ask(UNITS)  # the engine of before holds its own snapshot no longer
    assert manifest.files() <= {path.name for path in folder().glob("*.parquet")}
    let_go(manifest.id)
    World(4).publish()
    assert not manifest.files() & {path.name for path in folder().glob("*.parquet")}
    with pytest.raises(Refusal, match="快照不在了"), answering_from(manifest.id):
        ask(UNITS)


def test_letting_go_twice_does_nothing_and_a_torn_file_is_none(first):
    manifest, _was = first
    files._kept(manifest.id).write_text("{", "utf-8")
    with pytest.raises(Refusal, match="备份"):
        kept(manifest.id)
    let_go(manifest.id)
    let_go(manifest.id)


def test_what_an_older_program_did_not_keep_is_empty(first):
    """Columns and tables that the program has learnt since have no values in a snapshot of before."""
    manifest, was = first
    path = folder() / manifest.relations["unit"].base
    slim = folder() / "slim.parquet"
    engine().rows(f"COPY (SELECT * EXCLUDE (survey_source) FROM '{path}') TO '{slim}' (FORMAT parquet)")
    relations = {name: made for name, made in manifest.relations.items() if name != "matter_clock"}
    relations["unit"] = replace(relations["unit"], base=slim.name)
    keep(replace(manifest, id="older", schema="another", relations=relations))
    with answering_from("older"):
        assert ask(UNITS).value == was
        assert ask({"fact": "unit", "where": {"survey_source": {"empty": False}}}).value == 0
        assert ask({"fact": "matter_clock"}).value == 0


def test_few_older_engines_stay_open(first):
    manifest, was = first
    for number in range(engines.KEPT + 2):
        keep(replace(manifest, id=f"copy{number}"))
        with answering_from(f"copy{number}"):
            assert ask(UNITS).value == was
    assert len(engines._older) == engines.KEPT
