"""Calendar periods: how they are written, what comes before them, what they are called."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jiceng.indicators.periods import MONTHS, CalendarPeriod, calendar_period, period_before
from jiceng.records.refusals import Refusal


@pytest.mark.parametrize(
    ("written", "kind", "first", "last", "before", "label"),
    [
        ("2022-05", "month", date(2022, 5, 1), date(2022, 5, 31), "2022-04", "2022年5月"),
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29), "2020-01", "2020年2月"),
        ("2022-01", "month", date(2022, 1, 1), date(2022, 1, 31), "2021-12", "2022年1月"),
        ("2022Q1", "quarter", date(2022, 1, 1), date(2022, 3, 31), "2021Q4", "2022年第1季度"),
        ("2022h2", "half", date(2022, 7, 1), date(2022, 12, 31), "2022H1", "2022年下半年"),
        ("2022H1", "half", date(2022, 1, 1), date(2022, 6, 30), "2021H2", "2022年上半年"),
        ("2022", "year", date(2022, 1, 1), date(2022, 12, 31), "2021", "2022年"),
    ],
)
def test_a_period_as_it_is_written(written, kind, first, last, before, label):
    found = calendar_period(written)
    assert (found.kind, found.first, found.last) == (kind, first, last)
    assert str(found) == written.upper()
    assert str(found.before()) == before
    with translation.override("zh-hans"):
        assert found.label == label
    assert str(found.years_before()) == str(found.first.year - 1) + str(found)[4:]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "22-05",
        "2022-13",
        "2022-00",
        "2022Q5",
        "2022H3",
        "2022-5",
        "2022-01-01..2022-01-31",
        "二〇二二",
        "２０２２",
    ],
)
def test_what_is_no_calendar_period_is_refused(written):
    with pytest.raises(Refusal):
        calendar_period(written)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(sorted(MONTHS)), st.integers(-30, 30))
def test_periods_follow_each_other_without_a_gap(day, kind, steps):
    found = period_before(day, kind)
    assert found.last < day <= found.before(-1).last
    moved = found.before(steps)
    assert moved.before().last + timedelta(days=1) == moved.first
    assert moved.before(-steps) == found
    assert calendar_period(str(moved)) == moved
    assert CalendarPeriod(*_parts(moved)) == moved


def _parts(period):
    return period.first, MONTHS[period.kind]
