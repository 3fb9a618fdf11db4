"""What cohorts come to: exact subsets, drawn values, places, texts; the same at every run, apart from each other."""

from collections import Counter
from datetime import date

import pytest

from jiceng.demo import days
from jiceng.records.refusals import Refusal
from tests.demo.factories import column, day, make, persons

FIRMS = """
firms:
  label: 企业
  make: unit
  count: 60
  in: {kind: [town, street]}
  with: {kind: enterprise, name: 某厂}
  draw:
    valid_from: {from: 2005-01-04, to: 2015-12-30}
    employees: {lognormal: {median: 30, sigma: 0.7, least: 10, most: 400}}
"""


@pytest.fixture(scope="module")
def whole():
    """The test place, made once for all who only look."""
    return make()


def tables(world):
    """Everything a world holds, as one text to compare."""
    said = {name: dict(table.columns) for name, table in world.tables.items()}
    return repr((said, world.territory.areas))


# --------------------------------------------------------------------------------------- determinism
def test_a_place_comes_out_the_same_at_every_run(whole):
    assert tables(make()) == tables(whole)


def test_a_cohort_that_changes_leaves_the_others_as_they_were(whole):
    other = make(firms__count=95, guides__count=31)
    for cohort, name in (("village_branches", "valid_from"), ("members", "admitted_on"), ("teams", "name")):
        assert column(other, cohort, name) == column(whole, cohort, name)
    assert persons(other, "members", "name") == persons(whole, "members", "name")
    assert other.made["firms"].count == 95


def test_another_column_leaves_the_others_of_its_cohort_as_they_were():
    first = make(FIRMS)
    other = make(FIRMS.replace("sigma: 0.7", "sigma: 0.9"))
    assert column(first, "firms", "valid_from") == column(other, "firms", "valid_from")
    assert column(first, "firms", "employees") != column(other, "firms", "employees")


# ------------------------------------------------------------------------------------------- subsets
def test_subsets_have_exactly_their_size_and_what_they_ask_for(whole):
    born = persons(whole, "admitted", "birth_date")
    ages = [days.age_on(b, d) for b, d in zip(born, column(whole, "admitted", "admitted_on"), strict=True)]
    educations = Counter(persons(whole, "admitted", "education"))
    assert sum(18 <= age <= 35 for age in ages) == 47
    assert sum(36 <= age <= 50 for age in ages) == 13
    assert educations["core:junior_college"] + educations["core:bachelor"] == 41


def test_subsets_overlap_by_chance(whole):
    young, educated = (whole.made["admitted"].subsets[name] for name in ("young", "educated"))
    assert len(young & educated) not in {0, 41}
    assert educated - young


@pytest.mark.parametrize("count", [0, 12, 60])
def test_a_subset_follows_its_parameter(count):
    world = make(admitted__subset__young__count=count)
    born = persons(world, "admitted", "birth_date")
    ages = [days.age_on(b, d) for b, d in zip(born, column(world, "admitted", "admitted_on"), strict=True)]
    assert sum(age <= 35 for age in ages) == count


def test_subsets_inside_and_outside_others_and_the_rest():
    more = """
  subset:
    own: {count: 20, with: {status: operating}, rest: {with: {status: dormant}}}
    joint: {count: 25, outside: own}
    large: {count: 8, inside: joint, with: {above_scale: true}}
"""
    world = make(FIRMS + more)
    parts = world.made["firms"].subsets
    assert not parts["own"] & parts["joint"]
    assert parts["large"] < parts["joint"]
    assert Counter(column(world, "firms", "status")) == {"core:operating": 20, "core:dormant": 40}
    assert len(world.rows_of("firms.!own")[1]) == 40


def test_a_share_of_a_subset_is_rounded():
    world = make(FIRMS + "\n  subset: {most: {count: {share: 0.8458}}}")
    assert len(world.made["firms"].subsets["most"]) == 51


# ------------------------------------------------------------------------------------------- values
def test_a_choice_is_apportioned_exactly():
    world = make(FIRMS + "\n    industry: {choice: {manufacturing: 3, retail: 1, jade: 1}}")
    found = Counter(column(world, "firms", "industry"))
    assert found == {"core:manufacturing": 36, "core:retail": 12, "core:jade": 12}


def test_lognormal_numbers_have_their_median_and_bounds(whole):
    found = column(make(FIRMS), "firms", "employees")
    assert 10 <= min(found) < 14
    assert max(found) <= 400
    assert 22 <= sorted(found)[30] <= 40
    assert all(200 <= n <= 800 for n in column(whole, "firms.large", "employees"))


def test_days_by_year_are_apportioned():
    world = make(FIRMS.replace("to: 2015-12-30}", "to: 2015-12-30, years: {2008: 1, 2012: 3}}"))
    years = Counter(date.fromordinal(d).year for d in column(world, "firms", "valid_from"))
    assert years == {2008: 15, 2012: 45}


def test_days_after_another_column_within_bounds():
    more = "\n    surveyed_on: {after: valid_from, days: [30, 90], earliest: 2010-06-01, latest: 2012-03-30}"
    world = make(FIRMS + more)
    pairs = zip(column(world, "firms", "valid_from"), column(world, "firms", "surveyed_on"), strict=True)
    for begun, surveyed in pairs:
        assert surveyed >= begun
        assert days.is_working_day(surveyed)
        if day("2010-06-01") <= begun + 30 and begun + 90 <= day("2012-03-30"):
            assert 30 <= surveyed - begun <= 90


def test_what_would_lie_ahead_is_empty_unless_it_may():
    more = "\n    surveyed_on: {after: valid_from, years: 10}"
    world = make(FIRMS + more)
    pairs = list(
        zip(column(world, "firms", "valid_from"), column(world, "firms", "surveyed_on"), strict=True)
    )
    late = [surveyed for begun, surveyed in pairs if begun > day("2012-01-04")]
    assert late
    assert set(late) == {None}
    ahead = column(make(FIRMS + more.replace("10}", "10, future: true}")), "firms", "surveyed_on")
    assert None not in ahead


def test_a_value_copied_along_a_link(whole):
    industries = whole.table("unit").get("industry")
    hosts = column(whole, "own_branches", "host_unit")
    assert column(whole, "own_branches", "industry") == [industries[host] for host in hosts]


def test_texts_name_what_is_around(whole):
    for row in whole.rows_of("grids")[1]:
        grid = whole.territory.areas[row]
        assert grid.name.startswith(f"{whole.territory.areas[grid.parent].name}第")
    firms = whole.table("unit").get("name")
    for name, host in zip(
        column(whole, "own_branches", "name"), column(whole, "own_branches", "host_unit"), strict=True
    ):
        assert name == f"中共{firms[host]}支部委员会"
    assert all(name.startswith("中共") and "第" in name for name in column(whole, "joint_branches", "name"))


def test_numbers_in_texts_run_on_under_each_superior():
    world = make(
        FIRMS
        + """
branches:
  label: 支部
  make: party_org
  each: {host_unit: firms}
  count: 3
  with: {form: branch, mode: single, nature: entity, sector: two_new, name: '第{cn}支部（{region}{n}）'}
"""
    )
    by_town = {}
    for name, region in zip(
        column(world, "branches", "name"), column(world, "branches", "region"), strict=True
    ):
        by_town.setdefault(region, []).append(name)
    town, names = max(by_town.items(), key=lambda item: len(item[1]))
    label = world.territory.areas[town].name
    assert names[:3] == [f"第一支部（{label}1）", f"第二支部（{label}2）", f"第三支部（{label}3）"]
    assert len(set(names)) == len(names)


def test_firms_are_named_by_their_own_industry(whole):
    lines = whole.naming.material["firms"]["industries"]
    trade = {line for block in lines if block["name"] == "商贸" for line in block["lines"]}
    makers = {line for block in lines if block["name"] in {"制造", "食品"} for line in block["lines"]}
    for name, industry in zip(
        column(whole, "firms", "name"), column(whole, "firms", "industry"), strict=True
    ):
        assert any(line in name for line in (trade if industry == "core:retail" else makers))
    assert len(set(column(whole, "firms", "name"))) == 90


def test_a_list_is_taken_in_turn():
    world = make(
        FIRMS.replace("name: 某厂}", "status: operating}") + "\n    name: {list: [甲厂, '{town}乙厂']}"
    )
    names = column(world, "firms", "name")
    assert names[0] == "甲厂"
    assert names[1].endswith("乙厂")
    assert len(names[1]) > 2


def test_document_numbers_follow_the_calendar(whole):
    pairs = sorted(
        zip(column(whole, "secretaries", "valid_from"), column(whole, "secretaries", "document"), strict=True)
    )
    assert len(set(pairs)) == 1, "one day, one document"
    guides = sorted(
        zip(column(whole, "guides", "valid_from"), column(whole, "guides", "document"), strict=True)
    )
    numbers = [int(text.split("〕")[1].rstrip("号")) for _, text in guides]
    assert numbers == sorted(numbers)
    assert all(text.startswith("演示〔2021〕") for _, text in guides)


# -------------------------------------------------------------------------------------------- place
def test_rows_lie_where_the_filter_says_and_unevenly(whole):
    territory = whole.territory
    regions = column(whole, "firms", "region")
    assert {territory.areas[r].kind for r in regions} <= {"core:town", "core:street"}
    counts = Counter(regions)
    assert len(counts) == 12
    assert min(counts.values()) >= 2
    assert max(counts.values()) > 2 * min(counts.values())


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("kind: county", 3),
        ("kind: [village, community]", 60),
        ("within: '519801', kind: village", 12),
        ("within: ['519801001', '519802'], kind: [street, town]", 5),
        ("code: ['519801', '519803104']", 2),
        ("tag: old_town", 6),
        ("kind: town, except: {within: '519801'}", 6),
        ("kind: functional_area", 1),
    ],
)
def test_region_filters(wanted, count):
    world = make(
        "x: {label: x, make: unit, each: {region: {"
        + wanted
        + "}}, with: {kind: agency, name: x, valid_from: 2010-03-04}}"
    )
    assert world.made["x"].count == count


def test_regions_that_cohorts_left(whole):
    old_town = set(column(whole, "old_town", "region"))
    assert {whole.territory.areas[r].code for r in old_town} == {
        f"51980{county}001{village}" for county in (1, 2, 3) for village in ("001", "002")
    }
    assert set(column(whole, "teams", "region")) == old_town
    world = make(
        FIRMS
        + "\nx: {label: x, make: unit, each: {region: {from: firms}}, "
        + "with: {kind: agency, name: x, valid_from: 2010-03-04}}"
    )
    assert set(column(world, "x", "region")) == set(column(world, "firms", "region"))


def test_weights_by_county():
    world = make(FIRMS + "\n  spread: {sigma: 0, weights: {'519801': 8, '519802': 2, '519803': 0}}")
    counties = Counter(
        world.territory.areas[world.territory.at(r, 3)].code for r in column(world, "firms", "region")
    )
    assert counties == {"519801": 48, "519802": 12}


def test_new_regions_have_codes_and_paths_of_their_own(whole):
    table, rows = whole.rows_of("grids")
    assert table == "region"
    grids = [whole.territory.areas[row] for row in rows]
    assert len({g.code for g in grids}) == len(grids) == len({g.path for g in grids})
    for grid in grids:
        parent = whole.territory.areas[grid.parent]
        assert grid.code == f"{parent.code}G{grid.code[-3:]}"
        assert grid.path.startswith(parent.path)
        assert len(grid.path) == len(parent.path) + 4
        assert (grid.kind, grid.level) == ("core:grid", 6)


def test_a_row_without_any_beginning_is_refused():
    text = "x: {label: x, make: person, count: 1}"
    with pytest.raises(Exception, match="make"):
        make(text)
    with pytest.raises(Refusal, match="没有起始日期"):
        make("x: {label: x, make: unit, count: 1, with: {kind: agency, name: x}}")
