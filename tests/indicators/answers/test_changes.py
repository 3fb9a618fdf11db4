"""Changes: one indicator at two times, by every way of telling the difference."""

from datetime import date
from decimal import Decimal

import pytest

from tests.indicators.conftest import LAST, ask, of, records_of

UNITS = {"fact": "unit"}
SHARE = {"fact": "unit", "unit": "%", "measure": "share", "part": {"above_scale": True}}
FOUNDED = {"fact": "unit", "time": "flow"}
EARLIER = date(2019, 1, 1)


def change(of_what, how, earlier=None, unit="个"):
    written = {
        "measure": "change",
        "of": "other",
        "from": earlier or {"as_of": "2019-01-01"},
        "as": how,
        "unit": unit,
    }
    return of(written, other=of_what)


@pytest.fixture
def before(county):
    return ask(UNITS, as_of=EARLIER).value


@pytest.fixture
def after(county):
    return ask(UNITS, as_of=LAST).value


def test_differences_of_counts(before, after):
    assert after > before > 0
    assert ask(change(UNITS, "difference")).value == after - before
    assert ask(change(UNITS, "reduction")).value == before - after


def test_shares_keep_what_they_are_shares_of(before, after):
    growth = ask(change(UNITS, "growth_share", unit="%"))
    assert (growth.numerator, growth.denominator) == (after - before, before)
    assert growth.value == 100 * Decimal(after - before) / before
    assert ask(change(UNITS, "reduction_share", unit="%")).value == -growth.value


def test_points_are_the_difference_of_two_shares(county):
    points = ask(change(SHARE, "points", unit="%")).value
    assert points == ask(SHARE, as_of=LAST).value - ask(SHARE, as_of=EARLIER).value


def test_growth_from_nothing_is_no_number(county):
    nothing = {"fact": "unit", "where": {"employees": {"gt": 10_000}}}
    assert ask(change(nothing, "growth_share", unit="%")).value is None


def test_a_flow_against_years_before_and_against_a_period(county):
    period = (date(2020, 1, 1), date(2020, 12, 31))
    asked = {"period": period}
    ago = ask(FOUNDED, period=(date(2019, 1, 1), date(2019, 12, 31))).value
    expected = ask(FOUNDED, **asked).value - ago
    assert ask(change(FOUNDED, "difference", {"years": 1}), **asked).value == expected
    written = {"from": "2019-01-01", "to": "2019-12-31"}
    assert ask(change(FOUNDED, "difference", written), **asked).value == expected


def test_parts_change_each_against_its_earlier_self(county):
    value = ask(change(UNITS, "difference"), by="kind")
    earlier = {part.key: part.value for part in ask(UNITS, as_of=EARLIER, by="kind").parts}
    later = {part.key: part.value for part in ask(UNITS, as_of=LAST, by="kind").parts}
    assert {part.key: part.value for part in value.parts} == {
        key: later.get(key, 0) - earlier.get(key, 0) for key in {*earlier, *later}
    }
    assert [v.as_of for v in value.compared] == [EARLIER, LAST]


def test_its_records_are_those_of_both_days_and_tell_what_changed(county, before, after):
    found = records_of(change(UNITS, "difference"))
    olds, news = set(records_of(UNITS, as_of=EARLIER).ids()), set(records_of(UNITS, as_of=LAST).ids())
    assert set(found.ids()) == olds | news
    assert sum(record.measured for record in found.rows) == after - before
    assert {record.id for record in found.rows if record.counted} == olds ^ news
    assert len(records_of(change(UNITS, "difference"), counted=True).rows) == len(olds ^ news)
    first = records_of(change(UNITS, "difference"), limit=3)
    assert (first.ids(), first.more) == (found.ids()[:3], True)
    assert records_of(change(UNITS, "difference"), after=first.rows[-1].id).ids() == found.ids()[3:]
