"""Persons: what identifies them is sealed, found, masked, told on request, destroyed."""

import json
from datetime import date

import pytest
from django.db import transaction

from jiceng.people.actions.appointments import appoint, take_charge
from jiceng.people.actions.careers import employ, give_standing
from jiceng.people.actions.households import change_household, end_household, found_household
from jiceng.people.actions.persons import (
    change_person,
    depart,
    drafted_person,
    enter_people,
    erase,
    unmask,
)
from jiceng.people.actions.teams import create_slot
from jiceng.people.models import Appointment, Charge, Employment, Membership, Person, PostSlot, Standing
from jiceng.people.queries import masked, people_by_phone, person_by_citizen_id
from jiceng.protection.ciphers import UnreadableValueError
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write
from tests.organisations.factories import CLERK, START, unit
from tests.people.factories import citizen_id, member, person

ID = "11010519491231002X"
DAY = date(2020, 1, 1)


def fresh(one: Person) -> Person:
    return Person._base_manager.get(pk=one.pk)


def everything_stored() -> str:
    """All that the database holds of persons and of their audit, as one text."""
    rows = [str(row) for row in Person._base_manager.values_list()]
    return "\n".join(rows + [r.before + r.after for r in AuditRow.objects.all()])


# ------------------------------------------------------------------------------------------------- sealing
def test_identifiers_are_nowhere_in_the_clear(county):
    person(county["甲村"], citizen_id=ID, phone="13800001234")
    stored = everything_stored()
    assert ID not in stored
    assert "13800001234" not in stored


def test_they_are_found_by_blind_index_in_any_writing(county):
    one = person(county["甲村"], citizen_id=ID, phone="13800001234")
    assert person_by_citizen_id("１１０１０５19491231002x") == one
    assert person_by_citizen_id("110105491231002") == one
    assert person_by_citizen_id("") is None
    assert list(people_by_phone("1380000 1234")) == [one]
    assert not people_by_phone("")


def test_everyone_sees_them_masked(county):
    one = person(county["甲村"], citizen_id=ID, phone="13800001234")
    assert masked(one) == {"citizen_id": "110105***********X", "phone": "138****1234"}
    assert masked(person(county["甲村"])) == {"citizen_id": "", "phone": ""}


def test_a_citizen_id_fills_in_birth_and_sex(county):
    one = person(county["甲村"], citizen_id=ID)
    assert (one.birth_date, one.sex) == (date(1949, 12, 31), "core:female")


def test_an_old_number_is_kept_in_the_new_form(county):
    one = person(county["甲村"], citizen_id="110105491231002")
    assert unmask(by=CLERK, person=one, field="citizen_id", reason="核对") == ID


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"citizen_id": "110105194912310021"}, "校验位不符"),
        ({"citizen_id": ID, "birth_date": date(1950, 1, 1)}, "不一致"),
        ({"citizen_id": ID, "sex": "core:male"}, "不一致"),
        ({"name": " "}, "缺少姓名"),
        ({"education": "core:phd"}, "不在词表"),
        ({"birth_date": date(2020, 1, 1)}, "晚于登记日期"),
    ],
)
def test_a_person_that_cannot_be_is_refused(county, fields, said):
    with pytest.raises(Refusal, match=said) as refused:
        person(county["甲村"], **{"name": "演示人", **fields})
    assert fields.get("citizen_id", "无") not in str(refused.value)
    assert not Person._base_manager.exists()


def test_a_failing_number_passes_with_a_note(county):
    one = person(county["甲村"], citizen_id="110105194912310021", citizen_id_note="户口簿如此")
    assert (one.citizen_id_note, one.citizen_id_noted_by) == ("户口簿如此", CLERK.name)
    assert one.birth_date is None


def test_another_persons_number_is_refused_by_number_not_by_name(county):
    first = person(county["甲村"], "演示甲", citizen_id=ID)
    with pytest.raises(Refusal, match=f"已登记在人员 #{first.pk}") as refused:
        person(county["乙村"], "演示乙", citizen_id="110105491231002")
    assert "演示甲" not in str(refused.value)
    second = person(county["乙村"], "演示乙")
    with pytest.raises(Refusal, match=f"#{first.pk}"):
        change_person(by=CLERK, person=second, citizen_id=ID)
    assert change_person(by=CLERK, person=first, citizen_id=ID).pk == first.pk


def test_many_are_entered_together_or_not_at_all(county):
    taken = person(county["甲村"], citizen_id=citizen_id(1))
    drafts = [
        drafted_person(by=CLERK, day=START, name=f"演示{n}", region=county["甲村"], citizen_id=number)
        for n, number in enumerate((citizen_id(1), citizen_id(2), citizen_id(2), citizen_id(3)))
    ]
    with pytest.raises(Refusals) as refused:
        enter_people(by=CLERK, people=drafts)
    assert [r.where for r in refused.value.refusals] == ["第1条", "第2条", "第3条"]
    assert f"#{taken.pk}" in refused.value.refusals[0].what
    assert Person._base_manager.count() == 1
    enter_people(by=CLERK, people=[drafts[1], drafts[3]])
    assert {p.pk for p in drafts if p.pk} <= set(Person._base_manager.values_list("pk", flat=True))


# ------------------------------------------------------------------------------------------------- changes
def test_a_change_leaves_the_sealed_bytes_that_did_not_change(county):
    one = person(county["甲村"], citizen_id=ID, phone="13800001234")
    before = fresh(one)
    change_person(by=CLERK, person=one, phone="13800001234", citizen_id=ID, name="演示新名")
    after = fresh(one)
    assert (bytes(after.phone), bytes(after.citizen_id)) == (bytes(before.phone), bytes(before.citizen_id))
    row = AuditRow.objects.latest("id")
    assert json.loads(row.after)["name"] == "演示新名"


def test_a_person_moves_with_their_region(county):
    one = person(county["甲村"], "单大海")
    assert one.initials == "sdh"
    moved = change_person(by=CLERK, person=one, region=county["丙村"])
    assert moved.region_path == county["丙村"].path
    with scoped(Scope(territory=(county["西乡"].path,))):
        assert Person.objects.get() == one
    with scoped(Scope(territory=(county["东镇"].path,))):
        assert not Person.objects.exists()


def test_an_empty_phone_takes_the_old_one_away(county):
    one = person(county["甲村"], phone="13800001234")
    emptied = change_person(by=CLERK, person=one, phone="")
    assert (bytes(emptied.phone), emptied.phone_index) == (b"", "")


# ------------------------------------------------------------------------------------------------ unmasking
def test_unmasking_asks_a_reason_and_leaves_a_trace(county):
    one = person(county["甲村"], citizen_id=ID, phone="13800001234")
    with pytest.raises(Refusal, match="事由"):
        unmask(by=CLERK, person=one, field="phone", reason=" ")
    assert unmask(by=CLERK, person=one, field="phone", reason="走访前联系") == "13800001234"
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.actor, entry.reason) == ("person.unmask", CLERK.key, "走访前联系")
    row = AuditRow.objects.get(entry=entry.uid)
    assert (row.verb, row.record, json.loads(row.after)) == ("read", one.pk, {"field": "phone"})
    assert verify().whole


def test_nothing_is_told_where_the_trace_cannot_be_left(county, monkeypatch):
    one = person(county["甲村"], phone="13800001234")

    def broken(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr("jiceng.records.writing._seal", broken)
    with pytest.raises(OSError, match="disk full"), transaction.atomic():
        unmask(by=CLERK, person=one, field="phone", reason="走访前联系")


# ------------------------------------------------------------------------------------------------- erasing
def test_an_erased_person_cannot_be_read_any_more_and_figures_stay(county, branches):
    one = member(county["甲村"], branches["甲村党支部"]).person
    change_person(by=CLERK, person=one, citizen_id=ID, phone="13800001234")
    kept = bytes(fresh(one).citizen_id)
    erased = erase(by=CLERK, person=fresh(one), reason="本人要求")
    assert (erased.name, bytes(erased.sealed_key), erased.citizen_id_index) == ("已销毁", b"", "")
    assert person_by_citizen_id(ID) is None
    assert Membership._base_manager.filter(person=one).exists()
    assert verify().whole
    erased.citizen_id = kept  # as it stands in a backup, or in the audit
    assert masked(erased) == {"citizen_id": "", "phone": ""}
    with pytest.raises(UnreadableValueError):
        unmask(by=CLERK, person=_with(erased, kept), field="citizen_id", reason="核对")


def _with(one: Person, sealed: bytes) -> Person:
    """The stored row with the sealed bytes of a backup put back."""

    with write(by=CLERK, action="test.restore"):
        row = fresh(one)
        row.citizen_id = sealed
        row.save()
    return row


def test_erasing_does_not_repeat_in_the_audit_what_is_erased(county):
    one = person(county["甲村"], "演示某人", phone="13800001234")
    erase(by=CLERK, person=one, reason="本人要求")
    entry = AuditEntry.objects.latest("seq")
    (row,) = AuditRow.objects.filter(entry=entry.uid)
    assert (row.before, json.loads(row.after)) == ("", {"id": one.pk, "erased": True})
    with pytest.raises(Refusal, match="事由"):
        erase(by=CLERK, person=one, reason="")


# ------------------------------------------------------------------------------------------------ departing
def test_departing_ends_everything_dated(county, branches):
    firm = unit(county["甲村"])
    one = member(county["甲村"], branches["甲村党支部"]).person
    post = appoint(by=CLERK, person=one, post="core:party_building_instructor", day=START, unit=firm)
    take_charge(by=CLERK, appointment=post, unit=firm, day=START)
    employ(by=CLERK, person=one, unit=firm, day=START)
    give_standing(by=CLERK, kind="core:prosperity_leader", person=one, day=START)
    create_slot(by=CLERK, name="党员先锋岗", kind="core:named_post", day=START, holder=one, unit=firm)
    with pytest.raises(Refusal, match="离开方式"):
        depart(by=CLERK, person=one, day=DAY)
    depart(by=CLERK, person=one, day=DAY, membership_exit="core:death", reason="去世")
    for model in (Membership, Appointment, Charge, Employment, Standing):
        assert model._base_manager.get().valid_to == DAY
    assert Membership._base_manager.get().exit == "core:death"
    assert PostSlot._base_manager.get().holder is None
    assert fresh(one).valid_to == DAY
    with pytest.raises(Refusal, match="已于"):
        depart(by=CLERK, person=one, day=date(2021, 1, 1))


# ------------------------------------------------------------------------------------------------ households
def test_a_household_has_a_code_of_its_own_and_a_place(county):
    home = found_household(by=CLERK, code="ｈ1", region=county["甲村"], day=START, head_name="演示甲")
    assert (home.code, home.region_path, str(home)) == ("H1", county["甲村"].path, "演示甲户")
    with pytest.raises(Refusal, match="H1 已有"):
        found_household(by=CLERK, code="H1", region=county["乙村"], day=START)
    with pytest.raises(Refusal, match="缺少户编号"):
        found_household(by=CLERK, code="", region=county["乙村"], day=START)
    moved = change_household(by=CLERK, household=home, region=county["丙村"], address="一组3号")
    assert (moved.region_path, moved.address) == (county["丙村"].path, "一组3号")


def test_a_household_ends_once_nobody_lives_in_it(county):
    home = found_household(by=CLERK, code="H1", region=county["甲村"], day=START)
    one = person(county["甲村"], household=home, relation="core:head")
    give_standing(by=CLERK, kind="core:registered_poor", household=home, day=START)
    with pytest.raises(Refusal, match="还有1人"):
        end_household(by=CLERK, household=home, day=DAY)
    change_person(by=CLERK, person=one, household=None)
    assert end_household(by=CLERK, household=home, day=DAY).valid_to == DAY
    assert Standing._base_manager.get().valid_to == DAY
    with pytest.raises(Refusal, match="已于 2020-01-01 注销"):
        change_person(by=CLERK, person=one, household=home.__class__._base_manager.get(pk=home.pk))
