"""Matters about a unit follow what becomes of it: covered, uncovered again, without anybody touching them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.coverage.rebuilding import rebuild
from jiceng.matters.models import Event, Matter, TickMark, Turn
from jiceng.matters.ticking import tick
from jiceng.organisations.actions.ties import cover, end_cover
from jiceng.organisations.actions.units import close_unit
from tests.accounts.cast import SETTER, party_org, unit
from tests.matters.conftest import TODAY
from tests.matters.ticking.conftest import steps


def look() -> int:
    """What the refresher does: coverage first, then the tick."""
    rebuild()
    return tick().settled


@pytest.fixture
def firm(office, time):
    """A firm without an organisation."""
    made = unit("青河机械公司", office.here.village, kind="core:private_enterprise", employees=40)
    look()
    return made


@pytest.fixture
def branch(office):
    return party_org("青河机械支部", office.here.village)


def tackled(office, firm) -> Matter:
    return office.raised("qingshan:tackle", who="street_officer", unit=firm.pk)


def covered(firm, branch, day=TODAY):
    return cover(by=SETTER, party_org=branch, unit=firm, kind="core:own", day=day)


def test_a_gap_that_is_covered_meets_the_condition_to_be_struck_off(office, time, firm, branch):
    matter = tackled(office, firm)
    assert look() == 0
    assert office.again(matter).state == "working"
    covered(firm, branch)
    assert look() == 1
    assert office.again(matter).state == "ready"
    assert [t.role for t in Turn.objects.filter(matter=matter)] == ["two_new_office"]
    line = Event.objects.get(matter=matter, step="met")
    assert (line.hand, line.before, line.after) == ("system", "working", "ready")
    assert look() == 0
    assert steps(matter) == ["raise", "met"]


def test_a_relapse_reopens_the_last_matter_about_the_unit_and_no_other(office, time, firm, branch):
    made = covered(firm, branch, date(2022, 1, 1))
    look()
    old, new = tackled(office, firm), tackled(office, firm)
    for matter in (old, new):
        office.step(matter, "close", "two_new_office")
    look()
    end_cover(by=SETTER, cover=made, day=TODAY)
    assert look() == 1
    assert office.again(old).phase == "done"
    again = office.again(new)
    assert (again.state, again.reopened, again.closed_at) == ("working", 1, None)
    assert look() == 0


def test_a_unit_that_is_no_more_is_no_relapse(office, time, firm, branch):
    covered(firm, branch, date(2022, 1, 1))
    look()
    matter = tackled(office, firm)
    office.step(matter, "close", "two_new_office")
    look()
    close_unit(by=SETTER, unit=firm, day=TODAY)
    assert look() == 0
    assert office.again(matter).phase == "done"


def test_what_was_recorded_for_a_later_day_comes_true_on_it(office, time, firm, branch):
    made = covered(firm, branch, date(2022, 1, 1))
    look()
    matter = tackled(office, firm)
    end_cover(by=SETTER, cover=made, day=date(2022, 6, 22))
    assert look() == 0
    assert office.again(matter).state == "ready"
    time.pass_(days=1)
    assert look() == 0
    time.pass_(days=1)
    assert look() == 1
    assert office.again(matter).state == "working"


def test_one_raised_on_what_was_true_before_is_looked_at_again(office, time, firm, branch):
    """Raised while the coverage had not been derived yet."""
    covered(firm, branch)
    matter = tackled(office, firm)
    assert office.again(matter).state == "working"
    assert look() == 1
    assert office.again(matter).state == "ready"


def test_changed_rules_are_a_reason_to_look_at_all(office, time, firm, branch):
    matter = tackled(office, firm)
    look()
    covered(firm, branch)
    rebuild()
    TickMark.objects.filter(pk="world").update(seq=10**9, digest="of other rules")
    assert tick().settled == 1
    assert office.again(matter).state == "ready"


def test_nothing_derived_nothing_asked(office, time, firm):
    tackled(office, firm)
    look()
    with CaptureQueriesContext(connection) as found:
        tick()
    assert not [q for q in found if 'matters_matter"' in q["sql"] and "matters_clock" not in q["sql"]]


def test_matters_whose_flow_asks_nothing_of_the_world_are_not_read(office, time, firm, branch):
    office.raised(text="门口积水", category="qingshan:noise")
    covered(firm, branch)
    rebuild()
    with CaptureQueriesContext(connection) as found:
        assert tick().settled == 0
    assert not [q for q in found if '"matters_dispatch"."state"' in q["sql"]]
