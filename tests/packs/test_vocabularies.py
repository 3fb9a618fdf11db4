"""Trees of terms: merged over packs, referred to, retired, and what may not be."""

import pytest


def test_a_pack_adds_terms_below_those_of_the_base(place):
    catalogue = place("vocabularies: {unit_kinds: {terms: {market: {label: 专业市场, parent: enterprise}}}}")
    term = catalogue.term("place:market", "unit_kinds")
    assert (term.label, term.parent, term.pack) == ("专业市场", "ground:enterprise", "place")
    assert catalogue.descendants("unit_kinds", "ground:two_new") == {
        "ground:two_new",
        "ground:enterprise",
        "ground:social_org",
        "place:market",
    }
    tree = catalogue.vocabulary("unit_kinds")
    assert tree.ancestors("place:market") == ["place:market", "ground:enterprise", "ground:two_new"]
    assert [t.key for t in tree.children("ground:enterprise")] == ["place:market"]
    assert [t.key for t in tree.children()] == ["ground:two_new", "ground:agency"]


def test_terms_keep_the_order_in_which_they_are_written_the_base_first(place):
    catalogue = place("vocabularies: {unit_kinds: {terms: {zebra: {label: 乙}, ant: {label: 甲}}}}")
    assert [key.partition(":")[2] for key in catalogue.vocabulary("unit_kinds")] == [
        "two_new",
        "enterprise",
        "social_org",
        "agency",
        "zebra",
        "ant",
    ]


def test_a_pack_may_bring_a_vocabulary_of_its_own(place):
    catalogue = place("vocabularies: {colours: {label: 颜色, en: Colours, terms: {red: {label: 红}}}}")
    assert (catalogue.vocabulary("colours").label, catalogue.vocabulary("colours").en) == ("颜色", "Colours")
    assert catalogue.vocabulary("colours").only(frozenset({"place"})).en == "Colours"


def test_labels_follow_the_language_and_unknown_keys_stay_as_they_are(place):
    catalogue = place("vocabularies: {unit_kinds: {terms: {market: {label: 市场}}}}")
    assert catalogue.label("ground:enterprise", "zh-hans") == "非公有制企业"
    assert catalogue.label("ground:enterprise", "en") == "Non-public enterprise"
    assert catalogue.label("place:market", "en") == "市场"
    assert catalogue.label("gone:term") == "gone:term"


def test_one_key_may_mean_different_things_in_two_vocabularies(place):
    catalogue = place(
        "vocabularies: {posts: {terms: {village: {label: 驻村}}}, sexes: {terms: {village: {label: 无}}}}"
    )
    assert catalogue.label("place:village", "zh-hans", "posts") == "驻村"
    assert catalogue.label("place:village", "zh-hans", "sexes") == "无"


def test_a_retired_term_counts_with_what_replaces_it(place):
    catalogue = place(
        """
        vocabularies:
          unit_kinds:
            terms:
              old: {label: 旧称, retired: true, replaced_by: newer}
              newer: {label: 新称, retired: true, replaced_by: enterprise}
              gone: {label: 不再用, retired: true}
        """
    )
    assert catalogue.descendants("unit_kinds", "ground:enterprise") == {
        "ground:enterprise",
        "place:newer",
        "place:old",
    }
    assert catalogue.term("place:gone", "unit_kinds").retired


def test_ranks_compare_terms(place):
    catalogue = place("vocabularies: {educations: {terms: {doctor: {label: 博士, attrs: {rank: 7}}}}}")
    assert catalogue.ranked("educations", 4) == {
        "ground:junior_college",
        "ground:bachelor",
        "place:doctor",
    }


def test_a_key_unknown_to_every_pack_has_only_itself_below(place):
    assert place().descendants("unit_kinds", "elsewhere:thing") == {"elsewhere:thing"}


@pytest.mark.parametrize(
    ("terms", "line", "what", "remedy"),
    [
        ("a: {label: 甲, parent: enterprize}", 4, "没有“enterprize”", "是不是“enterprise”？"),
        ("a: {label: 甲, parent: other:b}", 4, "没有“other:b”", "可用的有"),
        ("a: {label: 甲, parent: a}", 4, "绕了一圈", "parent"),
        ("a: {lable: 甲}", 4, "未知的字段“lable”", "是不是“label”？"),
        ("a: {en: A}", 4, "缺少字段“label”", "中文名称"),
        ("a: 甲", 4, "应为映射", ""),
        ("enterprise: {label: 企业}", 4, "基础包已有词条“ground:enterprise”", "parent: enterprise"),
        ("A-1: {label: 甲}", 4, "写法不对", "小写字母"),
        (f"{'a' * 60}: {{label: 甲}}", 4, "太长", "60"),
        ("a: {label: 甲, replaced_by: enterprise}", 4, "却没有停用", "retired: true"),
        ("a: {label: 甲, attrs: {level: [1]}}", 4, "“level”应为", "附加属性"),
        ("a: {label: 甲, retired: maybe}", 4, "true 或 false", "已停用"),
    ],
)
def test_a_faulty_term_is_refused_with_line_and_remedy(faults, terms, line, what, remedy):
    found = faults(f"vocabularies:\n  unit_kinds:\n    terms:\n      {terms}\n")
    fault = next((f for f in found if what in f.what), None)
    assert fault is not None, [str(f) for f in found]
    assert fault.where.endswith(f"practice.yaml:{line}")
    assert remedy in fault.remedy


def test_a_cycle_over_several_terms_is_refused_at_each_of_them(faults):
    found = faults(
        """
        vocabularies:
          unit_kinds:
            terms:
              a: {label: 甲, parent: b}
              b: {label: 乙, parent: c}
              c: {label: 丙, parent: a}
              d: {label: 丁, parent: a}
        """
    )
    assert {f.where.rpartition(":")[2] for f in found} == {"4", "5", "6"}


def test_a_misspelt_vocabulary_is_refused_unless_it_is_meant_as_a_new_one(faults):
    (fault,) = faults("vocabularies:\n  unit_kind:\n    terms: {a: {label: 甲}}\n")
    assert fault.where.endswith("practice.yaml:2")
    assert fault.remedy == "是不是“unit_kinds”？"
