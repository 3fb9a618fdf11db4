"""One row against a filter, in Python."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.packs.filters.matching import matches, value_of, whole_years
from jiceng.packs.filters.nodes import Not
from jiceng.packs.filters.parsing import parse_filter
from jiceng.packs.filters.resolving import column_of, fact_of
from jiceng.packs.references import Resolver
from jiceng.packs.vocabulary import Term, Vocabulary

DAY = date(2021, 12, 31)


class Ledger:
    """A few rows in memory, in the way that coverage reads them."""

    def __init__(self, catalogue, **facts) -> None:
        self.catalogue, self.facts = catalogue, facts

    def row(self, fact, key, day):
        return next((row for row in self.facts.get(fact, []) if row["id"] == key), None)

    def rows(self, fact, match, valid, day):
        for row in self.facts.get(fact, []):
            held = valid is None or (
                row["valid_from"] <= valid and (row["valid_to"] is None or valid < row["valid_to"])
            )
            if held and all(self.reached(fact, path, row, day) == value for path, value in match.items()):
                yield row

    def reached(self, fact, path, row, day):
        return value_of(column_of(fact_of(fact), path), row, day, self)

    def below(self, vocabulary, key):
        return self.catalogue.below(vocabulary, key)

    def ranked(self, vocabulary, at_least):
        return self.catalogue.ranked(vocabulary, at_least)


def dated(begins="2020-01-01", ends=None, **values):
    return {
        "valid_from": date.fromisoformat(begins),
        "valid_to": date.fromisoformat(ends) if ends else None,
        **values,
    }


@pytest.fixture
def holds(place):
    """`holds({…filter…}, fact, row, other facts…)`."""
    catalogue = place("vocabularies: {unit_kinds: {terms: {market: {label: 市场, parent: enterprise}}}}")
    keys = Resolver("place", ("ground",), catalogue.vocabularies)

    def holds(written, fact, row, day=DAY, **facts):
        return matches(parse_filter(written, fact, keys), row, day, Ledger(catalogue, **facts))

    return holds


UNIT = {
    "id": 1, "kind": "place:market", "employees": 12, "above_scale": False, "region": 7, "industry": "",
    "surveyed_on": date(2021, 3, 1), "authority": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, True),
        ({"kind": "market"}, True),
        ({"kind": "two_new"}, True),
        ({"kind": "agency"}, False),
        ({"kind": ["agency", "enterprise"]}, True),
        ({"kind": {"ne": "two_new"}}, False),
        ({"employees": 12}, True),
        ({"employees": {"gt": 12}}, False),
        ({"employees": {"gte": 12, "lt": 13}}, True),
        ({"employees": {"lte": 11}}, False),
        ({"employees": {"in": [11, 12]}}, True),
        ({"above_scale": False}, True),
        ({"above_scale": True}, False),
        ({"surveyed_on": {"gte": "2021-03-01"}}, True),
        ({"surveyed_on": {"lt": "$day"}}, True),
        ({"industry": {"empty": True}}, True),
        ({"authority": {"empty": False}}, False),
        ({"any": [{"kind": "agency"}, {"employees": 12}]}, True),
        ({"all": [{"kind": "agency"}, {"employees": 12}]}, False),
        ({"not": {"kind": "agency"}}, True),
    ],
)
def test_conditions_on_the_row_itself(holds, written, expected):
    assert holds(written, "unit", UNIT) is expected


@pytest.mark.parametrize(
    "written",
    [
        {"employees": {"lt": 10}},
        {"employees": {"gte": 0}},
        {"kind": "two_new"},
        {"above_scale": False},
        {"surveyed_on": {"lte": "$day"}},
        {"region.kind": "village"},
        {"authority.kind": "agency"},
        {"within_days": {"column": "surveyed_on", "days": 30}},
    ],
)
def test_an_empty_column_meets_no_comparison_and_therefore_every_denial(holds, written):
    blank = {"id": 1}
    assert not holds(written, "unit", blank)
    assert holds({"not": written}, "unit", blank)


def test_a_dot_reads_the_row_referred_to(holds):
    regions = [{"id": 7, "kind": "ground:village", "parent": 8}, {"id": 8, "kind": "ground:county"}]
    assert holds({"region.kind": "village"}, "unit", UNIT, region=regions)
    assert holds({"region.parent.kind": "county"}, "unit", UNIT, region=regions)
    assert not holds({"region.parent.parent.kind": "county"}, "unit", UNIT, region=regions)


def test_within_days_counts_from_the_day_asked_for_both_ends_included(holds):
    written = {"within_days": {"column": "term_until", "days": 180}}
    for until, expected in (
        ("2021-12-30", False),
        ("2021-12-31", True),
        ("2022-06-29", True),
        ("2022-06-30", False),
    ):
        assert holds(written, "party_org", {"id": 1, "term_until": date.fromisoformat(until)}) is expected


def test_rank_is_met_by_the_term_and_those_above_it(holds):
    written = {"education": {"rank_gte": "junior_college"}}
    for term, expected in (
        ("senior_secondary", False),
        ("junior_college", True),
        ("bachelor", True),
        ("other", False),
    ):
        assert holds(written, "person", {"id": 1, "education": f"ground:{term}"}) is expected


def test_whole_years_to_the_day_asked_for(holds):
    person = {"id": 1, "birth_date": date(1986, 12, 31)}
    assert holds({"age": {"lte": 35}}, "person", person)
    assert not holds({"age": {"lte": 34}}, "person", person)
    assert holds({"age": {"lte": 34}}, "person", person, day=date(2021, 12, 30))
    assert holds({"person.age": 35}, "membership", {"id": 1, "person": 1}, person=[person])


def test_what_has_not_begun_by_the_day_has_no_years(holds):
    row = {"id": 1, "valid_from": date(2022, 6, 1), "valid_to": None}
    assert not holds({"years": {"gte": -5}}, "experience", row)
    assert holds({"years": {"empty": True}}, "experience", row)
    assert holds({"years": 0}, "experience", {**row, "valid_from": DAY})


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        ("2000-02-29", "2001-02-28", 0),
        ("2000-02-29", "2001-03-01", 1),
        ("2000-02-29", "2004-02-29", 4),
        ("2020-05-05", "2020-05-05", 0),
    ],
)
def test_years_turn_on_the_day(since, until, years):
    assert whole_years(date.fromisoformat(since), date.fromisoformat(until)) == years


# ----------------------------------------------------------------------------------------------- has
APPOINTMENTS = [
    dated(id=1, person=1, region=7, post="ground:secretary"),
    dated(id=2, person=1, region=7, post="ground:director"),
    dated(id=3, person=2, region=8, post="ground:secretary", ends="2021-12-31"),
]
SECRETARY = {"fact": "appointment", "by": "region", "where": {"post": "secretary"}}


def test_has_looks_at_rows_valid_on_the_same_day_the_end_excluded(holds):
    assert holds({"has": SECRETARY}, "region", {"id": 7}, appointment=APPOINTMENTS)
    assert not holds({"has": SECRETARY}, "region", {"id": 8}, appointment=APPOINTMENTS)
    assert holds({"has": SECRETARY}, "region", {"id": 8}, day=date(2021, 12, 30), appointment=APPOINTMENTS)
    assert not holds({"has": SECRETARY}, "region", {"id": 9}, appointment=APPOINTMENTS)


def test_has_may_look_at_the_day_before_or_at_any_day(holds):
    assert holds({"has": {**SECRETARY, "day": "before"}}, "region", {"id": 8}, appointment=APPOINTMENTS)
    assert holds({"has": {**SECRETARY, "day": "any"}}, "region", {"id": 8}, day=date(1999, 1, 1),
                 appointment=APPOINTMENTS)  # fmt: skip


def test_one_person_in_two_posts_of_one_village(holds):
    director = {
        "fact": "appointment",
        "match": {"person": "person", "region": "region"},
        "where": {"post": "director"},
    }
    written = {"has": {**SECRETARY, "where": {"post": "secretary", "has": director}}}
    assert holds(written, "region", {"id": 7}, appointment=APPOINTMENTS)
    apart = [APPOINTMENTS[0], {**APPOINTMENTS[1], "person": 5}]
    assert not holds(written, "region", {"id": 7}, appointment=apart)


def test_has_counts(holds):
    members = [dated(id=i, party_org=1, full_on=date(2020, 1, i)) for i in (1, 2, 3)]
    three = {"has": {"fact": "membership", "by": "party_org", "at_least": 3}}
    assert holds(three, "party_org", {"id": 1}, membership=members)
    assert not holds(three, "party_org", {"id": 1}, membership=members[:2])
    assert not holds(three, "party_org", {"id": 2}, membership=members)


def test_has_adds_up(holds):
    written = {"has": {"fact": "experience", "match": {"person": "person"}, "where": {}, "day": "any",
                       "total": "years", "at_least": 2}}  # fmt: skip
    row = {"id": 1, "person": 1}
    one = dated("2015-01-01", "2016-06-01", id=1, person=1)
    other = dated("2019-01-01", "2020-02-01", id=2, person=1)
    still = dated("2018-01-01", None, id=3, person=1)
    assert not holds(written, "appointment", row, experience=[one])
    assert holds(written, "appointment", row, experience=[one, other])
    assert holds(written, "appointment", row, experience=[still])
    assert not holds(written, "appointment", row, day=date(2019, 12, 31), experience=[still])


def test_has_without_a_key_to_match_finds_nothing(holds):
    written = {"has": {"fact": "charge", "match": {"party_org": "party_org"}}}
    nobody = [dated(id=1, party_org=None)]
    assert not holds(written, "appointment", {"id": 1, "party_org": None}, charge=nobody)


def test_has_may_match_along_a_dot(holds):
    written = {"has": {"fact": "standing", "match": {"household.region": "id"}}}
    world = {"standing": [dated(id=1, household=3)], "household": [{"id": 3, "region": 7}]}
    assert holds(written, "region", {"id": 7}, **world)
    assert not holds(written, "region", {"id": 8}, **world)


# ------------------------------------------------------------------------------------------ properties
CONDITIONS = st.recursive(
    st.sampled_from([
        {"kind": "two_new"}, {"kind": ["agency"]}, {"employees": {"gte": 10}}, {"employees": {"lt": 5}},
        {"above_scale": True}, {"industry": {"empty": True}}, {"surveyed_on": {"lte": "$day"}},
    ]),
    lambda inner: st.one_of(
        st.builds(lambda c: {"not": c}, inner),
        st.builds(lambda cs: {"any": cs}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda cs: {"all": cs}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {"id": st.just(1)},
    optional={
        "kind": st.sampled_from(["place:market", "ground:agency", "gone:kind", None]),
        "employees": st.one_of(st.none(), st.integers(0, 20)),
        "above_scale": st.one_of(st.none(), st.booleans()),
        "industry": st.sampled_from(["", None, "ground:jade"]),
        "surveyed_on": st.one_of(st.none(), st.dates()),
    },
)


@pytest.fixture(scope="session")
def parsed():
    """The names that those filters use, without packs."""
    two_new, agency = Term("ground:two_new", "两新组织", ""), Term("ground:agency", "机关", "")
    market = Term("place:market", "市场", "", parent=two_new.key)
    tree = Vocabulary("unit_kinds", "单位类型", {term.key: term for term in (two_new, agency, market)})
    return Resolver("place", ("ground",), {"unit_kinds": tree}), tree


@given(condition=CONDITIONS, row=ROWS)
def test_a_denial_holds_exactly_where_the_condition_does_not(parsed, condition, row):
    keys, tree = parsed

    class Terms(Ledger):
        def below(self, vocabulary, key):
            return tree.below(key)

    node = parse_filter(condition, "unit", keys)
    assert matches(Not(node), row, DAY, Terms(None)) is not matches(node, row, DAY, Terms(None))
