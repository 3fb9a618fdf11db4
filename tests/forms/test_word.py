"""A Word file's blank: tables and sentences, filled in their own type."""

from io import BytesIO

import pytest
from docx import Document
from docx.shared import Pt

from jiceng.forms.blanks import word
from jiceng.forms.blanks.grid import Lines, Writes, place_of
from jiceng.records.refusals import Refusal
from tests.forms.blanks import narrative


def opened(content):
    return Document(BytesIO(content))


def saved(document):
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def test_tables_and_the_sentences_between_are_pages():
    blank = word.read(narrative(), "表.docx")
    assert [page.name for page in blank.pages] == ["正文", "表1"]
    text, table = blank.pages
    assert [text.at(row, 1).slots for row in (1, 2, 3)] == [0, 2, 3]
    assert (table.at(2, 2).columns, table.at(2, 4).column, table.at(3, 1).slots) == (3, 2, 2)


def test_blanks_and_cells_are_filled_where_they_are():
    cells = {"0!A2.1": "青山县", "0!A2.2": "2022年", "0!A3.1": 12, "0!A3.3": "人手不足"}
    inside = {"1!B1": 12, "1!B2": "继续摸排", "1!A3.2": 3}
    made = opened(
        word.write(
            narrative(),
            {
                0: Writes({place_of(at): value for at, value in cells.items()}),
                1: Writes({place_of(at): value for at, value in inside.items()}),
            },
        )
    )
    assert made.paragraphs[1].text == "填报单位：青山县　报告期：2022年"
    assert made.paragraphs[1].runs[1].underline
    assert made.paragraphs[2].text == "目前，两新组织12个，两新组织党组织____个。存在的主要困难是人手不足。"
    table = made.tables[0]
    assert (table.cell(0, 1).text, table.cell(1, 2).text) == ("12", "继续摸排")
    assert table.cell(2, 0).text == "两新组织党组织共____个，其中新建两新组织党组织3个"


def test_a_blank_over_several_runs_is_one():
    document = Document()
    paragraph = document.add_paragraph("共_")
    paragraph.add_run("__").bold = True
    paragraph.add_run("_名党员")
    content = saved(document)
    assert word.read(content, "表").pages[0].at(1, 1).slots == 1
    made = opened(word.write(content, {0: Writes({place_of("0!A1.1"): 8})}))
    assert made.paragraphs[0].text == "共8名党员"


def test_an_empty_cell_is_written_in_the_type_of_its_paragraph():
    document = Document()
    cell = document.add_table(1, 1).cell(0, 0)
    mark = (
        cell.paragraphs[0]
        ._p.get_or_add_pPr()
        .makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}rPr")
    )
    cell.paragraphs[0]._p.pPr.append(mark)
    run = cell.paragraphs[0].add_run("x")
    run.font.size = Pt(22)
    mark.extend(run._r.rPr)
    cell.paragraphs[0]._p.remove(run._r)
    made = opened(word.write(saved(document), {0: Writes({place_of("0!A1"): "大字"})}))
    written = made.tables[0].cell(0, 0).paragraphs[0].runs[0]
    assert (written.text, written.font.size) == ("大字", Pt(22))


def test_a_list_in_a_table_gets_rows_like_its_last():
    document = Document()
    table = document.add_table(3, 2)
    for cell, text in zip(table.rows[0].cells, ("名称", "人数"), strict=True):
        cell.text = text
    table.cell(2, 0).text = "合计"
    values = [["甲", 1], ["乙", 2], ["丙", 3]]
    made = opened(word.write(saved(document), {0: Writes(lines=[Lines(2, 2, [1, 2], values)])}))
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["名称", "人数"], ["甲", "1"], ["乙", "2"], ["丙", "3"], ["合计", ""],
    ]  # fmt: skip


def test_a_file_without_a_blank_is_refused():
    document = Document()
    document.add_paragraph("通知")
    with pytest.raises(Refusal, match="没有可填的空格"):
        word.read(saved(document), "通知.docx")
