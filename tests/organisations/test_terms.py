"""Terms of packs as writes need them."""

import pytest

from jiceng.organisations.terms import (
    level_of_kind,
    meaning,
    pinned,
    require,
    require_all,
    vocabulary,
    with_attr,
)
from jiceng.packs.vocabulary import Term, Vocabulary
from jiceng.records.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["core:street", "street", "街道", " 街道 ", "Street (subdistrict)"])
def test_a_term_is_meant_by_key_or_name(written):
    assert meaning("region_kinds", written) == "core:street"


def test_an_unknown_term_is_refused_with_what_there_is():
    with pytest.raises(Refusal, match="“城堡”不是“区域类型”里的词条") as refused:
        meaning("region_kinds", "城堡")
    assert "可用的有" in refused.value.remedy
    with pytest.raises(Refusal, match="不在词表"):
        require("region_kinds", "street", "类型")


def test_a_packs_own_term_comes_before_the_bases(monkeypatch):
    own = {
        k: Term(k, label, "")
        for k, label in (("core:street", "街道"), ("x:street", "街道办"), ("y:street", "街道"))
    }
    monkeypatch.setattr(
        "jiceng.organisations.terms.vocabulary", lambda name: Vocabulary(name, "区域类型", own)
    )
    assert meaning("region_kinds", "street", "x") == "x:street"
    assert meaning("region_kinds", "street") == "core:street"
    assert meaning("region_kinds", "街道", "y") == "y:street"


def test_a_retired_term_is_no_longer_given_out(monkeypatch):
    terms = {
        "core:old": Term("core:old", "旧类", "", retired=True, replaced_by="core:new"),
        "core:new": Term("core:new", "新类", ""),
    }
    monkeypatch.setattr("jiceng.organisations.terms.vocabulary", lambda name: Vocabulary(name, "类", terms))
    with pytest.raises(Refusal, match="“旧类”已停用") as refused:
        require("kinds", "core:old", "类型")
    assert refused.value.remedy == "改用“新类”"
    with pytest.raises(Refusal):
        meaning("kinds", "旧类")


def test_every_coded_column_of_a_fact_is_checked():
    require_all("party_org", {"form": "core:branch", "industry": "", "superior": None})
    with pytest.raises(Refusal, match="组织形式“core:club”"):
        require_all("party_org", {"form": "core:club"})


def test_terms_are_found_by_what_they_say_of_themselves():
    assert with_attr("sexes", "code", "2").key == "core:female"
    with pytest.raises(Refusal, match="没有 code 为 9 的词条"):
        with_attr("sexes", "code", "9")
    assert level_of_kind("core:village", 0) == 5
    assert level_of_kind("core:statistical", 3) == 4


def test_many_writes_ask_the_database_for_packs_once(django_assert_num_queries):
    vocabulary("sexes")
    with django_assert_num_queries(1), pinned(), pinned():
        for _ in range(5):
            vocabulary("sexes")


def test_a_vocabulary_that_no_pack_has_is_empty():
    assert not vocabulary("castles")
