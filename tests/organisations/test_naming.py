"""Names: initials, what is stored, what is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.organisations.naming import (
    clean_name,
    deletions,
    initials,
    normal_name,
    one_apart,
    person_initials,
    quick_initials,
)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("重庆市", "cqs"),
        ("厦门", "xm"),
        ("演示县", "ysx"),
        ("A1区（东）", "a1qd"),
        ("ａ１区", "a1q"),
        ("", ""),
    ],
)
def test_initials_follow_phrases(name, letters):
    assert initials(name) == letters


def test_quick_initials_take_the_commonest_reading_and_drop_signs():
    assert quick_initials("第1居民小组（东）") == "d1jmxzd"
    assert quick_initials("Ａ座") == "az"


@pytest.mark.parametrize(
    ("name", "letters"), [("单桂英", "sgy"), ("曾国", "zg"), ("仇大海", "qdh"), ("张单", "zd")]
)
def test_surnames_have_readings_of_their_own(name, letters):
    assert person_initials(name) == letters


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" 演示县 宏达(食品)有限公司 Ａ１ ", "演示县宏达（食品）有限公司 A1"),
        ("宏达　食品", "宏达食品"),
        ("Sino (Demo) Ltd", "Sino (Demo) Ltd"),
        ("宏达（食品）", "宏达（食品）"),
        ("\n", ""),
    ],
)
def test_names_are_stored_clean(written, stored):
    assert clean_name(written) == stored


def test_cleaning_twice_changes_nothing_more():
    for name in ("演示 县(东) A 座", "ＡＢ　甲", "（甲）"):
        assert clean_name(clean_name(name)) == clean_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("演示县宏达（食品）有限公司", "演示县宏达食品有限责任公司"),
        ("演示宏达(集团)有限公司", "演示宏达集团"),
        ("演示ABC公司", "演示ａｂｃ有限公司"),
        ("演示县绿源种植农民专业合作社", "演示县绿源种植专业合作社"),
    ],
)
def test_names_that_say_the_same_body_meet(one, other):
    assert normal_name(one) == normal_name(other)


def test_a_name_that_is_only_form_keeps_it():
    assert normal_name("有限公司") == "有限公司"
    assert normal_name("宏达食品") != normal_name("宏大食品")


TEXT = st.text("甲乙丙丁", max_size=6)


@given(TEXT, TEXT)
def test_one_apart_is_an_edit_distance_of_at_most_one(a, b):
    def distance(a: str, b: str) -> int:
        row = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            last, row[0] = row[0], i
            for j, y in enumerate(b, 1):
                last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
        return row[-1]

    assert one_apart(a, b) == (distance(a, b) <= 1)
    if one_apart(a, b):
        assert deletions(a) & deletions(b)
