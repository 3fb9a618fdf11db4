"""Headers, footers, what the file says about itself, and that it is a sound package and no template of others."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document

from jiceng.reports.demonstration import demonstrating
from jiceng.reports.papers import Paper, Paragraph, Table, docx
from jiceng.reports.tables import Column
from tests.reports.ordinary import paper
from tests.reports.word import W, Word, attribute, named


# ----------------------------------------------------------------------------------------- page numbers
def test_page_numbers_stand_outside_between_dashes(word):
    opened = word()
    odd, even = opened.margin_paragraph("footer default"), opened.margin_paragraph("footer even")
    assert odd.text == even.text == "— 1 —"
    assert (odd.align, odd.indent("right")) == ("right", 1)
    assert (even.align, even.indent("left")) == ("left", 1)
    assert {(run.font, run.size) for p in (odd, even) for run in p.runs} == {("宋体", 14.0)}


def test_the_number_is_a_field_and_even_pages_have_a_footer_of_their_own(word):
    opened = word()
    fields = opened.margin_paragraph("footer default").element.iter(W + "fldSimple")
    assert [field.get(W + "instr").strip() for field in fields] == ["PAGE"]
    assert named(opened.part("word/settings.xml"), "evenAndOddHeaders") is not None


def test_the_dashes_stand_7_mm_below_the_type_area(word):
    """A footer's place is that of its lower edge; a dash stands six tenths of its size above."""
    section = word().sections[0]
    dash = section.footer + 0.6 * 14 / 72 * 25.4
    assert section.margins["bottom"] - dash == pytest.approx(7, abs=0.1)


def test_a_letter_of_appointment_has_no_page_number(word):
    opened = word(kind="appointment")
    assert opened.sections[0].references == {}


# ---------------------------------------------------------------------------------------------- samples
def test_a_sample_says_so_on_every_page(word):
    opened = word(sample=True)
    odd, even = opened.margin_paragraph("header default"), opened.margin_paragraph("header even")
    assert odd.text == even.text == "样　张"
    assert {run.font for p in (odd, even) for run in p.runs} == {"黑体"}


def test_a_letter_of_appointment_that_is_a_sample_says_so_too(word):
    assert word(kind="appointment", sample=True).margin_paragraph("header default").text == "样　张"


def test_a_real_paper_has_no_header(word):
    opened = word()
    assert "header default" not in opened.sections[0].references
    assert not any("样" in text for text in opened.texts)


@pytest.mark.parametrize("demo", [True, False])
def test_papers_and_tables_of_a_demonstration_are_samples_without_being_asked(settings, demo):
    settings.DEMO = demo
    assert demonstrating() is demo
    assert Paper(title="通知").sample is demo
    assert Table("表", (Column("甲"),)).sample is demo


# ---------------------------------------------------------------------------------------------- the file
def test_the_file_names_its_title_and_author_and_no_other_program(word):
    about = Document(BytesIO(docx(paper(title="某县\n通报")))).core_properties
    assert (about.title, about.author, about.language) == ("某县通报", "中共某县委组织部", "zh-CN")
    assert about.comments == ""
    assert about.created.date() >= date(2022, 1, 1)
    assert not any(b"python-docx" in content for content in word().parts.values())


def test_the_file_holds_what_it_needs_and_nothing_of_a_foreign_template(word):
    assert set(word().parts) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/footer2.xml",
        "word/settings.xml",
        "word/styles.xml",
    }


def test_styles_are_the_paper_s_own_and_chinese(word):
    opened = word()
    used = {p.style for p in opened.paragraphs}
    assert used <= set(opened.styles)
    assert len(opened.styles) < 40
    assert attribute(opened.defaults, "eastAsia", "rPr", "lang") == "zh-CN"


def test_word_is_told_to_set_the_text_as_it_does_today(word):
    settings = word().part("word/settings.xml")
    modes = [
        s.get(W + "val")
        for s in settings.iter(W + "compatSetting")
        if s.get(W + "name") == "compatibilityMode"
    ]
    assert modes == ["15"]


@pytest.mark.parametrize(
    ("tag", "order"),
    [
        ("pPr", "pStyle keepNext pageBreakBefore widowControl pBdr tabs autoSpaceDE autoSpaceDN adjustRightInd "
                "snapToGrid spacing ind jc outlineLvl sectPr"),
        ("rPr", "rFonts b snapToGrid color spacing w sz szCs highlight lang"),
        ("tblPr", "tblStyle tblpPr tblOverlap tblW jc tblBorders tblLayout tblCellMar"),
        ("tcPr", "tcW gridSpan vMerge tcBorders tcMar vAlign"),
        ("trPr", "cantSplit trHeight tblHeader"),
        ("sectPr", "headerReference footerReference pgSz pgMar docGrid"),
    ],
)  # fmt: skip
def test_properties_stand_in_the_order_that_word_asks_for(tag, order):
    """Word calls a file damaged whose properties stand in another order than its schema has."""
    from tests.reports.papers.test_geometry import PAPERS  # noqa: PLC0415 - papers with everything in them

    places = {name: place for place, name in enumerate(order.split())}
    for said in PAPERS.values():
        opened = Word(docx(said))
        for part in ("document", "styles", "footer1"):
            for element in opened.part(f"word/{part}.xml").iter(W + tag):
                names = [child.tag.removeprefix(W) for child in element]
                assert set(names) <= set(places), names
                assert [places[name] for name in names] == sorted(places[name] for name in names), names


def test_a_second_paper_of_a_kind_is_not_marked_by_the_first(word):
    first = word(sample=True, blocks=(Paragraph("甲"),))
    second = word(blocks=(Paragraph("乙"),))
    assert first.margin_paragraph("header default") is not None
    assert second.margin_paragraph("header default") is None
    assert not any("甲" in text for text in second.texts)
