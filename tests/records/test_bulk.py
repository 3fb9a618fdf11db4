"""Recorded writes of many rows, keys given out in blocks, and identifiers in order."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction

from jiceng.organisations.models import Region, Restructuring, Unit
from jiceng.people.models import Experience, Household, Person
from jiceng.protection import ciphers
from jiceng.records import bulk, facts
from jiceng.records.audit.verifying import verify
from jiceng.records.bases import valid_on
from jiceng.records.chain import UnrecordedWriteError
from jiceng.records.engine import copy_rows, install_append_only, reserve_ids
from jiceng.records.facts import Column, Fact, Reference, register_fact
from jiceng.records.models import AuditEntry, AuditRow, CommandKey
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.uids import new_uid, uid_block
from jiceng.records.writing import write
from tests.accounts.cast import SETTER, SINCE, build_world, keep, person, region

COLUMNS = ("uid", "code", "region_id", "region_path", "valid_from", "head_name", "address")


@pytest.fixture
def place(db):
    return region("99", "甲省", "core:province", None)


def rows(place, count, start=0):
    return [
        (uid, f"H{start + i}", place.pk, place.path, SINCE, f"户主{start + i}", "")
        for i, uid in enumerate(uid_block(count))
    ]


# ------------------------------------------------------------------------------------------------- load
def test_a_load_is_one_audit_row_for_the_whole_run(place):
    with write(by=SETTER, action="test.load"):
        first = bulk.load(Household, COLUMNS, rows(place, 25))
    kept = list(Household._base_manager.order_by("pk"))
    assert [h.pk for h in kept] == list(range(first, first + 25))
    assert (kept[3].head_name, kept[3].valid_from, kept[3].region_id) == ("户主3", SINCE, place.pk)
    assert all(isinstance(h.uid, UUID) for h in kept)
    row = AuditRow.objects.get(table="people_household")
    assert (row.verb, row.record, row.last, '"rows":25' in row.after) == ("load", first, first + 24, True)
    assert verify().whole


def test_an_insert_has_an_audit_row_for_every_record(place):
    with write(by=SETTER, action="test.insert"):
        first = bulk.insert(Household, COLUMNS, rows(place, 4))
    told = AuditRow.objects.filter(table="people_household").order_by("record")
    assert [r.record for r in told] == list(range(first, first + 4))
    assert all(f'"head_name":"户主{i}"' in r.after for i, r in enumerate(told))


def test_nothing_to_do_is_nothing_done(place):
    with write(by=SETTER, action="test.empty"):
        assert (
            bulk.load(Household, COLUMNS, [])
            == bulk.insert(Household, COLUMNS, [])
            == bulk.change([], [])
            == 0
        )
    assert not AuditEntry.objects.filter(action="test.empty").exists()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda place: bulk.load(Household, COLUMNS, rows(place, 2)),
        lambda place: bulk.insert(Household, COLUMNS, rows(place, 2)),
        lambda place: bulk.set_where(Region.objects.all(), {"name": "x"}, "rule"),
        lambda place: bulk.change([place], ["name"]),
        lambda place: bulk.derive(Experience, models.Q(), ("kind",), []),
    ],
)
def test_many_rows_outside_a_write_are_refused_before_anything_is_stored(place, attempt):
    with pytest.raises(UnrecordedWriteError):
        attempt(place)
    assert not Household._base_manager.exists()
    assert Region.objects.get().name == "甲省"


def test_a_broken_constraint_takes_the_whole_load_back(place):
    double = [*rows(place, 3), *rows(place, 1)]
    with pytest.raises(IntegrityError), write(by=SETTER, action="test.load"):
        bulk.load(Household, COLUMNS, double)
    assert not Household._base_manager.exists()


def test_every_kind_of_value_arrives_as_it_left(place):
    key, moment = ciphers.new_key(), datetime(2022, 6, 20, 8, 30, 1, 5, tzinfo=UTC)
    with write(by=SETTER, action="test.kinds"):
        values = {
            "uid": new_uid(),
            "name": "张\t三\n\\“引号”",
            "region_id": place.pk,
            "region_path": place.path,
            "valid_from": SINCE,
            "valid_to": None,
            "sealed_key": key,
            "birth_date": date(1990, 2, 28),
        }
        empty = {
            f.attname: b"" if f.get_internal_type() == "BinaryField" else ""
            for f in Person._meta.concrete_fields
            if not f.null and not f.primary_key and f.attname not in values
        }
        bulk.load(Person, (*values, *empty), [(*values.values(), *empty.values())])
        copy_rows(CommandKey, ("key", "action", "at", "result"), [("k", "a", moment, "")])
    kept = Person._base_manager.get()
    assert (kept.name, bytes(kept.sealed_key), kept.birth_date, kept.valid_to) == (
        "张\t三\n\\“引号”",
        key,
        date(1990, 2, 28),
        None,
    )
    assert CommandKey.objects.get().at == moment


# ----------------------------------------------------------------------------------------------- change
def test_a_change_stores_and_tells_only_what_differs(place):
    with write(by=SETTER, action="test.load"):
        bulk.load(Household, COLUMNS, rows(place, 3))
    homes = list(Household._base_manager.order_by("pk"))
    homes[1].head_name, homes[1].address = "新户主", "不存这一列"
    with write(by=SETTER, action="test.change"):
        assert bulk.change(homes, ["head_name"]) == 1
    row = AuditRow.objects.get(table="people_household", verb="update")
    assert (row.record, "新户主" in row.after, "不存" in row.after) == (homes[1].pk, True, False)
    kept = Household._base_manager.get(pk=homes[1].pk)
    assert (kept.head_name, kept.address) == ("新户主", "")


def test_references_are_changed_by_field_or_by_key(place):
    other = region("98", "乙省", "core:province", None)
    home = keep(Household(code="H", region=place, region_path=place.path, valid_from=SINCE))
    for name in ("region", "region_id"):
        home.region = other if home.region_id == place.pk else place
        with write(by=SETTER, action="test.change"):
            assert bulk.change([home], [name]) == 1
        assert Household._base_manager.get().region_id == home.region_id


def test_derived_columns_are_set_by_rule(place):
    for number in range(3):
        person(f"人{number}", place)
    with write(by=SETTER, action="test.paths"):
        assert bulk.set_where(Person._base_manager.all(), {"region_path": "0009"}, "moved") == 3
    assert set(Person._base_manager.values_list("region_path", flat=True)) == {"0009"}
    row = AuditRow.objects.get(verb="derive")
    assert (row.table, '"rows":3' in row.after, '"rule":"moved"' in row.after) == (
        "people_person",
        True,
        True,
    )


def test_a_derived_table_keeps_rows_that_stay_and_tells_keys_that_go_and_come(place):
    who = person("张三", place)
    columns = ("person", "kind", "place", "valid_from", "valid_to")

    def derive(*kinds):
        wanted = [(who.pk, kind, "", SINCE, None) for kind in kinds]
        with write(by=SETTER, action="test.derive"):
            return bulk.derive(Experience, models.Q(person=who), columns, wanted)

    assert derive("a", "b") == (0, 2)
    kept = {e.kind: e.pk for e in Experience.objects.all()}
    assert derive("b", "c") == (1, 1)
    assert Experience.objects.get(kind="b").pk == kept["b"]
    assert AuditRow.objects.get(table="people_experience", verb="delete").record == kept["a"]
    assert derive("b", "c") == (0, 0)


# ------------------------------------------------------------------------------------------------- keys
def test_keys_follow_each_other_and_are_never_given_twice(place):
    with write(by=SETTER, action="test.load"):
        first = bulk.load(Household, COLUMNS, rows(place, 10))
        second = bulk.load(Household, COLUMNS, rows(place, 10, start=10))
    single = keep(Household(code="X", region=place, region_path=place.path, valid_from=SINCE))
    assert (second - first, single.pk - second) == (10, 10)
    with write(by=SETTER, action="test.delete"):
        last = single.pk
        single.delete()
    again = keep(Household(code="Y", region=place, region_path=place.path, valid_from=SINCE))
    assert again.pk > last
    with transaction.atomic():
        assert reserve_ids(Household, 5) > again.pk


def test_eight_loaders_get_blocks_of_their_own(transactional_db):
    place = region("99", "甲省", "core:province", None)
    found = []

    def work(number):
        try:
            with write(by=SETTER, action="test.load"):
                found.append(bulk.load(Household, COLUMNS, rows(place, 20, start=number * 20)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [min(found) + 20 * n for n in range(8)]
    assert Household._base_manager.count() == 160
    assert verify().whole


# ------------------------------------------------------------------------------------------ identifiers
def test_a_block_of_identifiers_ascends_and_says_version_and_variant():
    block = uid_block(5000)
    assert len(set(block)) == 5000
    assert [u.int for u in block] == sorted(u.int for u in block)
    assert {(u.version, u.variant) for u in block} == {(7, "specified in RFC 4122")}


def test_later_blocks_come_after_earlier_ones():
    earlier = uid_block(100)[-1]
    time.sleep(0.002)
    assert new_uid().int > earlier.int
    stamp = earlier.int >> 80
    assert abs(stamp / 1000 - time.time()) < 60


def test_an_empty_block_is_empty():
    assert uid_block(0) == []


# ------------------------------------------------------------------------------------------------ dates
def test_the_first_day_counts_and_the_last_does_not(db):
    world = build_world()
    home = world.qingshan.household
    home.valid_to = SINCE + timedelta(days=10)
    keep(home)
    rows_ = Household._base_manager.filter(pk=home.pk)
    held = [rows_.filter(valid_on(SINCE + timedelta(days=n))).exists() for n in (-1, 0, 9, 10)]
    assert held == [False, True, True, False]
    through = Person._base_manager.filter(valid_on(SINCE + timedelta(days=9), "household__"))
    assert "青云书记" in {p.name for p in through}
    past = Person._base_manager.filter(valid_on(SINCE + timedelta(days=10), "household__"))
    assert "青云书记" not in {p.name for p in past}


def test_the_database_refuses_an_end_before_the_beginning(place):
    for end in (SINCE, SINCE - timedelta(days=1)):
        place.valid_to = end
        with pytest.raises(IntegrityError), transaction.atomic():
            keep(place)


def test_current_rows_have_no_end(place):
    other = region("98", "乙省", "core:province", None, valid_to=SINCE + timedelta(days=1))
    assert list(Region.objects.current()) == [place]
    assert list(Region.objects.on(SINCE)) == [place, other]


# --------------------------------------------------------------------------------------------- the rest
def test_triggers_can_be_installed_again_and_again(db):
    install_append_only(("records_auditentry", "records_auditrow"))
    install_append_only(("records_auditentry", "records_auditrow"))
    keep(Restructuring(document="演示〔2022〕5号", name="调整", effective=SINCE))
    assert verify().whole


def test_a_refusal_says_what_where_and_the_remedy():
    refusal = Refusal("代码不符", "单位.xlsx 第3行", "核对后改正")
    assert str(refusal) == "单位.xlsx 第3行: 代码不符（核对后改正）"
    assert str(Refusal("不行")) == "不行"
    assert str(Refusals([refusal, Refusal("不行")])) == f"{refusal}\n不行"


def test_a_fact_is_declared_once_and_names_its_columns(monkeypatch):
    monkeypatch.setattr(facts, "_facts", dict(facts.all_facts()))  # what the program declares stays as it is
    fact = Fact(
        key="test_only",
        table="t",
        label="测试",
        model="organisations.unit",
        columns=(Column("kind", "code", "类型"), Reference("region", "region", "区域")),
    )
    assert register_fact(fact) is register_fact(fact)
    assert fact.column("region").to == "region"
    with pytest.raises(KeyError):
        fact.column("colour")
    with pytest.raises(ValueError, match="twice"):
        register_fact(
            Fact(key="test_only", table="t2", label="另一", model=Unit._meta.label_lower, columns=())
        )
