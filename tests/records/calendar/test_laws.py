"""What holds of every limit, start, pause and calendar."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from jiceng.records.calendar import Limit, Unit, due_at, elapsed, is_provisional, reached_at
from tests.records.calendar.offices import OFFICE, OFFICES, at, counted_up

TICK = timedelta(microseconds=1)
BEGINNING, END = datetime(2024, 6, 1), datetime(2027, 3, 1)  # noqa: DTZ001 - Hypothesis asks for them so

offices = st.sampled_from(sorted(OFFICES))  # by name: whole calendars are too long to print
units = st.sampled_from(Unit)
amounts = st.one_of(st.integers(1, 15), st.integers(1, 300))
limits = st.builds(Limit, amounts, units, st.sampled_from([None, True, False]))
plain_limits = st.builds(Limit, amounts, units, st.just(False))
minutes = st.datetimes(BEGINNING, END).map(lambda m: m.replace(second=0, microsecond=0, tzinfo=UTC))
moments = st.one_of(minutes, st.datetimes(BEGINNING, END, timezones=st.just(UTC)))


@st.composite
def closed_pauses(draw, most=4):
    """Starts and pauses near it: before, across and after, overlapping or not."""
    started = draw(moments)
    pauses = []
    for _ in range(draw(st.integers(0, most))):
        begin = started + timedelta(minutes=draw(st.integers(-3_000, 20_000)))
        pauses.append((begin, begin + timedelta(minutes=draw(st.integers(0, 8_000)))))
    return started, pauses


# ---------------------------------------------------------------------------------------- what is asked
@given(closed_pauses(), plain_limits, offices)
def test_the_due_date_is_the_first_moment_at_which_the_limit_has_passed(situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    due = due_at(started, limit, pauses, calendar)
    assert elapsed(started, due, pauses, limit.unit, calendar) >= limit.amount
    assert elapsed(started, due - TICK, pauses, limit.unit, calendar) < limit.amount


@given(moments, plain_limits, offices)
def test_without_pauses_exactly_the_limit_has_passed_when_it_is_due(started, limit, office):
    calendar = OFFICES[office]
    due = due_at(started, limit, [], calendar)
    assert elapsed(started, due, [], limit.unit, calendar) == limit.amount


@given(closed_pauses(), plain_limits, offices)
def test_with_pauses_it_has_to_the_millionth(situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    due = due_at(started, limit, pauses, calendar)
    assert elapsed(started, due, pauses, limit.unit, calendar) - limit.amount < 1e-6


@given(moments, amounts, st.sampled_from([(Unit.MINUTES, "minutes"), (Unit.HOURS, "hours")]), offices)
def test_minutes_and_hours_are_plainly_added(started, amount, unit, office):
    calendar = OFFICES[office]
    name, argument = unit
    assert due_at(started, Limit(amount, name), [], calendar) == started + timedelta(**{argument: amount})


# -------------------------------------------------------------------------------------------- monotone
@given(closed_pauses(), limits, st.integers(1, 40), offices)
def test_a_longer_limit_is_never_due_earlier(situation, limit, more, office):
    calendar = OFFICES[office]
    started, pauses = situation
    longer = Limit(limit.amount + more, limit.unit, limit.extends)
    assert due_at(started, limit, pauses, calendar) <= due_at(started, longer, pauses, calendar)


@given(moments, limits, st.integers(0, 30_000), offices)
def test_a_later_start_is_never_due_earlier(started, limit, later, office):
    calendar = OFFICES[office]
    after = started + timedelta(minutes=later)
    assert due_at(started, limit, [], calendar) <= due_at(after, limit, [], calendar)


@given(closed_pauses(), limits, st.integers(-3_000, 20_000), st.integers(0, 8_000), offices)
def test_one_pause_more_never_makes_it_earlier(situation, limit, offset, length, office):
    calendar = OFFICES[office]
    started, pauses = situation
    begin = started + timedelta(minutes=offset)
    more = [*pauses, (begin, begin + timedelta(minutes=length))]
    assert due_at(started, limit, more, calendar) >= due_at(started, limit, pauses, calendar)


@given(closed_pauses(), limits, st.integers(-3_000, 20_000), offices)
def test_an_open_pause_leaves_it_as_it_is_or_unknown(situation, limit, offset, office):
    calendar = OFFICES[office]
    started, pauses = situation
    without = due_at(started, limit, pauses, calendar)
    begin = started + timedelta(minutes=offset)
    found = due_at(started, limit, [*pauses, (begin, None)], calendar)
    assert found == (without if begin >= without else None)


@given(moments, limits, st.integers(0, 40_000), st.integers(0, 40_000), offices)
def test_as_time_goes_by_more_is_used(started, limit, soon, later, office):
    calendar = OFFICES[office]
    first, second = sorted((started + timedelta(minutes=soon), started + timedelta(minutes=later)))
    assert elapsed(started, first, [], limit.unit, calendar) <= elapsed(
        started, second, [], limit.unit, calendar
    )


@given(closed_pauses(), limits, st.floats(0.01, 1), st.floats(0.01, 1), offices)
def test_lights_turn_in_order_and_never_after_the_due_date(situation, limit, one, other, office):
    calendar = OFFICES[office]
    started, pauses = situation
    less, more = sorted((one, other))
    reached = [reached_at(started, limit, share, pauses, calendar) for share in (less, more, 1)]
    assert reached == sorted(reached)
    assert reached[-1] == due_at(started, limit, pauses, calendar)


# ----------------------------------------------------------------------------------- what changes nothing
@given(closed_pauses(), limits, st.integers(0, 5_000), st.integers(0, 5_000), offices)
def test_a_pause_wholly_outside_changes_nothing(situation, limit, gap, length, office):
    calendar = OFFICES[office]
    started, pauses = situation
    due = due_at(started, limit, pauses, calendar)
    before = started - timedelta(minutes=gap)
    after = due + timedelta(minutes=gap)
    assume(all(end != after for _, end in pauses))  # what touches a pause is that pause going on: see below
    outside = [(before - timedelta(minutes=length), before), (after, after + timedelta(minutes=length))]
    assert due_at(started, limit, [*outside, *pauses], calendar) == due
    assert elapsed(started, due, [*outside, *pauses], limit.unit, calendar) == elapsed(
        started, due, pauses, limit.unit, calendar
    )


@given(closed_pauses(), limits, st.integers(0, 5_000), offices)
def test_a_pause_that_begins_where_another_ends_is_that_one_going_on(situation, limit, length, office):
    calendar = OFFICES[office]
    started, pauses = situation
    longer = [(begin, end + timedelta(minutes=length)) for begin, end in pauses]
    touching = [*pauses, *((end, end + timedelta(minutes=length)) for _, end in pauses)]
    assert due_at(started, limit, touching, calendar) == due_at(started, limit, longer, calendar)


@given(st.data(), closed_pauses(), limits, offices)
def test_neither_the_order_of_pauses_nor_cutting_one_in_two_matters(data, situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    halves = [
        piece
        for begin, end in pauses
        for piece in ((begin, begin + (end - begin) / 2), (begin + (end - begin) / 2, end))
    ]
    cut = data.draw(st.permutations(halves))
    assert due_at(started, limit, cut, calendar) == due_at(started, limit, pauses, calendar)


@given(closed_pauses(), limits, offices)
def test_the_time_zone_in_which_moments_are_said_does_not_matter(situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    there = [tuple(moment.astimezone(at("2026-01-01 00:00").tzinfo) for moment in pause) for pause in pauses]
    found = due_at(started.astimezone(at("2026-01-01 00:00").tzinfo), limit, there, calendar)
    assert found == due_at(started, limit, pauses, calendar)
    assert found.utcoffset() == timedelta(hours=8)


# --------------------------------------------------------------------------------- where it falls
@given(
    closed_pauses(),
    st.builds(Limit, amounts, st.sampled_from([Unit.WORKING_DAYS, Unit.WORKING_HOURS])),
    offices,
)
def test_working_time_ends_during_work(situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    last = due_at(started, limit, pauses, calendar) - TICK
    assert calendar.next_working_moment(last) == last


@given(closed_pauses(), st.builds(Limit, amounts, st.just(Unit.DAYS)), offices)
def test_natural_days_end_with_a_working_day(situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    due = due_at(started, limit, pauses, calendar)
    day = (due - TICK).date()
    assert calendar.is_working(day)
    assert due == calendar.closing(day)


@given(moments, amounts, offices)
def test_natural_days_that_do_not_extend_end_so_many_days_later(started, amount, office):
    calendar = OFFICES[office]
    due = due_at(started, Limit(amount, Unit.DAYS, False), [], calendar)
    day = started.astimezone(due.tzinfo).date() + timedelta(days=amount)
    assert due == calendar.closing(day)


@given(moments, st.integers(1, 60), offices)
def test_so_many_working_days_lie_after_the_day_of_the_start(started, amount, office):
    calendar = OFFICES[office]
    due = due_at(started, Limit(amount, Unit.WORKING_DAYS), [], calendar)
    first, last = started.astimezone(due.tzinfo).date(), (due - TICK).date()
    between = [first + timedelta(days=n + 1) for n in range((last - first).days)]
    assert sum(calendar.is_working(day) for day in between) == amount
    assert due == calendar.closing(last)


@given(closed_pauses(), limits, offices)
def test_nothing_falls_due_during_a_pause(situation, limit, office):
    calendar = OFFICES[office]
    started, pauses = situation
    due = due_at(started, limit, pauses, calendar)
    assert not any(begin < due < end for begin, end in pauses)


@given(moments, limits)
def test_only_what_reaches_beyond_the_known_years_is_provisional(started, limit):
    due = due_at(started, limit, [], OFFICE)
    if is_provisional(limit, due, OFFICE):
        assert due.date() > OFFICE.known_until
        assert limit.extends or limit.unit in {Unit.WORKING_DAYS, Unit.WORKING_HOURS}


# ----------------------------------------------------------------------- against counting minute by minute
@settings(max_examples=40)
@given(minutes, st.integers(1, 30), offices)
@example(at("2025-12-31 17:00"), 3, "seasonal")
@example(at("2026-09-30 17:59"), 14, "seasonal")
def test_working_hours_are_those_found_by_waiting_for_every_minute(started, amount, office):
    calendar = OFFICES[office]
    start = started.astimezone(at("2026-01-01 00:00").tzinfo)
    assert due_at(start, Limit(amount, Unit.WORKING_HOURS), [], calendar) == counted_up(
        start, calendar, amount * 60
    )


def passed_by_minutes(started, until, pauses, calendar) -> Fraction:
    """Working days from the day after the start, minute by minute, each its part of its day."""
    zone = at("2026-01-01 00:00").tzinfo
    first = started.astimezone(zone).date() + timedelta(days=1)
    moment, total = at(f"{first} 00:00"), Fraction(0)
    while moment < until:
        hours, minute = calendar.working_hours_on(moment.date()), moment.hour * 60 + moment.minute
        worked = hours is not None and any(begin <= minute < end for begin, end in hours.stretches)
        if worked and not any(begin <= moment < end for begin, end in pauses):
            total += Fraction(60_000_000, hours.length)
        moment += timedelta(minutes=1)
    return total


@settings(max_examples=25)
@given(
    minutes,
    st.integers(0, 12_000),
    st.lists(st.tuples(st.integers(-500, 9_000), st.integers(0, 2_000)), max_size=3),
    offices,
)
def test_working_days_are_those_found_by_waiting_for_every_minute(started, length, pieces, office):
    calendar = OFFICES[office]
    until = started + timedelta(minutes=length)
    pauses = [(started + timedelta(minutes=a), started + timedelta(minutes=a + b)) for a, b in pieces]
    found = elapsed(started, until, pauses, Unit.WORKING_DAYS, calendar)
    assert abs(found - passed_by_minutes(started, until, pauses, calendar)) < 1e-9


# --------------------------------------------------------------------------------------- forth and back
@given(moments, offices, st.sampled_from(["days", "working_days", "working_hours"]))
def test_positions_never_decrease_and_lead_back(moment, office, name):
    calendar = OFFICES[office]
    pace = getattr(calendar, name)
    position = pace.position(moment)
    back = pace.reached(position)
    assert back <= moment
    assert pace.position(back) == position
    assert pace.position(back - TICK) < position
    assert pace.position(moment + timedelta(hours=30)) >= position


@given(moments, st.integers(1, 10**13), offices, st.sampled_from(["days", "working_days", "working_hours"]))
def test_the_moment_of_a_position_is_the_first_that_has_it(moment, further, office, name):
    calendar = OFFICES[office]
    pace = getattr(calendar, name)
    position = pace.position(moment) + further
    found = pace.reached(position)
    assume(found > moment)
    assert pace.position(found) >= position
    assert pace.position(found - TICK) < position
