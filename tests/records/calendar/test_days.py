"""Which days a place works, why, and how far that is known."""

from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jiceng.records.calendar import Season, SpecialDay, Statutory, WorkCalendar, published
from jiceng.records.refusals import Refusal
from tests.records.calendar.offices import (
    MORNING_AND_AFTERNOON,
    OFFICE,
    OFFICES,
    ROUND_THE_CLOCK,
    SEASONAL,
    at,
    known_with,
)

NOTHING_KNOWN = Statutory(frozenset(), {}, {})


def day(text):
    return date.fromisoformat(text)


# ---------------------------------------------------------------------------------- days of the country
@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-02-13", True),  # Friday
        ("2026-02-14", True),  # Saturday, worked for the Spring Festival
        ("2026-02-15", False),  # Sunday, the first day of the holiday
        ("2026-02-16", False),  # Monday
        ("2026-02-23", False),  # Monday, the last day
        ("2026-02-24", True),
        ("2026-02-28", True),  # Saturday, worked
        ("2026-03-07", False),  # any Saturday
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # Saturday, worked
        ("2018-12-31", False),  # Monday, off for the New Year of 2019
        ("2018-12-29", True),  # Saturday, worked for it
        ("2015-09-03", False),  # once only
        ("2016-09-03", False),  # a Saturday
        ("2020-01-31", False),  # the holiday that was made longer
    ],
)
def test_statutory_holidays_and_make_up_days(text, works):
    assert OFFICE.is_working(day(text)) is works


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_every_known_day_is_as_it_was_published(on):
    assert OFFICE.is_working(on) is chinese_calendar.is_workday(on)


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2031-01-01", False),  # Wednesday: the date itself is fixed by regulation
        ("2031-05-01", False),
        ("2031-05-02", False),
        ("2031-10-01", False),
        ("2031-10-03", False),
        ("2031-01-02", True),
        ("2031-10-06", True),  # Monday; whether it will be off nobody knows yet
        ("2031-10-04", False),  # Saturday
        ("2031-03-05", True),
    ],
)
def test_a_year_nobody_knows_goes_by_weekdays_and_fixed_dates(text, works):
    assert OFFICE.is_working(day(text)) is works


# ------------------------------------------------------------------------------------ days of the place
def test_a_place_has_days_off_and_days_worked_of_its_own():
    assert OFFICE.is_working(day("2026-03-09"))
    assert not SEASONAL.is_working(day("2026-03-09"))
    assert not OFFICE.is_working(day("2026-07-18"))
    assert SEASONAL.is_working(day("2026-07-18"))
    assert SEASONAL.is_working(day("2026-10-02"))


def test_of_several_special_days_for_one_day_the_first_goes():
    nearer = SpecialDay(day("2026-03-10"), works=False, reason="本县")
    further = SpecialDay(day("2026-03-10"), works=True, reason="全市")
    assert not WorkCalendar(MORNING_AND_AFTERNOON, special=(nearer, further)).is_working(nearer.day)
    assert WorkCalendar(MORNING_AND_AFTERNOON, special=(further, nearer)).is_working(nearer.day)


@pytest.mark.parametrize(
    ("calendar", "text", "chinese", "english"),
    [
        (OFFICE, "2026-02-16", "春节", "Spring Festival"),
        (OFFICE, "2026-02-14", "春节调休上班", "Worked to make up for Spring Festival"),
        (OFFICE, "2026-10-01", "国庆节", "National Day"),
        (OFFICE, "2026-03-07", "", ""),
        (OFFICE, "2026-03-09", "", ""),
        (SEASONAL, "2026-03-09", "三月三", "三月三"),
        (SEASONAL, "2026-10-02", "防火值班", "防火值班"),
    ],
)
def test_why_a_day_is_off_or_worked(calendar, text, chinese, english):
    assert calendar.reason(day(text)) == chinese
    with translation.override("en"):
        assert calendar.reason(day(text)) == english


def test_every_published_holiday_has_a_name_to_show():
    known = published()
    with translation.override("en"):
        assert all(known.reason(on).isascii() for on in (*known.days_off, *known.make_up))
    assert all(known.reason(on) and not known.reason(on).isascii() for on in known.days_off)


# ----------------------------------------------------------------------------------------------- hours
@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-04-30", "08:30–12:00 14:00–17:30"),
        ("2026-05-01", "08:30–12:00 15:00–18:00"),  # off, but so are the hours of the season
        ("2026-09-30", "08:30–12:00 15:00–18:00"),
        ("2026-10-01", "08:30–12:00 14:00–17:30"),
        ("2026-12-15", "09:00–11:30 13:00–13:20 14:00–17:00"),
        ("2027-01-20", "09:00–11:30 13:00–13:20 14:00–17:00"),
        ("2027-01-21", "08:30–12:00 14:00–17:30"),
    ],
)
def test_the_hours_of_a_day_are_those_of_its_season(text, hours):
    assert str(SEASONAL.hours_on(day(text))) == hours


def test_hours_are_worked_on_working_days_only():
    assert SEASONAL.working_hours_on(day("2026-05-01")) is None
    assert SEASONAL.working_hours_on(day("2026-05-06")) == SEASONAL.hours_on(day("2026-05-06"))


def test_of_two_seasons_for_one_day_the_first_goes():
    short, long = (Season((7, 1), (7, 31), OFFICE.hours), Season((1, 1), (12, 31), ROUND_THE_CLOCK.hours))
    assert WorkCalendar(OFFICE.hours, (short, long)).hours_on(day("2026-07-15")) == OFFICE.hours
    assert WorkCalendar(OFFICE.hours, (long, short)).hours_on(day("2026-07-15")) == ROUND_THE_CLOCK.hours


def test_when_a_day_closes():
    assert OFFICE.closing(day("2026-11-30")) == at("2026-11-30 17:30")
    assert SEASONAL.closing(day("2026-07-01")) == at("2026-07-01 18:00")
    assert ROUND_THE_CLOCK.closing(day("2026-12-31")) == at("2027-01-01 00:00")


# ------------------------------------------------------------------------------------- going on to work
@pytest.mark.parametrize(
    ("moment", "following"),
    [
        ("2026-11-30 09:00", "2026-11-30 09:00"),
        ("2026-11-30 08:30", "2026-11-30 08:30"),
        ("2026-11-30 03:00", "2026-11-30 08:30"),
        ("2026-11-30 12:00", "2026-11-30 14:00"),
        ("2026-11-30 17:30", "2026-12-01 08:30"),
        ("2026-02-14 18:00", "2026-02-24 08:30"),
        ("2026-09-30 17:30", "2026-10-08 08:30"),
        ("2026-12-31 20:00", "2027-01-04 08:30"),
    ],
)
def test_the_next_working_moment(moment, following):
    assert OFFICE.next_working_moment(at(moment)) == at(following)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)), st.sampled_from(sorted(OFFICES)))  # noqa: DTZ001
def test_the_next_working_moment_is_the_first_at_which_work_goes_on(naive, office):
    calendar, moment = OFFICES[office], naive.replace(tzinfo=UTC)
    found = calendar.next_working_moment(moment)
    assert found >= moment
    assert calendar.next_working_moment(found) == found
    assert calendar.is_working(found.date())
    # nothing was worked in between: the clock of working hours stood
    assert calendar.working_hours.position(found) == calendar.working_hours.position(moment)
    assert calendar.working_hours.position(found + timedelta(seconds=1)) > calendar.working_hours.position(
        found
    )


def test_moments_of_other_time_zones_are_read_on_shanghai_s_clock():
    moment = datetime(2026, 11, 30, 23, 0, tzinfo=ZoneInfo("Europe/London"))  # 07:00 on 1 December
    assert OFFICE.next_working_moment(moment) == at("2026-12-01 08:30")
    assert str(OFFICE.next_working_moment(moment).tzinfo) == "Asia/Shanghai"


def test_the_next_working_day_may_be_the_day_itself():
    assert OFFICE.next_working_day(day("2026-11-30")) == day("2026-11-30")
    assert OFFICE.next_working_day(day("2026-10-01")) == day("2026-10-08")


def test_a_place_that_never_works_again_is_refused_not_searched_for_ever():
    off = tuple(
        SpecialDay(date.fromordinal(n), works=False)
        for n in range(date(2190, 1, 1).toordinal(), date(2200, 1, 1).toordinal())
    )
    with pytest.raises(Refusal, match="1992 年至 2199 年"):
        WorkCalendar(MORNING_AND_AFTERNOON, special=off).next_working_moment(at("2190-05-05 10:00"))


# --------------------------------------------------------------------------------------- what is known
def test_the_calendar_says_up_to_when_it_knows():
    last = max(chinese_calendar.holidays).year
    assert OFFICE.known_until == date(last, 12, 31), version("chinesecalendar")
    assert last >= 2026


def test_a_release_that_knows_the_next_year_moves_it_on():
    last = OFFICE.known_until.year
    assert WorkCalendar(MORNING_AND_AFTERNOON, statutory=known_with(last + 1)).known_until.year == last + 1


def test_so_does_a_place_that_gives_a_year_in_full():
    last = OFFICE.known_until.year
    assert (
        WorkCalendar(MORNING_AND_AFTERNOON, years=frozenset({last + 1, last + 2})).known_until.year
        == last + 2
    )


def test_a_year_beyond_one_nobody_knows_does_not_count():
    last = OFFICE.known_until.year
    assert WorkCalendar(MORNING_AND_AFTERNOON, years=frozenset({last + 2})).known_until.year == last


def test_years_long_ago_do_not_hold_it_back():
    assert WorkCalendar(MORNING_AND_AFTERNOON, years=frozenset({1998})).known_until == OFFICE.known_until


def test_without_anything_published_only_what_the_place_gives_is_known():
    years = frozenset({2030, 2031, 2033})
    assert WorkCalendar(MORNING_AND_AFTERNOON, statutory=NOTHING_KNOWN, years=years).known_until.year == 2031
    assert WorkCalendar(MORNING_AND_AFTERNOON, statutory=NOTHING_KNOWN).known_until < date(1992, 1, 1)


# ----------------------------------------------------------------------------------------- one value
def test_calendars_that_say_the_same_are_the_same():
    again = WorkCalendar(MORNING_AND_AFTERNOON)
    assert again == OFFICE
    assert hash(again) == hash(OFFICE)
    assert again.fingerprint == OFFICE.fingerprint
    assert len({again, OFFICE, SEASONAL}) == 2


@pytest.mark.parametrize(
    "other",
    [
        WorkCalendar(ROUND_THE_CLOCK.hours),
        WorkCalendar(MORNING_AND_AFTERNOON, SEASONAL.seasons),
        WorkCalendar(MORNING_AND_AFTERNOON, special=SEASONAL.special),
        WorkCalendar(MORNING_AND_AFTERNOON, years=frozenset({2040})),
        WorkCalendar(MORNING_AND_AFTERNOON, statutory=NOTHING_KNOWN),
        WorkCalendar(MORNING_AND_AFTERNOON, statutory=known_with(2040)),
        WorkCalendar(MORNING_AND_AFTERNOON, statutory=known_with(off=("2026-03-10",))),
        WorkCalendar(MORNING_AND_AFTERNOON, statutory=known_with(worked=("2026-03-08",))),
    ],
    ids=["hours", "seasons", "special", "years", "nothing", "year", "off", "worked"],
)
def test_whatever_a_due_date_may_depend_on_changes_the_fingerprint(other):
    assert other.fingerprint != OFFICE.fingerprint


def test_a_reason_alone_does_not_reckon_every_due_date_anew():
    said, silent = (
        WorkCalendar(MORNING_AND_AFTERNOON, special=(SpecialDay(day("2026-03-10"), False, reason),))
        for reason in ("三月三", "")
    )
    assert said.fingerprint == silent.fingerprint
    assert said != silent


def test_a_special_day_that_never_goes_does_not_count():
    first = SpecialDay(day("2026-03-10"), works=False)
    both = (first, SpecialDay(day("2026-03-10"), works=True))
    assert (
        WorkCalendar(MORNING_AND_AFTERNOON, special=(first,)).fingerprint
        == WorkCalendar(MORNING_AND_AFTERNOON, special=both).fingerprint
    )


def test_nothing_of_a_calendar_can_be_changed():
    with pytest.raises(AttributeError):
        OFFICE.hours = ROUND_THE_CLOCK.hours
