"""The packs that come with the program: free of faults, complete in both languages, true to the rules."""

from datetime import date

import pytest

from jiceng.packs.catalogue import of_folders, shipped
from jiceng.packs.loading import read_folder
from jiceng.packs.rules import Rule
from jiceng.records.facts import Column, all_facts

# fmt: off
DOCUMENTED = [
    "region_kinds", "unit_kinds", "unit_statuses", "industries", "sectors", "party_org_forms",
    "party_org_modes", "party_org_natures", "cover_kinds", "tie_kinds", "designations", "posts",
    "appointment_modes", "appointment_sources", "programmes", "team_kinds", "post_slot_kinds",
    "membership_entries", "membership_exits", "participation_kinds", "hiring_channels",
    "experience_kinds", "titles", "standings", "standing_ends", "survey_sources", "sexes",
    "ethnicities", "educations", "household_relations",
]
# fmt: on


@pytest.fixture(scope="module")
def whole():
    """All shipped packs together; raises where anything is wrong with any."""
    return of_folders(*shipped())


@pytest.fixture(scope="module")
def base(whole):
    """The base pack's id."""
    (found,) = [manifest.id for manifest in whole.packs.values() if manifest.base]
    return found


@pytest.fixture
def terms(whole, base):
    """`terms("educations")`: the base pack's terms by bare key."""
    return lambda name: {
        key.partition(":")[2]: term for key, term in whole.vocabulary(name).items() if term.pack == base
    }


def test_the_five_places_live_on_their_own_days(whole):
    days = {(m.binds[0].region, m.day) for m in whole.packs.values() if not m.base}
    assert days == {
        ("5116", date(2021, 12, 31)),
        ("441284", date(2020, 9, 30)),
        ("510681", date(2022, 9, 16)),
        ("3607", date(2022, 6, 20)),
        ("511123", date(2023, 4, 14)),
    }


def test_every_data_file_of_a_pack_is_declared():
    for folder in shipped():
        pack, _faults = read_folder(folder)
        beside = {path.name for path in folder.iterdir() if path.suffix in {".csv", ".json"}}
        assert beside <= set(pack.manifest.data.values()), folder.name


def test_every_vocabulary_that_the_contract_names_is_there_with_terms(whole, base):
    for name in DOCUMENTED:
        assert len([term for term in whole.vocabulary(name).values() if term.pack == base]) >= 2, name


def test_every_vocabulary_that_a_fact_names_exists(whole):
    named = {
        column.vocabulary
        for fact in all_facts().values()
        for column in fact.columns
        if isinstance(column, Column) and column.vocabulary
    }
    sections = {"coverage", "completeness", "matters"}
    assert named - set(whole.vocabularies) <= sections


def test_every_term_has_an_english_name_of_its_own(whole):
    silent = [key for tree in whole.vocabularies.values() for key, term in tree.items() if not term.en]
    assert silent == []
    chinese = [t.key for tree in whole.vocabularies.values() for t in tree.values() if not t.en.isascii()]
    assert chinese == []


def test_every_vocabulary_and_every_pack_says_in_english_what_it_is(whole):
    assert [tree.name for tree in whole.vocabularies.values() if not tree.en or not tree.en.isascii()] == []
    silent = [m.id for m in whole.packs.values() if not m.description_en or not m.description_en.isascii()]
    assert silent == []


def test_labels_are_told_apart_within_a_vocabulary(whole):
    for tree in whole.vocabularies.values():
        labels = [term.label for term in tree.values()]
        assert len(labels) == len(set(labels)), tree.name


def test_every_region_kind_says_its_level_or_stands_beside_the_tree(terms):
    kinds = terms("region_kinds")
    levels = {key: term.attr("level") for key, term in kinds.items()}
    assert {levels[k] for k in ("province", "municipality")} == {1}
    assert {levels[k] for k in ("county", "district", "county_city")} == {3}
    assert {levels[k] for k in ("street", "town", "township")} == {4}
    assert {levels[k] for k in ("village", "community")} == {5}
    assert {levels[k] for k in ("resident_group", "grid", "residential_area")} == {6}
    assert {key for key, term in kinds.items() if term.attr("beside")} == {
        "functional_area", "development_zone", "new_area", "economic_zone",
    }  # fmt: skip
    assert [key for key, level in levels.items() if level is None] == ["statistical"]


def test_which_forms_count_as_primary_party_organisations(terms):
    counted = {key for key, term in terms("party_org_forms").items() if term.attr("counts")}
    assert counted == {
        "committee",
        "comprehensive_committee",
        "industry_committee",
        "general_branch",
        "branch",
    }
    outside = {key for key, term in terms("party_org_forms").items() if not term.attr("counts")}
    assert {"work_committee", "party_group", "group"} <= outside


def test_formal_membership_lies_in_regular_organisations_only(terms):
    assert [key for key, term in terms("party_org_natures").items() if term.attr("membership")] == ["entity"]


def test_educations_are_ranked_without_a_gap(terms):
    ranks = {key: term.attr("rank") for key, term in terms("educations").items()}
    assert None not in ranks.values()
    assert (
        ranks["senior_secondary"]
        < ranks["junior_college"]
        < ranks["bachelor"]
        < ranks["master"]
        < ranks["doctor"]
    )
    assert set(ranks.values()) == set(range(8))


def test_the_fifty_six_ethnic_groups_have_the_codes_of_the_standard(terms):
    codes = [term.attr("code") for term in terms("ethnicities").values()]
    assert codes == [f"{number:02d}" for number in range(1, 57)]


def test_industries_begin_with_the_twenty_sections_of_the_standard(whole, base):
    roots = [t for t in whole.vocabulary("industries").children() if t.pack == base]
    assert "".join(str(term.attr("code")) for term in roots) == "ABCDEFGHIJKLMNOPQRST"


@pytest.mark.parametrize(
    ("vocabulary", "key", "above"),
    [
        ("unit_kinds", "enterprise", "two_new"),
        ("unit_kinds", "chamber", "social_org"),
        ("unit_kinds", "specialised_market", "gathering_place"),
        ("unit_kinds", "guidance_station", "station"),
        ("unit_kinds", "trade_union", "mass_organisation"),
        ("industries", "jade", "manufacturing"),
        ("industries", "express", "transport"),
        ("industries", "delivery", "hospitality"),
        ("sectors", "residential_area", "village_community"),
        ("sectors", "new_employment", "two_new"),
        ("posts", "village_secretary", "secretary"),
        ("posts", "first_secretary", "sent_cadre"),
        ("posts", "county_party_leader", "county_leader"),
        ("party_org_forms", "comprehensive_committee", "committee"),
        ("membership_entries", "transfer_from_floating", "transfer_in"),
        ("team_kinds", "member_volunteer_team", "volunteer_team"),
    ],
)
def test_a_figure_of_the_wider_term_includes_the_narrower(whole, base, vocabulary, key, above):
    assert f"{base}:{key}" in whole.descendants(vocabulary, f"{base}:{above}")


# --------------------------------------------------------------------------------------------- rules
class Nothing:
    """Answers no question about other rows."""

    def __init__(self, whole) -> None:
        self.whole = whole

    def row(self, fact, key, day):
        return {"id": key, "kind": key}

    def rows(self, fact, match, valid, day):
        return []

    def below(self, vocabulary, key):
        return self.whole.below(vocabulary, key)

    def ranked(self, vocabulary, at_least):
        return self.whole.ranked(vocabulary, at_least)


@pytest.mark.parametrize(
    ("key", "holds", "fails"),
    [
        ("branch_full_members", 3, 2),
        ("branch_size", 50, 51),
        ("general_branch_size", 100, 101),
        ("general_branch_size", 51, 50),
        ("committee_size", 101, 100),
        ("joint_branch_units", 5, 6),
        ("branch_committee_from", 7, 6),
        ("branch_committee_size", 5, 6),
        ("branch_committee_most", 7, 8),
        ("instructor_load", 10, 11),
        ("approval_months", 1, 2),
        ("project_months", 6, 5),
        ("quorum_percent", 80, 79),
    ],
)
def test_the_numbers_of_the_rules(whole, base, key, holds, fails):
    rule = whole.item("rules", f"{base}:{key}")
    assert rule.holds(holds)
    assert not rule.holds(fails)
    assert rule.basis


@pytest.mark.parametrize(
    ("row", "years"),
    [
        ({"form": "branch", "sector": "two_new"}, 3),
        ({"form": "general_branch", "sector": "agency"}, 3),
        ({"form": "committee", "sector": "agency"}, 5),
        ({"form": "industry_committee", "sector": "two_new"}, 5),
        ({"form": "branch", "sector": "rural", "host_region": "village"}, 5),
        ({"form": "general_branch", "sector": "village_community", "host_region": "community"}, 5),
        ({"form": "branch", "sector": "residential_area", "host_region": "residential_area"}, 3),
    ],
)
def test_the_term_of_office_depends_on_the_organisation(whole, base, row, years):
    qualified = {key: f"{base}:{value}" for key, value in row.items()}
    rule = whole.item("rules", f"{base}:term_years")
    assert rule.bounds_for(qualified, date(2021, 12, 31), Nothing(whole)).number == years


def test_a_place_may_bind_its_instructors_more_tightly(whole):
    assert whole.item("rules", "instructor_load", ["3607", "36"]).at_least == 5
    assert whole.item("rules", "instructor_load", ["5116", "51"]).at_least == 1


@pytest.mark.parametrize(
    "numbers",
    [{}, {"value": 3, "at_most": 5}, {"at_least": 5, "at_most": 3}, {"value": None, "at_least": None}],
)
def test_a_rule_says_a_value_or_bounds_in_order(numbers):
    with pytest.raises(ValueError, match="at_"):
        Rule.model_validate({"label": "规则", **numbers})
