"""The empty file under every paper: made once for a layout, with the fonts, styles and settings of that layout."""

from io import BytesIO

import pytest
from docx import Document

from jiceng.reports.papers import measures
from jiceng.reports.papers.blank import blank
from jiceng.reports.papers.layouts import LAYOUTS, Layout
from tests.reports.word import W, Word


def test_it_is_made_once_for_a_layout():
    assert blank(Layout()) is blank(Layout())
    assert blank(Layout()) is blank(LAYOUTS["official"])
    assert blank(Layout()) is not blank(LAYOUTS["appointment"])


def test_it_opens_and_holds_no_text():
    document = Document(BytesIO(blank(Layout())))
    assert [paragraph.text for paragraph in document.paragraphs] == []
    assert not document.tables


def test_nothing_of_the_library_s_template_is_left():
    parts = Word(blank(Layout())).parts
    assert not [name for name in parts if "theme" in name or "numbering" in name or "thumbnail" in name]
    assert b"MS Mincho" not in b"".join(parts.values())
    assert sum(map(len, parts.values())) < 40_000


@pytest.mark.parametrize("font", measures.FONTS, ids=lambda font: font.panose)
def test_every_font_says_what_it_is(font):
    table = Word(blank(Layout())).part("word/fontTable.xml")
    (found,) = [one for one in table if one.get(W + "name") == font.name]
    said = {child.tag.removeprefix(W): child.get(W + "val") for child in found}
    assert said["altName"].split(",") == list(font.instead)
    assert (said["panose1"], said["family"]) == (font.panose, font.family)
    assert said["pitch"] == ("fixed" if font.fixed else "variable")


@pytest.mark.parametrize(
    ("layout", "size", "pitch"),
    [
        (Layout(), 16.0, 579),
        (LAYOUTS["appointment"], 22.0, 800),
        (Layout(body_size=14.0, pitch=26), 14.0, 520),
    ],
)
def test_text_is_set_as_the_layout_says(layout, size, pitch):
    word = Word(blank(layout))
    assert word.size_of("PaperText") == word.size_of("Heading1") == size
    assert int(word.inherited("PaperText", "pPr", "line", "spacing")) == pitch


def test_measures_are_turned_into_twips_to_the_nearest():
    assert measures.twips(25.4) == 1440
    assert measures.twips(156) == 8844
    assert measures.twips_of_points(28.95) == 579
    upright, across = measures.Page(), measures.Page(landscape=True)
    assert (upright.width, upright.height) == (across.height, across.width)
    for page in (upright, across):
        assert page.left + page.type_width + page.right == page.width
        assert page.top + page.type_height + page.bottom == page.height
