"""Regions one by one, and what a functional area holds."""

from datetime import date

import pytest

from jiceng.organisations.actions.regions import (
    change_region,
    end_region,
    hold,
    redate_region,
    refuse_code_in_use,
    release,
)
from jiceng.organisations.models import Region
from jiceng.organisations.queries import path_on, paths_on, region_by_code, regions_on
from jiceng.organisations.spans import REGIONS
from jiceng.organisations.trees import Allocator
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.organisations.factories import CLERK, START, region
from tests.organisations.invariants import assert_tree, assert_whole, spans_of


def names_on(day: date, under: Region) -> set[str]:
    return {s.name for s in regions_on(day, under=under)}


# ------------------------------------------------------------------------------------------------ founding
def test_a_region_gets_a_path_below_its_parent_a_level_and_initials(county):
    village = region("990121100203", " 戊（新）村 ", "village", county["东镇"])
    assert village.name == "戊（新）村"
    assert village.path[:-4] == county["东镇"].path
    assert village.level == 5
    assert village.initials == "wxc"
    assert_tree(date(2024, 1, 1))


def test_siblings_get_segments_one_after_the_other(county):
    first = region("990121100203", "戊村", "village", county["东镇"])
    second = region("990121100204", "己村", "village", county["东镇"])
    assert int(second.path[-4:]) == int(first.path[-4:]) + 1


def test_a_level_may_be_given_where_the_kind_has_none(county):
    farm = region("990121400", "演示农场", "statistical", county["演示县"], level=4)
    assert farm.level == 4
    assert region("990121400001", "一分场", "statistical", farm).level == 5


@pytest.mark.parametrize(
    ("code", "name", "kind", "day", "said"),
    [
        ("99012110020", "戊村", "village", START, "2、4、6、9或12位"),
        ("990121100203", "  ", "village", START, "缺少名称"),
        ("990121100203", "戊村", "hamlet", START, "不在词表"),
        ("990121100203", "戊村", "village", date(2011, 1, 1), "才设立，晚于"),
        ("990121100201", "戊村", "village", START, "已是甲村的代码"),
        ("990121100201", "戊村", "village", date(2020, 1, 1), "已是甲村的代码"),
    ],
)
def test_a_region_that_cannot_be_is_refused(county, code, name, kind, day, said):
    with pytest.raises(Refusal, match=said):
        region(code, name, kind, county["东镇"], day)
    assert Region._base_manager.count() == len(county)


def test_a_failing_code_passes_with_a_note_that_names_its_author(county):
    odd = region("9901211", "演示农场", "statistical", county["演示县"], level=4, code_note="国家农场代码")
    assert (odd.code_note, odd.code_noted_by) == ("国家农场代码", CLERK.name)


def test_a_region_under_one_that_has_ended_is_refused(county):
    end_region(by=CLERK, region=county["甲村"], day=date(2020, 1, 1), into=county["乙村"])
    with pytest.raises(Refusal, match="已于 2020-01-01 终止"):
        region("990121100201009", "新组", "resident_group", county["甲村"], date(2019, 1, 1))


def test_a_code_is_free_again_once_its_region_has_ended(county):
    end_region(by=CLERK, region=county["丙村"], day=date(2020, 1, 1))
    with pytest.raises(Refusal):
        refuse_code_in_use("990121200201", date(2019, 12, 31))
    again = region("990121200201", "丙新村", "village", county["西乡"], date(2020, 1, 1))
    assert region_by_code("990121200201", date(2019, 12, 31)) == county["丙村"]
    assert region_by_code("990121200201", date(2020, 1, 1)) == again
    assert region_by_code("990121200201") == again


def test_history_entered_late_is_there_only_on_its_days(county):
    region("990121100209", "旧村", "village", county["东镇"], date(2013, 1, 1), until=date(2015, 1, 1))
    assert "旧村" in names_on(date(2014, 12, 31), county["东镇"])
    assert "旧村" not in names_on(date(2015, 1, 1), county["东镇"])
    assert_whole(REGIONS)


def test_one_entered_late_follows_where_its_parent_has_gone_since(county):
    change_region(by=CLERK, region=county["甲村"], day=date(2018, 1, 1), parent=county["西乡"])
    group = region(
        "990121100201009", "三组", "resident_group", Region.objects.get(name="甲村"), date(2014, 1, 1)
    )
    assert path_on(group, date(2017, 12, 31)).startswith(county["东镇"].path)
    assert path_on(group, date(2018, 1, 1)).startswith(county["西乡"].path)
    for day in (date(2014, 1, 1), date(2017, 12, 31), date(2018, 1, 1)):
        assert_tree(day)


# ------------------------------------------------------------------------------------------------ changing
def test_a_new_name_leaves_the_old_one_in_its_time(county):
    changed = change_region(
        by=CLERK, region=county["甲村"], day=date(2020, 1, 1), name="甲社区", kind="core:community"
    )
    assert (changed.name, changed.initials, changed.level) == ("甲社区", "jsq", 5)
    assert [(s.name, s.kind) for s in spans_of(REGIONS, changed)] == [
        ("甲村", "core:village"),
        ("甲社区", "core:community"),
    ]


def test_a_moved_region_takes_everything_below_it_along(county):
    change_region(by=CLERK, region=county["甲村"], day=date(2020, 1, 1), parent=county["西乡"])
    assert {"甲村", "甲一组", "甲二组"} <= names_on(date(2020, 1, 1), county["西乡"])
    assert {"甲村", "甲一组", "甲二组"} <= names_on(date(2019, 12, 31), county["东镇"])
    assert not {"甲村", "甲一组"} & names_on(date(2019, 12, 31), county["西乡"])
    assert_tree(date(2019, 12, 31))
    assert_tree(date(2020, 1, 1))
    assert_whole(REGIONS)


@pytest.mark.parametrize("below", ["东镇", "甲村", "甲一组"])
def test_a_region_under_itself_is_refused(county, below):
    with pytest.raises(Refusal, match=r"就是|在其之下"):
        change_region(by=CLERK, region=county["东镇"], day=date(2020, 1, 1), parent=county[below])


def test_a_code_in_use_is_refused_and_nothing_is_written(county):
    before = AuditEntry.objects.count()
    with pytest.raises(Refusal, match="已是乙村的代码"):
        change_region(
            by=CLERK, region=county["甲村"], day=date(2020, 1, 1), code="990121100202", name="甲新村"
        )
    assert Region.objects.get(pk=county["甲村"].pk).name == "甲村"
    assert AuditEntry.objects.count() == before


def test_a_founding_day_before_the_parents_is_refused(county):
    with pytest.raises(Refusal, match="才设立"):
        redate_region(by=CLERK, region=county["甲村"], founded=date(2011, 1, 1))
    assert redate_region(by=CLERK, region=county["甲村"], founded=date(2013, 1, 1)).valid_from == date(
        2013, 1, 1
    )


def test_a_region_with_others_below_it_is_not_simply_dissolved(county):
    with pytest.raises(Refusal, match="还有2个下级"):
        end_region(by=CLERK, region=county["甲村"], day=date(2020, 1, 1))
    assert end_region(by=CLERK, region=county["丙村"], day=date(2020, 1, 1)).valid_to == date(2020, 1, 1)


# ------------------------------------------------------------------------------------- functional areas
@pytest.fixture
def zone(county) -> Region:
    return region("990121F1", "演示经开区", "functional_area", county["演示县"], date(2018, 1, 1))


def test_a_functional_area_holds_nodes_that_stay_where_they_are(county, zone):
    hold(by=CLERK, holder=zone, held=county["西乡"], day=date(2019, 1, 1))
    assert names_on(date(2018, 12, 31), zone) == {"演示经开区"}
    assert names_on(date(2019, 1, 1), zone) == {"演示经开区", "西乡", "丙村", "丁社区"}
    assert "西乡" in names_on(date(2019, 1, 1), county["演示县"])


def test_a_holding_ends_on_its_day(county, zone):
    holding = hold(by=CLERK, holder=zone, held=county["西乡"], day=date(2019, 1, 1))
    release(by=CLERK, holding=holding, day=date(2021, 1, 1))
    assert len(paths_on(zone, date(2020, 12, 31))) == 2
    assert len(paths_on(zone, date(2021, 1, 1))) == 1
    with pytest.raises(Refusal, match="已于 2021-01-01 结束"):
        release(by=CLERK, holding=holding, day=date(2022, 1, 1))


@pytest.mark.parametrize(
    ("day", "until", "said"),
    [
        (date(2020, 1, 1), None, "时间重叠"),
        (date(2018, 6, 1), None, "时间重叠"),
        (date(2018, 6, 1), date(2019, 6, 1), "时间重叠"),
        (date(2017, 1, 1), None, "不存在"),
    ],
)
def test_overlapping_holdings_are_refused(county, zone, day, until, said):
    hold(by=CLERK, holder=zone, held=county["西乡"], day=date(2019, 1, 1), until=date(2021, 1, 1))
    with pytest.raises(Refusal, match=said):
        hold(by=CLERK, holder=zone, held=county["西乡"], day=day, until=until)


def test_holdings_side_by_side_in_time_are_not_overlapping(county, zone):
    hold(by=CLERK, holder=zone, held=county["西乡"], day=date(2019, 1, 1), until=date(2021, 1, 1))
    hold(by=CLERK, holder=zone, held=county["西乡"], day=date(2018, 6, 1), until=date(2019, 1, 1))
    hold(by=CLERK, holder=zone, held=county["西乡"], day=date(2021, 1, 1))
    with pytest.raises(Refusal, match="不能托管自己"):
        hold(by=CLERK, holder=zone, held=zone, day=date(2019, 1, 1))


# ---------------------------------------------------------------------------------------------- segments
def test_segments_run_on_until_9999_and_then_fill_gaps(county):
    allocator = Allocator(REGIONS)
    path = county["丙村"].path
    with write(by=CLERK, action="test"):
        region("990121200201001", "一组", "resident_group", county["丙村"])
    allocator._next[path] = 10_000
    assert allocator.under(path) == "0002"


def test_a_tree_is_at_most_twenty_steps_deep(county):
    with pytest.raises(Refusal, match="层级太深"):
        Allocator(REGIONS).under("0001" * 20)
