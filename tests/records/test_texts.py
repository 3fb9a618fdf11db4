"""What people send in as text is stored as text: no control characters, one way of writing each sign, bounded."""

import time
import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jiceng.records.refusals import Refusal
from jiceng.records.texts import LINE, TEXT, clean_line, clean_text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("路灯不亮", "路灯不亮"),
        ("  一行\t两列\n下一行  ", "一行\t两列\n下一行"),
        ("一\r\n二\r三\u2028四\u2029五\x85六", "一\n二\n三\n四\n五\n六"),
        ("响\x07铃\x1b[31m红\x7f\x9b", "响铃[31m红"),
        ("e\u0301", "é"),
        ("\ufeff带标记\ufffe", "带标记"),
        ("发票\u202etxt.exe\u2066", "发票txt.exe"),
        ("半个\ud83d字符\udc00", "半个字符"),
        ("𠮷野家和😀，\U000f0000", "𠮷野家和😀，\U000f0000"),  # rare names use private signs
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("ａＢ１", "ａＢ１"),  # full-width letters are not ours to change
        (" \n\t ", ""),
        ("", ""),
    ],
)
def test_what_is_kept_of_a_text(sent, kept):
    assert clean_text(sent, "说明") == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("  积水\r\n严重\t\t请  处理 ", "积水 严重 请 处理"), ("标题\u3000一", "标题 一"), ("\n\n", "")],
)
def test_a_line_is_one_line(sent, kept):
    assert clean_line(sent, "标题") == kept


@pytest.mark.parametrize("clean", [clean_text, clean_line])
def test_a_nul_is_refused(clean):
    with pytest.raises(Refusal) as caught:
        clean("路灯\0不亮", "说明")
    assert (caught.value.where, "NUL" in caught.value.what) == ("说明", True)
    assert caught.value.remedy


@pytest.mark.parametrize(("clean", "most"), [(clean_text, TEXT), (clean_line, LINE)])
def test_too_much_is_refused_with_field_and_limit(clean, most):
    assert len(clean("字" * most, "说明")) == most
    with pytest.raises(Refusal) as caught:
        clean("字" * (most + 1), "说明")
    assert caught.value.where == "说明"
    assert str(most) in caught.value.what
    assert str(most + 1) in caught.value.what
    assert caught.value.remedy


def test_twenty_thousand_characters_are_refused_in_both_languages():
    for language, words in (
        ("zh-hans", "过长：20000 字，最多 5000 字"),
        ("en", "Too long: 20000 characters"),
    ):
        with translation.override(language), pytest.raises(Refusal) as caught:
            clean_text("长" * 20_000, "说明")
        assert words in str(caught.value)


def test_what_is_dropped_does_not_count():
    assert clean_text("字\x07" * 10, "说明", 10) == "字" * 10
    assert clean_text("e\u0301" * 10, "说明", 10) == "é" * 10
    assert clean_text(" " * 100 + "字" + "\n" * 100, "说明", 1) == "字"


def test_marks_piled_up_cost_no_time_and_no_room():
    piled = "字" + "\u0315\u0300\u05ae\u0301" * 250_000
    began = time.monotonic()
    assert len(clean_text(piled, "说明", 400_000)) == 31
    assert time.monotonic() - began < 5  # sorting them all would take minutes
    assert clean_text("a" + "\u0301" * 3, "说明") == "á\u0301\u0301"


def test_text_without_end_is_refused_before_it_is_normalised():
    with pytest.raises(Refusal):
        clean_text("ǘ" * 1_000_000, "说明")


@given(st.text(st.characters(exclude_characters="\0"), max_size=200))
def test_any_text_becomes_one_that_every_database_takes(sent):
    kept = clean_text(sent, "说明", 1_000)
    kept.encode()
    assert clean_text(kept, "说明", 1_000) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not [c for c in kept if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    line = clean_line(sent, "说明", 1_000)
    assert line == " ".join(line.split())


@given(st.text(st.sampled_from("路灯不亮请处理abc，。 \n"), max_size=100))
def test_plain_text_is_left_alone(sent):
    assert clean_text(sent, "说明") == sent.strip()
