"""Appointments and charges, teams and posts, work, titles and standings."""

from datetime import date

import pytest

from jiceng.people.actions.appointments import appoint, end_appointment, end_charge, renew_term, take_charge
from jiceng.people.actions.careers import (
    employ,
    end_employment,
    end_qualification,
    end_standing,
    give_standing,
    note_experience,
    qualify,
)
from jiceng.people.actions.households import found_household
from jiceng.people.actions.teams import create_slot, end_slot, end_team, found_team, hold_slot
from jiceng.people.models import Appointment, Charge, Standing
from jiceng.people.queries import appointments_on, charges_on, loads_on
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.refusals import Refusal
from tests.organisations.factories import CLERK, START, unit
from tests.people.factories import person

DAY = date(2020, 1, 1)


# --------------------------------------------------------------------------------------------- appointments
def test_a_post_sits_where_its_unit_or_organisation_sits(county, branches):
    firm = unit(county["甲村"])
    by_unit = appoint(
        by=CLERK, person=person(county["丙村"]), post="core:party_building_instructor", day=DAY, unit=firm
    )
    by_org = appoint(
        by=CLERK,
        person=person(county["丙村"]),
        post="core:party_building_instructor",
        day=DAY,
        party_org=branches["乙村党支部"],
    )
    by_place = appoint(
        by=CLERK,
        person=person(county["丙村"]),
        post="core:party_building_instructor",
        day=DAY,
        region=county["东镇"],
        unit=firm,
    )
    assert [a.region.name for a in (by_unit, by_org, by_place)] == ["甲村", "乙村", "东镇"]
    with scoped(Scope(territory=(county["甲村"].path,))):
        assert Appointment.objects.get() == by_unit
    assert list(appointments_on(DAY, unit=firm)) == [by_unit, by_place]
    assert not appointments_on(date(2019, 12, 31), unit=firm)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"post": "core:emperor"}, "不在词表"),
        ({"mode": "core:sometimes"}, "不在词表"),
        ({"region": None}, "至少填写一项"),
        ({"term_until": DAY}, "应晚于起始"),
        ({"until": date(2019, 1, 1)}, "应晚于起始"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(county, fields, said):
    values = {"post": "core:party_building_instructor", "region": county["东镇"]} | fields
    with pytest.raises(Refusal, match=said):
        appoint(
            by=CLERK,
            person=person(county["甲村"]),
            day=DAY,
            **{k: v for k, v in values.items() if v is not None},
        )


def test_the_same_post_is_not_held_twice_at_a_time(county):
    one, fields = person(county["甲村"]), {"post": "core:party_building_instructor", "region": county["东镇"]}
    first = appoint(by=CLERK, person=one, day=DAY, **fields)
    with pytest.raises(Refusal, match="时间重叠"):
        appoint(by=CLERK, person=one, day=date(2021, 1, 1), **fields)
    end_appointment(by=CLERK, appointment=first, day=date(2021, 1, 1))
    assert appoint(by=CLERK, person=one, day=date(2021, 1, 1), **fields).pk
    assert appoint(
        by=CLERK, person=one, day=DAY, post="core:party_building_instructor", region=county["西乡"]
    ).pk


def test_a_term_is_renewed(county):
    post = appoint(
        by=CLERK,
        person=person(county["甲村"]),
        post="core:party_building_instructor",
        day=DAY,
        region=county["东镇"],
        term_until=date(2022, 1, 1),
    )
    renewed = renew_term(by=CLERK, appointment=post, term_until=date(2024, 1, 1), document="演示〔2022〕1号")
    assert (renewed.term_until, renewed.document, renewed.valid_to) == (
        date(2024, 1, 1),
        "演示〔2022〕1号",
        None,
    )
    with pytest.raises(Refusal):
        renew_term(by=CLERK, appointment=post, term_until=DAY)


# -------------------------------------------------------------------------------------------------- charges
@pytest.fixture
def instructor(county) -> Appointment:
    return appoint(
        by=CLERK,
        person=person(county["甲村"]),
        post="core:party_building_instructor",
        day=DAY,
        region=county["东镇"],
    )


def test_an_instructors_load_is_counted_as_of_a_day(county, instructor):
    firms = [unit(county["甲村"]) for _ in range(3)]
    charges = [take_charge(by=CLERK, appointment=instructor, unit=firm, day=DAY) for firm in firms]
    end_charge(by=CLERK, charge=charges[0], day=date(2021, 1, 1))
    assert loads_on(date(2020, 12, 31), county["东镇"].path) == {instructor.pk: 3}
    assert loads_on(date(2021, 1, 1), county["东镇"].path) == {instructor.pk: 2}
    assert loads_on(date(2021, 1, 1), county["西乡"].path) == {}
    assert [c.unit for c in charges_on(date(2021, 1, 1), appointment=instructor)] == firms[1:]


@pytest.mark.parametrize(
    ("day", "until", "said"),
    [
        (date(2019, 1, 1), None, "不存在"),
        (date(2021, 1, 1), date(2020, 6, 1), "应晚于"),
        (date(2020, 6, 1), None, "时间重叠"),
    ],
)
def test_a_charge_that_cannot_be_is_refused(county, instructor, day, until, said):
    firm = unit(county["甲村"])
    take_charge(by=CLERK, appointment=instructor, unit=firm, day=DAY)
    with pytest.raises(Refusal, match=said):
        take_charge(by=CLERK, appointment=instructor, unit=firm, day=day, until=until)
    with pytest.raises(Refusal, match="缺少联系的单位"):
        take_charge(by=CLERK, appointment=instructor, day=DAY)


def test_charges_end_with_the_post(county, instructor):
    firms = [unit(county["甲村"]) for _ in range(3)]
    take_charge(by=CLERK, appointment=instructor, unit=firms[0], day=DAY)
    take_charge(by=CLERK, appointment=instructor, unit=firms[1], day=date(2021, 6, 1))
    take_charge(by=CLERK, appointment=instructor, unit=firms[2], day=DAY, until=date(2020, 6, 1))
    end_appointment(by=CLERK, appointment=instructor, day=date(2021, 1, 1))
    kept = {c.unit: c.valid_to for c in Charge._base_manager.all()}
    assert kept == {firms[0]: date(2021, 1, 1), firms[2]: date(2020, 6, 1)}
    with pytest.raises(Refusal, match="超出任职期限"):
        take_charge(by=CLERK, appointment=instructor, unit=firms[1], day=date(2020, 9, 1))


# ---------------------------------------------------------------------------------------- teams and posts
def test_a_team_has_a_name_and_a_seat(county, branches):
    team = found_team(
        by=CLERK, name=" 红色宣讲队 ", kind="core:volunteer_team", day=DAY, party_org=branches["甲村党支部"]
    )
    assert (team.name, team.region) == ("红色宣讲队", county["甲村"])
    with pytest.raises(Refusal, match="缺少名称"):
        found_team(by=CLERK, name=" ", kind="core:volunteer_team", day=DAY, region=county["甲村"])
    with pytest.raises(Refusal, match="不在词表"):
        found_team(by=CLERK, name="队", kind="core:army", day=DAY, region=county["甲村"])
    end_team(by=CLERK, team=team, day=date(2021, 1, 1))
    assert team.valid_to == date(2021, 1, 1)


def test_a_post_as_such_is_held_or_vacant(county):
    slot = create_slot(by=CLERK, name="党员先锋岗", kind="core:named_post", day=DAY, region=county["甲村"])
    assert slot.holder is None
    one = person(county["甲村"])
    assert hold_slot(by=CLERK, slot=slot, holder=one).holder == one
    assert hold_slot(by=CLERK, slot=slot, holder=None).holder is None
    end_slot(by=CLERK, slot=slot, day=date(2021, 1, 1))
    with pytest.raises(Refusal, match="已于 2021-01-01 撤销"):
        hold_slot(by=CLERK, slot=slot, holder=one)


# --------------------------------------------------------------------------------------------------- careers
def test_work_in_a_unit_does_not_overlap_itself(county):
    one, firm, other = person(county["甲村"]), unit(county["甲村"]), unit(county["甲村"])
    first = employ(by=CLERK, person=one, unit=firm, day=DAY, channel="core:open_hiring")
    assert employ(by=CLERK, person=one, unit=other, day=DAY).pk
    with pytest.raises(Refusal, match="时间重叠"):
        employ(by=CLERK, person=one, unit=firm, day=date(2021, 1, 1))
    end_employment(by=CLERK, employment=first, day=date(2021, 1, 1))
    assert employ(by=CLERK, person=one, unit=firm, day=date(2021, 1, 1)).pk


def test_experience_of_a_kind_is_noted_once_for_a_time(county):
    one = person(county["甲村"])
    note_experience(by=CLERK, person=one, kind="core:township", day=START, until=DAY, place="东镇")
    with pytest.raises(Refusal, match="时间重叠"):
        note_experience(by=CLERK, person=one, kind="core:township", day=date(2019, 1, 1))
    assert note_experience(by=CLERK, person=one, kind="core:agriculture", day=date(2019, 1, 1)).pk
    with pytest.raises(Refusal, match="应晚于起始"):
        note_experience(by=CLERK, person=one, kind="core:military", day=DAY, until=START)


def test_a_title_is_obtained_once(county):
    one = person(county["甲村"])
    title = qualify(by=CLERK, person=one, title="core:senior_worker", day=DAY, document="No.1")
    with pytest.raises(Refusal, match="时间重叠"):
        qualify(by=CLERK, person=one, title="core:senior_worker", day=date(2021, 1, 1))
    end_qualification(by=CLERK, qualification=title, day=date(2021, 1, 1))
    assert qualify(by=CLERK, person=one, title="core:senior_worker", day=date(2021, 1, 1)).pk


def test_a_standing_is_of_a_person_or_a_household_and_says_how_it_ended(county):
    one = person(county["甲村"])
    home = found_household(by=CLERK, code="H1", region=county["甲村"], day=START)
    for wrong in ({}, {"person": one, "household": home}):
        with pytest.raises(Refusal, match="一个人或一户"):
            give_standing(by=CLERK, kind="core:registered_poor", day=DAY, **wrong)
    poor = give_standing(by=CLERK, kind="core:registered_poor", day=DAY, household=home)
    with pytest.raises(Refusal, match="时间重叠"):
        give_standing(by=CLERK, kind="core:registered_poor", day=DAY, household=home)
    end_standing(by=CLERK, standing=poor, day=date(2020, 12, 1), ended_as="core:lifted")
    assert Standing._base_manager.get().ended_as == "core:lifted"
    with pytest.raises(Refusal, match="不在词表"):
        end_standing(by=CLERK, standing=poor, day=date(2020, 12, 1), ended_as="core:forgotten")
