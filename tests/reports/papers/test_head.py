"""All above the text: red head, number, signer, red line, title, addressee, as the standard places them."""

from datetime import date

import pytest

from jiceng.reports.papers import Paragraph
from tests.reports.word import MM_PER_TWIP

RED = "FF0000"


def millimetres(points: float) -> float:
    return points * 20 * MM_PER_TWIP


# ---------------------------------------------------------------------------------------------- red head
def test_the_head_is_red_and_35_mm_below_the_edge_of_the_type_area(word):
    head = word().one("RedHead")
    assert head.text == "中共某县委组织部文件"
    assert head.align == "center"
    assert {(run.colour, run.font) for run in head.runs} == {(RED, "方正小标宋简体")}
    assert millimetres(head.before) == pytest.approx(35, abs=0.1)


def test_an_urgency_above_does_not_push_the_head_down(word):
    opened = word(urgency="特急")
    urgency, head = opened.paragraphs[:2]
    assert (urgency.style, urgency.text, urgency.runs[0].font) == ("Urgency", "特急", "黑体")
    assert millimetres(urgency.pitch + head.before) == pytest.approx(35, abs=0.1)


@pytest.mark.parametrize(
    "name",
    ["中共某县委", "中共某县委组织部文件", "中共某某省某某市某某县委员会组织部文件", "某" * 27],
)
def test_a_head_of_any_length_stays_on_one_line(word, name):
    (run,) = word(head=name).one("RedHead").runs
    assert len(name) * run.size * run.scale / 100 <= 156 / 25.4 * 72


def test_a_short_head_is_not_widened(word):
    assert word(head="中共某县委").one("RedHead").runs[0].scale == 100


def test_a_paper_without_a_head_has_no_red(word):
    opened = word(head="")
    assert opened.of("RedHead") == []
    assert [p for p in opened.paragraphs if p.rule] == []
    assert {run.colour for p in opened.paragraphs for run in p.runs} == {None}


# ------------------------------------------------------------------------------------------------ number
def test_the_number_stands_two_lines_below_the_head_with_the_red_line_4_mm_below(word):
    number = word().one("Number")
    assert (number.text, number.align) == ("某组通〔2022〕5号", "center")
    assert number.before == pytest.approx(2 * 28.95)
    assert number.rule["color"] == RED
    assert int(number.rule["space"]) / 72 * 25.4 == pytest.approx(4, abs=0.2)


def test_a_paper_that_goes_up_has_its_number_at_the_left_and_its_signer_at_the_right(word):
    number = word(signer="李某某").one("Number")
    assert number.text == "　某组通〔2022〕5号\t签发人：李某某"
    assert number.align == "left"
    *_rest, label, name = number.runs
    assert (label.font, name.font) == ("仿宋_GB2312", "楷体_GB2312")
    assert number.rule["color"] == RED
    # no indents: the red line is as wide as the type area
    assert (number.indent("left"), number.indent("right")) == (0, 0)


def test_without_a_head_the_number_stands_below_the_title(word):
    opened = word(head="", number="演示〔2022〕12号")
    styles = [paragraph.style for paragraph in opened.paragraphs]
    assert styles[:3] == ["Title", "Number", "Addressee"]
    assert opened.one("Number").rule is None


def test_a_head_without_a_number_still_has_its_line(word):
    opened = word(number="")
    assert opened.of("Number") == []
    assert opened.one("Ruled").rule["color"] == RED


# ------------------------------------------------------------------------------------- title, addressee
def test_the_title_stands_two_lines_below_the_red_line_in_the_middle(word):
    title = word().one("Title")
    assert title.align == "center"
    assert title.before == pytest.approx(2 * 28.95)
    assert {(run.size, run.font) for run in title.runs} == {(22.0, "方正小标宋简体")}


def test_a_long_title_is_broken_into_even_lines_that_part_no_word(word):
    title = word(title="关于表扬2021年度全县基层党建工作先进集体的通报").one("Title")
    assert title.text == "关于表扬2021年度全县基层\n党建工作先进集体的通报"
    assert title.pitch >= 22 * 1.3


def test_breaks_that_a_title_has_are_kept(word):
    assert word(title="某县\n工作通报").one("Title").text == "某县\n工作通报"


@pytest.mark.parametrize("written", ["各乡镇党委", "各乡镇党委：", "各乡镇党委:"])
def test_an_addressee_ends_with_one_full_width_colon(word, written):
    addressee = word(addressee=written).one("Addressee")
    assert addressee.text == "各乡镇党委："
    assert (addressee.indent("left"), addressee.indent("firstLine")) == (0, 0)


def test_nothing_stands_where_nothing_is_said(word):
    opened = word(head="", number="", addressee="", issuer="", date=None, blocks=(Paragraph("正文。"),))
    assert [paragraph.style for paragraph in opened.paragraphs] == ["Title", "PaperText"]


# --------------------------------------------------------------------------------------- kinds of papers
def test_minutes_have_issuer_and_date_above_the_line_and_nobody_signs_below(word):
    opened = word(kind="minutes", head="某街道联席会议纪要", issuer="某街道党工委", date=date(2022, 6, 20))
    ruled = opened.one("Ruled")
    assert ruled.text == "　某街道党工委\t2022年6月20日"
    assert ruled.rule["color"] == RED
    assert opened.one("Number").rule is None
    assert opened.of("Signature") == opened.of("Date") == []


def test_minutes_without_a_head_are_signed_below(word):
    opened = word(kind="minutes", head="")
    assert opened.of("Ruled") == []
    assert (opened.one("Signature").text, opened.one("Date").text) == ("中共某县委组织部", "2022年6月3日")


def test_minutes_without_a_date_say_that_it_is_missing(word):
    ruled = word(kind="minutes", date=None).one("Ruled")
    assert ruled.text.endswith("【待填：成文日期】")
    assert ruled.runs[-1].marked


def test_a_letter_of_appointment_has_a_large_red_title_with_its_letters_apart(word):
    opened = word(kind="appointment", title="聘书", head="", number="演示〔2022〕1号", addressee="张某某同志")
    title = opened.one("Title")
    assert title.text == "聘　书"
    assert {(run.size, run.colour) for run in title.runs} == {(42.0, RED)}
    assert [paragraph.style for paragraph in opened.paragraphs[:3]] == ["Title", "Number", "Addressee"]
    assert opened.of("PaperText")[0].runs[0].size == 22.0


@pytest.mark.parametrize("kind", ["official", "circular", "supervision", "minutes", "register"])
def test_other_titles_keep_their_letters_together(word, kind):
    assert word(kind=kind, title="通知").one("Title").text == "通知"
