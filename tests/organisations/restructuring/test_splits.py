"""A split: its parts, and the records that wait until someone says where they belong."""

from datetime import date

import pytest

from jiceng.organisations.actions.units import change_unit
from jiceng.organisations.models import PartyOrg, Region, RegionSpan, Unit
from jiceng.organisations.queries import card, path_on, pending_on, region_by_code
from jiceng.organisations.restructuring.splits import assign, left_over, settle
from jiceng.organisations.spans import REGIONS, UNITS
from jiceng.people.actions.households import found_household
from jiceng.people.actions.persons import enter_person
from jiceng.people.models import Household, Person
from jiceng.records.refusals import Refusal
from tests.organisations.factories import CLERK, START, org, unit
from tests.organisations.invariants import assert_tree, assert_whole, spans_of
from tests.organisations.restructuring.ordering import BEFORE, DAY, EAST, A, C, names_on, restructure

PARTS = [{"code": "990121100211", "name": "甲东村"}, {"code": "990121100212", "name": "甲西村"}]
CHILDREN = {"990121100201001": "990121100211", "990121100201002": "990121100212"}


@pytest.fixture
def split(county) -> dict[str, Region]:
    """甲村 has come apart into 甲东村 and 甲西村, with two firms, a branch and a household in it."""
    unit(county["甲村"], "演示甲厂", day=date(2015, 1, 1))
    unit(county["甲村"], "演示乙厂", day=date(2015, 1, 1))
    org(county["甲村"], name="甲村党支部")
    home = found_household(by=CLERK, code="H1", region=county["甲村"], day=START)
    enter_person(by=CLERK, name="演示人", region=county["甲村"], household=home, day=START)
    restructure({"split": {"region": A, "into": PARTS, "children": CHILDREN}})
    return {r.name: r for r in Region.objects.all()}


def firm(name: str) -> Unit:
    return Unit._base_manager.get(name=name)


# ------------------------------------------------------------------------------------------------ the parts
def test_the_parts_begin_as_the_whole_ends(split):
    assert {"甲东村", "甲西村"} <= names_on(DAY, "core:village")
    assert "甲村" not in names_on(DAY)
    assert names_on(BEFORE, "core:village") == {"甲村", "乙村", "丙村"}
    assert split["甲东村"].parent == split["东镇"]
    assert split["甲东村"].kind == "core:village"
    assert split["甲一组"].parent == split["甲东村"]
    for day in (START, BEFORE, DAY):
        assert_tree(day)
    assert_whole(REGIONS)


def test_what_is_left_over_is_shown_as_such(split):
    span = RegionSpan.objects.get(region=split["甲村"], valid_to=None)
    assert (span.pending, span.living) == (True, False)
    assert list(pending_on(DAY, split["演示县"])) == [span]
    assert not pending_on(BEFORE, split["演示县"])
    assert left_over(split["甲村"]) == {
        "organisations.Unit": 2, "organisations.PartyOrg": 1, "people.Household": 1, "people.Person": 1,
    }  # fmt: skip


def test_a_part_counted_under_the_whole_before_it_was(split):
    """A record assigned to a part has a place on the map of any earlier day: where the whole was."""
    assert path_on(split["甲东村"], BEFORE).startswith(path_on(split["甲村"], BEFORE))
    assert path_on(split["甲东村"], DAY).startswith(split["东镇"].path)
    first = spans_of(REGIONS, split["甲东村"])[0]
    assert (first.living, first.valid_from) == (False, START)


def test_children_that_are_no_pairs_are_refused(county):
    with pytest.raises(Refusal, match="children"):
        restructure({"split": {"region": EAST, "into": PARTS, "children": [A]}})


def test_children_without_a_place_to_go_stop_a_split(county):
    with pytest.raises(Refusal, match="甲一组 等2个没有去处"):
        restructure({"split": {"region": A, "into": PARTS}})
    with pytest.raises(Refusal, match="甲二组 等1个没有去处"):
        restructure({"split": {"region": A, "into": PARTS, "children": {"990121100201001": C}}})


def test_a_region_may_live_on_after_parts_were_taken_from_it(county):
    firm = unit(county["甲村"])
    restructure({"split": {"region": A, "into": [A, PARTS[0]]}})
    assert region_by_code(A, DAY) == county["甲村"]
    assert {"甲村", "甲东村"} <= names_on(DAY, "core:village")
    assert RegionSpan.objects.get(region=county["甲村"], valid_to=None).pending
    span = settle(by=CLERK, region=county["甲村"], reason="其余留在原村")
    assert (span.pending, span.living) == (False, True)
    assert Unit._base_manager.get(pk=firm.pk).region == county["甲村"]
    assert_whole(REGIONS)


# ---------------------------------------------------------------------------------------------- assigning
def test_dated_records_belong_to_a_part_from_the_day_of_the_split(split):
    one = firm("演示甲厂")
    assert assign(by=CLERK, records=[one], region=split["甲东村"]) == {"organisations.Unit": 1}
    kept = firm("演示甲厂")
    assert kept.region == split["甲东村"]
    assert kept.region_path == split["甲东村"].path
    assert card(kept, BEFORE)["region_id"] == split["甲村"].pk
    assert card(kept, DAY)["region_id"] == split["甲东村"].pk
    assert_whole(UNITS)


def test_other_records_are_simply_put_there(split):
    home, person = Household._base_manager.get(), Person._base_manager.get()
    assign(by=CLERK, records=[home, person], region=split["甲西村"])
    for model in (Household, Person):
        kept = model._base_manager.get()
        assert (kept.region, kept.region_path) == (split["甲西村"], split["甲西村"].path)


def test_a_later_change_of_a_record_is_kept(split):
    one = firm("演示甲厂")

    change_unit(by=CLERK, unit=one, day=date(2021, 1, 1), employees=9)
    assign(by=CLERK, records=[firm("演示甲厂")], region=split["甲东村"])
    assert [s.employees for s in spans_of(UNITS, one)] == [None, None, 9]
    assert firm("演示甲厂").region == split["甲东村"]
    assert_whole(UNITS)


def test_nothing_waits_once_everything_is_assigned(split):
    branch = PartyOrg._base_manager.get(name="甲村党支部")
    records = [
        firm("演示甲厂"),
        firm("演示乙厂"),
        branch,
        Household._base_manager.get(),
        Person._base_manager.get(),
    ]
    done = assign(by=CLERK, records=records, region=split["甲东村"], reason="按住址划分")
    assert sum(done.values()) == 5
    assert not RegionSpan.objects.filter(pending=True).exists()
    assert PartyOrg._base_manager.get().region_path == split["甲东村"].path
    with pytest.raises(Refusal, match="没有待分配"):
        settle(by=CLERK, region=split["甲村"], reason="再次")


def test_a_region_that_has_ended_is_not_settled_with_records_in_it(split):
    with pytest.raises(Refusal, match="还有5条记录没有分配"):
        settle(by=CLERK, region=split["甲村"], reason="不管了")


def test_records_of_elsewhere_and_ended_targets_are_refused(split):
    outside = unit(split["丙村"])
    with pytest.raises(Refusal, match="丙村 没有待分配"):
        assign(by=CLERK, records=[outside], region=split["甲东村"])
    with pytest.raises(Refusal, match="已于"):
        assign(by=CLERK, records=[firm("演示甲厂")], region=split["甲村"])
    assert firm("演示甲厂").region == split["甲村"]


def test_a_split_into_existing_villages(county):
    one = unit(county["甲村"])
    restructure(
        {"split": {"region": A, "into": ["990121100202", C],
                   "children": {"990121100201001": C, "990121100201002": "990121100202"}}}
    )  # fmt: skip
    assert Region.objects.get(name="甲一组").parent == county["丙村"]
    assign(by=CLERK, records=[one], region=county["丙村"])
    assert Unit._base_manager.get().region_path.startswith(county["西乡"].path)
    assert not RegionSpan.objects.filter(pending=True).exists()


def test_a_town_may_be_split_as_well(county):
    parts = [{"code": "990121101", "name": "东一镇"}, {"code": "990121102", "name": "东二镇"}]
    children = {A: "990121101", "990121100202": "990121102"}
    restructure({"split": {"region": EAST, "into": parts, "children": children}})
    assert Region.objects.get(name="甲一组").path.startswith(Region.objects.get(name="东一镇").path)
    for day in (BEFORE, DAY):
        assert_tree(day)
