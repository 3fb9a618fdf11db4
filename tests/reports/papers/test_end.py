"""What stands behind the text: list of annexes, signature and date, annexes, the record at the foot."""

from datetime import date

import pytest

from jiceng.reports.papers import Annex, Field, Form, Heading, Paragraph, Signature, Table
from jiceng.reports.tables import Column
from tests.reports.word import W, attribute, named

TEXT = Paragraph("正文。")
TABLE = Table("", (Column("甲"),), (("1",),))


def breadth(text):
    return sum(0.5 if letter.isascii() else 1 for letter in text)


# --------------------------------------------------------------------------------------------- signature
@pytest.mark.parametrize("day", [date(2022, 6, 3), date(2022, 12, 31)])
def test_the_date_of_a_sealed_paper_stands_four_characters_from_the_right(word, day):
    signed = word(date=day).one("Date")
    assert signed.text == f"{day.year}年{day.month}月{day.day}日"
    assert signed.align == "right"
    assert signed.indent("right") == 4


@pytest.mark.parametrize("issuer", ["某县委", "中共某县委组织部", "中共某县委两新工委"])
def test_whoever_signs_a_sealed_paper_stands_in_the_middle_over_the_date(word, issuer):
    opened = word(issuer=issuer)
    name, day = opened.one("Signature"), opened.one("Date")
    of_name = name.indent("right") + breadth(issuer) / 2
    of_day = day.indent("right") + breadth(day.text) / 2
    assert of_name == pytest.approx(of_day, abs=0.01)


def test_a_long_issuer_does_not_run_over_the_edge(word):
    assert word(issuer="中共某某省某某市某某县委员会组织部办公室").one("Signature").indent("right") == 0


@pytest.mark.parametrize(
    ("issuer", "name", "day"),
    [
        ("中共某某县委员会组织部", 2, 5),  # eleven characters: the date begins two right of it
        ("某县委", 7, 2),  # the date is longer: it stands two from the right, the name so much further in
    ],
)
def test_an_unsealed_paper_is_signed_as_the_standard_says(word, issuer, name, day):
    opened = word(issuer=issuer, sealed=False)
    signed, dated = opened.one("Signature"), opened.one("Date")
    assert (signed.indent("right"), dated.indent("right")) == (name, day)
    from_left = -signed.indent("right") - breadth(issuer)
    assert -dated.indent("right") - breadth(dated.text) == pytest.approx(from_left + 2)


def test_a_seal_has_room_between_text_and_date(word):
    assert word().one("Signature").before == pytest.approx(2 * 28.95)
    assert word(sealed=False).one("Signature").before == pytest.approx(28.95)


def test_a_date_that_is_missing_is_a_gap(word):
    dated = word(date=None).one("Date")
    assert dated.text == "【待填：成文日期】"
    assert dated.runs[0].marked


def test_nobody_signs_a_paper_without_an_issuer(word):
    opened = word(issuer="")
    assert opened.of("Signature") == opened.of("Date") == []


def test_a_signature_never_stands_alone_on_a_page(word):
    opened = word(blocks=(Paragraph("甲。"), Paragraph("乙。")))
    first, last = opened.of("PaperText")
    assert (first.keeps_next, last.keeps_next) == (False, True)
    assert opened.one("Signature").keeps_next
    assert not opened.one("Date").keeps_next


def test_the_last_row_of_a_form_goes_with_the_signature(word):
    opened = word(blocks=(Form(((Field("甲", "1"),), (Field("乙", "2"),))),))
    assert [p.keeps_next for p in opened.tables[0].paragraphs()] == [False, False, True, True]
    assert getattr(opened.blocks[-2], "style", "") == "Signature"


def test_several_parties_may_sign_each_with_its_date(word):
    blocks = (TEXT, Signature("甲方", date(2022, 1, 1)), Signature("乙方", date(2022, 1, 2), sealed=False))
    opened = word(blocks=blocks, issuer="")
    assert [p.text for p in opened.of("Signature")] == ["甲方", "乙方"]
    assert [p.text for p in opened.of("Date")] == ["2022年1月1日", "2022年1月2日"]


# ----------------------------------------------------------------------------------------------- annexes
def test_one_annex_is_announced_without_a_number(word):
    opened = word(blocks=(TEXT, Annex("工作台账。", (TEXT,))))
    listed = opened.one("AnnexList")
    assert listed.text == "附件：工作台账"
    assert (listed.indent("left"), listed.indent("hanging")) == (5, 3)
    assert listed.before == pytest.approx(28.95)
    assert [p.text for p in opened.of("AnnexMark")] == ["附件"]


def test_several_annexes_are_numbered_and_hang_under_each_other(word):
    opened = word(blocks=(TEXT, Annex("甲表", (TEXT,)), Annex("乙表", (TEXT,))))
    first, second = opened.of("AnnexList")
    assert (first.text, second.text) == ("附件：1.甲表", "2.乙表")
    assert first.indent("left") == second.indent("left") == 6
    # where the numbers begin: behind 附件： in the first line, below it in the second
    assert first.indent("left") - first.indent("hanging") + 3 == second.indent("left") - second.indent(
        "hanging"
    )
    assert [p.text for p in opened.of("AnnexMark")] == ["附件1", "附件2"]


def test_an_annex_begins_a_page_with_its_mark_in_the_first_line_and_its_title_in_the_third(word):
    opened = word(blocks=(TEXT, Annex("工作台账", (TEXT,))))
    mark, title = opened.one("AnnexMark"), opened.one("AnnexTitle")
    assert mark.breaks_page
    assert {run.font for run in mark.runs} == {"黑体"}
    assert (mark.align, title.align) == ("left", "center")
    assert title.before == pytest.approx(28.95)


def test_annexes_stand_behind_the_signature_wherever_they_were_given(word):
    opened = word(blocks=(Annex("表", (Heading("表里的标题"),)), TEXT))
    styles = [p.style for p in opened.paragraphs]
    assert styles.index("PaperText") < styles.index("AnnexList") < styles.index("Signature")
    assert styles.index("Date") < styles.index("AnnexMark") < styles.index("Heading1")


def test_an_annex_across_has_pages_of_its_own_and_what_follows_is_upright_again(word):
    blocks = (TEXT, Annex("甲", (TABLE,), landscape=True), Annex("乙", (TEXT,)), Annex("丙", (TEXT,)))
    opened = word(blocks=blocks)
    assert [section.landscape for section in opened.sections] == [False, True, False]
    # a new section is a new page already
    assert [mark.breaks_page for mark in opened.of("AnnexMark")] == [False, False, True]


def test_every_section_has_the_page_numbers_of_the_first(word):
    opened = word(blocks=(TEXT, Annex("甲", (TABLE,), landscape=True), Annex("乙", (TEXT,))))
    first, *others = (section.references for section in opened.sections)
    assert set(first) == {"footer default", "footer even"}
    assert others == [{}, {}]


def test_a_section_ends_with_a_paragraph_even_behind_a_table(word):
    opened = word(blocks=(TEXT, Annex("甲", (TABLE,), landscape=True), Annex("乙", (TABLE,))))
    holders = [p for p in opened.paragraphs if named(p.element, "pPr", "sectPr") is not None]
    assert len(holders) == 2
    assert opened.blocks[-1].style


def test_an_annex_is_as_wide_as_its_page(word):
    blocks = (TEXT, Annex("甲", (TABLE,), landscape=True), Annex("乙", (TABLE,)))
    assert [sum(table.grid) for table in word(blocks=blocks).tables] == [12756, 8844]


# ------------------------------------------------------------------------------------ record at the foot
def test_the_record_says_who_gets_copies_and_who_printed_it_when(word):
    opened = word(
        copies_to=("县委办公室", "县纪委"), printed_by="县委组织部办公室", printed_on=date(2022, 6, 4)
    )
    (record,) = opened.tables
    assert record.rows == [["抄送：县委办公室，县纪委。"], ["县委组织部办公室\t2022年6月4日印发"]]
    assert {run.size for p in record.paragraphs() for run in p.runs} == {14.0}


def test_the_record_stands_on_the_lower_edge_of_the_type_area(word):
    (record,) = word(copies_to=("县委办公室",)).tables
    place = named(record.element, "tblPr", "tblpPr")
    assert (place.get(W + "vertAnchor"), place.get(W + "tblpYSpec")) == ("margin", "bottom")
    high = sum(int(attribute(row, "val", "trPr", "trHeight")) for row in record.element.iter(W + "tr"))
    assert int(place.get(W + "tblpY")) + high == 12756
    assert record.grid == [8844]


def test_the_record_has_thick_lines_outside_and_a_thin_one_between(word):
    (record,) = word(copies_to=("甲",), printed_by="乙", printed_on=date(2022, 6, 4)).tables

    def line(row, side):
        return int(attribute(record.cells[row][0], "sz", "tcPr", "tcBorders", side)) / 8 / 72 * 25.4

    assert line(0, "top") == pytest.approx(0.35, abs=0.02)
    assert line(1, "bottom") == pytest.approx(0.35, abs=0.02)
    assert line(0, "bottom") == line(1, "top") == pytest.approx(0.25, abs=0.03)


def test_many_copies_take_more_lines(word):
    def high(*copies):
        (record,) = word(copies_to=copies).tables
        return int(attribute(next(record.element.iter(W + "tr")), "val", "trPr", "trHeight"))

    assert high(*["某县某某某某某局"] * 8) >= 3 * (high("某局") - 80)


@pytest.mark.parametrize("said", [{}, {"copies_to": ()}, {"printed_by": "", "printed_on": None}])
def test_there_is_no_record_without_anything_to_say(word, said):
    assert word(**said).tables == []


def test_the_record_comes_last_even_behind_annexes(word):
    opened = word(blocks=(TEXT, Annex("甲", (TEXT,))), copies_to=("县委办公室",))
    tables = [number for number, block in enumerate(opened.blocks) if not hasattr(block, "style")]
    marks = [
        number for number, block in enumerate(opened.blocks) if getattr(block, "style", "") == "AnnexMark"
    ]
    assert tables > marks
