"""Every kind of upright paper keeps GB/T 9704-2012, and the check that says so notices what does not."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from jiceng.reports.papers import (
    Annex,
    Field,
    Form,
    Heading,
    Paragraph,
    Roll,
    Signature,
    Table,
    docx,
    gap,
)
from jiceng.reports.tables import Column, Share, totalled
from tests.reports.geometry import deviations
from tests.reports.ordinary import DAY, paper
from tests.reports.word import W, Word, named

TEXT = "各党支部要对照“两个覆盖”要求，逐项检查——不走过场，不搞形式。" * 12

TABLE = totalled(
    Table(
        "办理情况",
        (
            Column("单位"),
            Column("派单", group="办理", kind="integer", adds=True),
            Column("办结率", group="办理", kind="share", adds=True),
        ),
        tuple((f"第{n}社区", 100 + n, Share(90 + n, 100 + n)) for n in range(1, 60)),
        above="填报单位：某街道",
        unit="件",
        notes=("注：截至2022年6月20日。",),
    )
)

EVERYTHING = (
    Heading("总体情况"),
    Paragraph(TEXT),
    Heading("摸清底数", 2, TEXT),
    Heading("建立台账", 3),
    Paragraph(f"责任单位：{gap('责任单位')}。\n第二段。"),
    Heading("分级分类", 4, TEXT),
    TABLE,
    Form(
        (
            (Field("事项", "夜市"),),
            (Field("单位", "某局"), Field("时限", gap("时限"))),
            (Field("意见", lines=4),),
        )
    ),
    Roll("出席", "张某某　李某某"),
    Signature("某某局", DAY),
    Annex("台账", (TABLE,), landscape=True),
    Annex("分工", (Heading("一项"), Paragraph(TEXT))),
)

PAPERS = {
    "plain": paper(),
    "without a head": paper(head=""),
    "without a number": paper(number=""),
    "going up": paper(signer="李某某", urgency="特急", sealed=False),
    "everything": paper(
        blocks=EVERYTHING,
        copies_to=("县委办公室", "县纪委监委机关"),
        printed_by="中共某县委组织部办公室",
        printed_on=date(2022, 6, 4),
    ),
    "a circular": paper(kind="circular", blocks=EVERYTHING),
    "an order": paper(kind="supervision", head="", blocks=EVERYTHING[6:8]),
    "minutes": paper(kind="minutes", head="某街道联席会议纪要", addressee="", blocks=EVERYTHING[:9]),
    "a sample": paper(blocks=EVERYTHING, sample=True),
    "full of gaps": paper(number=gap("文号"), addressee=gap("主送机关"), date=None),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_keeps_the_standard(name):
    assert deviations(Word(docx(PAPERS[name]))) == []


def test_the_measures_of_the_page_are_the_standard_s():
    section = Word(docx(paper())).sections[0]
    assert section.page == pytest.approx((210, 297), abs=0.05)
    assert section.margins["top"] == pytest.approx(37, abs=0.05)
    assert section.margins["left"] == pytest.approx(28, abs=0.05)
    assert section.type_area == pytest.approx((156, 225), abs=0.05)
    assert section.grid == (22, 28)


def test_twenty_two_lines_fill_the_type_area_and_no_more_fit():
    word = Word(docx(paper(blocks=(Paragraph(TEXT),))))
    (text,) = word.of("PaperText")
    height = word.sections[0].type_area[1] / 25.4 * 72
    assert int(height / text.pitch) == 22
    assert height - 22 * text.pitch < 1.5


def test_twenty_eight_characters_fill_a_line_even_where_the_line_is_cut_to_whole_places():
    """Some programs cut the line to whole places of the grid, each rounded down to a tenth of a millimetre."""
    word = Word(docx(paper(blocks=(Paragraph(TEXT),))))
    run = word.of("PaperText")[0].runs[0]
    place = run.size + run.letter_space
    assert 28 * place <= 28 * 5.53 / 25.4 * 72
    assert 29 * place > 156 / 25.4 * 72


# ------------------------------------------------------------------------------------- the check can fail
def tampered(content: bytes, part: str, old: str, new: str) -> Word:
    """The file with something else written into one of its parts."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(target, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                changed = re.sub(old, new, text.decode(), count=1)
                assert changed != text.decode(), f"{old} is not in {part}"
                text = changed.encode()
            after.writestr(name, text)
    return Word(target.getvalue())


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("document", 'w:pgSz w:w="11906"', 'w:pgSz w:w="12240"', "page"),
        ("document", 'w:top="2098"', 'w:top="1440"', "top"),
        ("document", 'w:left="1587"', 'w:left="1800"', "binding"),
        ("document", 'w:right="1475"', 'w:right="1800"', "type area"),
        ("document", 'w:linePitch="579"', 'w:linePitch="600"', "grid"),
        ("document", r'w:charSpace="-\d+"', 'w:charSpace="0"', "grid"),
        ("document", "linesAndChars", "lines", "grid"),
        ("document", "(<w:rPr>)(<w:rFonts[^>]*/>)(</w:rPr><w:t>各党支部)", r'\1\2<w:sz w:val="30"/>\3', "size"),
        ("styles", r'(styleId="PaperText".*?)w:line="579"', r'\1w:line="560"', "pitch"),
        ("styles", r'(styleId="PaperText".*?)w:spacing w:val="-7"', r'\1w:spacing w:val="0"', "27.64 characters"),
        ("styles", r'(styleId="PaperText".*?)仿宋_GB2312', r"\1宋体", "font"),
        ("styles", r'(styleId="Heading1".*?)黑体', r"\1仿宋_GB2312", "level 1"),
        ("styles", r'(styleId="Title".*?)w:val="44"', r'\1w:val="36"', "title"),
        ("styles", r'(styleId="Title".*?)方正小标宋简体', r"\1宋体", "title"),
        (
            "styles",
            r'(styleId="PaperText".*?)w:firstLineChars="200" w:firstLine="640"',
            r'\1w:firstLineChars="0" w:firstLine="0"',
            "first line",
        ),
        ("document", ' w:hint="eastAsia"', "", "quotes"),
        ("footer1", "— ", "- ", "footer default"),
        ("document", r'w:footer="\d+"', 'w:footer="720"', "footer"),
    ],
)  # fmt: skip
def test_the_check_notices(part, old, new, said):
    word = tampered(docx(paper()), f"word/{part}.xml", old, new)
    assert any(said in fault for fault in deviations(word)), deviations(word)


def test_the_check_notices_a_header_row_that_is_not_repeated():
    word = tampered(docx(paper(blocks=(TABLE,))), "word/document.xml", "<w:tblHeader/>", "")
    assert any("repeated" in fault for fault in deviations(word))


def test_an_indent_whose_length_contradicts_its_characters_is_noticed():
    changed = ("word/styles.xml", r'(styleId="PaperText".*?)w:firstLine="640"', r'\1w:firstLine="200"')
    with pytest.raises(AssertionError, match=r"2\.0 characters, 10\.0 pt"):
        deviations(tampered(docx(paper()), *changed))


# -------------------------------------------------------------------------------------- other kinds, fonts
@pytest.mark.parametrize("kind", ["appointment", "register"])
def test_a_paper_across_is_the_upright_page_turned(kind):
    (section,) = Word(docx(paper(kind=kind))).sections
    assert section.landscape
    assert section.page == pytest.approx((297, 210), abs=0.05)
    assert section.type_area == pytest.approx((225, 156), abs=0.05)
    assert section.margins["top"] == pytest.approx(28, abs=0.05)
    assert section.margins["right"] == pytest.approx(37, abs=0.05)


@pytest.mark.parametrize(
    ("font", "instead"),
    [
        ("仿宋_GB2312", "仿宋"),
        ("楷体_GB2312", "楷体"),
        ("黑体", "SimHei"),
        ("方正小标宋简体", "方正小标宋_GBK"),
        ("宋体", "SimSun"),
    ],
)
def test_a_machine_without_a_font_is_told_what_stands_in(word, font, instead):
    table = word().part("word/fontTable.xml")
    (found,) = [one for one in table if one.get(W + "name") == font]
    assert found.find(W + "altName").get(W + "val").split(",")[0] == instead
    assert found.find(W + "charset").get(W + "val") == "86"


def test_every_font_that_a_paper_names_is_in_its_table(word):
    opened = word(blocks=EVERYTHING, signer="李某某")
    known = {one.get(W + "name") for one in opened.part("word/fontTable.xml")}
    used = {
        fonts.get(W + script)
        for name in ("document", "styles", "footer1")
        for fonts in opened.part(f"word/{name}.xml").iter(W + "rFonts")
        for script in ("ascii", "eastAsia", "hAnsi")
    }
    assert used - {None} <= known


def test_the_formats_are_styles_so_that_whoever_writes_on_keeps_them(word):
    opened = word(blocks=EVERYTHING)
    assert [
        run.text for p in opened.paragraphs for run in p.runs if named(run.element, "rPr", "sz") is not None
    ] == []
    names = {paragraph.style_name for paragraph in opened.paragraphs}
    assert {"公文正文", "heading 1", "Title", "主送机关", "成文日期"} <= names
