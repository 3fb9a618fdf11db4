"""Codes that pass every check and belong to nobody."""

import csv
from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings
from id_validator import validator

from jiceng.demo.identities import citizen_id, credit_code, phone, unassigned_area
from jiceng.organisations.codes import uscc_fault
from jiceng.people.codes import citizen_id_fault, told_by
from tests.demo.factories import day

PLACES = ["5116", "510681", "511123", "441284", "3607", "5198"]


@pytest.mark.parametrize("code", PLACES)
def test_no_area_was_ever_numbered_so(code):
    area = unassigned_area(code)
    assert len(area) == 6
    assert area.startswith(code[:2])
    number = citizen_id(area, day("1980-05-06"), True, 3)
    told = validator.get_info(number)
    assert not told or not told.get("address"), "the register of areas knows it"


def test_no_shipped_region_has_such_a_code():
    known = set()
    for path in settings.PACKS.glob("*/regions.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            known |= {row["code"][:6] for row in csv.DictReader(file)}
    assert known.isdisjoint({unassigned_area(code) for code in PLACES})


def test_places_have_areas_of_their_own():
    assert len({unassigned_area(code) for code in PLACES}) == len(PLACES)


@pytest.mark.parametrize("male", [True, False])
def test_a_citizen_id_passes_its_check_and_tells_birth_and_sex(male):
    number = citizen_id("519916", day("1963-11-30"), male, 17)
    assert citizen_id_fault(number, date(2022, 1, 1)) == ""
    told = told_by(number)
    assert told is not None
    assert told.birth_date == date(1963, 11, 30)
    assert int(number[16]) % 2 == int(male)


def test_people_born_the_same_day_have_different_numbers():
    born = day("1970-01-05")
    numbers = {citizen_id("519916", born, male, serial) for male in (True, False) for serial in range(500)}
    assert len(numbers) == 1000
    with pytest.raises(ValueError, match="no citizen ID is left"):
        citizen_id("519916", born, True, 500)


@pytest.mark.parametrize("authority", ["91", "52", "11", "N2"])
def test_credit_codes_pass_their_check(authority):
    codes = {credit_code(authority, "449984", serial) for serial in range(2000)}
    assert len(codes) == 2000
    assert {uscc_fault(code) for code in codes} == {""}
    assert all(code.startswith(f"{authority}449984") for code in codes)


def test_phones_are_of_no_operator_and_all_different():
    numbers = [phone(serial) for serial in range(5000)]
    assert len(set(numbers)) == 5000
    assert all(len(n) == 11 and n.isdigit() and n.startswith("12") for n in numbers)
    assert sum(a[:4] == b[:4] for a, b in pairwise(numbers)) < 500, "neighbours differ"
