"""Memberships: founders, probation, beginnings, ages, work; and nobody in two organisations."""

from collections import Counter

import pytest

from jiceng.demo import days
from jiceng.records.refusals import Refusal
from tests.demo.factories import column, day, make, persons


@pytest.fixture(scope="module")
def whole():
    return make()


FEW = """
branches:
  label: 支部
  make: party_org
  each: {region: {kind: [town, street]}}
  with: {form: branch, mode: single, nature: entity, sector: rural, name: '{region}支部', valid_from: 2018-09-05}
members:
  label: 党员
  make: membership
  count: 72
  of: {person: {new: true}, party_org: {from: branches, least: 4LINK}}
  with: {entry: initial}
  draw:
    admitted_on: {from: 2005-01-04, to: 2021-12-30}
    person.birth_date: {age: [18, 40], at: admitted_on}
"""


def few(link: str = "", **given):
    return make(FEW.replace("LINK", link), **given)


def test_full_membership_follows_admission_by_a_year(whole):
    table, today = whole.table("membership"), whole.place.day
    for admitted, full in zip(table.get("admitted_on"), table.get("full_on"), strict=True):
        if admitted > days.years_before(today, 1):
            assert full is None
        else:
            assert 0 <= full - days.years_after(admitted, 1) <= 3
    assert None in table.get("full_on"), "some are on probation"


def test_admission_begins_membership_and_others_begin_with_their_organisation(whole):
    assert column(whole, "admitted", "valid_from") == column(whole, "admitted", "admitted_on")
    begins = whole.table("party_org").get("valid_from")
    rows = zip(
        *(column(whole, "firm_members", c) for c in ("admitted_on", "party_org", "valid_from")), strict=True
    )
    assert all(begun == max(admitted, begins[org]) for admitted, org, begun in rows)


def test_nobody_is_admitted_under_age(whole):
    table = whole.table("membership")
    born = whole.table("person").get("birth_date")
    ages = [
        days.age_on(born[p], a) for p, a in zip(table.get("person"), table.get("admitted_on"), strict=True)
    ]
    assert min(ages) >= 18
    with pytest.raises(Refusal, match="不满18岁"):
        make(FEW.replace("LINK", "").replace("age: [18, 40]", "age: [15, 16]"))


def test_three_full_members_were_there_before_a_branch_was_founded(whole):
    begins, today = whole.table("party_org").get("valid_from"), whole.place.day
    table = whole.table("membership")
    full_at_founding = Counter(
        org
        for org, full, begun in zip(
            *(table.get(c) for c in ("party_org", "full_on", "valid_from")), strict=True
        )
        if full is not None and full <= begins[org] and begun <= begins[org]
    )
    recent = [
        o for c in ("own_branches", "joint_branches") for o in whole.rows_of(c)[1] if begins[o] > today - 5000
    ]
    assert recent
    assert all(full_at_founding[org] >= 3 for org in recent)


@pytest.mark.parametrize(("link", "founders"), [("", 3), (", founders: 4", 4), (", founders: 0", 0)])
def test_so_many_are_there_from_the_first_day(link, founders):
    world = few(link)
    founded = day("2018-09-05")
    at_first = Counter(
        org
        for org, full, begun in zip(
            *(column(world, "members", c) for c in ("party_org", "full_on", "valid_from")), strict=True
        )
        if full is not None and full <= founded == begun
    )
    assert min(at_first[org] for org in range(12)) >= founders
    ages = [
        days.age_on(b, a)
        for b, a in zip(
            persons(world, "members", "birth_date"), column(world, "members", "admitted_on"), strict=True
        )
    ]
    assert min(ages) >= 18


def test_branches_are_of_different_size_within_their_bounds(whole):
    sizes = Counter(column(whole, "members", "party_org"))
    assert len(sizes) == 60
    assert min(sizes.values()) >= 3
    assert max(sizes.values()) <= 60
    assert len(set(sizes.values())) > 12


def test_a_total_holds_whatever_its_parts_come_to(whole):
    assert whole.table("membership").rows == 900
    assert make(admitted__count=80, firm_members__count=120).table("membership").rows == 900


def test_nobody_belongs_twice(whole):
    people = whole.table("membership").get("person")
    assert len(set(people)) == len(people)


def test_a_person_drawn_twice_is_refused():
    again = "\nagain: {label: 再, make: membership, each: {person: members}, of: {party_org: branches}, "
    again += "with: {entry: transfer_in}}"
    with pytest.raises(Refusal, match=r"again.*已有组织关系"):
        make(FEW.replace("LINK", "") + again)


def test_floating_members_take_part_and_belong_to_nobody_yet():
    more = """
floating:
  label: 流动党员
  make: participation
  count: 20
  of: {person: {new: true}, party_org: branches}
  with: {kind: floating}
  draw: {valid_from: {from: 2021-01-05, to: 2021-06-30}}
  subset: {moved: {count: 6}}
moved:
  label: 转入
  make: membership
  each: {person: floating.moved}
  of: {party_org: {from: branches, match: town}}
  with: {entry: transfer_in}
  draw: {admitted_on: {from: 2010-01-04, to: 2016-12-30}, valid_from: {from: 2021-07-01, to: 2021-12-30}}
"""
    world = make(
        FEW.replace("LINK", "") + more.replace("2010-01-04, to: 2016-12-30", "2015-01-05, to: 2016-12-30")
    )
    moved = column(world, "moved", "person")
    assert len(moved) == 6
    assert set(moved) <= set(column(world, "floating", "person"))
    assert world.table("membership").rows == 78


def test_members_work_in_a_unit_that_their_organisation_covers(whole):
    table, covers = whole.table("employment"), whole.table("cover")
    covered = set(zip(covers.get("party_org"), covers.get("unit"), strict=True))
    organisation = dict(
        zip(column(whole, "firm_members", "person"), column(whole, "firm_members", "party_org"), strict=True)
    )
    assert table.rows == 140
    born, founded = whole.table("person").get("birth_date"), whole.table("unit").get("valid_from")
    for person, unit, begun in zip(*(table.get(c) for c in ("person", "unit", "valid_from")), strict=True):
        assert (organisation[person], unit) in covered
        assert begun >= founded[unit]
        assert days.age_on(born[person], begun) >= 18


def test_new_persons_live_where_their_organisation_is(whole):
    regions, homes = whole.table("party_org").get("region"), whole.table("person").get("region")
    rows = zip(
        column(whole, "firm_members", "person"), column(whole, "firm_members", "party_org"), strict=True
    )
    assert all(homes[person] == regions[org] for person, org in rows)


def test_sexes_come_as_asked_and_names_fit_them(whole):
    assert Counter(persons(whole, "members", "sex")) == {"core:male": 490, "core:female": 210}
    men = [
        n
        for n, s in zip(persons(whole, "members", "name"), persons(whole, "members", "sex"), strict=True)
        if s == "core:male"
    ]
    women = [
        n
        for n, s in zip(persons(whole, "members", "name"), persons(whole, "members", "sex"), strict=True)
        if s == "core:female"
    ]
    assert sum(name[1:2] in "秀桂玉素淑" for name in women) > 2 * sum(
        name[1:2] in "秀桂玉素淑" for name in men
    )
