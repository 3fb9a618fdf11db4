"""Days on which offices write papers, and the few on which nothing ever happens."""

from collections import Counter
from datetime import date

import pytest

from jiceng.demo import days
from jiceng.demo.chance import chosen, cumulated, stream
from tests.demo.factories import day


@pytest.mark.parametrize(
    "text", ["2021-12-31", "2022-01-01", "2021-02-11", "2022-01-31", "1985-02-19", "2000-02-04", "1960-01-27"]
)
def test_nothing_happens_on_new_years_eve_by_either_calendar(text):
    assert days.nothing_happens(day(text))
    assert not days.is_working_day(day(text))


def test_other_days_are_days():
    assert not days.nothing_happens(day("2021-02-12"))
    assert not days.nothing_happens(day("2021-06-14"))


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2021-10-01", False),  # National Day
        ("2021-10-09", True),  # a Saturday that makes up for it
        ("2021-10-10", False),  # a Sunday
        ("2021-02-15", False),  # in the week of the Spring Festival
        ("2021-07-01", True),
        ("1997-10-01", False),
        ("1997-02-10", False),  # before the published years: the week from the Spring Festival on
        ("1997-02-14", True),
        ("1997-02-15", False),  # a Saturday
    ],
)
def test_working_days(text, works):
    assert days.is_working_day(day(text)) is works


def test_most_admissions_gather_around_the_first_of_july():
    fitting, weights = days.fitting_days(day("2019-01-01"), day("2019-12-31"), "july")
    found = chosen(stream("july"), fitting, cumulated(weights), 2000)
    months = Counter(date.fromordinal(d).month for d in found)
    assert months[6] + months[7] > 0.6 * len(found)
    assert all(days.is_working_day(d) for d in found)
    near = sum(day("2019-06-18") <= d <= day("2019-07-08") for d in found)
    assert near > 0.5 * len(found)
    assert near < len(found), "some are admitted at other times"


def test_any_day_leaves_out_only_new_year():
    fitting, _weights = days.fitting_days(day("2021-01-01"), day("2021-12-31"), "any")
    assert len(fitting) == 365 - 3


def test_a_day_on_which_nothing_happens_moves_within_its_bounds():
    eve = day("2021-12-31")
    assert days.quiet(eve, eve - 5, eve + 5) == eve + 2
    assert days.quiet(eve, eve - 5, eve) == eve - 1
    assert days.quiet(day("2021-06-14"), 0, 10**6) == day("2021-06-14")


def test_the_working_day_near_a_holiday():
    assert days.working_day_near(day("2021-10-02"), day("2021-10-01"), day("2021-10-31")) == day("2021-10-08")
    assert days.working_day_near(day("2021-10-02"), day("2021-09-01"), day("2021-10-03")) == day("2021-09-30")
    assert days.working_day_near(day("2021-10-02"), day("2021-10-01"), day("2021-10-03")) is None


def test_years_pass_over_leap_days():
    assert days.years_after(day("2020-02-29"), 1) == day("2021-02-28")
    assert days.years_before(day("2021-07-01"), 18) == day("2003-07-01")


@pytest.mark.parametrize("on", ["2021-06-30", "2020-02-29", "2021-12-31"])
def test_who_is_born_between_has_the_age(on):
    first, last = days.born_between(18, 35, day(on))
    assert days.age_on(first, day(on)) == 35
    assert days.age_on(first - 1, day(on)) == 36
    assert days.age_on(last, day(on)) == 18
    assert days.age_on(last + 1, day(on)) == 17
