"""What a calendar adds up, it adds up once; who asks meanwhile is answered right."""

import threading
from datetime import date, timedelta

import pytest

from jiceng.records.calendar import Limit, WorkCalendar, due_at
from jiceng.records.calendar.paces import Working
from jiceng.records.refusals import Refusal
from tests.records.calendar.offices import MORNING_AND_AFTERNOON, OFFICE, at


@pytest.fixture
def counting():
    """A pace that tells how many days it has asked about."""
    asked = []

    def hours_of(day):
        asked.append(day)
        return OFFICE.working_hours_on(day)

    return Working(hours_of, whole_days=False), asked


def test_a_year_is_added_up_once_however_often_it_is_asked_for(counting):
    pace, asked = counting
    pace.position(at("2026-12-31 23:59"))
    days = len(asked)
    assert days == (date(2027, 1, 1) - date(1992, 1, 1)).days
    for n in range(2_000):
        moment = at("2026-01-01 00:00") + timedelta(hours=4 * n)
        pace.reached(pace.position(moment))
    assert len(asked) == days


def test_only_as_many_years_are_added_up_as_are_asked_for(counting):
    pace, asked = counting
    pace.position(at("1993-06-01 12:00"))
    assert max(asked) == date(1993, 12, 31)
    pace.reached(pace.position(at("1993-12-31 12:00")) + 3_600_000_000 * 8)
    assert max(asked) == date(1994, 12, 31)


def test_every_day_is_asked_about_in_order_and_none_twice(counting):
    pace, asked = counting
    for text in ("2001-01-01 00:00", "1999-01-01 00:00", "2026-12-31 23:00"):
        pace.position(at(text))
    assert asked == sorted(set(asked))


def test_a_pace_ends_where_the_years_end(counting):
    pace, _asked = counting
    with pytest.raises(Refusal, match="2199"):
        pace.reached(10**18)
    assert pace.position(at("2199-12-31 23:59")) > 0


def test_many_who_ask_at_once_are_answered_as_one_alone():
    fresh = WorkCalendar(MORNING_AND_AFTERNOON)
    limit = Limit.parse("20 wh")
    starts = [at("2026-01-01 00:00") + timedelta(days=97 * n) for n in range(60)]
    expected = [due_at(start, limit, [], OFFICE) for start in starts]
    together = threading.Barrier(8)
    found: list[list[object]] = []

    def ask():
        together.wait()
        found.append([due_at(start, limit, [], fresh) for start in starts])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
