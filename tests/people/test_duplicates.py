"""Persons who may be one, and making them one."""

from datetime import date

import pytest

from jiceng.organisations.merging import references_to
from jiceng.people.actions.appointments import appoint
from jiceng.people.actions.careers import give_standing
from jiceng.people.actions.persons import depart, unmask
from jiceng.people.actions.teams import create_slot
from jiceng.people.duplicates import merge_people, person_duplicates
from jiceng.people.models import Appointment, Membership, Person, PostSlot, Standing
from jiceng.people.queries import person_by_citizen_id
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal
from tests.organisations.factories import CLERK, START, region
from tests.people.factories import citizen_id, member, person

BORN = date(1980, 5, 6)
DAY = date(2020, 1, 1)


def pairs(under=None) -> dict[tuple[int, int], str]:
    return {(p.first, p.second): p.why for p in person_duplicates(under)}


# ------------------------------------------------------------------------------------------------- finding
def test_persons_alike_in_one_county_are_found(county):
    by_birth = [
        person(county["甲村"], "演示甲", birth_date=BORN),
        person(county["丙村"], "演示甲", citizen_id=citizen_id(1)),
    ]
    by_phone = [
        person(county["甲村"], "演示乙", phone="13800001234"),
        person(county["乙村"], "演示乙", phone="138 0000 1234"),
    ]
    near = [
        person(county["甲村"], "演示丙", birth_date=date(1970, 1, 1)),
        person(county["甲村"], "演示饼", birth_date=date(1970, 1, 1)),
    ]
    assert pairs() == {
        (by_birth[0].pk, by_birth[1].pk): "姓名、出生日期相同",
        (by_phone[0].pk, by_phone[1].pk): "姓名、电话相同",
        (near[0].pk, near[1].pk): "姓名相近、出生日期相同",
    }
    assert len(pairs(county["东镇"])) == 2


def test_two_citizen_ids_are_two_persons(county):
    person(county["甲村"], "演示甲", citizen_id=citizen_id(1))
    person(county["甲村"], "演示甲", citizen_id=citizen_id(2))
    assert pairs() == {}


def test_a_name_alone_says_nothing(county):
    person(county["甲村"], "演示甲")
    person(county["甲村"], "演示甲")
    person(county["甲村"], "演示甲", birth_date=BORN)
    assert pairs() == {}


def test_other_counties_and_the_departed_are_none_of_it(county):
    other = region("990122", "邻县", "county", county["演示市"])
    person(county["甲村"], "演示甲", birth_date=BORN)
    person(other, "演示甲", birth_date=BORN)
    gone = person(county["甲村"], "演示甲", birth_date=BORN)
    depart(by=CLERK, person=gone, day=DAY)
    assert pairs() == {}


# ------------------------------------------------------------------------------------------------- merging
def test_everything_that_points_to_the_one_points_to_the_other(county, branches):
    kept = person(county["甲村"], "演示甲", birth_date=BORN, day=date(2015, 1, 1))
    merged = member(county["甲村"], branches["甲村党支部"]).person
    appoint(by=CLERK, person=merged, post="core:party_building_instructor", day=DAY, region=county["东镇"])
    give_standing(by=CLERK, kind="core:activist", person=merged, day=START)
    create_slot(
        by=CLERK, name="先锋岗", kind="core:named_post", day=DAY, holder=merged, region=county["甲村"]
    )
    one = merge_people(by=CLERK, kept=kept, merged=merged, reason="重复登记")
    assert not Person._base_manager.filter(pk=merged.pk).exists()
    for model in (Membership, Appointment, Standing):
        assert model._base_manager.get().person == one
    assert PostSlot._base_manager.get().holder == one
    assert one.valid_from == START
    assert AuditEntry.objects.latest("seq").action == "person.merge"
    assert verify().whole


def test_identifiers_are_sealed_anew_under_the_kept_persons_key(county):
    kept = person(county["甲村"], "演示甲", phone="13800001234")
    merged = person(
        county["甲村"], "演示甲", citizen_id=citizen_id(1), phone="13800009999", education="core:bachelor"
    )
    one = merge_people(by=CLERK, kept=kept, merged=merged, reason="重复登记")
    assert person_by_citizen_id(citizen_id(1)) == one
    assert unmask(by=CLERK, person=one, field="citizen_id", reason="核对") == citizen_id(1)
    assert unmask(by=CLERK, person=one, field="phone", reason="核对") == "13800001234"
    assert (one.birth_date, one.education) == (BORN, "core:bachelor")


def test_what_cannot_be_one_is_refused(county, branches):
    first = member(county["甲村"], branches["甲村党支部"]).person
    second = member(county["甲村"], branches["乙村党支部"]).person
    with pytest.raises(Refusal, match="组织关系在 2012-01-01 重叠"):
        merge_people(by=CLERK, kept=first, merged=second, reason="x")
    with pytest.raises(Refusal, match="不能与自己"):
        merge_people(by=CLERK, kept=first, merged=first, reason="x")
    with pytest.raises(Refusal, match="事由"):
        merge_people(by=CLERK, kept=first, merged=second, reason="")
    ids = [person(county["甲村"], citizen_id=citizen_id(n)) for n in (1, 2)]
    with pytest.raises(Refusal, match="身份号码不同"):
        merge_people(by=CLERK, kept=ids[0], merged=ids[1], reason="x")
    assert Membership._base_manager.count() == 2
    assert Person._base_manager.count() == 4


def test_every_recorded_reference_to_a_person_is_known():
    found = {(m._meta.label, column) for m, column in references_to(Person)}
    assert {
        ("people.Membership", "person"), ("people.Participation", "person"), ("people.Appointment", "person"),
        ("people.PostSlot", "holder"), ("people.Employment", "person"), ("people.Experience", "person"),
        ("people.Qualification", "person"), ("people.Standing", "person"),
    } <= found  # fmt: skip
