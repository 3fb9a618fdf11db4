"""The text: headings counted and set by their level, paragraphs, who was there, gaps, letters no paper takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiceng.reports.papers import Annex, Heading, Paper, Paragraph, Roll, Table, docx, gap, gaps
from jiceng.reports.tables import Column
from tests.reports.ordinary import paper
from tests.reports.word import Word


def texts(word, *blocks):
    """What the text says, without head, title, addressee and signature."""
    return [p.text for p in word(blocks=blocks).paragraphs if p.style == "PaperText" or p.level]


# ---------------------------------------------------------------------------------------------- headings
def test_headings_are_counted_by_level_and_begin_anew_below_a_higher_one(word):
    levels = (1, 2, 2, 3, 3, 4, 4, 3, 2, 3, 1, 2, 3, 4)
    said = texts(word, *(Heading(f"标题{n}", level) for n, level in enumerate(levels)))
    marks = [text.partition("标题")[0] for text in said]
    assert marks == [
        "一、", "（一）", "（二）", "1.", "2.", "（1）", "（2）", "3.", "（三）", "1.", "二、", "（一）", "1.", "（1）",
    ]  # fmt: skip


def test_more_than_ten_headings_are_counted_in_chinese(word):
    said = texts(word, *(Heading("事", 1) for _n in range(21)))
    assert [said[9], said[10], said[19], said[20]] == ["十、事", "十一、事", "二十、事", "二十一、事"]


@pytest.mark.parametrize(
    ("level", "font"), [(1, "黑体"), (2, "楷体_GB2312"), (3, "仿宋_GB2312"), (4, "仿宋_GB2312")]
)
def test_a_heading_is_in_the_font_of_its_level_two_characters_in(word, level, font):
    (heading,) = [p for p in word(blocks=(Heading("要求", level),)).paragraphs if p.level]
    assert heading.level == level
    assert {run.font for run in heading.runs} == {font}
    assert heading.indent("firstLine") == 2
    assert heading.keeps_next


def test_text_behind_a_heading_stands_in_the_same_paragraph_in_the_text_s_font(word):
    opened = word(blocks=(Heading("加强领导", 2, "各级要重视。"), Paragraph("另起一段。")))
    (heading,) = [p for p in opened.paragraphs if p.level]
    assert heading.text == "（一）加强领导。各级要重视。"
    assert [run.font for run in heading.runs] == ["楷体_GB2312", "仿宋_GB2312"]
    assert not heading.keeps_next  # it may go on over the page


@pytest.mark.parametrize("text", ["为什么？", "要落实。", "如下：", "快干！"])
def test_a_heading_that_ends_a_sentence_itself_gets_no_full_stop(word, text):
    assert texts(word, Heading(text, 3, "正文。")) == [f"1.{text}正文。"]


def test_further_lines_behind_a_heading_are_paragraphs(word):
    assert texts(word, Heading("情况", 1, "第一段。\n\n第二段。")) == ["一、情况。第一段。", "第二段。"]


@pytest.mark.parametrize("level", [0, 5, -1])
def test_there_are_four_levels(level):
    with pytest.raises(ValueError, match="levels 1 to 4"):
        Heading("标题", level)


def test_an_annex_counts_its_own_headings(word):
    opened = word(blocks=(Heading("甲"), Heading("乙"), Annex("附表", (Heading("丙"),))))
    assert [p.text for p in opened.paragraphs if p.level] == ["一、甲", "二、乙", "一、丙"]


# -------------------------------------------------------------------------------------------- paragraphs
def test_every_line_of_a_text_is_a_paragraph_and_blank_ones_are_none(word):
    assert texts(word, Paragraph("甲。\n\n  乙。\r\n丙。\n")) == ["甲。", "乙。", "丙。"]


def test_who_was_there_hangs_behind_the_label(word):
    opened = word(blocks=(Roll("出席", "张某某　李某某"), Roll("特邀列席", "王某某")))
    first, second = opened.of("Roll")
    assert first.text == "出席：张某某　李某某"
    assert [run.font for run in first.runs] == ["黑体", "仿宋_GB2312"]
    assert (first.indent("left"), first.indent("hanging")) == (5, 3)
    assert (second.indent("left"), second.indent("hanging")) == (7, 5)


# -------------------------------------------------------------------------------------------------- gaps
def test_a_gap_is_marked_and_nothing_around_it(word):
    (text,) = word(blocks=(Paragraph(f"由{gap('责任单位')}于{gap('时限')}前办结。"),)).of("PaperText")
    assert [(run.text, run.marked) for run in text.runs] == [
        ("由", False),
        ("【待填：责任单位】", True),
        ("于", False),
        ("【待填：时限】", True),
        ("前办结。", False),
    ]


def test_all_that_is_to_be_filled_in_is_listed_once_in_the_order_of_the_paper():
    table = Table("表", (Column("单位"),), ((gap("单位"),), (gap("主送机关"),)))
    said = paper(
        number=gap("文号"),
        addressee=gap("主送机关"),
        blocks=(Heading("甲", 1, gap("情况")), table, Annex("附", (Paragraph(gap("说明")),))),
        copies_to=(gap("抄送"),),
    )
    assert gaps(said) == ["情况", "单位", "主送机关", "说明", "文号", "抄送"]


def test_a_paper_that_is_complete_has_no_gaps():
    assert gaps(paper()) == []


@pytest.mark.parametrize("label", ["责任单位", "单位【牵头】", "长" * 80, "】【"])
def test_a_gap_is_found_again_whatever_its_label(label):
    written = gap(label)
    assert len(gaps(Paper(title="题", blocks=(Paragraph(f"甲{written}乙"),)))) == 1


# ----------------------------------------------------------------------------------- what no paper takes
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("甲\x00乙\x07丙", "甲乙丙"),
        ("甲\x1b[31m乙", "甲[31m乙"),
        ("甲\ud800乙\ufffe", "甲乙"),
        ("甲\t乙", "甲 乙"),
        ("<w:p/>&amp;]]>", "<w:p/>&amp;]]>"),
        ("{name} {{ x }} {% if %}", "{name} {{ x }} {% if %}"),
        ("  甲  乙", "甲  乙"),
        ("😀𠮷", "😀𠮷"),
    ],
)
def test_letters_that_cannot_be_printed_are_left_out_and_all_others_stay(word, written, shown):
    assert texts(word, Paragraph(written)) == [shown]


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text_makes_a_file_that_opens(lines, title):
    said = paper(title=title, blocks=tuple(map(Paragraph, lines)), head=title, addressee=title, issuer=title)
    opened = Word(docx(said))
    assert opened.sections[0].grid == (22, 28)


def test_a_text_of_twenty_thousand_characters_is_all_there(word):
    long = "基层治理" * 5_000
    assert texts(word, Paragraph(long)) == [long]
