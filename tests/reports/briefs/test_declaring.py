"""Figures, lists and conditions in documents: what a pack may say, and where a fault stands."""

from textwrap import indent

import pytest
from django.conf import settings

from jiceng.packs.installing import check, shipped_bases
from jiceng.records.refusals import Refusals

BRIEF = """
label: 简报
about: figures
title: "{region}{year}简报"
figures:
  orgs: {indicator: party_orgs, against: last_year}
  rate: {indicator: two_new_organised_rate, where: {unit.above_scale: true}, decimals: 1}
lists:
  towns:
    label: 镇
    figures: {orgs: {indicator: party_orgs}, rate: {indicator: two_new_organised_rate}}
    only: [{figure: rate, is: below, than: rate}]
    order: rate
blocks:
  - {text: "{orgs}个，比{orgs_before}个增加{orgs_change}个，增长{orgs_growth}。", when: {figure: orgs, is: rose}}
  - {text: "{area}{orgs}个，{rate}。", each: towns}
"""


@pytest.fixture
def faults(tmp_path):
    """What is wrong with a pack that has one document, as `pack check` says it."""

    def checked(text: str) -> list[str]:
        folder = tmp_path / "there"
        folder.mkdir(exist_ok=True)
        folder.joinpath("pack.yaml").write_text(
            'pack: {id: there, name: 某地, version: 1.0.0, binds: [{region: "990001", from: 2012-01-01}]}\n',
            "utf-8",
        )
        folder.joinpath("documents.yaml").write_text(f"documents:\n  brief:\n{indent(text, '    ')}", "utf-8")
        try:
            check([folder], shipped_bases([]))
        except Refusals as found:
            return [str(each) for each in found.refusals]
        return []

    return checked


def line_of(text: str, words: str) -> int:
    """The line of the pack's file in which the words stand; two lines stand above the document."""
    return next(n for n, line in enumerate(text.splitlines(), start=3) if words in line)


def test_a_whole_brief_has_no_faults(faults):
    assert faults(BRIEF) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("比{orgs_before}个", "比{orgs_befor}个", "orgs_befor"),
        ("{rate}。", "{rat}。", "rat"),
        ("each: towns", "each: town", "town"),
        ("{figure: orgs, is: rose}", "{figure: rate, is: rose}", "rate_before"),
        ("{figure: orgs, is: rose}", "{figure: organisations, is: zero}", "organisations"),
        ("than: rate}]", "than: whole}]", "whole"),
        ("order: rate", "order: size", "size"),
        (
            "{indicator: party_orgs, against",
            "{indicator: party_organisations, against",
            "party_organisations",
        ),
        ("unit.above_scale", "unit.above", "above"),
        ("  orgs: {indicator: party_orgs, a", "  region: {indicator: party_orgs, a", "region"),
        ("about: figures", "about: matter", "matter"),
    ],
)
def test_what_is_not_there_is_said_with_its_line(faults, right, wrong, said):
    text = BRIEF.replace(right, wrong, 1)
    assert text != BRIEF
    found = faults(text)
    assert any(said in fault for fault in found), found
    assert all("documents.yaml:" in fault for fault in found)


def test_an_unknown_name_is_found_in_its_line_with_what_may_be_meant(faults):
    text = BRIEF.replace("{orgs_growth}", "{orgs_groth}")
    (fault,) = faults(text)
    assert f"documents.yaml:{line_of(text, 'orgs_groth')}:" in fault
    assert "orgs_growth" in fault


def test_fields_of_a_type_and_posts_are_names_of_rows(faults):
    text = """
label: 台账
about: matters
of: coverage_plan
title: 台账
blocks:
  - {table: matters, columns: [{title: 领导, text: "{field_leader}"}, {title: 编号, text: "{matter_number}"}]}
"""
    assert faults(text) == []
    (fault,) = faults(text.replace("field_leader", "field_lead"))
    assert "field_lead" in fault
    assert "coverage_pla" in faults(text.replace("coverage_plan", "coverage_pla"))[0]
    posts = """
label: 表
about: party_orgs
posts: {one: secretary}
title: 表
blocks:
  - {table: orgs, columns: [{title: 书记, text: "{post_one}"}]}
"""
    assert faults(posts) == []
    assert "post_two" in faults(posts.replace("{post_one}", "{post_two}"))[0]
    assert "secretar" in faults(posts.replace("secretary", "secretar"))[0]


def test_the_shipped_packs_are_checked_with_their_briefs():
    folders = sorted(path.parent.name for path in settings.PACKS.glob("*/briefs.yaml"))
    assert folders == ["core", "ganzhou", "guangan", "guanghan", "qianwei", "sihui"]
