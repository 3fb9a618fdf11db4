"""Limits as they are written, said and refused."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jiceng.records.calendar import Limit, Unit
from jiceng.records.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("30 min", 30, Unit.MINUTES),
        ("2 h", 2, Unit.HOURS),
        ("24 h", 24, Unit.HOURS),
        ("7 d", 7, Unit.DAYS),
        ("5 wd", 5, Unit.WORKING_DAYS),
        ("8 wh", 8, Unit.WORKING_HOURS),
        ("5wd", 5, Unit.WORKING_DAYS),
        ("  15   d ", 15, Unit.DAYS),
        ("007 d", 7, Unit.DAYS),
    ],
)
def test_limits_are_read(text, amount, unit):
    limit = Limit.parse(text)
    assert (limit.amount, limit.unit) == (amount, unit)


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "wd", "5 days", "5 WD", "5 m", "-5 d", "+5 d", "1.5 h", "1e3 h", "5 d 2 h", "五 d", "5 个工作日",
        "५ d", "5 d\n\x00", "9" * 5_000 + " d",
    ],
)  # fmt: skip
def test_rubbish_is_refused_with_what_to_write(text):
    with pytest.raises(Refusal) as found:
        Limit.parse(text)
    assert "不是期限" in found.value.what
    assert "5 wd（工作日）" in found.value.remedy
    assert len(found.value.what) < 60


@pytest.mark.parametrize(
    "text", ["0 min", "0 wd", "3651 d", "2501 wd", "87601 h", "999999999 min", "20001 wh"]
)
def test_nothing_and_more_than_ten_years_are_refused(text):
    with pytest.raises(Refusal) as found:
        Limit.parse(text)
    assert f"“{text}”" in found.value.what
    assert "十年" in found.value.remedy


def test_a_limit_made_in_the_program_is_held_to_the_same():
    with pytest.raises(Refusal, match="-1 h"):
        Limit(-1, Unit.HOURS)


@pytest.mark.parametrize("text", ["3650 d", "2500 wd", "87600 h", "5256000 min", "20000 wh"])
def test_ten_years_are_allowed(text):
    assert str(Limit.parse(text)) == text


@given(st.integers(1, 2_500), st.sampled_from(Unit))
def test_what_is_written_is_read_back(amount, unit):
    limit = Limit(amount, unit)
    assert Limit.parse(str(limit)) == limit


def test_natural_days_extend_unless_the_limit_says_otherwise():
    assert {unit: Limit(1, unit).extends for unit in Unit} == {
        Unit.MINUTES: False,
        Unit.HOURS: False,
        Unit.DAYS: True,
        Unit.WORKING_DAYS: False,
        Unit.WORKING_HOURS: False,
    }
    assert Limit.parse("7 d", extends=False).extends is False
    assert Limit.parse("24 h", extends=True).extends is True
    assert Limit.parse("7 d", extends=True) == Limit.parse("7 d")


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("30 min", "30 分钟", "30 minutes"),
        ("1 h", "1 小时", "1 hour"),
        ("7 d", "7 日", "7 days"),
        ("1 wd", "1 个工作日", "1 working day"),
        ("5 wd", "5 个工作日", "5 working days"),
        ("8 wh", "8 个工作小时", "8 working hours"),
    ],
)
def test_limits_are_said_in_both_languages(text, chinese, english):
    assert Limit.parse(text).label == chinese
    with translation.override("en"):
        assert Limit.parse(text).label == english
