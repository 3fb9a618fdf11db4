"""Links between cohorts: near ones first, exact shares, nothing before it exists, nobody twice."""

from collections import Counter

import pytest

from jiceng.demo import days
from jiceng.records.refusals import Refusal
from tests.demo.factories import column, day, make

TOWNS = """
offices:
  label: 所
  make: unit
  each: {region: {kind: [town, street]}}
  with: {kind: agency, name: '{region}服务所', valid_from: 2001-03-05}
"""
FIRMS = """
firms:
  label: 企业
  make: unit
  count: 48
  in: {kind: [village, community]}
  with: {kind: enterprise, name: 某厂, valid_from: 2005-03-07}
  of: {authority: OFFICE}
"""


def linked(office: str, **given):
    return make(TOWNS + FIRMS.replace("OFFICE", office), **given)


def towns(world, cohort):
    return [world.territory.at(r, 4) for r in column(world, cohort, "region")]


@pytest.fixture(scope="module")
def whole():
    return make()


# ----------------------------------------------------------------------------------------- nearness
def test_a_link_meets_what_lies_in_the_same_town():
    world = linked("{from: offices, match: town}")
    offices = dict(enumerate(towns(world, "offices")))
    assert [offices[a] for a in column(world, "firms", "authority")] == towns(world, "firms")


def test_where_the_town_has_none_the_county_helps():
    few = TOWNS.replace("{kind: [town, street]}", "{kind: street}")
    world = make(few + FIRMS.replace("OFFICE", "{from: offices, match: town}"))
    areas = world.territory
    regions = world.table("unit").get("region")
    for firm, office in zip(world.rows_of("firms")[1], column(world, "firms", "authority"), strict=True):
        assert areas.at(regions[firm], 3) == areas.at(regions[office], 3)


def test_columns_that_must_be_equal():
    text = """
offices:
  label: 局
  make: unit
  in: {kind: county}
  rows: [{name: 工业局, industry: manufacturing}, {name: 商务局, industry: retail}]
  with: {kind: agency, valid_from: 2001-03-05}
firms:
  label: 企业
  make: unit
  count: 20
  in: {kind: town}
  with: {kind: enterprise, name: 某厂, valid_from: 2005-03-07}
  draw: {industry: {choice: {manufacturing: 3, retail: 1}}}
  of: {authority: {from: offices, match: industry}}
"""
    world = make(text)
    industries = world.table("unit").get("industry")
    pairs = zip(column(world, "firms", "industry"), column(world, "firms", "authority"), strict=True)
    assert all(own == industries[office] for own, office in pairs)
    with pytest.raises(Refusal, match="找不到可引用的记录"):
        make(text.replace("industry: retail}]", "industry: jade}]"))


# ------------------------------------------------------------------------------------------- shares
def test_everyone_is_linked_about_equally_without_unevenness():
    world = linked("{from: offices, sigma: 0}")
    assert set(Counter(column(world, "firms", "authority")).values()) == {4}


def test_least_and_most_bound_the_shares():
    found = Counter(column(linked("{from: offices, sigma: 1.2, least: 2, most: 6}"), "firms", "authority"))
    assert len(found) == 12
    assert min(found.values()) >= 2
    assert max(found.values()) <= 6
    assert len(set(found.values())) > 2


def test_shares_that_do_not_add_up_are_refused():
    with pytest.raises(Refusal, match="不够每条至少 5 次"):
        linked("{from: offices, least: 5}")
    with pytest.raises(Refusal, match="有 12 条找不到可引用的记录"):
        linked("{from: offices, most: 3}")


def test_at_a_scale_shares_give_way():
    text = (
        (TOWNS + FIRMS)
        .replace("count: 48", "count: 48\n  bulk: true")
        .replace("OFFICE", "{from: offices, least: 4}")
    )
    world = make(text, scale=6)
    assert len(column(world, "firms", "authority")) == 8


def test_distinct_links_never_meet_twice_also_across_cohorts():
    text = TOWNS + FIRMS.replace("OFFICE", "{from: offices, distinct: true}").replace("count: 48", "count: 7")
    more = FIRMS.replace("OFFICE", "{from: offices, distinct: true}").replace("count: 48", "count: 5")
    world = make(text + more.replace("firms:", "others:", 1))
    drawn = column(world, "firms", "authority") + column(world, "others", "authority")
    assert len(set(drawn)) == 12
    with pytest.raises(Refusal, match=r"others\.authority"):
        make(text + more.replace("firms:", "others:", 1).replace("count: 5", "count: 6"))


def test_one_link_may_draw_from_several_cohorts_and_from_subsets():
    text = TOWNS.replace("valid_from: 2001-03-05}", "valid_from: 2001-03-05}\n  subset: {busy: {count: 3}}")
    world = make(text + FIRMS.replace("OFFICE", "{from: offices.busy}"))
    assert set(column(world, "firms", "authority")) == world.made["offices"].subsets["busy"]
    world = make(text + FIRMS.replace("OFFICE", "{from: offices.!busy}"))
    assert not set(column(world, "firms", "authority")) & world.made["offices"].subsets["busy"]


# ------------------------------------------------------------------------------------------- where
@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("{age: {gte: 40, lt: 60}}", lambda p: 40 <= p["age"] < 60),
        ("{sex: female}", lambda p: p["sex"] == "core:female"),
        ("{education: [junior_college, bachelor]}", lambda p: p["education"][5:] in {"junior_college", "bachelor"}),
        ("{party_org.form: branch, sex: male}", lambda p: p["sex"] == "core:male"),
    ],
)  # fmt: skip
def test_conditions_on_who_is_drawn(where, holds):
    world = drawn_from_members(where)
    people = world.table("person")
    for person in column(world, "drawn", "person"):
        told = {c: people.get(c)[person] for c in ("sex", "education", "birth_date")}
        assert holds(told | {"age": days.age_on(told["birth_date"], world.place.day)})


def drawn_from_members(where: str):
    return make(
        """
branches:
  label: 支部
  make: party_org
  each: {region: {kind: village}}
  with: {form: branch, mode: single, nature: entity, sector: rural, name: '{region}支部', valid_from: 1980-03-05}
members:
  label: 党员
  make: membership
  count: 300
  of: {person: {new: true}, party_org: branches}
  with: {entry: initial}
  draw:
    admitted_on: {from: 1985-01-03, to: 2015-12-30}
    person.birth_date: {age: [18, 45], at: admitted_on}
    person.sex: {choice: {male: 2, female: 1}}
    person.education: {choice: {senior_secondary: 2, junior_college: 1, bachelor: 1}}
drawn:
  label: 抽取
  make: standing
  count: 25
  of: {person: {from: members, distinct: true, where: WHERE}}
  with: {kind: prosperity_leader, valid_from: 2020-03-05}
""".replace("WHERE", where)
    )


def test_a_cohort_gives_what_its_rows_hold(whole):
    members = set(column(whole, "members", "person"))
    secretaries = column(whole, "secretaries", "person")
    assert set(secretaries) <= members
    assert len(set(secretaries)) == 60
    assert column(whole, "directors", "person") == secretaries
    assert column(whole, "directors", "region") == column(whole, "secretaries", "region")
    assert set(column(whole, "leaders", "person")) <= set(secretaries)


# ---------------------------------------------------------------------------------------------- time
def test_nothing_is_linked_before_it_exists(whole):
    for table in whole.tables.values():
        for name, to in (
            ("party_org", "party_org"),
            ("unit", "unit"),
            ("superior", "party_org"),
            ("host_unit", "unit"),
        ):
            if name not in table.columns or "valid_from" not in table.columns:
                continue
            begins = whole.table(to).get("valid_from")
            for begun, other in zip(table.get("valid_from"), table.get(name), strict=True):
                assert other is None or begun >= begins[other], (table.name, name)


def test_early_rows_go_to_what_was_there_already():
    text = """
branches:
  label: 支部
  make: party_org
  each: {region: {kind: [town, street]}}
  with: {form: branch, mode: single, nature: entity, sector: rural, name: '{region}支部'}
  draw: {valid_from: {from: 2000-01-04, to: 2019-12-30}}
admitted:
  label: 发展
  make: membership
  count: 200
  of: {person: {new: true}, party_org: branches}
  with: {entry: admission}
  draw: {admitted_on: {from: 2010-01-04, to: 2020-12-30}, person.birth_date: {age: [20, 40], at: admitted_on}}
"""
    world = make(text)
    begins = world.table("party_org").get("valid_from")
    pairs = list(
        zip(column(world, "admitted", "admitted_on"), column(world, "admitted", "party_org"), strict=True)
    )
    assert all(begins[branch] <= admitted for admitted, branch in pairs)
    late = [branch for branch, begun in enumerate(begins) if begun > day("2015-01-01")]
    assert any(branch in late for _, branch in pairs), "branches founded meanwhile have admitted, too"
    with pytest.raises(Refusal, match="找不到可引用的记录"):
        make(text.replace("from: 2010-01-04", "from: 1990-01-04"))


def test_what_has_ended_is_not_linked_to():
    text = (
        TOWNS
        + "\n  subset: {closed: {count: 5, with: {valid_to: 2004-03-05}}}"
        + FIRMS.replace("OFFICE", "offices")
    )
    world = make(text)
    assert not set(column(world, "firms", "authority")) & world.made["offices"].subsets["closed"]


# -------------------------------------------------------------------------------------------- copies
def test_a_link_copied_from_another(whole):
    assert column(whole, "town_committees", "host_region") == column(whole, "town_committees", "region")
    assert column(whole, "secretaries", "region") == column(whole, "village_branches", "region")


def test_a_unit_that_an_organisation_covers():
    text = (
        TOWNS
        + """
branches:
  label: 支部
  make: party_org
  each: {host_unit: offices}
  with: {form: branch, mode: single, nature: entity, sector: agency, name: '{host_unit}支部'}
posts:
  label: 先锋岗
  make: post_slot
  each: {party_org: branches}
  of: {unit: {copy: party_org.covers}}
  with: {kind: member_pioneer_post, name: 先锋岗}
"""
    )
    world = make(text)
    hosts = world.table("party_org").get("host_unit")
    orgs = column(world, "posts", "party_org")
    assert column(world, "posts", "unit") == [hosts[o] for o in orgs]


def test_what_a_copy_starts_from_must_be_filled():
    text = (
        TOWNS
        + """
posts:
  label: 先锋岗
  make: post_slot
  each: {unit: offices}
  of: {region: {copy: party_org.region}}
  with: {kind: member_pioneer_post, name: 先锋岗}
"""
    )
    with pytest.raises(Refusal, match="party_org 在本批次里没有填") as found:
        make(text)
    assert "scenario.posts.region" in found.value.where
    assert "unit" in found.value.remedy


def test_a_link_that_a_table_cannot_do_without_is_missed_by_name():
    text = """
members:
  label: 党员
  make: membership
  count: 3
  of: {person: {new: true}}
  with: {entry: initial, admitted_on: 2001-03-05}
"""
    with pytest.raises(Refusal, match="缺少字段 party_org") as found:
        make(text)
    assert found.value.where.endswith("scenario.members")
