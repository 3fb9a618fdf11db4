"""The indicators that come with the program: enough for any county, in both languages, findings that say why."""

import re

import pytest
from django.utils.translation import override

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.definition import sentences
from jiceng.packs.catalogue import of_folders, shipped
from jiceng.packs.filters.nodes import Has, walk


@pytest.fixture(scope="module")
def whole():
    """All shipped packs together."""
    return of_folders(*shipped())


@pytest.fixture(scope="module")
def base(whole):
    """The base pack's indicators by bare key."""
    (pack,) = [manifest.id for manifest in whole.packs.values() if manifest.base]
    found = whole.section("indicators").items()
    return {key.partition(":")[2]: item for key, item in found if key.startswith(f"{pack}:")}


def test_the_base_pack_answers_what_any_county_asks(base):
    assert len(base) >= 30
    rates = ("organised", "obliged_organised", "worked")
    for rate in rates:  # each also for those above scale
        assert {f"two_new_{rate}_rate", f"above_scale_{rate}_rate"} <= set(base), rate


def test_names_are_there_in_both_languages_and_no_two_are_alike(whole):
    found = whole.section("indicators").values()
    assert all(one.name and one.name_en for one in found)
    for pack in whole.packs:
        own = [one.name for key, one in whole.section("indicators").items() if key.startswith(f"{pack}:")]
        assert len(own) == len(set(own)), pack


@pytest.mark.parametrize(
    ("language", "other"), [("en", r"[\u4e00-\u9fff，。：（）、]|%\("), ("zh-hans", r"[A-Za-z]{3}|%\(")]
)
def test_definitions_are_in_one_language(whole, language, other):
    """Labels, terms and notes alike: nothing of the other language is left in between."""
    mixed = []
    with override(language):
        for key, one in whole.section("indicators").items():
            text = "\n".join(sentences(Declared(key, one, whole)))
            assert text.count("\n") >= 3, key
            if re.search(other, text):
                mixed.append((key, text))
    assert mixed == []


def test_a_finding_cites_its_rule_and_says_what_it_asks(whole):
    findings = [one for one in whole.section("indicators").values() if one.finding]
    assert len(findings) >= 10
    for one in findings:
        assert all((one.finding.cites, one.finding.asks, one.finding.asks_en)), one.name
        assert one.measure == "count", one.name  # a list that should be empty is counted, never rated


def test_shares_keep_numerator_and_denominator_apart(whole):
    for key, one in whole.section("indicators").items():
        if one.measure == "share":
            assert one.unit == "%", key
            assert one.part is not None, key


def test_members_are_counted_by_formal_membership_alone(base):
    """Participation never counts: what is called members or 党员 counts memberships, but for the floating and the
    double-registered, who are called so."""
    for key, one in base.items():
        if one.fact == "participation":
            assert key.startswith(("floating_", "double_")), key
    assert {base[key].fact for key in ("members", "two_new_members", "full_members", "members_admitted")} == {
        "membership"
    }


def test_a_floating_member_who_transferred_had_taken_part_before(base):
    (before,) = [n for n in walk(base["floating_members_transferred"].where) if isinstance(n, Has)]
    assert before.fact == "participation"


def test_only_organised_units_that_were_not_so_the_day_before_are_newly_organised(base):
    (before,) = [n for n in walk(base["two_new_newly_organised"].where) if isinstance(n, Has)]
    assert before.day == "before"
    assert base["two_new_newly_organised"].measure == "distinct"


@pytest.mark.parametrize("key", ["party_orgs", "two_new_party_orgs", "party_orgs_founded"])
def test_work_committees_and_temporary_branches_are_no_primary_organisations(base, whole, key):
    text = repr(base[key].where)
    assert "entity" in text
    counted = {name for name in whole.vocabulary("party_org_forms") if repr(name) in text}
    forms = whole.vocabulary("party_org_forms")
    assert counted
    assert all(forms[name].attr("counts") for name in counted)
