"""Papers about appointments: what a record offers, and the letter that the base pack words."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as configured

from jiceng.people.actions.appointments import appoint, end_charge, take_charge
from jiceng.reports.documents import filled
from jiceng.reports.papers import docx, gaps
from jiceng.reports.sources import all_sources
from jiceng.reports.sources.appointments import APPOINTMENTS, appointment_values
from tests.organisations.conftest import county
from tests.organisations.factories import CLERK, unit
from tests.people.conftest import branches
from tests.people.factories import person
from tests.reports.word import Word
from tests.staging import in_force

__all__ = ["branches", "county"]

DAY = date(2020, 1, 1)
INSTRUCTOR = "core:party_building_instructor"


@pytest.fixture(autouse=True)
def core(db):
    """The base pack in force."""
    in_force(Path(configured.PACKS) / "core")


@pytest.fixture
def instructor(county, branches):
    return appoint(
        by=CLERK,
        person=person(county["甲村"], "演示人甲"),
        post=INSTRUCTOR,
        day=DAY,
        party_org=branches["甲村党支部"],
        term_until=date(2022, 12, 31),
        sent_by=unit(county["东镇"], "演示派出单位"),
    )


def test_an_appointment_offers_what_its_record_holds(instructor):
    values, lists = appointment_values(instructor, DAY)
    assert values == {
        "person": "演示人甲",
        "post": "党建指导员",
        "host": "甲村党支部",
        "region": "甲村",
        "sent_by": "演示派出单位",
        "since": DAY,
        "until": date(2022, 12, 31),
    }
    assert lists == {"charges": []}


def test_everything_that_is_given_is_declared_and_all_but_the_issuer_is_given(instructor):
    values, lists = appointment_values(instructor, DAY)
    assert APPOINTMENTS.names.keys() - values.keys() == {"issuer"}
    assert values.keys() <= APPOINTMENTS.names.keys()
    assert lists.keys() == APPOINTMENTS.lists.keys()
    assert all_sources()["appointment"] is APPOINTMENTS


def test_whom_an_instructor_looks_after_is_as_of_the_day(county, branches, instructor):
    firm = unit(county["甲村"], "演示企业甲")
    ended = take_charge(by=CLERK, appointment=instructor, unit=firm, day=DAY)
    end_charge(by=CLERK, charge=ended, day=date(2021, 1, 1))
    take_charge(by=CLERK, appointment=instructor, party_org=branches["乙村党支部"], day=date(2020, 6, 1))
    on = {
        day: appointment_values(instructor, day)[1]["charges"]
        for day in (DAY, date(2020, 7, 1), date(2021, 7, 1))
    }
    both = [{"name": "演示企业甲", "since": DAY}, {"name": "乙村党支部", "since": date(2020, 6, 1)}]
    assert list(on.values()) == [both[:1], both, both[1:]]


def test_an_appointment_in_a_place_has_no_host(county):
    found = appoint(by=CLERK, person=person(county["丙村"]), post=INSTRUCTOR, day=DAY, region=county["西乡"])
    values, _lists = appointment_values(found, DAY)
    assert (values["host"], values["region"], values["sent_by"], values["until"]) == ("", "西乡", "", None)


# ------------------------------------------------------------------------------------------- the letter
def letter(appointment, **values):
    found, lists = appointment_values(appointment, DAY)
    return filled("letter_of_appointment", found | values, lists, dated=date(2020, 1, 2), serial=3)


def test_the_letter_says_who_is_appointed_to_what_for_how_long(instructor):
    paper = letter(instructor, issuer="中共演示县委组织部")
    word = Word(docx(paper))
    assert gaps(paper) == []
    assert word.texts == [
        "聘　书",
        "聘〔2020〕3号",
        "演示人甲同志：",
        "兹聘请您担任党建指导员，聘期自2020年1月1日起至2022年12月31日止。",
        "中共演示县委组织部",
        "2020年1月2日",
    ]
    assert word.sections[0].landscape


def test_the_letter_names_no_end_where_there_is_none(county):
    found = appoint(by=CLERK, person=person(county["丙村"]), post=INSTRUCTOR, day=DAY, region=county["西乡"])
    assert "聘期自2020年1月1日起。" in Word(docx(letter(found, issuer="某县委"))).texts[3]


def test_the_letter_marks_that_nobody_has_said_who_issues_it(instructor):
    assert gaps(letter(instructor)) == ["聘任机关"]


def test_a_demonstration_s_letter_is_a_sample(settings, instructor):
    settings.DEMO = True
    word = Word(docx(letter(instructor, issuer="中共演示县委组织部")))
    assert word.texts[1] == "演示〔2020〕3号"
    assert word.margin_paragraph("header default").text == "样　张"
