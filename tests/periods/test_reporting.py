"""Level by level up the tree: submitted, accepted by somebody else, returned with remarks, closed anew."""

from datetime import date

import pytest

from jiceng.accounts.scoping import Denied, access_of
from jiceng.periods import reporting
from jiceng.periods.models import State
from jiceng.periods.reporting import (
    accept,
    awaiting,
    give_back,
    may_accept,
    may_close,
    require_accepting,
    require_closing,
    submit,
)
from jiceng.periods.returns import due_of, kinds_at, lower_of, standings, upper_of
from jiceng.records.refusals import Refusal
from tests.accounts.cast import build_cast
from tests.periods.closings import CHIEF, CLERK, MAY, TODAY, bare

IN_TIME = date(2022, 6, 3)


@pytest.fixture
def closed(ground):
    """The town's May, closed in time."""
    return bare(ground.qingshan.town, day=IN_TIME)


def standing(region, day=TODAY):
    (found,) = standings([region], MAY, day)
    return found


def test_up_the_tree_and_accepted(ground, closed):
    assert upper_of(ground.qingshan.town, "month") == ground.qingshan.region
    submit(by=CLERK, closing=closed, day=IN_TIME)
    assert (closed.state, closed.submitted_on) == (State.SUBMITTED, IN_TIME)
    accept(by=CHIEF, closing=closed, remark="收到")
    assert closed.state == State.ACCEPTED
    assert [(s.state, s.by, s.remark) for s in closed.steps.all()] == [
        (State.CLOSED, "经办人", ""), (State.SUBMITTED, "经办人", ""), (State.ACCEPTED, "审收人", "收到"),
    ]  # fmt: skip
    found = standing(ground.qingshan.town)
    assert (found.arrived, found.late, found.missing) == (True, False, False)


def test_a_returned_period_is_closed_anew_and_the_old_one_stays(ground, closed):
    submit(by=CLERK, closing=closed, day=IN_TIME)
    with pytest.raises(Refusal, match="没有填写退回意见"):
        give_back(by=CHIEF, closing=closed, remark=" ")
    give_back(by=CHIEF, closing=closed, remark="党员数与党统不符")
    assert standing(ground.qingshan.town).missing
    again = bare(ground.qingshan.town)
    assert (again.pk != closed.pk, again.state) == (True, State.CLOSED)
    closed.refresh_from_db()
    assert closed.state == State.RETURNED
    submit(by=CLERK, closing=again, day=TODAY)
    found = standing(ground.qingshan.town)
    assert (found.closing, found.late, found.said) == (again, True, "已上报，迟报")


def test_a_returned_period_may_be_closed_anew_although_the_next_is_closed(ground, closed):
    submit(by=CLERK, closing=closed, day=IN_TIME)
    bare(ground.qingshan.town, MAY.before(-1), date(2022, 7, 1))
    give_back(by=CHIEF, closing=closed, remark="改")
    assert bare(ground.qingshan.town).period == "2022-05"


def test_nobody_accepts_what_is_her_own(closed):
    submit(by=CLERK, closing=closed, day=TODAY)
    with pytest.raises(Denied, match="不能审收自己上报的"):
        accept(by=CLERK, closing=closed)
    with pytest.raises(Denied):
        give_back(by=CLERK, closing=closed, remark="改")


def test_every_step_has_its_state(closed):
    with pytest.raises(Refusal, match="现在是“已关账”"):
        accept(by=CHIEF, closing=closed)
    submit(by=CLERK, closing=closed, day=TODAY)
    with pytest.raises(Refusal, match="现在是“已上报”"):
        submit(by=CLERK, closing=closed, day=TODAY)
    accept(by=CHIEF, closing=closed)
    with pytest.raises(Refusal, match="现在是“已审收”"):
        give_back(by=CHIEF, closing=closed, remark="改")


def test_the_topmost_level_submits_to_nobody(ground):
    made = bare(ground.qingshan.region)
    with pytest.raises(Refusal, match="上面没有要这份上报的一级"):
        submit(by=CLERK, closing=made, day=TODAY)


def test_late_and_missing_begin_behind_the_last_day(ground):
    county, town = ground.qingshan.region, ground.qingshan.town
    assert due_of(town, MAY) == date(2022, 6, 5)
    assert not standing(town, date(2022, 6, 5)).missing
    assert standing(town, date(2022, 6, 6)).said == "未关账，已逾期"
    assert {one.name for one in lower_of(county, MAY)} == {"青石镇", "青田镇"}
    assert kinds_at(town) == ["month", "quarter", "half", "year"]
    assert kinds_at(ground.qingshan.village) == []


def test_who_may_do_what(ground, closed):
    """The town closes, the county accepts; those of the other county may do nothing of it."""

    cast = build_cast(ground)

    def of(name):
        return access_of(cast[name], TODAY)

    town, county = ground.qingshan.town, ground.qingshan.region
    assert awaiting(of("qingshan.organisation_department")) == []
    submit(by=CLERK, closing=closed, day=TODAY)
    assert awaiting(of("qingshan.organisation_department")) == [closed]
    assert awaiting(of("qingshan.street_officer")) == awaiting(of("baishui.organisation_department")) == []
    for name, closes_town, closes_county, accepts in (
        ("qingshan.street_officer", True, False, False),
        ("qingshan.organisation_department", True, True, True),
        ("qingshan.leader", False, False, False),
        ("qingshan.inspector", False, False, False),
        ("baishui.organisation_department", False, False, False),
        ("outsider", False, False, False),
    ):
        access = of(name)
        found = (may_close(access, town), may_close(access, county), may_accept(access, closed))
        assert found == (closes_town, closes_county, accepts), name
    with pytest.raises(Denied, match="关账和上报"):
        require_closing(of("baishui.organisation_department"), town)
    with pytest.raises(Denied, match="审收下级上报"):
        require_accepting(of("qingshan.street_officer"), closed)


def test_who_wants_to_know_is_told_of_what_was_decided(closed, monkeypatch):
    told = []
    monkeypatch.setattr(reporting, "announce", lambda *said: told.append(said))
    submit(by=CLERK, closing=closed, day=TODAY)
    assert told == []
    accept(by=CHIEF, closing=closed)
    assert told == [("period.accepted", {"period": "2022-05", "region": closed.region.code})]
