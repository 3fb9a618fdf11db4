"""Citizen identity numbers, old form and new."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from id_validator import validator

from jiceng.people import codes

TODAY = date(2024, 1, 1)


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440308199901101512", "610104620927690", "110105491231002"]
)
def test_published_examples_pass(number):
    assert codes.citizen_id_fault(number, TODAY) == ""
    assert validator.is_valid(number)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("110105194912310021", "校验位不符"),
        ("11010519491331002X", "出生日期"),
        ("11010519490230002X", "出生日期"),
        ("11010520491231002X", "出生日期"),
        ("11010517491231002X", "出生日期"),
        ("1101051949123100X2", "末位可为X"),
        ("01010519491231002X", "末位可为X"),
        ("11010519491231002", "18位"),
        ("", "18位"),
        ("110105491331002", "出生日期"),
    ],
)
def test_a_failing_number_says_why_without_repeating_it(number, said):
    fault = codes.citizen_id_fault(number, TODAY)
    assert said in fault
    assert not number or number not in fault


def test_numbers_are_folded():
    assert codes.folded(" １１０１０５ 19491231 002x ") == "11010519491231002X"


def test_an_old_number_becomes_a_new_one():
    assert codes.lengthened("110105491231002") == "11010519491231002X"
    assert codes.lengthened("11010519491231002X") == "11010519491231002X"
    assert codes.lengthened("x") == "x"


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [("11010519491231002X", date(1949, 12, 31), "2"), ("440308199901101512", date(1999, 1, 10), "1")],
)
def test_a_number_tells_birth_and_sex(number, born, sex):
    told = codes.told_by(number)
    assert (told.birth_date, told.sex) == (born, sex)
    assert codes.told_by("甲") is None
    assert codes.told_by("11010519491331002X") is None


BIRTHS = st.dates(date(1900, 1, 1), date(2023, 12, 31))


@given(BIRTHS, st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_never_passes(born, number, place, letter):
    first = f"990121{born:%Y%m%d}{number:03d}"
    right = first + codes.check_character(first)
    assert codes.citizen_id_fault(right, TODAY) == ""
    wrong = right[:place] + letter + right[place + 1 :]
    assert (codes.citizen_id_fault(wrong, TODAY) == "") == (wrong == right)
