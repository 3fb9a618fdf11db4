"""For which times a board is asked, and what stands before them."""

from datetime import date
from itertools import pairwise

import pytest

from jiceng.reports.boards.times import Moment, before, course, moment, year_before

TODAY = date(2022, 8, 20)


def day(text):
    return date.fromisoformat(text)


def between(text):
    first, _dots, last = text.partition("..")
    return day(first), day(last)


@pytest.mark.parametrize(
    ("asked", "span", "period"),
    [
        ("2022-06-15", "month", "2022-06-01..2022-06-30"),
        ("2022-06-15", "quarter", "2022-04-01..2022-06-30"),
        ("2022-06-15", "half", "2022-01-01..2022-06-30"),
        ("2021-06-15", "year", "2021-01-01..2021-12-31"),
        ("2022-06-15", "ytd", "2022-01-01..2022-06-15"),
        ("2022-08-20", "month", "2022-08-01..2022-08-20"),  # what is to come is in no period
        ("2022-08-20", "year", "2022-01-01..2022-08-20"),
        ("2022-09-10", "month", "2022-09-01..2022-09-10"),  # a day to come is asked for as far as it goes
        ("2020-02-29", "month", "2020-02-01..2020-02-29"),
    ],
)
def test_the_period_is_that_of_the_day(asked, span, period):
    assert moment(day(asked), span, TODAY) == Moment(day(asked), between(period))


@pytest.mark.parametrize(
    ("now", "span", "stock", "period"),
    [
        ("2022-06-01..2022-06-30", "month", "2022-05-31", "2022-05-01..2022-05-31"),
        ("2022-03-01..2022-03-31", "month", "2022-02-28", "2022-02-01..2022-02-28"),
        ("2022-01-01..2022-03-31", "quarter", "2021-12-31", "2021-10-01..2021-12-31"),
        ("2022-07-01..2022-12-31", "half", "2022-06-30", "2022-01-01..2022-06-30"),
        ("2022-01-01..2022-12-31", "year", "2021-12-31", "2021-01-01..2021-12-31"),
        ("2022-08-01..2022-08-20", "month", "2022-07-31", "2022-07-01..2022-07-20"),  # as much as has passed
        ("2022-01-01..2022-06-15", "ytd", "2021-12-31", "2021-01-01..2021-06-15"),
        ("2022-03-01..2022-03-30", "month", "2022-02-28", "2022-02-01..2022-02-28"),
        ("2022-01-01..2022-12-31", "ytd", "2021-12-31", "2021-01-01..2021-12-31"),
    ],
)
def test_the_period_before_has_as_much_as_has_passed(now, span, stock, period):
    now = Moment(between(now)[1], between(now))
    assert before(now, span) == Moment(day(stock), between(period))


@pytest.mark.parametrize(
    ("asked", "now", "earlier", "period"),
    [
        ("2022-06-15", "2022-06-01..2022-06-30", "2021-06-15", "2021-06-01..2021-06-30"),
        ("2020-02-29", "2020-02-01..2020-02-29", "2019-02-28", "2019-02-01..2019-02-28"),
        ("2021-02-28", "2021-02-01..2021-02-28", "2020-02-28", "2020-02-01..2020-02-29"),
    ],
)
def test_a_year_before_ends_where_the_month_ends(asked, now, earlier, period):
    assert year_before(Moment(day(asked), between(now))) == Moment(day(earlier), between(period))


def test_a_course_leads_up_to_now():
    now = moment(day("2022-06-30"), "quarter", TODAY)
    found = course(now, "quarter", 4)
    assert [str(each.day) for each in found] == ["2021-09-30", "2021-12-31", "2022-03-31", "2022-06-30"]
    assert found[-1] == now
    assert [each.period[0].month for each in found] == [7, 10, 1, 4]
    assert all(this == before(following, "quarter") for this, following in pairwise(found))
