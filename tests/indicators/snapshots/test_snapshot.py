"""A snapshot holds what the database holds, also after any number of changes."""

import random
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from django.db import connection

from jiceng.indicators.snapshot import refreshing
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import current, folder, pin, publish
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.indicators.snapshot.views import define_views
from jiceng.people.models import Household, Person
from jiceng.records import bulk
from jiceng.records.isolated.columnar import Source, columnar_reader
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def rows(manifest, name):
    with duckdb.connect() as engine:
        define_views(engine, folder(), all_relations(), manifest)
        found = engine.execute(f'SELECT * FROM "{name}" ORDER BY id')
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def in_database(name):
    relation = all_relations()[name]
    listed = ", ".join(f'"{c.source}"' for c in relation.columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {listed} FROM "{relation.table}" ORDER BY id')
        found = cursor.fetchall()
    return [
        {c.name: plain(value, c.kind) for c, value in zip(relation.columns, row, strict=True)}
        for row in found
    ]


def plain(value, kind):
    if value in (None, ""):
        return None
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return bool(value) if kind == "boolean" else value


def assert_same(manifest):
    for name in all_relations():
        assert rows(manifest, name) == in_database(name), name


@pytest.fixture
def town():
    town = make.region("511602101", kind="core:town")
    village = make.region("511602101201", town)
    shop = make.unit(village, employees=12, above_scale=True, surveyed_on=date(2021, 3, 18))
    make.unit(village, employees=None, above_scale=None)
    branch = make.party_org(village, host_unit=shop)
    someone = make.person(village, birth_date=date(1980, 2, 29), sex="core:female")
    make.membership(someone, branch, admitted_on=date(2019, 7, 1))
    return town


def test_a_full_snapshot_holds_every_relation_typed(town):
    manifest = rebuild()
    assert_same(manifest)
    (first, second) = rows(manifest, "unit_spans")
    assert (first["employees"], first["above_scale"], first["of"]) == (
        12,
        True,
        rows(manifest, "unit")[0]["id"],
    )
    assert (second["employees"], second["above_scale"], second["industry"]) == (None, None, None)
    assert rows(manifest, "unit")[0]["surveyed_on"] == date(2021, 3, 18)


def test_an_empty_database_has_a_snapshot_too(db):
    assert_same(rebuild())


def test_only_declared_columns_leave_the_database(town):
    (person,) = rows(rebuild(), "person")
    assert not {"name", "uid", "citizen_id", "phone", "sealed_key"} & set(person)


def test_refresh_follows_changes_additions_and_deletions(town):
    first = rebuild()
    village = town.children.get()
    shop = make.Unit._base_manager.order_by("id").first()
    make.respan(shop, date(2022, 1, 1), employees=40)
    make.unit(village, employees=7)
    with write(by=make.BY, action="test.delete"):
        make.Membership._base_manager.get().delete()
    manifest = refresh()
    assert_same(manifest)
    assert manifest.relations["unit"].overlay
    assert manifest.relations["unit"].base == first.relations["unit"].base
    assert manifest.relations["person"] == first.relations["person"]
    assert rows(manifest, "membership") == []


def test_a_second_refresh_keeps_what_the_first_laid_over(town):
    rebuild()
    village = town.children.get()
    new = make.unit(village, employees=1)
    refresh()
    make.respan(new, date(2022, 1, 1), employees=2)
    other = make.unit(village)
    manifest = refresh()
    assert_same(manifest)
    assert {new.pk, other.pk} <= {row["id"] for row in rows(manifest, "unit")}


def test_what_goes_along_with_a_deleted_record_goes_from_the_snapshot(town):
    village = town.children.get()
    home = make.household(village)
    living = make.person(village, household=home)
    lonely = make.region("511602101299", town)
    rebuild()
    with write(by=make.BY, action="test.delete"):
        home.delete()
        lonely.delete()
    manifest = refresh()
    assert_same(manifest)
    assert next(r for r in rows(manifest, "person") if r["id"] == living.pk)["household"] is None
    assert lonely.pk not in {r["of"] for r in rows(manifest, "region_spans")}


def test_bulk_loads_derived_rules_and_unknown_verbs_are_followed(town):
    village = town.children.get()
    rebuild()
    with write(by=make.BY, action="test.load") as writing:
        columns = ("uid", "code", "region_id", "region_path", "valid_from", "address", "head_name")
        new = [(make.new_uid(), f"B{i}", village.pk, village.path, make.LONG_AGO, "", "") for i in range(50)]
        bulk.load(Household, columns, new)
        bulk.set_where(Person._base_manager.all(), {"ethnicity": "core:han"}, "all of them")
        writing.note("people_membership", 1, "novel")
    manifest = refresh()
    assert_same(manifest)
    assert manifest.relations["household"].changed in (0, 50)
    assert not manifest.relations["person"].overlay  # a rule may touch any row, so the table was read again
    assert not manifest.relations["membership"].overlay


def test_reading_a_protected_value_changes_nothing(town):
    before = rebuild()
    with write(by=make.BY, action="test.read") as writing:
        writing.note("people_person", Person._base_manager.get().pk, "read")
    after = refresh()
    assert (after.relations, after.seq) == (before.relations, before.seq + 1)


def test_nothing_written_gives_the_same_snapshot(town):
    assert rebuild().id == refresh().id


def test_a_large_overlay_becomes_a_new_base(town, monkeypatch):
    monkeypatch.setattr(refreshing, "OVERLAY_ROWS", 3)
    village = town.children.get()
    rebuild()
    kept = current().relations["unit"]
    for employees in range(4):
        make.unit(village, employees=employees)
        manifest = refresh()
        assert_same(manifest)
    assert manifest.relations["unit"].base != kept.base
    assert manifest.relations["unit"].changed <= 3


def test_a_snapshot_of_another_database_is_made_anew(town):
    manifest = rebuild()
    publish(replace(manifest, id="elsewhere", head="0" * 64))
    make.unit(town.children.get())
    again = refresh()
    assert again.relations["person"].base != manifest.relations["person"].base
    assert_same(again)


def test_a_lost_file_or_torn_manifest_is_mended(town):
    manifest = rebuild()
    (folder() / manifest.relations["unit"].base).unlink()
    mended = refresh()
    assert_same(mended)
    (folder() / f"{mended.id}.json").write_text('{"id": ')
    assert_same(refresh())


def test_files_stay_while_they_are_read_and_go_afterwards(town):
    first = rebuild()
    held = pin()
    second = rebuild()
    assert first.files() <= {path.name for path in folder().iterdir()}
    held.release()
    third = rebuild()
    left = {path.name for path in folder().glob("*.parquet")}
    assert left == third.files()
    assert not left & (first.files() | second.files())


def test_a_failing_disk_leaves_the_snapshot_in_force(town, monkeypatch):
    before = rebuild()
    make.unit(town.children.get())
    monkeypatch.setattr(refreshing, "folder", lambda: folder() / "not there")
    with pytest.raises(refreshing.SnapshotError, match="not there"):
        refresh()
    assert current() == before


def test_the_columnar_reader_refuses_to_share_a_process_with_sqlite():
    with (
        pytest.raises(RuntimeError, match="process of its own"),
        columnar_reader(Source(True, "any.sqlite3")),
    ):
        pass


def test_writing_goes_on_unharmed_while_snapshots_are_made(town):
    """Two copies of SQLite in one process lose what is written after one of them closes; ours never meet."""
    rebuild()
    new = make.unit(town.children.get())
    refresh()
    later = make.unit(town.children.get())
    connection.close()
    assert {new.pk, later.pk} <= set(make.Unit._base_manager.values_list("pk", flat=True))


def test_without_a_snapshot_one_is_told_how_to_make_it(db):
    with pytest.raises(Refusal, match="jiceng snapshot"):
        pin()


@pytest.mark.parametrize("seed", range(2))
def test_any_history_of_writes_leads_to_the_database(town, seed, monkeypatch):
    chance = random.Random(seed)
    monkeypatch.setattr(refreshing, "OVERLAY_ROWS", chance.choice([2, 5, 100]))
    village = town.children.get()
    units = []
    rebuild()
    for step in range(10):
        what = chance.choice(["new", "change", "delete", "person"])
        if what == "new" or not units:
            units.append(make.unit(village, employees=step))
        elif what == "change":
            make.respan(chance.choice(units), date(2015 + step, 1, 1), employees=100 + step)
        elif what == "person":
            make.person(village)
        else:
            with write(by=make.BY, action="test.delete"):
                units.pop(chance.randrange(len(units))).delete()
        if chance.random() < 0.4:
            assert_same(refresh())
    assert_same(refresh())
