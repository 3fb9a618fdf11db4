"""Tables and forms in papers: as wide as the type area, headers on every page, figures right, labels even."""

from itertools import pairwise

import pytest

from jiceng.reports.papers import Field, Form, Paragraph, Table
from jiceng.reports.tables import Column, Share, totalled
from tests.reports.word import W, attribute, named

TYPE_WIDTH = 8844  # twips

COLUMNS = (
    Column("序号", kind="serial"),
    Column("单位"),
    Column("派单", group="办理情况", kind="integer", adds=True),
    Column("办结率", group="办理情况", kind="share", adds=True),
    Column("备注"),
)
ROWS = ((1, "东街社区", 120, Share(90, 120), ""), (2, "西街社区", 80, Share(80, 80), None))
TABLE = totalled(
    Table("办理情况", COLUMNS, ROWS, above="填报单位：某街道", unit="件", notes=("注：甲。", "乙。"))
)


def only(word, *blocks):
    (found,) = word(blocks=blocks).tables
    return found


def spans(row):
    return [int(attribute(cell, "val", "tcPr", "gridSpan") or 1) for cell in row]


def merges(row):
    """For each cell of a row: begins, goes on, or none of a merge downwards."""
    found = []
    for cell in row:
        merge = named(cell, "tcPr", "vMerge")
        found.append("" if merge is None else merge.get(W + "val") or "on")
    return found


# ------------------------------------------------------------------------------------------------ tables
def test_a_table_says_all_its_cells(word):
    table = only(word, TABLE)
    assert table.rows == [
        ["序号", "单位", "办理情况", "备注"],
        ["", "", "派单", "办结率", ""],
        ["1", "东街社区", "120", "75.0%", ""],
        ["2", "西街社区", "80", "100.0%", ""],
        ["合计", "", "200", "85.0%", ""],
    ]


def test_grouped_headers_are_merged_across_and_others_down(word):
    upper, lower, *_rows = only(word, TABLE).cells
    assert spans(upper) == [1, 1, 2, 1]
    assert merges(upper) == ["restart", "restart", "", "restart"]
    assert merges(lower) == ["on", "on", "", "", "on"]


def test_all_header_rows_stand_on_every_page(word):
    assert only(word, TABLE).repeated == [True, True, False, False, False]
    plain = Table("", (Column("甲"), Column("乙")), (("1", "2"),))
    assert only(word, plain).repeated == [True, False]


def test_no_row_is_parted_by_the_end_of_a_page(word):
    rows = only(word, TABLE).element.iter(W + "tr")
    assert all(named(row, "trPr", "cantSplit") is not None for row in rows)


@pytest.mark.parametrize("landscape", [False, True])
def test_a_table_is_as_wide_as_the_type_area(word, landscape):
    kind = "register" if landscape else "official"
    (table,) = word(kind=kind, blocks=(TABLE,)).tables
    assert sum(table.grid) == (12756 if landscape else TYPE_WIDTH)
    assert attribute(table.element, "type", "tblPr", "tblLayout") == "fixed"


def test_the_widest_content_gets_the_widest_column(word):
    grid = only(word, TABLE).grid
    assert grid[1] == max(grid)


def test_a_width_that_is_asked_for_is_kept_in_proportion(word):
    table = Table("", (Column("甲", width=10), Column("乙", width=30)), (("一", "二"),))
    left, right = only(word, table).grid
    assert right / left == pytest.approx(3, rel=0.01)


@pytest.mark.parametrize(
    ("columns", "size"),
    [(3, 16.0), (6, 12.0), (12, 10.5), (30, 10.5)],
)
def test_a_table_is_set_in_the_largest_size_in_which_it_fits(word, columns, size):
    table = Table("", tuple(Column(f"栏{n}") for n in range(columns)), (("甲乙丙丁",) * columns,))
    sizes = {run.size for p in only(word, table).paragraphs() for run in p.runs}
    assert sizes == {size}


def test_figures_stand_right_words_left_serial_numbers_in_the_middle(word):
    table = only(word, TABLE)
    aligned = [p.align for p in table.paragraphs() if p.style == "Cell"][:5]
    assert aligned == ["center", "left", "right", "right", "left"]


def test_a_total_is_bold_with_its_label_in_the_middle(word):
    table = only(word, TABLE)
    *_others, label, _blank, added, rate, _note = [p for p in table.paragraphs() if p.style == "Cell"]
    assert [run.bold for p in (label, added, rate) for run in p.runs] == [True, True, True]
    assert label.align == "center"


def test_what_stands_above_and_below_a_table(word):
    opened = word(blocks=(TABLE,))
    above = opened.one("TableAbove")
    assert (opened.one("Caption").text, above.text) == ("办理情况", "填报单位：某街道\t单位：件")
    assert [note.text for note in opened.of("TableNote")] == ["注：甲。", "乙。"]
    styles = [getattr(block, "style", "table") for block in opened.blocks]
    assert (
        styles.index("Caption")
        < styles.index("TableAbove")
        < styles.index("table")
        < styles.index("TableNote")
    )
    assert opened.one("Caption").keeps_next
    assert above.keeps_next


def test_a_bare_table_has_nothing_above_or_below(word):
    opened = word(blocks=(Table("", (Column("甲"),), (("1",),)),))
    assert opened.of("Caption") == opened.of("TableAbove") == opened.of("TableNote") == []


def test_tables_that_follow_each_other_do_not_grow_together(word):
    table = Table("", (Column("甲"),), (("1",),))
    opened = word(blocks=(table, table, Form(((Field("乙"),),))))
    kinds = [type(block).__name__ for block in opened.blocks]
    assert all(pair != ("Table", "Table") for pair in pairwise(kinds))


def test_a_cell_breaks_its_lines_where_its_text_does(word):
    assert only(word, Table("", (Column("甲"),), (("一\n二",),))).rows[1] == ["一\n二"]


def test_a_gap_in_a_cell_is_marked(word):
    table = only(word, Table("", (Column("甲"),), (("【待填：时限】",),)))
    (run,) = [run for p in table.paragraphs() if p.style == "Cell" for run in p.runs]
    assert run.marked


# ------------------------------------------------------------------------------------------------- forms
FORM = Form(
    (
        (Field("督办事项", "夜市占道"),),
        (Field("承办单位", "某局"), Field("办理时限", "2022年6月10日")),
        (Field("甲", "1"), Field("乙", "2"), Field("丙", "3")),
        (Field("", "备注占满一行"),),
        (Field("责任单位领导意见", lines=4),),
    )
)


def test_a_form_says_its_labels_and_texts(word):
    assert only(word, FORM).rows == [
        ["督办事项", "夜市占道"],
        ["承办单位", "某局", "办理时限", "2022年6月10日"],
        ["甲", "1", "乙", "2", "丙", "3"],
        ["备注占满一行"],
        ["责任单位\n领导意见", ""],
    ]


def test_the_rows_of_a_form_share_one_grid_and_fill_it(word):
    form = only(word, FORM)
    assert sum(form.grid) == TYPE_WIDTH
    for row in form.cells:
        assert sum(spans(row)) == len(form.grid)
        assert sum(int(attribute(cell, "w", "tcPr", "tcW")) for cell in row) == TYPE_WIDTH


def test_labels_of_a_form_are_of_one_width(word):
    form = only(word, FORM)
    firsts = [int(attribute(row[0], "w", "tcPr", "tcW")) for row in form.cells if len(row) > 1]
    assert len(set(firsts)) == 1


def test_labels_are_in_heiti_in_the_middle_and_texts_in_fangsong(word):
    looks = {(p.style, run.font, p.align) for p in only(word, FORM).paragraphs() for run in p.runs}
    assert looks == {("CellHead", "黑体", "center"), ("Cell", "仿宋_GB2312", "left")}


def test_lines_are_kept_free_and_a_row_grows_with_its_text(word):
    rows = list(only(word, FORM).element.iter(W + "tr"))
    heights = [int(attribute(row, "val", "trPr", "trHeight")) for row in rows]
    assert heights[-1] == 4 * heights[0]
    assert {attribute(row, "hRule", "trPr", "trHeight") for row in rows} == {"atLeast"}


def test_each_line_of_a_form_s_text_is_a_paragraph(word):
    form = only(word, Form(((Field("情况", "一\n二\n三"),),)))
    assert [p.text for p in form.paragraphs()] == ["情况", "一", "二", "三"]


@pytest.mark.parametrize("rows", [(), ((),), ((Field("甲"),), ())])
def test_a_form_has_rows_and_each_a_field(rows):
    with pytest.raises(ValueError, match="each has a field"):
        Form(rows)


def test_text_and_table_stand_in_the_order_in_which_they_are_given(word):
    opened = word(blocks=(Paragraph("前"), FORM, Paragraph("后")))
    kinds = [block.text if hasattr(block, "text") else "form" for block in opened.blocks]
    kept = [kind for kind in kinds if kind in ("前", "form", "后")]
    assert kept == ["前", "form", "后"]
