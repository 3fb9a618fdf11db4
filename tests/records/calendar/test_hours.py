"""The hours of a day and the seasons in which they hold."""

import pytest

from jiceng.records.calendar import Hours, Season, month_day
from jiceng.records.calendar.moments import HOUR, MINUTE
from jiceng.records.refusals import Refusal
from tests.records.calendar.offices import MORNING_AND_AFTERNOON


def clock(hour, minute=0):
    return hour * HOUR + minute * MINUTE


# ---------------------------------------------------------------------------------------------- stretches
@pytest.mark.parametrize(
    ("texts", "stretches"),
    [
        (["08:30-12:00", "14:00-17:30"], ((510, 720), (840, 1050))),
        (["09:00–17:00"], ((540, 1020),)),
        ([" 09:00 - 17:00 "], ((540, 1020),)),
        (["00:00-24:00"], ((0, 1440),)),
        (["06:00-07:00", "07:01-08:00", "20:00-24:00"], ((360, 420), (421, 480), (1200, 1440))),
    ],
)
def test_stretches_are_read(texts, stretches):
    assert Hours.parse(texts).stretches == stretches


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8:30-12:00",
        "08:30",
        "08:30-",
        "08:60-12:00",
        "08:30-12:75",
        "八点-十二点",
        "08:30-12:00-14:00",
        "0830-1200",
    ],
)
def test_what_is_no_stretch_is_refused_by_name(text):
    with pytest.raises(Refusal) as found:
        Hours.parse([text])
    assert f"“{text}”" in found.value.what
    assert found.value.remedy == "写成 08:30-12:00"


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["12:00-08:30"],
        ["08:30-08:30"],
        ["14:00-17:30", "08:30-12:00"],
        ["08:30-14:30", "14:00-17:30"],
        ["08:30-12:00", "12:00-17:30"],
        ["22:00-25:00"],
        ["08:30-24:01"],
    ],
)
def test_stretches_are_in_order_and_apart_and_within_the_day(texts):
    with pytest.raises(Refusal, match="工作时段"):
        Hours.parse(texts)


def test_hours_are_shown_as_people_write_them():
    assert str(MORNING_AND_AFTERNOON) == "08:30–12:00 14:00–17:30"


def test_the_length_and_the_closing_time_of_a_day():
    assert MORNING_AND_AFTERNOON.length == 7 * HOUR
    assert MORNING_AND_AFTERNOON.closing == clock(17, 30)
    assert Hours.parse(["00:00-24:00"]).closing == 24 * HOUR


# --------------------------------------------------------------------------------------------- within a day
@pytest.mark.parametrize(
    ("time", "worked"),
    [
        (clock(0), 0),
        (clock(8, 30) - 1, 0),
        (clock(8, 30), 0),
        (clock(8, 31), MINUTE),
        (clock(12), clock(3, 30)),
        (clock(13), clock(3, 30)),
        (clock(14) - 1, clock(3, 30)),
        (clock(14), clock(3, 30)),
        (clock(14, 15), clock(3, 45)),
        (clock(17, 30), clock(7)),
        (clock(23, 59), clock(7)),
    ],
)
def test_the_work_done_by_a_time_of_day(time, worked):
    assert MORNING_AND_AFTERNOON.passed(time) == worked


@pytest.mark.parametrize(
    ("worked", "time"),
    [
        (1, clock(8, 30) + 1),
        (MINUTE, clock(8, 31)),
        (clock(3, 30), clock(12)),  # at noon, not after the break
        (clock(3, 30) + 1, clock(14) + 1),
        (clock(7), clock(17, 30)),
    ],
)
def test_the_first_time_of_day_by_which_so_much_is_done(worked, time):
    assert MORNING_AND_AFTERNOON.reached(worked) == time


@pytest.mark.parametrize(
    ("time", "following"),
    [
        (clock(0), clock(8, 30)),
        (clock(8, 30), clock(8, 30)),
        (clock(11, 59), clock(11, 59)),
        (clock(12), clock(14)),
        (clock(13, 20), clock(14)),
        (clock(17, 29), clock(17, 29)),
        (clock(17, 30), None),
        (clock(22), None),
    ],
)
def test_when_work_goes_on(time, following):
    assert MORNING_AND_AFTERNOON.next(time) == following


def test_the_end_of_a_stretch_is_still_during_work():
    during = [clock(8, 30), clock(12), clock(14), clock(17, 30)]
    outside = [clock(8, 30) - 1, clock(12) + 1, clock(13), clock(17, 30) + 1]
    assert all(MORNING_AND_AFTERNOON.during(time) for time in during)
    assert not any(MORNING_AND_AFTERNOON.during(time) for time in outside)


# ------------------------------------------------------------------------------------------------- seasons
@pytest.mark.parametrize(
    ("day", "covered"),
    [((4, 30), False), ((5, 1), True), ((7, 15), True), ((9, 30), True), ((10, 1), False)],
)
def test_a_season_holds_from_its_first_to_its_last_day(day, covered):
    assert Season((5, 1), (9, 30), MORNING_AND_AFTERNOON).covers(*day) is covered


@pytest.mark.parametrize(
    ("day", "covered"),
    [((9, 30), False), ((10, 1), True), ((12, 31), True), ((1, 1), True), ((4, 30), True), ((5, 1), False)],
)
def test_a_season_may_go_across_the_end_of_the_year(day, covered):
    assert Season((10, 1), (4, 30), MORNING_AND_AFTERNOON).covers(*day) is covered


def test_months_and_days_are_read():
    assert month_day("05-01") == (5, 1)
    assert month_day(" 02-29 ") == (2, 29)


@pytest.mark.parametrize("text", ["", "5-1", "13-01", "02-30", "00-10", "五月一日", "2026-05-01"])
def test_what_is_no_month_and_day_is_refused(text):
    with pytest.raises(Refusal) as found:
        month_day(text)
    assert found.value.remedy == "写成 05-01"
