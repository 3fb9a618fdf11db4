"""Reads as of a day."""

from datetime import date

import pytest

from jiceng.organisations.actions.regions import change_region, end_region
from jiceng.organisations.models import Region
from jiceng.organisations.queries import (
    ancestors,
    card,
    changed_columns,
    children,
    codes_upwards,
    history,
    path_on,
    paths_today,
    region_by_code,
    regions_on,
    units_by_code,
)
from jiceng.organisations.spans import REGIONS
from tests.organisations.factories import CLERK, START, org, unit

DAY = date(2020, 1, 1)


@pytest.fixture
def moved(county) -> Region:
    """甲村 belongs to 西乡 from 2020 on."""
    return change_region(by=CLERK, region=county["甲村"], day=DAY, parent=county["西乡"], name="甲新村")


def test_ancestors_and_codes_are_those_of_the_day(county, moved):
    assert [s.name for s in ancestors(moved, date(2019, 12, 31))] == ["东镇", "演示县", "演示市", "演示省"]
    assert [s.name for s in ancestors(moved)] == ["西乡", "演示县", "演示市", "演示省"]
    assert codes_upwards(moved, date(2019, 12, 31)) == ["990121100201", "990121100", "990121", "9901", "99"]
    assert ancestors(county["演示省"]) == []


def test_children_are_those_of_the_day(county, moved):
    assert {s.name for s in children(county["东镇"], date(2019, 12, 31))} == {"甲村", "乙村"}
    assert {s.name for s in children(county["东镇"])} == {"乙村"}
    assert [s.name for s in children(None)] == ["演示省"]


def test_an_ended_region_leads_up_through_its_successor(county):
    ended = end_region(by=CLERK, region=county["甲村"], day=DAY, into=county["丙村"])
    assert [s.name for s in ancestors(ended, DAY)] == ["丙村", "西乡", "演示县", "演示市", "演示省"]
    assert region_by_code("990121100201") is None
    assert region_by_code("990121100201", date(2019, 12, 31)) == ended


def test_regions_are_narrowed_by_place_and_kind(county):
    assert {s.name for s in regions_on(DAY, under=county["西乡"])} == {"西乡", "丙村", "丁社区"}
    assert {s.name for s in regions_on(DAY, kind="core:village")} == {"甲村", "乙村", "丙村"}
    assert [s.code for s in regions_on(DAY, under=county["东镇"], kind="core:village")] == sorted(
        county[n].code for n in ("甲村", "乙村")
    )
    assert not regions_on(date(2011, 12, 31))
    assert path_on(county["甲村"], date(2011, 12, 31)) == ""


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_regions_takes_one_query_however_long(county, django_assert_num_queries, count):
    with django_assert_num_queries(1):
        assert len({s.region.name for s in regions_on(DAY)[:count]}) == count


def test_a_card_shows_the_day_and_the_history_what_changed(county, moved):
    assert card(moved, date(2019, 12, 31))["name"] == "甲村"
    assert card(moved, DAY)["name"] == "甲新村"
    assert card(moved, date(2011, 1, 1)) is None
    before, after = history(moved)
    assert changed_columns(REGIONS, before, after) == ["parent_id", "name", "path"]
    branch = org(county["乙村"])
    assert card(branch, START)["living"] is True


def test_paths_and_units_are_found_in_bulk(county):
    one, two = unit(county["甲村"]), unit(county["乙村"])
    assert units_by_code([one.code, two.code, "x"]) == {one.code: one, two.code: two}
    assert paths_today([county["甲村"].pk, county["甲村"].pk]) == {county["甲村"].pk: county["甲村"].path}
