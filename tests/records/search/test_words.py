"""How texts are cut and questions read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.records.refusals import Refusal
from jiceng.records.search import asked, folded, pieces

TEXT = st.text(alphabet="夜里施工噪音扰民，。 \nabcXYZ０１２３ＡＢ0123456789-·（）😀é", max_size=40)


def test_chinese_is_cut_into_pairs_letters_into_threes_digits_into_fours():
    assert pieces("施工噪音，LED灯12345号") == {"施工", "工噪", "噪音", "led", "1234", "2345"}
    assert pieces("990101-case-2022000001") >= {"9901", "0101", "cas", "ase", "2022", "0001"}
    assert pieces("灯 5 ab") == set()


def test_width_and_case_make_no_difference():
    assert pieces("ＬＥＤ１２３４") == pieces("led1234") == {"led", "1234"}
    assert folded("（ＬＥＤ）灯１") == "（led）灯1"


def test_signs_part_words_whatever_their_kind():
    for sign in " \t\n,，。、·“”（）()-—…/／:：;；!！?？＆【】《》~～":
        assert pieces(f"施{sign}工") == set(), repr(sign)
        assert pieces(f"施工{sign}噪音") == {"施工", "噪音"}, repr(sign)


def test_rare_characters_are_characters():
    assert pieces("𠮷野家") == {"𠮷野", "野家"}


def test_a_question_is_all_its_words():
    question = asked(" 路灯　不亮 ５号 路灯")
    assert question.words == ("路灯", "不亮", "5号")
    assert question.pieces == {"路灯", "不亮"}
    assert question.in_("5号楼路灯", "三天不亮了")
    assert not question.in_("五号楼路灯", "三天不亮了")
    assert not question.in_("路", "灯不亮5号")  # a word stands in one text


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "没有可查"), ("，。 -", "没有可查"), ("灯", "太短"), ("灯 a1", "太短"), ("99", "太短")],
)
def test_what_is_too_short_is_refused(text, said):
    with pytest.raises(Refusal, match=said):
        asked(text)


def test_a_question_is_no_longer_than_anybody_types():
    assert len(asked("噪音" * 5_000).words[0]) == 200


@given(TEXT, TEXT, TEXT)
def test_what_stands_in_a_text_is_found_by_its_pieces(before, word, after):
    """No text that has a word is ever missed; what is found too much is looked at again."""
    question_of = folded(word)
    try:
        question = asked(word)
    except Refusal:
        return
    whole = before + word + after
    assert question.in_(whole)
    assert all(each in folded(whole) for each in question.words) or not question_of
    assert question.pieces <= pieces(whole)
