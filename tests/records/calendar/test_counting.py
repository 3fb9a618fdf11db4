"""When limits run out, case by case, with the rule each stands for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jiceng.records.calendar import (
    Hours,
    Limit,
    SpecialDay,
    Unit,
    WorkCalendar,
    due_at,
    elapsed,
    is_provisional,
    reached_at,
)
from jiceng.records.refusals import Refusal
from tests.records.calendar.offices import (
    MORNING_AND_AFTERNOON,
    OFFICE,
    ROUND_THE_CLOCK,
    SEASONAL,
    at,
    known_with,
)


def due(start, text, *pauses, calendar=OFFICE, extends=None):
    stretches = [(at(begin), None if end is None else at(end)) for begin, end in pauses]
    found = due_at(at(start), Limit.parse(text, extends), stretches, calendar)
    return None if found is None else f"{found:%Y-%m-%d %H:%M}"


# ------------------------------------------------------------------------------------ minutes and hours
@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-11-30 09:00", "30 min", "2026-11-30 09:30"),
        ("2026-11-30 23:50", "30 min", "2026-12-01 00:20"),
        ("2026-09-30 20:00", "2 h", "2026-09-30 22:00"),
        ("2026-09-30 20:00", "24 h", "2026-10-01 20:00"),  # the holiday does not stop it
        ("2026-12-31 20:00", "24 h", "2027-01-01 20:00"),
    ],
)
def test_minutes_and_hours_run_day_and_night(start, text, expected):
    assert due(start, text) == expected


def test_seconds_and_less_are_kept():
    started = datetime(2026, 11, 30, 1, 2, 3, 456_789, tzinfo=UTC)
    assert due_at(started, Limit.parse("2 h"), [], OFFICE) == started + timedelta(hours=2)


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-11-30 09:00", "2 h", "2026-11-30 11:00"),  # during work: as it is
        ("2026-11-30 10:00", "2 h", "2026-11-30 12:00"),  # the end of the morning is still work
        ("2026-11-30 11:00", "2 h", "2026-11-30 14:00"),  # in the break: when it is over
        ("2026-11-30 18:00", "2 h", "2026-12-01 08:30"),
        ("2026-09-30 10:00", "24 h", "2026-10-08 08:30"),
    ],
)
def test_hours_that_extend_fall_due_when_work_begins_again(start, text, expected):
    assert due(start, text, extends=True) == expected


# ----------------------------------------------------------------------------------------- working days
@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-11-30 09:00", "1 wd", "2026-12-01 17:30"),
        ("2026-11-30 09:00", "5 wd", "2026-12-07 17:30"),
        ("2026-11-30 00:00", "5 wd", "2026-12-07 17:30"),  # whenever on the day
        ("2026-11-30 23:59", "5 wd", "2026-12-07 17:30"),
        ("2026-03-07 10:00", "1 wd", "2026-03-09 17:30"),  # begun on a Saturday: Monday is the first
        ("2026-02-13 10:00", "1 wd", "2026-02-14 17:30"),  # the Saturday that is worked for the festival
        ("2026-02-13 10:00", "2 wd", "2026-02-24 17:30"),  # nine days off lie between
        ("2026-02-14 10:00", "1 wd", "2026-02-24 17:30"),
        ("2026-09-30 10:00", "3 wd", "2026-10-10 17:30"),  # 8, 9 and Saturday the 10th
        ("2025-12-31 10:00", "3 wd", "2026-01-06 17:30"),  # 1 to 3 January off, Sunday the 4th worked
    ],
)
def test_working_days_are_counted_from_the_day_after_to_closing_time(start, text, expected):
    assert due(start, text) == expected


def test_the_day_of_the_start_is_that_of_shanghai():
    started = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # 1 December, 01:00 in Shanghai
    assert due_at(started, Limit.parse("1 wd"), [], OFFICE) == at("2026-12-02 17:30")


def test_a_place_s_own_days_and_hours_are_counted():
    assert due("2026-03-06 10:00", "1 wd", calendar=SEASONAL) == "2026-03-10 17:30"  # Monday is 三月三
    assert due("2026-07-17 10:00", "1 wd", calendar=SEASONAL) == "2026-07-18 18:00"  # Saturday on duty
    assert due("2026-12-31 10:00", "1 wd", calendar=SEASONAL) == "2027-01-04 17:00"


def test_a_day_open_to_midnight_ends_at_midnight():
    assert due("2026-11-30 10:00", "1 wd", calendar=ROUND_THE_CLOCK) == "2026-12-02 00:00"
    assert due("2026-12-03 10:00", "1 d", calendar=ROUND_THE_CLOCK) == "2026-12-05 00:00"  # Friday's end
    assert due("2026-12-04 10:00", "1 d", calendar=ROUND_THE_CLOCK) == "2026-12-08 00:00"  # Monday's end


# ---------------------------------------------------------------------------------------- working hours
@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-11-30 08:30", "1 wh", "2026-11-30 09:30"),
        ("2026-11-30 11:00", "1 wh", "2026-11-30 12:00"),  # not after the break
        ("2026-11-30 11:30", "1 wh", "2026-11-30 14:30"),
        ("2026-11-30 12:30", "1 wh", "2026-11-30 15:00"),
        ("2026-11-30 16:30", "1 wh", "2026-11-30 17:30"),
        ("2026-11-30 17:00", "1 wh", "2026-12-01 09:00"),
        ("2026-11-30 20:00", "7 wh", "2026-12-01 17:30"),
        ("2026-12-04 17:00", "1 wh", "2026-12-07 09:00"),  # over the weekend
        ("2026-09-30 16:30", "8 wh", "2026-10-08 17:30"),  # over the National Day
        ("2026-02-14 16:30", "8 wh", "2026-02-24 17:30"),
    ],
)
def test_working_hours_run_while_work_goes_on(start, text, expected):
    assert due(start, text) == expected


def test_working_hours_change_with_the_season():
    # 30 September closes at 18:00; after the holiday, with one day on duty, mornings are as before
    assert due("2026-09-30 17:00", "2 wh", calendar=SEASONAL) == "2026-10-02 09:30"
    assert due("2026-12-14 17:00", "1 wh", calendar=SEASONAL) == "2026-12-15 09:30"


# ---------------------------------------------------------------------------------------- natural days
@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-03-02 10:00", "7 d", "2026-03-09 17:30"),  # Monday to Monday
        ("2026-03-06 10:00", "7 d", "2026-03-13 17:30"),
        ("2026-03-07 23:00", "7 d", "2026-03-16 17:30"),  # ends on a Saturday: Monday
        ("2026-09-27 10:00", "7 d", "2026-10-08 17:30"),  # ends in the holiday: the first working day
        ("2026-02-07 10:00", "7 d", "2026-02-14 17:30"),  # ends on a Saturday that is worked
    ],
)
def test_natural_days_that_end_on_a_day_off_go_on_to_the_next_working_day(start, text, expected):
    assert due(start, text) == expected


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-03-02 10:00", "7 d", "2026-03-09 17:30"),
        ("2026-03-07 23:00", "7 d", "2026-03-14 17:30"),
        ("2026-09-27 10:00", "7 d", "2026-10-04 17:30"),
    ],
)
def test_natural_days_that_do_not_extend_end_on_the_very_day(start, text, expected):
    assert due(start, text, extends=False) == expected


def test_one_day_is_not_twenty_four_hours():
    assert due("2026-11-30 09:00", "1 d") == "2026-12-01 17:30"
    assert due("2026-11-30 09:00", "24 h") == "2026-12-01 09:00"


# --------------------------------------------------------------------------------------------- pauses
@pytest.mark.parametrize(
    ("text", "pause", "expected"),
    [
        # without a pause: 7 December, 17:30
        ("5 wd", ("2026-12-02 10:00", "2026-12-03 10:00"), "2026-12-08 17:30"),  # a day
        ("5 wd", ("2026-12-01 08:30", "2026-12-01 12:00"), "2026-12-08 12:00"),  # a morning
        ("5 wd", ("2026-12-01 11:00", "2026-12-01 15:00"), "2026-12-08 10:30"),  # two hours, and the break
        ("5 wd", ("2026-12-01 17:30", "2026-12-02 08:30"), "2026-12-07 17:30"),  # a night
        ("5 wd", ("2026-12-04 17:30", "2026-12-07 08:30"), "2026-12-07 17:30"),  # a weekend
        ("5 wd", ("2026-11-30 10:00", "2026-11-30 16:00"), "2026-12-07 17:30"),  # on the day of the start
        ("5 wd", ("2026-11-30 10:00", "2026-12-02 08:30"), "2026-12-08 17:30"),  # from it on: one day
        ("5 wd", ("2026-12-07 16:30", "2026-12-09 10:00"), "2026-12-09 11:00"),  # the last hour remains
        # without: 2 December, 09:00
        ("14 wh", ("2026-12-01 09:00", "2026-12-01 10:00"), "2026-12-02 10:00"),
        ("14 wh", ("2026-12-01 11:30", "2026-12-01 14:30"), "2026-12-02 10:00"),
        # without: 2 December, 09:00 too
        ("48 h", ("2026-12-01 20:00", "2026-12-02 08:00"), "2026-12-02 21:00"),  # nights count here
        # without: 7 December, 17:30, a Monday
        ("7 d", ("2026-12-02 08:30", "2026-12-03 08:30"), "2026-12-08 17:30"),
        ("7 d", ("2026-12-02 08:30", "2026-12-02 09:30"), "2026-12-08 17:30"),  # keeps ending with a day
        ("7 d", ("2026-12-02 18:00", "2026-12-03 08:00"), "2026-12-07 17:30"),  # a night
    ],
)
def test_a_pause_is_taken_off_exactly(text, pause, expected):
    assert due("2026-11-30 09:00", text, pause) == expected


def test_half_a_day_of_pause_is_half_a_day_of_another_season():
    # the afternoon of 30 September is 3 of 6.5 hours; after it a day has 7
    pause = ("2026-09-30 15:00", "2026-09-30 18:00")
    found = due_at(at("2026-09-29 10:00"), Limit.parse("1 wd"), [tuple(map(at, pause))], SEASONAL)
    worked = timedelta(hours=7) * (3 / 6.5)
    assert abs(found - (at("2026-10-02 08:30") + worked)) < timedelta(milliseconds=1)


def test_several_pauses_add_up_in_any_order():
    first, second = ("2026-12-01 08:30", "2026-12-01 12:00"), ("2026-12-03 14:00", "2026-12-03 17:30")
    assert due("2026-11-30 09:00", "5 wd", first, second) == "2026-12-08 17:30"
    assert due("2026-11-30 09:00", "5 wd", second, first) == "2026-12-08 17:30"


def test_pauses_that_overlap_count_once():
    whole = ("2026-12-01 08:30", "2026-12-02 08:30")
    assert due("2026-11-30 09:00", "5 wd", whole, whole, ("2026-12-01 09:00", "2026-12-01 10:00")) == due(
        "2026-11-30 09:00", "5 wd", whole
    )


def test_a_pause_put_on_another_runs_on_to_the_later_end():
    early, late = ("2026-12-01 08:30", "2026-12-01 12:00"), ("2026-12-01 10:00", "2026-12-02 08:30")
    assert due("2026-11-30 09:00", "5 wd", early, late) == "2026-12-08 17:30"


def test_pauses_that_touch_are_one():
    # what stands over the weekend does not fall due at the moment in between
    first, second = ("2026-12-05 09:00", "2026-12-07 08:30"), ("2026-12-07 08:30", "2026-12-07 15:00")
    assert due("2026-12-04 20:00", "12 h", first, extends=True) == "2026-12-07 08:30"
    assert due("2026-12-04 20:00", "12 h", first, second, extends=True) == "2026-12-07 15:00"


def test_while_it_stands_there_is_no_due_date():
    assert due("2026-11-30 09:00", "5 wd", ("2026-12-02 10:00", None)) is None
    assert due("2026-11-30 09:00", "2 h", ("2026-11-30 10:59", None)) is None
    assert due("2026-11-30 09:00", "5 wd", ("2026-11-30 08:00", None)) is None


def test_a_limit_that_had_run_out_before_it_stood_stays_due():
    assert due("2026-11-30 09:00", "2 h", ("2026-11-30 11:00", None)) == "2026-11-30 11:00"
    assert due("2026-11-30 09:00", "5 wd", ("2026-12-09 09:00", None)) == "2026-12-07 17:30"


def test_what_comes_after_an_open_pause_is_no_matter():
    after = ("2026-12-03 09:00", "2026-12-03 10:00")
    assert due("2026-11-30 09:00", "5 wd", after, ("2026-12-02 10:00", None)) is None


def test_nothing_falls_due_while_its_clock_stands():
    # the seventh day is Saturday the 5th; Monday is the day it would end
    assert due("2026-11-28 09:00", "7 d") == "2026-12-07 17:30"
    assert due("2026-11-28 09:00", "7 d", ("2026-12-06 09:00", None)) is None
    assert due("2026-11-28 09:00", "7 d", ("2026-12-07 09:00", "2026-12-09 10:00")) == "2026-12-09 17:30"
    assert due("2026-11-28 09:00", "7 d", ("2026-12-07 09:00", "2026-12-07 17:30")) == "2026-12-08 17:30"
    assert due("2026-11-28 09:00", "7 d", ("2026-12-07 09:00", "2026-12-07 16:00")) == "2026-12-07 17:30"
    assert due("2026-11-28 09:00", "7 d", ("2026-12-07 17:30", None)) == "2026-12-07 17:30"
    assert due("2026-11-30 18:00", "2 h", ("2026-12-01 08:00", None), extends=True) is None
    said = ("2026-12-01 08:00", "2026-12-01 12:30")
    assert due("2026-11-30 18:00", "2 h", said, extends=True) == "2026-12-01 14:00"


# ----------------------------------------------------------------------------------------- how much is used
@pytest.mark.parametrize(
    ("unit", "until", "used"),
    [
        (Unit.MINUTES, "2026-11-30 09:30", 30),
        (Unit.HOURS, "2026-12-01 09:00", 24),
        (Unit.HOURS, "2026-11-30 09:00", 0),
        (Unit.HOURS, "2026-11-29 09:00", 0),  # before it began
        (Unit.WORKING_HOURS, "2026-11-30 12:00", 3),
        (Unit.WORKING_HOURS, "2026-11-30 13:00", 3),
        (Unit.WORKING_HOURS, "2026-12-01 09:00", 7),
        (Unit.WORKING_DAYS, "2026-11-30 17:30", 0),  # the day of the start is not counted
        (Unit.WORKING_DAYS, "2026-12-01 12:00", 0.5),
        (Unit.WORKING_DAYS, "2026-12-06 12:00", 4),
        (Unit.WORKING_DAYS, "2026-12-07 17:30", 5),
        (Unit.DAYS, "2026-12-06 12:00", 5.5),
    ],
)
def test_how_much_has_passed(unit, until, used):
    assert elapsed(at("2026-11-30 09:00"), at(until), [], unit, OFFICE) == used


def test_the_clock_stands_while_it_is_paused():
    started, pause = at("2026-11-30 09:00"), (at("2026-12-02 08:30"), None)
    for until in ("2026-12-02 08:30", "2026-12-02 12:00", "2027-06-01 12:00"):
        assert elapsed(started, at(until), [pause], Unit.WORKING_DAYS, OFFICE) == 1
        assert elapsed(started, at(until), [pause], Unit.HOURS, OFFICE) == 47.5


def test_what_comes_during_an_open_pause_is_not_taken_off_twice():
    pauses = [(at("2026-12-02 08:30"), None), (at("2026-12-03 08:30"), at("2026-12-04 08:30"))]
    used = elapsed(at("2026-11-30 09:00"), at("2026-12-04 12:00"), pauses, Unit.WORKING_DAYS, OFFICE)
    assert used == 1


def test_a_pause_that_is_still_to_come_takes_nothing_off():
    pause = (at("2026-12-02 08:30"), at("2026-12-03 08:30"))
    assert elapsed(at("2026-11-30 09:00"), at("2026-12-01 17:30"), [pause], Unit.WORKING_DAYS, OFFICE) == 1
    assert elapsed(at("2026-11-30 09:00"), at("2026-12-02 12:00"), [pause], Unit.WORKING_DAYS, OFFICE) == 1
    assert elapsed(at("2026-11-30 09:00"), at("2026-12-03 12:00"), [pause], Unit.WORKING_DAYS, OFFICE) == 1.5


def test_a_light_turns_when_its_share_is_used():
    started = at("2026-11-30 09:00")
    assert reached_at(started, Limit.parse("4 h"), 0.75, [], OFFICE) == at("2026-11-30 12:00")
    assert reached_at(started, Limit.parse("5 wd"), 0.8, [], OFFICE) == at("2026-12-04 17:30")
    assert reached_at(started, Limit.parse("5 wd"), 0.5, [], OFFICE) == at("2026-12-03 12:00")
    assert reached_at(started, Limit.parse("10 wh"), 0.7, [], OFFICE) == at("2026-12-01 09:00")


def test_the_whole_share_is_the_due_date_extended_as_it_is():
    started = at("2026-09-27 10:00")
    assert reached_at(started, Limit.parse("7 d"), 1, [], OFFICE) == at("2026-10-08 17:30")
    assert reached_at(started, Limit.parse("7 d"), 0.99, [], OFFICE) < at("2026-10-04 17:30")


def test_a_light_does_not_turn_while_the_clock_stands():
    paused = [(at("2026-12-02 08:30"), None)]
    assert reached_at(at("2026-11-30 09:00"), Limit.parse("5 wd"), 0.8, paused, OFFICE) is None
    assert reached_at(at("2026-11-30 09:00"), Limit.parse("5 wd"), 0.2, paused, OFFICE) == at(
        "2026-12-01 17:30"
    )


@pytest.mark.parametrize("share", [0, -0.1, 1.1, float("nan")])
def test_a_share_lies_between_nothing_and_all(share):
    with pytest.raises(ValueError, match="share"):
        reached_at(at("2026-11-30 09:00"), Limit.parse("5 wd"), share, [], OFFICE)


# ------------------------------------------------------------------------- a calendar without next year
LAST = OFFICE.known_until.year
DECEMBER = f"{LAST}-12-28 10:00"


def test_a_limit_beyond_what_is_known_has_a_due_date_all_the_same():
    assert due_at(at(DECEMBER), Limit.parse("20 wd"), [], OFFICE).year == LAST + 1
    assert due_at(at(DECEMBER), Limit.parse("2500 wd"), [], OFFICE).year >= LAST + 9


def test_it_is_told_as_provisional_where_it_depends_on_days():
    by_days = {"20 wd": True, "90 wh": True, "30 d": True, "720 h": False, "9999 min": False}
    for text, provisional in by_days.items():
        limit = Limit.parse(text)
        found = due_at(at(DECEMBER), limit, [], OFFICE)
        assert found.year == LAST + 1
        assert is_provisional(limit, found, OFFICE) is provisional, text
    exact = Limit.parse("30 d", extends=False)
    assert not is_provisional(exact, due_at(at(DECEMBER), exact, [], OFFICE), OFFICE)
    moved = Limit.parse("720 h", extends=True)
    assert is_provisional(moved, due_at(at(DECEMBER), moved, [], OFFICE), OFFICE)


def test_what_ends_within_the_known_year_is_certain():
    limit = Limit.parse("1 wd")
    found = due_at(at(f"{LAST}-12-01 10:00"), limit, [], OFFICE)
    assert not is_provisional(limit, found, OFFICE)


def test_the_last_moment_of_the_known_year_is_certain_by_shanghai_s_clock():
    limit = Limit.parse("1 wd")
    assert not is_provisional(limit, at(f"{LAST}-12-31 23:59").astimezone(UTC), OFFICE)
    assert is_provisional(limit, at(f"{LAST + 1}-01-01 00:00").astimezone(UTC), OFFICE)


def week_of(year):
    """The first working days of a year by weekdays alone, and the Saturday after them."""
    days = [date(year, 1, n) for n in range(4, 15)]
    monday = next(day for day in days if day.weekday() == 0)
    return monday, monday + timedelta(days=5)


def test_once_the_year_is_known_it_is_reckoned_again_and_no_longer_provisional():
    monday, saturday = week_of(LAST + 1)
    start, limit = at(f"{monday - timedelta(days=3)} 10:00"), Limit.parse("1 wd")
    before = due_at(start, limit, [], OFFICE)
    assert before == at(f"{monday} 17:30")
    assert is_provisional(limit, before, OFFICE)

    statutory = known_with(
        LAST + 1, off=(str(monday), str(monday + timedelta(days=1))), worked=(str(saturday),)
    )
    learned = WorkCalendar(MORNING_AND_AFTERNOON, statutory=statutory)
    after = due_at(start, limit, [], learned)
    assert learned.fingerprint != OFFICE.fingerprint
    assert after == at(f"{monday + timedelta(days=2)} 17:30")
    assert not is_provisional(limit, after, learned)
    assert due_at(start, Limit.parse("4 wd"), [], learned) == at(f"{saturday} 17:30")


def test_a_place_may_give_the_year_before_the_program_knows_it():
    monday, saturday = week_of(LAST + 1)
    given = WorkCalendar(
        MORNING_AND_AFTERNOON,
        special=(SpecialDay(monday, False, "放假"), SpecialDay(saturday, True, "调休")),
        years=frozenset({LAST + 1}),
    )
    limit = Limit.parse("5 wd")
    found = due_at(at(f"{monday - timedelta(days=3)} 10:00"), limit, [], given)
    assert found == at(f"{saturday} 17:30")
    assert not is_provisional(limit, found, given)


# ------------------------------------------------------------------------------------------- bad input
NAIVE = datetime(2026, 11, 30, 9)  # noqa: DTZ001


@pytest.mark.parametrize("unit", Unit)
def test_a_moment_without_a_time_zone_is_a_fault_of_the_program(unit):
    limit, start = Limit(1, unit), at("2026-11-30 09:00")
    for wrong in (
        lambda: due_at(NAIVE, limit, [], OFFICE),
        lambda: due_at(start, limit, [(NAIVE, None)], OFFICE),
        lambda: due_at(start, limit, [(start, NAIVE)], OFFICE),
        lambda: elapsed(start, NAIVE, [], unit, OFFICE),
        lambda: elapsed(NAIVE, start, [], unit, OFFICE),
        lambda: OFFICE.next_working_moment(NAIVE),
    ):
        with pytest.raises(ValueError, match="time zone"):
            wrong()


@pytest.mark.parametrize("text", ["30 min", "24 h", "7 d", "5 wd", "8 wh"])
def test_a_pause_that_ends_before_it_begins_is_refused_with_its_time(text):
    with pytest.raises(Refusal) as found:
        due("2026-11-30 09:00", text, ("2026-12-02 10:00", "2026-12-02 09:00"))
    assert found.value.what.startswith("2026-12-02 10:00 ")
    assert found.value.remedy


@pytest.mark.parametrize("text", ["30 min", "24 h", "7 d", "5 wd", "8 wh"])
@pytest.mark.parametrize(
    "start", ["1991-12-31 23:59", "0001-01-01 00:00", "2200-01-01 00:00", "9999-12-31 23:59"]
)
def test_moments_out_of_reach_are_refused(start, text):
    with pytest.raises(Refusal, match="1992 年至 2199 年"):
        due(start, text)


@pytest.mark.parametrize("text", ["5256000 min", "87600 h", "3650 d", "2500 wd", "20000 wh"])
def test_a_due_date_out_of_reach_is_refused(text):
    with pytest.raises(Refusal, match="1992 年至 2199 年"):
        due("2199-01-01 10:00", text)


def test_the_ends_of_what_is_within_reach():
    assert due("1992-01-01 00:00", "1 min") == "1992-01-01 00:01"
    assert due("1992-01-01 00:00", "1 wh") == "1992-01-02 09:30"
    assert due("2199-12-30 10:00", "1 wd") == "2199-12-31 17:30"
    assert elapsed(at("1992-01-01 00:00"), at("1992-01-01 00:00"), [], Unit.WORKING_HOURS, OFFICE) == 0


def test_an_office_of_one_minute_a_day_works_too():
    calendar = WorkCalendar(Hours.parse(["23:59-24:00"]))
    assert due("2026-11-30 09:00", "1 wd", calendar=calendar) == "2026-12-02 00:00"
    sixty_days = due_at(at("2026-01-05 09:00"), Limit.parse("1 wh"), [], calendar)
    assert elapsed(at("2026-01-05 09:00"), sixty_days, [], Unit.WORKING_HOURS, calendar) == 1
