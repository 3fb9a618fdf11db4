"""Units and party organisations: codes, hierarchy, covers, elections."""

from collections import Counter

import pytest

from jiceng.demo import days
from jiceng.organisations.codes import uscc_fault
from jiceng.records.refusals import Refusal
from tests.demo.factories import column, day, make


@pytest.fixture(scope="module")
def whole():
    return make()


BRANCHES = """
offices:
  label: 所
  make: unit
  each: {region: {kind: [town, street]}}
  with: {kind: agency, name: '{region}服务所', valid_from: 2001-03-05}
branches:
  label: 支部
  make: party_org
  each: {host_unit: offices}
  with: {form: branch, mode: single, nature: entity, sector: agency, name: '中共{host_unit}支部委员会'}
  draw: {valid_from: {from: 2003-01-06, to: 2021-12-30}}
"""


# --------------------------------------------------------------------------------------------- units
def test_every_unit_has_a_code_a_principal_an_address_and_a_status(whole):
    units = whole.table("unit")
    assert {uscc_fault(code) for code in units.get("code")} == {""}
    assert len(set(units.get("code"))) == units.rows
    assert all(code[2:8] == "519998" for code in units.get("code"))
    assert {code[:2] for code in column(whole, "departments", "code")} == {"11"}
    assert {code[:2] for code in column(whole, "firms", "code")} == {"91"}
    assert all(len(name) >= 2 for name in units.get("principal"))
    assert set(units.get("status")) == {"core:operating"}
    for address, region in zip(units.get("address"), units.get("region"), strict=True):
        assert whole.territory.areas[region].name in address
        assert address.endswith("号")


def test_what_is_written_about_a_unit_stays():
    text = """
x:
  label: x
  make: unit
  in: {kind: county}
  rows: [{name: 甲局, code: '', principal: 李某, address: 某街1号, status: closed}, {name: 乙局}]
  with: {kind: agency, valid_from: 2001-03-05}
"""
    units = make(text).table("unit")
    assert [units.get(c)[0] for c in ("code", "principal", "address")] == ["", "李某", "某街1号"]
    assert units.get("status")[0] == "core:closed"


def test_authorities_are_nodes_and_their_units_stand_at_their_path(whole):
    units = whole.table("unit")
    paths, authorities = units.get("authority_path"), units.get("authority")
    nodes = {a for a in authorities if a is not None}
    assert nodes
    for unit in range(units.rows):
        if authorities[unit] is not None:
            assert paths[unit] == paths[authorities[unit]]
        else:
            assert bool(paths[unit]) == (unit in nodes)
    assert len({paths[n] for n in nodes}) == len(nodes)


def test_an_authority_below_an_authority_has_a_path_below_it():
    text = """
top: {label: 厅, make: unit, in: {kind: prefecture}, count: 1, with: {kind: agency, name: 厅, valid_from: 1990-03-05}}
middle: {label: 局, make: unit, each: {authority: top}, count: 2, with: {kind: agency, name: 局}}
firms: {label: 厂, make: unit, count: 6, of: {authority: middle}, with: {kind: enterprise, name: 厂}}
"""
    paths = make(text).table("unit").get("authority_path")
    assert paths[0] == "0001"
    assert sorted(paths[1:3]) == ["00010001", "00010002"]
    assert set(paths[3:]) == {"00010001", "00010002"}


# --------------------------------------------------------------------------------------- hierarchy
def test_paths_follow_the_superiors(whole):
    orgs = whole.table("party_org")
    paths, superiors = orgs.get("path"), orgs.get("superior")
    assert len(set(paths)) == orgs.rows
    for path, superior in zip(paths, superiors, strict=True):
        assert path[:-4] == ("" if superior is None else paths[superior])
    assert sorted(p for p in paths if len(p) == 4) == ["0001", "0002", "0003"]


def test_the_hierarchy_follows_the_territory(whole):
    regions = whole.table("party_org").get("region")
    for own, superior in zip(
        column(whole, "village_branches", "region"),
        column(whole, "village_branches", "superior"),
        strict=True,
    ):
        assert whole.territory.at(own, 4) == regions[superior]


def test_codes_of_organisations_are_their_own(whole):
    codes = whole.table("party_org").get("code")
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("519998") for code in codes)


# ------------------------------------------------------------------------------------------- covers
def covers(world, organisations):
    found = []
    table = world.table("cover")
    for row in range(table.rows):
        if table.get("party_org")[row] in organisations:
            found.append(
                {c: table.get(c)[row] for c in ("party_org", "unit", "region", "kind", "valid_from")}
            )
    return found


def test_an_organisation_covers_its_host(whole):
    branches = set(whole.rows_of("own_branches")[1])
    found = covers(whole, branches)
    assert {c["kind"] for c in found} == {"core:own"}
    hosts = whole.table("party_org").get("host_unit")
    assert {(c["party_org"], c["unit"]) for c in found} == {(b, hosts[b]) for b in branches}
    villages = covers(whole, set(whole.rows_of("village_branches")[1]))
    assert len(villages) == 60
    assert all(c["unit"] is None and c["region"] is not None for c in villages)


def test_it_covers_nothing_where_that_is_said():
    assert make(BRANCHES).table("cover").rows == 12
    assert make(BRANCHES + "\n  cover: false").table("cover").rows == 0


def test_joint_branches_cover_all_who_join_and_five_at_most(whole):
    joint = set(whole.rows_of("joint_branches")[1])
    found = covers(whole, joint)
    assert {c["kind"] for c in found} == {"core:joint"}
    assert sorted(c["unit"] for c in found) == sorted(whole.rows_of("firms.joint")[1]), "each exactly once"
    sizes = Counter(c["party_org"] for c in found)
    assert set(sizes) == joint
    assert all(2 <= size <= 5 for size in sizes.values())
    begins, units = whole.table("party_org").get("valid_from"), whole.table("unit").get("valid_from")
    assert all(c["valid_from"] == max(begins[c["party_org"]], units[c["unit"]]) for c in found)


def test_too_many_to_join_are_refused():
    with pytest.raises(Refusal, match=r"joint_branches\.joins.*无处加入"):
        make(joint_branches__joins__most=1)


# ------------------------------------------------------------------------------------------ elections
def test_approval_comes_before_the_election_and_the_term_follows(whole):
    today = whole.place.day
    orgs = whole.table("party_org")
    columns = ("valid_from", "approval", "elected_on", "term_from", "term_until")
    rows = zip(*(orgs.get(c)[15:] for c in columns), strict=True)  # behind the county and town committees
    for begun, approval, elected, term_from, until in rows:
        assert approval.startswith(f"演示〔{days.year_of(begun)}〕")
        if elected is None:
            assert begun > today - 60, "the election comes within weeks"
            continue
        assert begun < elected <= today
        assert days.is_working_day(elected)
        assert term_from == elected < until


def test_first_elections_follow_within_forty_days():
    world = make(BRANCHES.replace("from: 2003-01-06", "from: 2020-01-06") + "\n  term: {years: 3}")
    for begun, elected in zip(
        column(world, "branches", "valid_from"), column(world, "branches", "elected_on"), strict=True
    ):
        assert elected is None or 10 <= elected - begun <= 50


@pytest.mark.parametrize(("overdue", "count"), [(0, 0), (0.5, 6), (1, 12)])
def test_so_many_terms_are_overdue(overdue, count):
    text = (
        BRANCHES.replace("to: 2021-12-30", "to: 2014-12-30") + f"\n  term: {{years: 3, overdue: {overdue}}}"
    )
    until = column(make(text), "branches", "term_until")
    assert sum(u <= day("2021-12-31") for u in until) == count
    assert all(u > day("2020-11-20") for u in until), "overdue by little more than a year"


def test_an_organisation_without_a_term_has_no_election(whole):
    assert set(column(whole, "county_committees", "elected_on")) == {None}


def test_a_designation_in_a_region_is_the_regions():
    world = make("""
marks:
  label: 示范村
  make: designation
  count: 2
  in: {kind: village}
  spread: {most: 1}
  with: {kind: demonstration, valid_from: 2020-03-02}
""")
    areas = world.territory.areas
    found = column(world, "marks", "region")
    assert len(set(found)) == 2
    assert {areas[region].kind for region in found} == {"core:village"}
