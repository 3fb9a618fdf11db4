"""Closing a period: what stands in its way, what it keeps, and that a refused one keeps nothing."""

from datetime import date

import pytest

from jiceng.indicators.figures import figure
from jiceng.indicators.periods import calendar_period
from jiceng.indicators.snapshot.files import folder
from jiceng.indicators.snapshot.files import kept as kept_one
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.periods.closing import LOWER, close
from jiceng.periods.models import Closing, State
from jiceng.periods.returns import figures_of
from jiceng.protection.scopes import Scope
from jiceng.records.models import AuditEntry
from jiceng.records.models.outbox import Delivery, Subscription
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write
from tests.periods.closings import CLERK, MAY, TODAY, WHY, close_anyway, stopping

JUNE, APRIL = calendar_period("2022-06"), calendar_period("2022-04")


def kept():
    return {path.stem for path in folder().glob("kept/*.json")}


def test_a_period_closes_once_its_checks_hold_or_are_explained(world):
    town = world.qingshan.town
    stops = stopping(town)
    assert stops
    assert LOWER not in stops  # nobody below a town reports by the month
    assert (Closing.objects.count(), kept()) == (0, set())
    with write(by=CLERK, action="webhook.add"):
        Subscription(name="平台", url="https://report.example/", secret=b"0", events=["period.closed"]).save()
    made = close(by=CLERK, region=town, period=MAY, day=TODAY, explained=dict.fromkeys(stops, WHY))
    assert '"period":"2022-05","region":"990101101"' in Delivery.objects.get().body
    assert (made.state, made.closed_by, made.closed_on) == (State.CLOSED, "经办人", TODAY)
    explained = {one["key"] for one in made.checks if one["explained"]}
    assert explained == stops
    assert [one["key"] for one in made.figures] == figures_of(town, "month")
    for one in made.figures:
        value = figure(one["key"], scope=Scope.all(), node=town.pk, as_of=MAY.last, period=MAY.days)
        assert (one["numerator"], one["denominator"], one["rows"]) == (
            value.numerator,
            value.denominator,
            value.rows,
        )
    assert kept() == {made.manifest}
    entry = AuditEntry.objects.filter(action="period.close").get()
    assert (entry.actor, entry.seq > made.seq) == (CLERK.key, True)


def test_its_files_stay_whatever_comes_after(world):
    made = close_anyway(world.qingshan.town)
    for _again in range(2):
        rebuild()
    files = {path.name for path in folder().glob("*.parquet")}
    assert len(files) > len(kept_one(made.manifest).files())
    assert kept_one(made.manifest).files() <= files


def test_an_explanation_may_name_a_check_without_its_pack(world):
    stops = stopping(world.qingshan.town)
    short = {key.partition(":")[2]: WHY for key in stops}
    assert close(by=CLERK, region=world.qingshan.town, period=MAY, day=TODAY, explained=short).pk


def test_explaining_what_does_not_fail_says_nothing_and_what_is_no_check_is_refused(world):
    town = world.qingshan.town
    with pytest.raises(Refusals, match="没有核对项“nothing”"):
        close(by=CLERK, region=town, period=MAY, day=TODAY, explained={"nothing": WHY})
    every = dict.fromkeys([*stopping(town), "core:members_full_and_probationary"], WHY)
    made = close(by=CLERK, region=town, period=MAY, day=TODAY, explained=every)
    held = next(one for one in made.checks if one["key"] == "core:members_full_and_probationary")
    assert (held["holds"], held["explained"]) == (True, "")


def test_a_blank_explanation_explains_nothing(world):
    town = world.qingshan.town
    with pytest.raises(Refusals):
        close(by=CLERK, region=town, period=MAY, day=TODAY, explained=dict.fromkeys(stopping(town), " \n"))


@pytest.mark.parametrize(
    ("period", "day", "said"),
    [
        (JUNE, TODAY, "还没有结束"),
        (JUNE, date(2022, 6, 30), "还没有结束"),
        (calendar_period("2022"), TODAY, "还没有结束"),
        (MAY, TODAY, "已经关账"),  # twice
        (APRIL, TODAY, "不能再关更早的"),
        (calendar_period("2022-07"), date(2022, 8, 1), "还有没关的账"),
    ],
)
def test_what_is_not_over_not_the_next_or_closed_already_is_refused(world, period, day, said):
    close_anyway(world.qingshan.town)
    before = kept()
    with pytest.raises(Refusal, match=said):
        close(by=CLERK, region=world.qingshan.town, period=period, day=day)
    assert kept() == before


def test_periods_of_each_kind_and_area_follow_one_another_by_themselves(world):
    close_anyway(world.qingshan.town)
    assert close_anyway(world.qingshan.town, JUNE, date(2022, 7, 1)).period == "2022-06"
    assert close_anyway(world.qingshan.town, calendar_period("2022Q1")).kind == "quarter"
    assert close_anyway(world.baishui.town, APRIL).region == world.baishui.town


def test_an_area_that_reports_nothing_closes_nothing(world):
    with pytest.raises(Refusal, match="不上报"):
        close(by=CLERK, region=world.qingshan.village, period=MAY, day=TODAY)


def test_the_county_is_told_which_towns_are_missing(world):
    county = world.qingshan.region
    close_anyway(world.qingshan.town)  # closed is not submitted
    with pytest.raises(Refusals) as refused:
        close(by=CLERK, region=county, period=MAY, day=TODAY)
    said = next(one for one in refused.value.refusals if one.where == LOWER)
    assert "2个下级中2个没有上报" in said.what
    assert "已关账，未按期上报：青石镇" in said.what
    assert "未关账，已逾期：青田镇" in said.what
    assert "白" not in said.what
    made = close_anyway(county)
    assert next(one for one in made.checks if one["key"] == LOWER)["explained"] == WHY
