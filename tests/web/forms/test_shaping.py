"""How a blank is laid out on a page: merged cells, lists that are longer than their room, values in sentences."""

import pytest

from jiceng.forms.bindings import Bindings, Rows, Source
from jiceng.forms.blanks import word, workbook
from jiceng.forms.blanks.grid import place_of
from jiceng.web.forms.shaping import LINES, MOST_ROWS, _pieces, pages
from tests.forms.blanks import cross_table, list_form, narrative

LIST = Bindings(rows=(Rows(0, 4, 7, "units", {2: Source("field", "name")}),))


def look(cell, place, line):
    return {"text": cell.text, "at": str(place), "line": line}


def texts(page):
    return [[cell["text"] for cell in row["cells"]] for row in page.rows]


def test_merged_cells_stand_once_with_their_size():
    (page,) = pages(workbook.read(cross_table(["甲镇"]), "表"), Bindings(), look, {})
    assert page.columns == ["A", "B", "C", "D", "E", "F"]
    title, _labels, head, below, *_rest = page.rows
    assert [(cell["text"], cell["columns"]) for cell in title["cells"]] == [("两新组织党建工作情况统计表", 6)]
    assert [(cell["text"], cell["rows"], cell["columns"]) for cell in head["cells"]] == [
        ("地区", 2, ""), ("单位情况", "", 2), ("党建情况", "", 2), ("备注", 2, ""),
    ]  # fmt: skip
    assert [cell["text"] for cell in below["cells"]] == [
        "两新组织",
        "两新组织职工",
        "两新组织党组织",
        "组织覆盖率",
    ]
    assert page.note


def test_a_column_to_spare_is_shown_where_cells_are_bound():
    blank = workbook.read(cross_table(["甲镇"]), "表")
    assert pages(blank, Bindings(), look)[0].columns[-1] == "G"
    assert (
        pages(blank, Bindings(rows=(Rows(0, 5, 5, "units", {9: Source("field", "x")}),)), look, {})[
            0
        ].columns[-1]
        == "I"
    )


def test_hidden_sheets_are_not_shown():
    assert [page.name for page in pages(workbook.read(list_form(), "表"), Bindings(), look, {})] == [
        "两新组织摸排", "校验",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("length", "shown", "left"), [(2, 4, 0), (4, 4, 0), (10, 10, 0), (LINES + 5, LINES, 5)]
)
def test_a_list_is_as_long_as_it_is_up_to_a_point(length, shown, left):
    page = pages(workbook.read(list_form(), "表"), LIST, look, {"0!A4": length})[0]
    assert [row["number"] for row in page.rows] == list(range(1, shown + 7))
    assert page.left == left
    assert texts(page)[-3][0] == "合计"
    lines = [row["cells"][0] for row in page.rows[3 : 3 + shown]]
    assert [cell["line"] for cell in lines] == list(range(shown))
    assert lines[-1]["at"] == "0!A7"


def test_a_long_page_is_cut():
    page = pages(workbook.read(list_form(MOST_ROWS), "表"), Bindings(), look, {})[0]
    assert (len(page.rows), page.left) == (MOST_ROWS, 6)


VALUE, GAP = {"shown": "12"}, {"gap": True}


@pytest.mark.parametrize(
    ("text", "values", "slots", "pieces"),
    [
        ("共____个，占____%", [VALUE, GAP], 2, [("共", VALUE), ("个，占", GAP), ("%", None)]),
        ("共____个，占____%", [None, VALUE], 2, [("共____", None), ("个，占", VALUE), ("%", None)]),
        ("名称", [None], 0, [("名称", None)]),
        ("", [VALUE], 0, [("", None), ("", VALUE)]),
        ("共 个", [VALUE], 1, [("共 个", None), ("", VALUE)]),  # a blank that the text does not show
    ],
)
def test_values_stand_in_the_blanks_of_a_sentence(text, values, slots, pieces):
    assert _pieces(text, values, slots) == pieces


def test_pages_of_a_word_file_are_its_tables_and_the_text_between():
    found = pages(word.read(narrative(), "表"), Bindings(), look, {})
    assert [page.name for page in found] == ["正文", "表1"]
    assert found[1].rows[1]["cells"][1]["columns"] == 3
    assert found[1].rows[1]["cells"][1]["at"] == str(place_of("1!B2"))
