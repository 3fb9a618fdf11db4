"""The words of packs: what holds at a place, what comes near, what a longer text contains."""

from datetime import date

import pytest

from jiceng.exchange.tables import table_of
from jiceng.exchange.words import Recogniser, Words, forms
from jiceng.packs.catalogue import build
from jiceng.packs.loading import read_folder
from jiceng.records.refusals import Refusal

BASE = """
pack: {id: base, name: 基础, version: 1.0.0, base: true}
"""
BASE_WORDS = """
vocabularies:
  unit_kinds:
    label: 单位类型
    terms:
      enterprise: {label: 企业, en: Enterprise}
      shop: {label: 商铺, en: Shop, parent: enterprise}
      old: {label: 旧类, retired: true}
headers:
  units: {columns: {name: [字号], principal: [掌柜]}, left_out: [心情]}
wordings:
  unit_kinds: {terms: {shop: [铺子, 门店]}}
  yes_no: {terms: {"yes": [够格], "no": [不够格]}}
"""
LOCAL = """
pack: {id: local, name: 本地, version: 1.0.0, binds: [{region: "9901", from: 2020-01-01}]}
"""
LOCAL_WORDS = """
vocabularies:
  unit_kinds:
    terms:
      inn: {label: 客栈, en: Inn, parent: shop}
headers:
  units: {columns: {principal: [东家], address: [掌柜]}, left_out: [年景]}
wordings:
  unit_kinds: {terms: {inn: [旅店], shop: [店面]}}
layouts:
  guild: {label: 行会名册, table: units, columns: {行号: code, 字号: name}}
"""


@pytest.fixture
def catalogue(tmp_path):
    packs = []
    for name, manifest, words in (("base", BASE, BASE_WORDS), ("local", LOCAL, LOCAL_WORDS)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pack.yaml").write_text(manifest)
        (folder / "words.yaml").write_text(words)
        pack, wrong = read_folder(folder)
        assert wrong == []
        packs.append(pack)
    built, faults = build(packs)
    assert faults == []
    return built


def test_a_place_speaks_its_own_words_before_those_of_everywhere(catalogue):
    units = table_of("units")
    here = Words(["990121", "9901", "99"], date(2021, 1, 1), catalogue)
    elsewhere = Words(["9802", "98"], date(2021, 1, 1), catalogue)
    earlier = Words(["9901", "99"], date(2019, 1, 1), catalogue)
    assert here.titles(units)["东家"] == "principal"
    assert here.titles(units)["掌柜"] == "address"
    assert elsewhere.titles(units)["掌柜"] == "principal"
    assert "东家" not in elsewhere.titles(units)
    assert here.left_out(units) >= {"心情", "年景"}
    assert "年景" not in elsewhere.left_out(units)
    assert earlier.titles(units)["掌柜"] == "principal"


def test_without_a_place_every_pack_is_heard_the_base_first(catalogue):
    everywhere = Words(catalogue=catalogue)
    assert everywhere.titles(table_of("units"))["掌柜"] == "principal"
    assert everywhere.term("unit_kinds", "旅店") == "local:inn"
    assert [key for key, _layout in everywhere.layouts()] == ["local:guild"]


def test_terms_by_label_key_english_and_wording(catalogue):
    words = Words(["9901"], date(2021, 1, 1), catalogue)
    for written in ("商铺", "shop", "base:shop", "Shop", "铺子", "店面", " 门 店 ", "铺子（临街）"):
        assert words.term("unit_kinds", written) == "base:shop", written
    assert words.term("unit_kinds", "客栈") == "local:inn"
    assert Words(["98"], None, catalogue).term("unit_kinds", "客栈") == ""


def test_retired_terms_are_not_chosen_any_more(catalogue):
    words = Words(catalogue=catalogue)
    assert words.term("unit_kinds", "旧类") == ""
    assert "base:old" not in words.terms("unit_kinds")
    assert words.label("unit_kinds", "base:old") == "旧类"


def test_labels_in_both_languages(catalogue):
    words = Words(catalogue=catalogue)
    assert words.label("unit_kinds", "base:shop", "en") == "Shop"
    assert words.label("unit_kinds", "base:shop", "zh") == "商铺"
    assert words.label("unit_kinds", "gone:key") == "gone:key"
    assert words.label("no_such", "base:shop") == "base:shop"


def test_what_comes_near_is_offered(catalogue):
    words = Words(["9901"], date(2021, 1, 1), catalogue)
    assert words.near("unit_kinds", "客棧") == ["客栈"]
    assert words.near("unit_kinds", "qwertz") == ["企业", "商铺", "客栈"]


def test_the_longest_term_within_a_text(catalogue):
    words = Words(["9901"], date(2021, 1, 1), catalogue)
    assert words.inside("unit_kinds", "老街客栈有限公司") == "local:inn"
    assert words.inside("unit_kinds", "无关的话") == ""
    assert words.first("unit_kinds") == "base:enterprise"
    assert words.first("no_such") == ""


def test_yes_and_no_of_the_packs(catalogue):
    assert Words(catalogue=catalogue).yes_no() == {"够格": True, "不够格": False}


def test_forms_of_a_title():
    assert forms("企业名称（全称）") == ["企业名称(全称)", "企业名称"]
    assert forms("基本情况-名称") == ["基本情况-名称", "基本情况名称", "名称"]
    assert forms("党员-数")[-1] == "党员"
    assert forms("  ") == []


def test_a_recogniser_tells_exact_from_close():
    recogniser = Recogniser(
        {"统一社会信用代码": "code", "单位名称": "name", "人数": "employees"}, frozenset(("备注",))
    )
    assert recogniser.exact("*单位名称：") == "name"
    assert recogniser.exact("单位的名称") == ""
    assert recogniser.close("企业统一社会信用代码号") == "code"
    assert recogniser.close("单位的名称") == "name"
    assert recogniser.exact("人员-人数") == "employees"
    assert recogniser.close("天气") == ""
    assert recogniser.is_left_out("备注")
    assert recogniser.is_left_out("序号")
    assert not recogniser.known("天气")


def test_tables_are_found_by_key_and_by_name():
    assert table_of("party_orgs") is table_of("party-orgs") is table_of("党组织")
    with pytest.raises(Refusal, match="units"):
        table_of("nothing")
