"""The filter grammar: what every row of the table in docs/packs.md means, and what is no filter."""

from datetime import date

import pytest

from jiceng.packs.filters.nodes import (
    AllOf,
    AnyOf,
    AskedDay,
    Empty,
    Has,
    Not,
    RankAtLeast,
    TermIn,
    WithinDays,
    both,
    columns,
    walk,
)
from jiceng.packs.filters.parsing import MAX_CHOICES, MAX_DEPTH, MAX_NODES, FilterProblems, parse_filter
from jiceng.packs.references import Resolver

LEDGERS = {key: {} for key in ("place:two_new", "place:places", "ground:places")}


@pytest.fixture
def parse(place):
    catalogue = place("vocabularies: {unit_kinds: {terms: {market: {label: 市场, parent: enterprise}}}}")
    keys = Resolver("place", ("ground",), catalogue.vocabularies, {"ledgers": LEDGERS})

    def parse(written, fact="unit"):
        return parse_filter(written, fact, keys)

    return parse


@pytest.fixture
def problems(parse):
    def find(written, fact="unit"):
        with pytest.raises(FilterProblems) as found:
            parse(written, fact)
        return found.value.problems

    return find


# ------------------------------------------------------------------------------------------- meaning
def test_an_empty_filter_holds_always(parse):
    assert parse({}) == AllOf()


def test_a_key_is_looked_for_in_the_own_pack_first_then_in_the_base(parse):
    assert parse({"kind": "market"}).terms == ("place:market",)
    assert parse({"kind": "enterprise"}).terms == ("ground:enterprise",)
    assert parse({"kind": "ground:enterprise"}).terms == ("ground:enterprise",)


def test_a_vocabulary_column_takes_terms_alone_in_a_list_or_by_name_of_the_comparison(parse):
    node = parse({"kind": ["market", "agency"]})
    assert isinstance(node, TermIn)
    assert (str(node.column), node.terms) == ("kind", ("place:market", "ground:agency"))
    assert parse({"kind": {"in": ["market", "agency"]}}) == node
    assert parse({"kind": {"not_in": ["market", "agency"]}}) == Not(node)
    assert parse({"kind": {"eq": "market"}}) == parse({"kind": "market"})
    assert parse({"kind": {"ne": "market"}}) == Not(parse({"kind": "market"}))


def test_entries_and_comparisons_of_one_mapping_all_hold(parse):
    node = parse({"kind": "agency", "employees": {"gte": 10, "lt": 100}})
    assert [type(part).__name__ for part in node.parts] == ["TermIn", "Compare", "Compare"]
    assert [(p.operator, p.values) for p in node.parts[1:]] == [("gte", (10,)), ("lt", (100,))]


@pytest.mark.parametrize("operator", ["gt", "gte", "lt", "lte", "eq"])
def test_numbers_compare(parse, operator):
    node = parse({"employees": {operator: 5}})
    assert (node.operator, node.values) == (operator, (5,))


def test_booleans_texts_and_emptiness(parse):
    assert parse({"above_scale": True}).values == (True,)
    assert parse({"name": "x"}, "region").values == ("x",)
    assert isinstance(parse({"industry": {"empty": True}}), Empty)
    assert isinstance(parse({"gathered_in": {"empty": False}}), Not)


def test_days_are_iso_texts_or_the_day_asked_for(parse):
    assert parse({"surveyed_on": {"lte": "2021-12-31"}}).values == (date(2021, 12, 31),)
    assert parse({"surveyed_on": {"lte": date(2021, 12, 31)}}).values == (date(2021, 12, 31),)
    assert parse({"surveyed_on": {"lte": "$day"}}).values == (AskedDay(),)


def test_a_dot_follows_references_and_remembers_the_facts_on_the_way(parse):
    column = parse({"party_org.host_region.kind": "village"}, "membership").column
    assert str(column) == "party_org.host_region.kind"
    assert column.through == (("party_org", "party_org"), ("host_region", "region"))
    assert column.vocabulary == "region_kinds"


def test_a_span_of_years_names_the_dates_it_counts_between(parse):
    column = parse({"person.age": {"lte": 35}}, "membership").column
    assert (str(column.since), column.kind) == ("person.birth_date", "integer")
    years = parse({"years": {"gte": 2}}, "experience").column
    assert (str(years.since), str(years.until)) == ("valid_from", "valid_to")


def test_a_row_s_own_dates_are_columns(parse):
    assert parse({"valid_from": {"gte": "2021-01-01"}}, "membership").column.kind == "date"


def test_rank_compares_with_the_term_named(parse):
    node = parse({"person.education": {"rank_gte": "junior_college"}}, "membership")
    assert isinstance(node, RankAtLeast)
    assert (node.term, node.rank) == ("ground:junior_college", 4)


def test_logic_nests(parse):
    node = parse(
        {"any": [{"kind": "agency"}, {"not": {"above_scale": True}}], "all": [{"kind": "market"}, {}]}
    )
    either, single = node.parts
    assert isinstance(either, AnyOf)
    assert isinstance(either.parts[1], Not)
    assert isinstance(single, TermIn)


def test_within_days(parse):
    node = parse({"within_days": {"column": "term_until", "days": 180}}, "party_org")
    assert node == WithinDays(node.column, 180)
    assert str(node.column) == "term_until"


def test_has_by_a_column_points_at_this_row(parse):
    node = parse({"has": {"fact": "appointment", "by": "region", "where": {"post": "secretary"}}}, "region")
    assert isinstance(node, Has)
    ((theirs, ours),) = node.match
    assert (str(theirs), ours, node.day, node.at_least, node.total) == ("region", None, "same", 1, None)
    assert node.where.terms == ("ground:secretary",)


def test_has_by_matched_columns_nested_and_counted(parse):
    inner = {
        "fact": "appointment",
        "match": {"person": "person", "region": "region"},
        "where": {"post": "director"},
    }
    worked = {
        "fact": "experience",
        "match": {"person": "person"},
        "total": "years",
        "at_least": 2,
        "day": "any",
    }
    node = parse({"has": [inner, worked]}, "appointment")
    first, second = node.parts
    assert [(str(a), str(b)) for a, b in first.match] == [("person", "person"), ("region", "region")]
    assert (str(second.total), second.at_least, second.day) == ("years", 2, "any")


def test_has_may_match_along_dots_and_the_row_itself(parse):
    node = parse(
        {"has": {"fact": "standing", "match": {"household.region": "id"}, "day": "before"}}, "region"
    )
    ((theirs, ours),) = node.match
    assert (str(theirs), ours, node.day) == ("household.region", None, "before")


def test_a_code_column_of_a_section_is_qualified_by_its_items(parse, monkeypatch):
    from jiceng.records import facts  # noqa: PLC0415 - patched for this test alone

    ledger = facts.Fact(
        "ledgered", "t", "台账", "a.b", (facts.Column("ledger", "code", "台账", vocabulary="ledgers"),)
    )
    monkeypatch.setitem(facts._facts, "ledgered", ledger)
    assert parse({"ledger": "two_new"}, "ledgered").values == ("place:two_new",)
    assert parse({"ledger": ["two_new", "places"]}, "ledgered").values == ("place:two_new", "ground:places")
    with pytest.raises(FilterProblems):
        parse({"ledger": "fields"}, "ledgered")


def test_the_columns_of_a_filter_and_all_its_nodes_can_be_listed(parse):
    charged = {"fact": "charge", "by": "unit", "where": {"party_org": {"empty": False}}}
    node = parse({"kind": "agency", "not": {"region.kind": "village"}, "has": charged})
    assert [str(column) for column in columns(node)] == ["kind", "region.kind"]
    assert sum(isinstance(part, Empty) for part in walk(node)) == 1


def test_filters_join_flat(parse):
    one, two = parse({"kind": "agency"}), parse({"above_scale": True, "employees": 3})
    assert len(both(one, two).parts) == 3
    assert both(one) == one
    assert both() == AllOf()


# -------------------------------------------------------------------------------------------- faults
@pytest.mark.parametrize(
    ("written", "at", "what", "remedy"),
    [
        ("kind", (), "“列: 值”", "kind: enterprise"),
        ({"kin": "agency"}, ("kin",), "没有列“kin”", "“kind”"),
        ({"kind": "agancy"}, ("kind",), "没有“agancy”", "“agency”"),
        ({"kind": ["agency", "x"]}, ("kind", 1), "没有“x”", "可用的有"),
        ({"kind": "far:agency"}, ("kind",), "没有“far:agency”", "agency"),
        ({"kind": 5}, ("kind",), "词条的键", "引号"),
        ({"kind": {"gt": "agency"}}, ("kind", "gt"), "不能比大小", "rank_gte"),
        ({"kind": {"rank_gte": "agency"}}, ("kind", "rank_gte"), "没有 rank", "attrs"),
        ({"employees": {"rank_gte": "agency"}}, ("employees", "rank_gte"), "不是词表列", ""),
        ({"employees": "ten"}, ("employees",), "应为数字", ""),
        ({"employees": True}, ("employees",), "应为数字", ""),
        ({"employees": {"between": [1, 2]}}, ("employees", "between"), "未知的比较“between”", "gte"),
        ({"employees": {}}, ("employees",), "缺少比较", "gte"),
        ({"employees": []}, ("employees",), "1 到 500 个", "empty"),
        ({"employees": list(range(MAX_CHOICES + 1))}, ("employees",), "1 到 500 个", ""),
        ({"employees": {"in": 3}}, ("employees", "in"), "应为列表", ""),
        ({"employees": None}, ("employees",), "应为数字", ""),
        ({"above_scale": "yes"}, ("above_scale",), "true 或 false", ""),
        ({"above_scale": {"empty": "no"}}, ("above_scale", "empty"), "true 或 false", ""),
        ({"surveyed_on": "2021.3"}, ("surveyed_on",), "应为日期", "2021-12-31"),
        ({"surveyed_on": "2021-02-30"}, ("surveyed_on",), "应为日期", ""),
        ({"region": "5116"}, ("region",), "引用", "用点"),
        ({"kind.name": "x"}, ("kind.name",), "不是引用", "region"),
        ({"region.region.kind": "village"}, ("region.region.kind",), "不是引用|没有列", ""),
        ({".".join(["authority"] * 9) + ".kind": "agency"}, None, "太长", "6"),
        ({"any": {"kind": "agency"}}, ("any",), "非空列表", "any: ["),
        ({"all": []}, ("all",), "非空列表", ""),
        ({"not": [1]}, ("not",), "“列: 值”", ""),
        ({"within_days": {"column": "surveyed_on"}}, ("within_days",), "column 和 days", ""),
        ({"within_days": {"column": "kind", "days": 3}}, ("within_days", "column"), "不是日期", ""),
        ({"within_days": {"column": "surveyed_on", "days": -1}}, ("within_days", "days"), "整数", ""),
        ({"within_days": {"column": "survey", "days": 1}}, ("within_days", "column"), "没有列", ""),
        ({"has": {"by": "unit"}}, ("has",), "fact", ""),
        ({"has": {"fact": "charges", "by": "unit"}}, ("has", "fact"), "没有事实表", "“charge”"),
        ({"has": {"fact": "charge"}}, ("has",), "by 与 match 只写其一", ""),
        ({"has": {"fact": "charge", "by": "unit", "match": {"unit": "id"}}}, ("has",), "只写其一", ""),
        ({"has": {"fact": "charge", "by": "party_org"}}, ("has", "by"), "不是同一种东西", ""),
        ({"has": {"fact": "charge", "match": {"unit": "region"}}}, ("has", "match", "unit"), "同一种", ""),
        ({"has": {"fact": "charge", "by": "unit", "were": {}}}, ("has", "were"), "没有“were”", "“where”"),
        ({"has": {"fact": "charge", "by": "unit", "day": "never"}}, ("has", "day"), "before", ""),
        ({"has": {"fact": "charge", "by": "unit", "at_least": 0}}, ("has", "at_least"), "正数", ""),
        ({"has": {"fact": "charge", "by": "unit", "total": "unit", "at_least": 1}}, None, "不是数字", ""),
        ({"has": [{"fact": "charge", "by": "unit", "where": {"x": 1}}]}, ("has", 0, "where", "x"), "“x”", ""),
    ],
)  # fmt: skip
def test_a_fault_says_its_place_what_and_remedy(problems, written, at, what, remedy):
    (problem,) = problems(written)
    assert at is None or problem.place == at
    assert any(part in problem.what for part in what.split("|"))
    assert remedy in problem.remedy


def test_a_total_needs_a_number_to_reach(problems):
    (problem,) = problems(
        {"has": {"fact": "experience", "match": {"person": "person"}, "total": "years"}}, "appointment"
    )
    assert "at_least" in problem.what


def test_all_faults_of_a_filter_come_out_at_once(problems):
    found = problems({"kin": 1, "employees": "x", "any": [{"above_scale": 3}, {"kind": "agancy"}]})
    assert [p.place for p in found] == [
        ("kin",),
        ("employees",),
        ("any", 0, "above_scale"),
        ("any", 1, "kind"),
    ]


def test_a_filter_about_no_known_fact_is_refused(problems):
    (problem,) = problems({"kind": "agency"}, "units")
    assert "“unit”" in problem.remedy


def test_an_endless_filter_is_refused(problems):
    deep = {"kind": "agency"}
    for _step in range(MAX_DEPTH + 1):
        deep = {"not": deep}
    assert [p.what for p in problems(deep)] == ["条件嵌套太深"]
    wide = {"any": [{"kind": "agency"}] * (MAX_NODES + 50)}
    assert [p.what for p in problems(wide)] == ["条件太长"]


def test_a_filter_within_its_bounds_is_read(parse):
    deep = {"kind": "agency"}
    for _step in range(MAX_DEPTH):
        deep = {"not": deep}
    assert isinstance(parse(deep), Not)
