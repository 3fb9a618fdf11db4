"""The audit chain: one link a write, whole or not at all; what is changed afterwards is found where it is."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.organisations.models import Region, RegionSpan, Restructuring
from jiceng.people.models import Household, Person
from jiceng.protection.actors import Actor
from jiceng.records.audit.verifying import verify
from jiceng.records.chain import GENESIS, LINKED, UnrecordedWriteError, current_writing, link, row_digest, sm3
from jiceng.records.models import AuditEntry, AuditRow, ChainHead, CommandKey
from jiceng.records.writing import AlreadyDoneError, write
from tests.accounts.cast import SETTER, SINCE, build_world, keep, person, region
from tests.conftest import triggers_lifted
from tests.records.together import WRITERS, together


def note(number, key="", by=SETTER, reason=""):
    with write(by=by, action="test.note", key=key, reason=reason) as writing:
        writing.note("somewhere", number, "insert", None, {"n": number})
        writing.result = str(number)


@pytest.fixture
def chain(db):
    """Six entries: five of one row, and one of two."""
    for number in range(1, 6):
        note(number, reason=f"第{number}次")
    with write(by=Actor("user:7", "张三"), action="test.two") as writing:
        writing.note("there", 1, "update", {"a": 1}, {"a": 2})
        writing.note("there", 2, "load", None, {"rows": 3}, last=4)


# --------------------------------------------------------------------------------------------- one write
def test_a_write_is_one_entry_with_its_rows(chain):
    entry = AuditEntry.objects.get(action="test.two")
    assert (entry.seq, entry.actor, entry.actor_name, entry.rows) == (6, "user:7", "张三", 2)
    rows = AuditRow.objects.filter(entry=entry.uid)
    assert [(r.table, r.record, r.last, r.verb, r.before, r.after) for r in rows] == [
        ("there", 1, None, "update", '{"a":1}', '{"a":2}'),
        ("there", 2, 4, "load", "", '{"rows":3}'),
    ]
    assert verify() == type(verify())(True, 6)


def test_each_link_names_the_one_before(chain):
    entries = list(AuditEntry.objects.all())
    assert [e.previous for e in entries] == [GENESIS, *(e.hash for e in entries[:-1])]
    assert ChainHead.objects.get().hash == entries[-1].hash


def test_a_write_within_a_write_is_one_write(db):
    with write(by=SETTER, action="outer"):
        note(1)
        with write(by=Actor("user:1", "别人"), action="inner") as writing:
            writing.note("there", 2, "insert")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.rows) == ("outer", SETTER.key, 2)


def test_a_write_that_touches_nothing_leaves_nothing(db):
    with write(by=SETTER, action="idle"):
        pass
    with write(by=SETTER, action="same"):
        keep(region("99", "甲省", "core:province", None)).save()
    assert AuditEntry.objects.filter(action="idle").count() == 0
    row = AuditRow.objects.filter(table="organisations_region")
    assert row.count() == 1  # saved twice, changed once


def test_a_failed_write_leaves_nothing_at_all(chain):
    before = AuditEntry.objects.count(), AuditRow.objects.count()

    def fail():
        with write(by=SETTER, action="test.fail", key="once"):
            region("98", "乙省", "core:province", None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (AuditEntry.objects.count(), AuditRow.objects.count()) == before
    assert not Region.objects.filter(code="98").exists()
    assert not CommandKey.objects.filter(pk="once").exists()
    with pytest.raises(UnrecordedWriteError):
        current_writing()
    assert verify().whole


def test_a_failure_of_the_audit_itself_takes_the_write_back(chain, monkeypatch):
    province = Region(code="98", name="乙省", kind="core:province", path="0098", level=1, valid_from=SINCE)
    monkeypatch.setattr("jiceng.records.writing.link", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keep(province)
    assert not Region.objects.filter(code="98").exists()
    assert verify().whole


def test_a_refused_row_of_the_database_takes_the_write_back(db):
    region("99", "甲省", "core:province", None)
    with pytest.raises(DatabaseError), write(by=SETTER, action="test.twice"):
        keep(Region(code="99", name="又一个", kind="core:province", path="9999", level=1, valid_from=SINCE))
    assert Region.objects.filter(code="99").count() == 1
    assert verify().whole


# ------------------------------------------------------------------------------------- what rows record
def test_a_change_keeps_both_sides_and_a_deletion_what_was(db):
    province = region("99", "甲省", "core:province", None)
    province.name = "新省"
    keep(province)
    row = AuditRow.objects.get(table="organisations_region", verb="update")
    assert ('"name":"甲省"' in row.before, '"name":"新省"' in row.after) == (True, True)


def test_only_what_is_stored_is_said_to_be_stored(db):
    province = region("99", "甲省", "core:province", None)
    province.name, province.initials = "新省", "xs"
    with write(by=SETTER, action="test.partly"):
        province.save(update_fields=["initials"])
    row = AuditRow.objects.get(table="organisations_region", verb="update")
    assert "新省" not in row.after
    assert '"initials":"xs"' in row.after
    assert Region.objects.get().name == "甲省"


def test_what_goes_along_with_a_deleted_record_is_recorded_too(db):
    province = region("99", "甲省", "core:province", None)
    with write(by=SETTER, action="test.delete"):
        province.delete()
    gone = AuditRow.objects.filter(verb="delete").values_list("table", flat=True)
    assert sorted(gone) == ["organisations_region", "organisations_regionspan"]
    assert not RegionSpan.objects.exists()


def test_who_loses_a_reference_by_it_is_recorded_too(db):
    province = region("99", "甲省", "core:province", None)
    home = keep(Household(code="H1", region=province, region_path=province.path, valid_from=SINCE))
    who = person("张三", province, household=home)
    with write(by=SETTER, action="test.delete"):
        home.delete()
    row = AuditRow.objects.get(table="people_person", verb="update")
    assert (row.record, '"household_id"' in row.before, '"household_id"' in row.after) == (
        who.pk,
        True,
        False,
    )
    assert Person._base_manager.get().household_id is None


# --------------------------------------------------------------------------------------------- tampering
def tamper(query, **values):
    with triggers_lifted():
        assert query.update(**values) >= 1


ENTRY = {
    "seq": 40,
    "uid": "01890000-0000-7000-8000-000000000000",
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "actor": "user:9",
    "actor_name": "李四",
    "action": "test.other",
    "reason": "改过",
    "rows": 2,
    "digest": "0" * 64,
    "previous": "0" * 64,
    "hash": "0" * 64,
}
ROW = {"table": "elsewhere", "record": 99, "last": 5, "verb": "delete", "before": "{}", "after": '{"n":0}'}


@pytest.mark.parametrize("column", ENTRY)
def test_a_changed_entry_breaks_the_chain_where_it_stands(chain, column):
    tamper(AuditEntry.objects.filter(seq=3), **{column: ENTRY[column]})
    verdict = verify()
    assert not verdict.whole
    assert verdict.broken_at == 3
    assert verdict.why


@pytest.mark.parametrize("column", ROW)
def test_a_changed_row_breaks_the_chain_at_its_entry(chain, column):
    entry = AuditEntry.objects.get(seq=4)
    tamper(AuditRow.objects.filter(entry=entry.uid), **{column: ROW[column]})
    assert (verify().whole, verify().broken_at) == (False, 4)


def test_all_columns_were_tried(chain):
    assert set(ENTRY) == {f.name for f in AuditEntry._meta.fields}
    assert set(ROW) | {"id", "entry"} == {f.name for f in AuditRow._meta.fields}


def test_a_row_moved_to_another_entry_is_found(chain):
    third, fifth = (AuditEntry.objects.get(seq=n).uid for n in (3, 5))
    tamper(AuditRow.objects.filter(entry=third), entry=fifth)
    assert verify().broken_at == 3


def test_rows_in_another_order_are_found(chain):
    uid = AuditEntry.objects.get(seq=6).uid
    first = AuditRow.objects.filter(entry=uid).order_by("id").first()
    tamper(AuditRow.objects.filter(pk=first.pk), id=first.pk + 1000)
    assert verify().broken_at == 6


@pytest.mark.parametrize(("seq", "found_at"), [(1, 1), (4, 4), (6, 6)])
def test_a_removed_entry_is_found(chain, seq, found_at):
    with triggers_lifted():
        AuditEntry.objects.filter(seq=seq).delete()
    assert (verify().whole, verify().broken_at) == (False, found_at)


def test_a_removed_row_and_an_added_one_are_found(chain):
    with triggers_lifted():
        AuditRow.objects.filter(entry=AuditEntry.objects.get(seq=2).uid).delete()
    assert verify().broken_at == 2


def test_a_row_of_no_entry_is_found(chain):
    AuditRow.objects.create(entry=ENTRY["uid"], table="x", record=1, verb="insert")
    assert (verify().whole, verify().why) == (False, "audit rows without an entry")


def test_an_entry_added_at_the_end_is_found(chain):
    last = AuditEntry.objects.latest("seq")
    last.seq, last.uid, last.previous = 7, ENTRY["uid"], last.hash
    last.save(force_insert=True)
    assert verify().broken_at == 7


def test_the_end_cannot_be_cut_off(chain):
    with triggers_lifted():
        AuditRow.objects.filter(entry=AuditEntry.objects.get(seq=6).uid).delete()
        AuditEntry.objects.filter(seq=6).delete()
    assert not verify().whole
    ChainHead.objects.update(seq=5)
    assert not verify().whole


def test_an_empty_chain_is_whole_and_progress_is_told(chain):
    told = []
    assert verify(lambda done, total: told.append((done, total))).entries == 6
    assert told == [(n, 6) for n in range(1, 7)]


# ---------------------------------------------------------------------------------------------- digests
TEXTS = st.fixed_dictionaries({name: st.text(max_size=12) for name in LINKED})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_different_entries_have_different_links(one, other):
    assert (link(GENESIS, 1, one) == link(GENESIS, 1, other)) == (one == other)


def test_no_text_passes_for_a_border_between_fields():
    base = dict.fromkeys(LINKED, "")
    one = base | {"action": "a", "reason": "b\x1frows=c"}
    other = base | {"action": "a\x1freason=b", "reason": "c"}
    assert link(GENESIS, 1, one) != link(GENESIS, 1, other)


def test_digests_depend_on_every_value_and_on_order():
    rows = [("t", 1, None, "insert", "", "{}"), ("t", 2, None, "insert", "", "{}")]
    assert row_digest(rows) != row_digest(rows[::-1])
    assert row_digest(rows) != row_digest(rows[:1])
    assert row_digest([]) == sm3("")


# ------------------------------------------------------------------------------------------ append-only
@pytest.mark.parametrize("model", [AuditEntry, AuditRow])
def test_the_database_itself_refuses_changes(chain, model):
    first = model.objects.order_by("pk").first()
    attempts = (
        lambda: model.objects.update(**{"actor" if model is AuditEntry else "table": "x"}),
        lambda: model.objects.all().delete(),
        first.delete,
        first.save,
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    assert verify().whole


def test_replacing_and_emptying_are_refused_too(chain):
    table = AuditRow._meta.db_table
    if connection.vendor == "sqlite":
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"
    else:
        statement = f"TRUNCATE {table}"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify().whole


# -------------------------------------------------------------------------------------- many at a time
def test_eight_writers_keep_one_chain(transactional_db):
    each = 6

    def work(number):
        for turn in range(each):
            note(number * 100 + turn)

    assert together(work) == [None] * WRITERS
    verdict = verify()
    assert (verdict.whole, verdict.entries) == (True, WRITERS * each)
    assert list(AuditEntry.objects.values_list("seq", flat=True)) == list(range(1, WRITERS * each + 1))


def test_writers_that_fail_leave_the_others_whole(transactional_db):
    def work(number):
        with write(by=SETTER, action="test.some") as writing:
            writing.note("somewhere", number, "insert")
            if number % 2:
                raise ValueError(number)

    found = together(work)
    assert [type(f) for f in found] == [type(None), ValueError] * (WRITERS // 2)
    assert (verify().whole, verify().entries) == (True, WRITERS // 2)


def test_a_command_key_lets_one_of_eight_through(transactional_db):
    def work(number):
        note(number, key="import:2021:abc")
        return number

    found = together(work)
    done = [f for f in found if isinstance(f, int)]
    told = [f for f in found if isinstance(f, AlreadyDoneError)]
    assert (len(done), len(told)) == (1, WRITERS - 1)
    assert {error.result for error in told} == {str(done[0])}
    assert AuditEntry.objects.count() == 1


def test_a_key_used_before_gives_what_its_first_use_gave(db):
    note(1, key="k")
    with pytest.raises(AlreadyDoneError) as again:
        note(2, key="k")
    assert again.value.result == "1"
    note(3, key="k2")
    assert AuditEntry.objects.count() == 2


def test_a_key_of_a_failed_command_can_be_used_again(db):
    with pytest.raises(ZeroDivisionError), write(by=SETTER, action="test.fail", key="k"):
        raise ZeroDivisionError
    note(1, key="k")
    assert AuditEntry.objects.count() == 1


def test_the_cast_s_whole_world_is_one_whole_chain(db):
    world = build_world()
    assert verify().whole
    assert Restructuring.objects.count() == 0
    tamper(
        AuditRow.objects.filter(table="people_person", record=world.qingshan.people["member"].pk), after="{}"
    )
    assert not verify().whole
