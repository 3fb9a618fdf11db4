"""The order of cohorts, their sizes, what `--set` replaces, and what is said about a scenario that is wrong."""

import re

import pytest

from jiceng.demo.making.planning import in_order, read_cohorts, rounded, thinned
from jiceng.records.refusals import Refusal, Refusals
from tests.demo.factories import column, make


def cohorts(**given):
    whole = {key: {"label": key, "make": "unit", "count": 1, **value} for key, value in given.items()}
    return read_cohorts(whole, {}, "here")


UNITS = """
firms:
  label: 企业
  make: unit
  {more}
  with: {{kind: enterprise, name: 某厂, valid_from: 2010-03-04}}
"""

OFFICE = "with: {kind: agency, name: 某局, valid_from: 2010-03-04}}"


def units(more: str, rest: str = "", **given):
    in_some_town = "" if "in:" in more or "each:" in more else "\n  in: {kind: town}"
    return make(UNITS.format(more=more + in_some_town) + rest, **given)


# ---------------------------------------------------------------------------------------------- order
def test_cohorts_come_behind_those_they_refer_to_and_otherwise_as_written():
    found = cohorts(
        a={"of": {"authority": "c.part"}},
        b={},
        c={"in": {"from": "d"}},
        d={"count": {"total": 9, "minus": ["e"]}},
        e={},
    )
    assert in_order(found) == ["e", "d", "c", "a", "b"]


def test_designations_come_before_those_who_look_for_them():
    found = cohorts(
        a={"in": {"designation": "key_village"}},
        b={"make": "designation", "with": {"kind": "key_village"}},
        c={"make": "designation", "with": {"kind": "other"}},
    )
    assert in_order(found) == ["b", "a", "c"]


def test_a_circle_is_refused_by_name():
    found = cohorts(a={"of": {"authority": "b"}}, b={"adopt": ["c"]}, c={"count": {"share": 0.5, "of": "a"}})
    with pytest.raises(Refusal, match="a → b → c → a"):
        in_order(found)


def test_a_reference_to_nothing_is_refused():
    with pytest.raises(Refusal, match="没有名为 nobody 的批次"):
        in_order(cohorts(a={"of": {"authority": "nobody"}}))
    with pytest.raises(Refusal, match="没有子集 small"):
        units(
            "count: 3",
            "\nmore: {label: x, make: unit, each: {authority: firms.small}, with: {kind: agency, name: x}}",
        )


# ---------------------------------------------------------------------------------------------- sizes
def test_a_total_counts_what_others_have():
    rest = """
two:
  label: 两个
  make: unit
  in: {kind: town}
  rows: [{name: 甲局}, {name: 乙局}]
  with: {kind: agency, valid_from: 2010-03-04}
others:
  label: 其余
  make: unit
  in: {kind: town}
  count: {total: 20, minus: [firms, two]}
  with: {kind: agency, name: 某局, valid_from: 2010-03-04}
"""
    world = units("count: 11", rest)
    assert world.made["others"].count == 7
    assert units("count: 11", rest, firms__count=4).made["others"].count == 14


def test_a_total_that_is_used_up_is_refused():
    with pytest.raises(Refusal, match="总数 3 小于其中已有的 5"):
        units("count: 5", "\nrest: {label: x, make: unit, count: {total: 3, minus: [firms]}}")


@pytest.mark.parametrize(("share", "count"), [(0.5, 5), (0.25, 3), (1, 10), (0.04, 0)])
def test_a_share_of_another_cohort(share, count):
    rest = f"""
    some:
      label: 一部分
      make: unit
      in: {{kind: town}}
      count: {{share: {share}, of: firms}}
      with: {{kind: agency, name: 某局, valid_from: 2010-03-04}}
    """
    world = units("count: 10", rest.replace("\n    ", "\n"))
    assert world.made["some"].count == count


def test_given_numbers_below_given_regions():
    world = units('count: {per: {"519801": 4, "519802": 1, "519803102": 2}}')
    counties = [
        world.territory.areas[world.territory.at(r, 3)].code for r in column(world, "firms", "region")
    ]
    assert sorted(counties) == ["519801"] * 4 + ["519802"] + ["519803"] * 2
    towns = {world.territory.areas[r].code for r in column(world, "firms", "region")}
    assert "519803102" in towns


def test_one_for_every_region_or_row():
    world = units("each: {region: {kind: county}}\n  count: 3")
    assert world.made["firms"].count == 9
    world = units(
        "count: 4",
        "\nstations: {label: 站, make: unit, each: {authority: firms}, with: {kind: station, name: 站}}",
    )
    assert column(world, "stations", "authority") == [0, 1, 2, 3]


def test_a_number_between_for_every_region_is_the_same_at_every_run():
    first = units("each: {region: {kind: town}}\n  count: {between: [1, 4]}").made["firms"].count
    again = units("each: {region: {kind: town}}\n  count: {between: [1, 4]}").made["firms"].count
    assert first == again
    assert 9 < first < 36


# ---------------------------------------------------------------------------------------------- scale
def test_only_bulk_cohorts_are_scaled():
    rest = "\nfew: {label: x, make: unit, in: {kind: town}, count: 7, " + OFFICE
    world = units("count: 200\n  bulk: true", rest, scale=50)
    assert world.made["firms"].count == 4
    assert world.made["few"].count == 7


def test_a_bulk_total_is_scaled_after_the_others_are_taken_off_at_full_size():
    rest = (
        "\nmany: {label: x, make: unit, in: {kind: town}, bulk: true, count: {total: 1000, minus: [firms]}, "
    )
    rest += OFFICE
    assert units("count: 100", rest, scale=50).made["many"].count == 18


def test_bulk_over_regions_takes_some_of_them_evenly():
    world = units("each: {region: {kind: [village, community]}}\n  bulk: true", scale=10)
    assert world.made["firms"].count == 6
    counties = {world.territory.at(r, 3) for r in column(world, "firms", "region")}
    assert len(counties) == 3


def test_something_stays_of_something():
    assert units("count: 3\n  bulk: true", scale=50).made["firms"].count == 1


def test_a_bulk_cohorts_subsets_are_scaled_with_it():
    more = "count: 500\n  bulk: true\n  subset: {half: {count: 250}, few: {count: {share: 0.1}}}"
    world = units(more, scale=10)
    assert {name: len(rows) for name, rows in world.made["firms"].subsets.items()} == {"half": 25, "few": 5}


@pytest.mark.parametrize(("count", "scale", "kept"), [(100, 10, 10), (7, 3, 2), (1, 50, 1), (0, 5, 0)])
def test_thinning(count, scale, kept):
    found = thinned(range(count), scale)
    assert len(found) == kept == len(set(found))


def test_halves_are_rounded_up():
    assert [rounded(v) for v in (0.49, 0.5, 1.5, 2.4)] == [0, 1, 2, 2]


# ------------------------------------------------------------------------------------------ overrides
def test_values_are_replaced_by_their_dotted_path():
    more = "count: 5\n  subset: {large: {count: 2, with: {above_scale: true}}}"
    world = units(more, firms__count="8", firms__subset__large__count="3", firms__with__name="'别的厂'")
    assert world.made["firms"].count == 8
    assert column(world, "firms", "above_scale").count(True) == 3
    assert set(column(world, "firms", "name")) == {"别的厂"}


def test_a_path_that_leads_nowhere_is_refused():
    with pytest.raises(Refusal, match=r"剧本里没有 farms\.count"):
        units("count: 5", farms__count=3)


# --------------------------------------------------------------------------------------- wrong scenarios
@pytest.mark.parametrize(
    ("wrong", "where", "what"),
    [
        ({"make": "castle"}, "a.make", "castle|Input should be"),
        ({"count": {"total": 3, "share": 0.1}}, "a.count", "三者之一"),
        ({"count": None}, "a", "写 count、each 或 rows"),
        ({"each": {"unit": "x", "region": {}}}, "a", "只写一个字段"),
        ({"of": {"authority": {"where": {}}}}, "a.of", "三者之一"),
        ({"make": "household"}, "a", "people 与 sizes"),
        ({"colour": "red"}, "a.colour", "not permitted"),
        ({"in": {"kindd": "town"}}, "a.in", "not permitted"),
        ({"count": {"between": [1, 2]}}, "a", "只与 each 同用"),
    ],
)
def test_what_the_language_does_not_allow_is_refused_with_its_place(wrong, where, what):
    with pytest.raises(Refusals) as caught:
        cohorts(a=wrong)
    assert any(r.where.startswith(f"here.{where}") for r in caught.value.refusals)
    assert any(re.search(what, r.what) for r in caught.value.refusals)


@pytest.mark.parametrize(
    ("more", "where", "what"),
    [
        ("count: 3\n  draw: {colour: {choice: {a: 1}}}", "firms.colour", "没有字段 colour"),
        ("count: 3\n  draw: {employees: {lottery: 5}}", "firms.employees", "不认识的取值方式"),
        ("count: 3\n  draw: {employees: {between: 5}}", "firms.employees", "between 写得不对"),
        ("count: 3\n  draw: {kind: {choice: {enterprise: 1}}}", "firms.kind", "写了两处"),
        ("count: 3\n  draw: {industry: {choice: {alchemy: 1}}}", "firms.industry", "没有词条 alchemy"),
        ("count: 3\n  in: {kind: sumu}", "firms.in", "没有符合条件的区域"),
        ("count: 3\n  in: {within: '519877'}", "firms", "没有代码为 519877 的区域"),
        ("count: 3\n  subset: {big: {count: 4}}", "firms.subset.big", "要 4 条，只有 3 条"),
        ("count: 3\n  subset: {a: {count: 1, inside: b}, b: {count: 2}}", "firms.subset.a", "之前没有子集 b"),
        ("count: 30\n  spread: {most: 2}", "firms.spread", "30 条记录分不到 9 个区域"),
        ("count: 3\n  draw: {valid_to: {from: 2001-01-04, to: 2001-03-05}}", "firms.valid_to", "不晚于起始日期"),
        ("count: 3\n  draw: {surveyed_on: {from: 2021-10-01, to: 2021-10-03}}", "firms.surveyed_on", "没有合适的日子"),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_be_made_says_where_and_why(more, where, what):
    with pytest.raises(Refusal) as caught:
        units(more)
    assert caught.value.where.startswith(f"testplace: scenario.{where}")
    assert what in caught.value.what
    assert caught.value.remedy
