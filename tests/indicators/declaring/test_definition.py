"""Definitions say in words what is counted: every filter, measure, place and time, in both languages."""

import re
from types import SimpleNamespace

import pytest
import yaml
from django.utils.translation import gettext, override

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.definition import measured, name_of, sentences
from jiceng.indicators.sections import Indicator
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.references import Resolver
from jiceng.packs.vocabulary import Term, Vocabulary
from jiceng.records.facts import all_facts
from tests.indicators.answers.test_oracle import DECLARED
from tests.indicators.conftest import declared, of
from tests.indicators.vocabularies import VOCABULARIES

SECRETARY = {"fact": "appointment", "by": "region", "where": {"post": "secretary"}}


def said(written, **others) -> str:
    return "\n".join(sentences(of(written, **others)))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("{kind: two_new}", "单位类型为“two_new（中）”"),
        ("{kind: [market, agency]}", "单位类型为“market（中）”或“agency（中）”"),
        ("{kind: {ne: agency}}", "不符合（单位类型为“agency（中）”）"),
        ("{employees: {gte: 10, lt: 100}}", "职工人数不小于 10，且职工人数小于 100"),
        ("{above_scale: true}", "规上：是"),
        ("{industry: {empty: true}}", "行业未填"),
        ("{industry: {empty: false}}", "行业已填"),
        ("{region.kind: village}", "所在区域的类型为“village（中）”"),
        ("{surveyed_on: {lt: $day}}", "摸排日期早于统计日"),
        ("{surveyed_on: {gte: 2020-01-01}}", "摸排日期不早于2020-01-01"),
        ("{any: [{above_scale: false}, {employees: {gt: 5}}]}", "（规上：否，或职工人数大于 5）"),
        (
            "{any: [{kind: market}, {above_scale: true, employees: {gt: 5}}]}",
            "（单位类型为“market（中）”，或（规上：是，且职工人数大于 5））",
        ),
        ("{within_days: {column: surveyed_on, days: 30}}", "摸排日期在统计日起 30 天内"),
        ("{has: {fact: employment, by: unit}}", "有当日有效的“工作单位”（单位为其本身）"),
        ("{has: {fact: employment, by: unit, at_least: 3}}", "有至少 3 条当日有效的“工作单位”"),
        (
            "{has: {fact: appointment, match: {unit: authority}, day: any}}",
            "有任何时候的“任职”（所在单位与行业主管部门相同）",
        ),
    ],
)
def test_conditions_in_words(where, words):
    assert f"条件：{words}" in said({"fact": "unit", "where": yaml.safe_load(where)})


def test_keys_of_a_pack_s_items_are_said_by_their_names():
    """A ledger is no term: its name stands in a section of the packs."""
    one = declared({"fact": "coverage", "where": {"ledger": {"in": ["place:tea", "place:bare", "gone:one"]}}})
    items = {"place:tea": SimpleNamespace(label="茶家乐", name_en="Tea homestays"), "place:bare": object()}
    asked = Declared("core:one", one, Catalogue([], VOCABULARIES, {"coverage": items}))
    assert "条件：覆盖台账：茶家乐或place:bare或gone:one。" in sentences(asked)
    with override("en"):
        assert "Tea homestays" in "".join(sentences(asked))


def test_a_key_that_two_vocabularies_have_is_said_by_the_column_s_own():
    said = {}
    for column, where in (("kind", {"kind": "two_new"}), ("status", {"status": "two_new"})):
        trees = {"unit_kinds": "两新组织", "unit_statuses": "两新领域"}
        terms = {t: Vocabulary(t, t, {"core:two_new": Term("core:two_new", n, "")}) for t, n in trees.items()}
        resolver = Resolver("core", ("core",), terms)
        one = Indicator.model_validate({"name": "数", "fact": "unit", "where": where}, context=resolver)
        said[column] = "".join(sentences(Declared("core:one", one, Catalogue([], terms, {}))))
    assert "两新组织" in said["kind"]
    assert "两新领域" in said["status"]


def test_ranks_and_totals_in_words():
    assert "学历在“college（中）”及以上" in said(
        {"fact": "person", "where": {"education": {"rank_gte": "college"}}}
    )
    has = {
        "fact": "experience",
        "match": {"person": "person"},
        "day": "before",
        "total": "years",
        "at_least": 2,
    }
    assert "前一日有效的“工作经历”（人员与人员相同）的年数合计不少于 2" in said(
        {"fact": "appointment", "where": {"has": has}}
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({}, "计算：记录数。"),
        ({"measure": "distinct", "of": "region"}, "计算：按所在区域去重计数。"),
        ({"measure": "sum", "of": "employees"}, "计算：职工人数合计。"),
        ({"measure": "average", "of": "employees"}, "计算：职工人数合计 ÷ 有数的记录数。"),
        ({"measure": "minimum", "of": "employees"}, "计算：职工人数的最小值。"),
        ({"measure": "share", "part": {"above_scale": True}}, "计算：其中规上：是的记录数 ÷ 全部记录数。"),
        ({"time": "flow"}, "统计在时期内（含首末两日）开始的“单位”，内容按开始当日。"),
        ({"time": "flow", "event": "ends"}, "统计在时期内（含首末两日）结束的“单位”，内容按结束前一日。"),
        (
            {"time": "flow", "event": "surveyed_on"},
            "统计“摸排日期”在时期内（含首末两日）的“单位”，内容按当日。",
        ),
        ({"scope": "public"}, "数值公开；背后的记录按权限查看。"),
        ({"note": "不含个体工商户。"}, "不含个体工商户。"),
    ],
)
def test_measures_times_and_readers_in_words(written, words):
    assert words in said({"fact": "unit", **written}).split("\n")


def test_places_in_words():
    assert "归属：按其本身在区划树中的位置。" in said({"fact": "region"})
    assert "归属：按所在党组织的所在区域。" in said({"fact": "membership"})
    assert "归属：按人员的所在区域，没有时按户的所在区域。" in said({"fact": "standing"})


def test_a_change_says_against_when_and_goes_on_with_what_changes():
    written = {"measure": "change", "of": "other", "from": {"as_of": "2019-12-01"}, "as": "reduction_share"}
    lines = said(written, other={"fact": "region", "name": "村"}).split("\n")
    assert lines[0] == "计算：“村”与2019-12-01相比的减幅。"
    assert "统计截至统计日有效的“区域”。" in lines
    assert "3 年前" in said({**written, "from": {"years": 3}}, other={"fact": "region"})


def test_notes_are_said_of_changes_too_and_in_the_active_language():
    noted = {"note": "换届前后相比。", "note_en": "Before and after the change of term."}
    change = {"measure": "change", "of": "other", "from": {"years": 1}, **noted}
    for written in ({"fact": "unit", **noted}, change):
        assert "换届前后相比。" in said(written, other={"fact": "region"}).split("\n")
        with override("en"):
            lines = said(written, other={"fact": "region"}).split("\n")
        assert "Before and after the change of term." in lines
        assert "换届前后相比。" not in lines
    with override("en"):
        assert "只有中文。" in said({"fact": "unit", "note": "只有中文。"})


HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("fact", all_facts())
def test_every_label_has_an_english_rendering(fact):
    """A label that is not marked for translation would stand in Chinese in the middle of an English definition."""
    labels = {all_facts()[fact].label, *(column.label for column in all_facts()[fact].columns)}
    assert all(HAN.search(label) for label in labels)
    with override("en"):
        assert [label for label in sorted(labels) if HAN.search(gettext(label))] == []


@pytest.mark.parametrize("name", DECLARED)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everything_can_be_said(name, language):
    with override(language):
        text = said(DECLARED[name])
    assert "%(" not in text
    assert "core:" not in text
    assert text.count("\n") >= 3


def test_english_takes_terms_and_names_in_english():
    one = declared({"fact": "unit", "name": "单位", "name_en": "Units"})
    with override("en"):
        assert name_of(one) == "Units"
        assert "two_new" in said({"fact": "unit", "where": {"kind": "two_new"}})
        assert "（中）" not in said({"fact": "unit", "where": {"kind": "two_new"}})
    assert name_of(one) == "单位"


def test_units_are_said_in_the_reader_s_language():
    with override("zh-hans"):
        assert [measured(unit) for unit in ("家", "名", "KW")] == ["家", "名", "KW"]
    with override("en"):
        assert [measured(unit) for unit in ("家", "名", "KW")] == ["", "people", "KW"]
