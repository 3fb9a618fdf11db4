"""Periods that papers are about, what they are compared with, and how they are said."""

from datetime import date

import pytest

from jiceng.organisations.models import Region
from jiceng.reports.asking import Asked, months_later
from jiceng.reports.numerals import chinese_period
from jiceng.reports.sources import AREA

DAY = date(2022, 6, 20)


def ask(first, last) -> Asked:
    return Asked(
        Region(name="甲县"), date.fromisoformat(first), date.fromisoformat(last), DAY, catalogue=None
    )


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2022-05-01", "2022-05-31", ("2022-04-01", "2022-04-30")),
        ("2022-03-01", "2022-03-31", ("2022-02-01", "2022-02-28")),
        ("2022-04-01", "2022-06-30", ("2022-01-01", "2022-03-31")),
        ("2022-01-01", "2022-06-30", ("2021-07-01", "2021-12-31")),
        ("2022-01-01", "2022-12-31", ("2021-01-01", "2021-12-31")),
        ("2022-01-01", "2022-06-20", ("2021-07-14", "2021-12-31")),
        ("2022-06-20", "2022-06-20", ("2022-06-19", "2022-06-19")),
    ],
)
def test_the_period_just_before_is_as_long(first, last, before):
    found = ask(first, last).earlier("previous")
    assert (found.first.isoformat(), found.last.isoformat()) == before


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2022-05-01", "2022-05-31", ("2021-05-01", "2021-05-31")),
        ("2022-01-01", "2022-06-20", ("2021-01-01", "2021-06-20")),
        ("2024-02-01", "2024-02-29", ("2023-02-01", "2023-02-28")),
    ],
)
def test_the_same_of_the_year_before(first, last, before):
    found = ask(first, last).earlier("last_year")
    assert (found.first.isoformat(), found.last.isoformat()) == before


def test_months_end_where_they_end():
    assert months_later(date(2022, 1, 31), 1) == date(2022, 2, 28)
    assert months_later(date(2022, 12, 31), 2) == date(2023, 2, 28)
    assert months_later(date(2022, 1, 15), -1) == date(2021, 12, 15)
    assert months_later(date(2022, 12, 31), -12) == date(2021, 12, 31)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2022-01-01", "2022-12-31", "2022年"),
        ("2022-01-01", "2022-06-30", "2022年上半年"),
        ("2022-07-01", "2022-12-31", "2022年下半年"),
        ("2022-04-01", "2022-06-30", "2022年第二季度"),
        ("2022-02-01", "2022-04-30", "2022年2月1日至2022年4月30日"),
        ("2022-02-01", "2022-02-28", "2022年2月"),
        ("2022-01-01", "2022-06-20", "2022年1月1日至2022年6月20日"),
        ("2022-07-01", "2023-06-30", "2022年7月1日至2023年6月30日"),
        ("2022-06-20", "2022-06-20", "2022年6月20日至2022年6月20日"),
    ],
)
def test_periods_are_said_as_papers_say_them(first, last, said):
    assert chinese_period(date.fromisoformat(first), date.fromisoformat(last)) == said


def test_what_every_paper_may_write_is_declared():
    assert ask("2022-05-01", "2022-05-31").values.keys() == AREA.keys()
