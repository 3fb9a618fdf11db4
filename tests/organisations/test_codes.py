"""Codes of regions and units, with real ones and with what goes wrong in workbooks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.organisations import codes
from jiceng.records.refusals import Refusal
from tests.organisations.factories import CLERK, uscc

IN_USE = (
    "91350100M000100Y43",
    "9144030071526726XG",
    "914403001922038216",
    "91330100799655058B",
    "91110000802100433B",
    "91440300708461136T",
)


@pytest.mark.parametrize("code", IN_USE)
def test_codes_in_use_pass(code):
    assert codes.uscc_fault(code) == ""


@pytest.mark.parametrize(
    "first", ["N2510681MF0000001", "52360700MJC000000", "11510000008000000", "Y1990121000000001"]
)
def test_a_code_of_any_registry_passes_with_its_own_check_character(first):
    assert codes.uscc_fault(first + codes.uscc_check_character(first)) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91350100M000100Y44", "校验码不符"),
        ("91350100M000100Y4", "18位"),
        ("91350100M000100Y431", "18位"),
        ("91350100MI00100Y43", "第10位"),
        ("91350100MO00100Y43", "第10位"),
        ("91350100MS00100Y43", "第10位"),
        ("9135X100M000100Y43", "第3至8位"),
        ("", "18位"),
    ],
)
def test_a_failing_code_says_why(code, said):
    assert said in codes.uscc_fault(code)


@given(st.integers(0, 10**9 - 1), st.integers(0, 17), st.sampled_from(codes.USCC_LETTERS))
def test_one_wrong_character_never_passes(number, place, letter):
    code = uscc(number)
    wrong = code[:place] + letter + code[place + 1 :]
    assert (codes.uscc_fault(wrong) == "") == (wrong == code)


def test_codes_are_folded_before_they_are_checked():
    assert codes.folded("９１３５０１００m000100y43") == "91350100M000100Y43"
    assert codes.folded(" 9135 0100-M000100Y43 ") == "91350100M000100Y43"


@pytest.mark.parametrize(
    "code", ["51", "5106", "510681", "510681100", "510681100201", "510681100201001", "510681E1", "3607F1"]
)
def test_area_codes_that_pass(code):
    assert codes.area_fault(code) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "缺少"),
        ("5", "这里是1位"),
        ("01", "省级代码"),
        ("51068", "2、4、6、9或12位"),
        ("5106811", "2、4、6、9或12位"),
        ("5.1068E+11", "数字和字母"),
        ("五一", "数字和字母"),
        ("1" * 21, "最多20位"),
    ],
)
def test_area_codes_that_fail_say_why(code, said):
    assert said in codes.area_fault(code)


def test_a_code_tells_its_level_and_the_one_above():
    codes_down = ("51", "5106", "510681", "510681100", "510681100201", "510681100201001")
    assert [codes.area_level(c) for c in codes_down] == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip
    assert codes.parent_code("510681100201") == "510681100"
    assert codes.parent_code("510681100201001") == "510681100201"
    assert codes.parent_code("510681E1") == "510681"
    assert codes.parent_code("51") == ""


@pytest.mark.parametrize(
    ("code", "statistical"),
    [("360702400", True), ("360702399", False), ("360702400001", True), ("360702", False)],
)
def test_positions_seven_to_nine_from_400_on_are_statistical(code, statistical):
    assert codes.is_statistical(code) is statistical


def test_a_real_code_that_fails_passes_with_a_note_and_its_author():
    fault = codes.uscc_fault("91350100M000100Y44")
    assert codes.passed("91350100M000100Y44", fault, note=" 执照原件如此 ", by=CLERK) == (
        "执照原件如此",
        "办事员",
    )
    assert codes.passed("91350100M000100Y43", "", note="不需要", by=CLERK) == ("", "")
    with pytest.raises(Refusal, match="校验码不符") as refused:
        codes.passed("91350100M000100Y44", fault, note=" ", by=CLERK)
    assert "代码说明" in refused.value.remedy
