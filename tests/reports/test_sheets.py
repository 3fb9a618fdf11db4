"""Workbooks laid out for people, read back by another library."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from jiceng.reports.sheets import workbook
from jiceng.reports.tables import Column, Share, Table, totalled

COLUMNS = (
    Column("序号", kind="serial"),
    Column("单位"),
    Column("派单", group="办理情况", kind="integer", unit="件", adds=True),
    Column("办结率", group="办理情况", kind="share", adds=True),
    Column("时限", kind="day"),
    Column("金额", kind="number", decimals=2),
)
ROWS = (
    (1, "东街社区", 1200, Share(900, 1200), date(2022, 6, 3), Decimal("12.5")),
    (2, "西街社区", 0, Share(0, 0), None, 3),
)
TABLE = totalled(
    Table("三率情况", COLUMNS, ROWS, above="填报单位：某街道", unit="件", notes=("注：甲。", "乙。"))
)


def opened(*tables: Table):
    return openpyxl.load_workbook(BytesIO(workbook(tables[0] if len(tables) == 1 else tables)))


@pytest.fixture
def sheet():
    return opened(TABLE).active


def one_cell(value, **column):
    """The cell of a table with nothing else in it."""
    found = opened(Table("表", (Column("甲", **column),), ((value,),))).active
    return found["A3"]


# ------------------------------------------------------------------------------------------------ layout
def test_everything_stands_in_its_order(sheet):
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows == [
        ["三率情况"],
        ["填报单位：某街道", "单位：件"],
        ["序号", "单位", "办理情况", "时限", "金额"],
        ["派单（件）", "办结率"],
        [1, "东街社区", 1200, 0.75, datetime(2022, 6, 3), 12.5],  # noqa: DTZ001 - as Excel has it
        [2, "西街社区", 0, "—", 3],
        ["合计", 1200, 0.75],
        ["注：甲。"],
        ["乙。"],
    ]


def test_title_groups_and_notes_are_merged(sheet):
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {
        "A1:F1",
        "A3:A4",
        "B3:B4",
        "C3:D3",
        "E3:E4",
        "F3:F4",
        "A8:F8",
        "A9:F9",
    }


def test_a_table_without_groups_has_one_header_row():
    found = opened(Table("表", (Column("甲"), Column("乙")), (("1", "2"),))).active
    assert [cell.value for cell in found[2]] == ["甲", "乙"]
    assert [cell.value for cell in found[3]] == ["1", "2"]
    assert {str(merged) for merged in found.merged_cells.ranges} == {"A1:B1"}


def test_the_header_is_frozen_and_printed_on_every_page(sheet):
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$3:$4"


def test_it_prints_on_a4_across_one_page_wide(sheet):
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, "landscape", 0)
    assert setup.fitToWidth in (None, 1)  # one page is what goes without saying
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"


def test_cells_are_bordered_and_the_title_is_not(sheet):
    table = [cell for row in sheet["A5:F7"] for cell in row]
    assert all(cell.border.left.style == cell.border.bottom.style == "thin" for cell in table)
    assert sheet["A1"].border.left.style is None


def test_title_and_header_have_the_fonts_of_papers(sheet):
    assert (sheet["A1"].font.name, sheet["A1"].font.size) == ("方正小标宋简体", 18)
    assert sheet["A3"].font.name == "黑体"
    assert sheet["B3"].alignment.horizontal == "center"
    assert sheet["B3"].alignment.wrap_text


def test_a_total_is_bold_and_says_its_label_in_the_middle(sheet):
    assert [cell.font.bold for cell in sheet[7][:4]] == [True] * 4
    assert sheet["A7"].alignment.horizontal == "center"
    assert not sheet["B5"].font.bold


def test_columns_are_as_wide_as_they_need_and_narrow_tables_are_widened():
    wide = opened(Table("表", (Column("甲"), Column("乙")), (("东街社区居民委员会" * 2, "1"),))).active
    assert wide.column_dimensions["A"].width > 2 * wide.column_dimensions["B"].width
    assert wide.column_dimensions["A"].width > 36


def test_a_long_note_has_the_height_of_its_lines():
    found = opened(Table("表", (Column("甲"), Column("乙")), (), notes=("注" * 200, "短。"))).active
    assert found.row_dimensions[3].height > 4 * found.row_dimensions[4].height


# ----------------------------------------------------------------------------------------------- numbers
@pytest.mark.parametrize(
    ("cell", "look"),
    [
        ("C5", "#,##0"),
        ("D5", "0.0%"),
        ("E5", "yyyy-mm-dd"),
        ("F5", "#,##0.00"),
        ("F6", "#,##0.00"),
        ("D7", "0.0%"),
    ],
)
def test_figures_stay_figures_and_show_as_their_column_says(sheet, cell, look):
    assert sheet[cell].number_format == look
    assert sheet[cell].data_type in ("n", "d")


def test_decimals_of_a_share_are_those_of_its_column():
    assert one_cell(Share(1, 3), kind="share", decimals=2).number_format == "0.00%"
    assert one_cell(Share(1, 3), kind="share", decimals=0).number_format == "0%"


def test_a_share_without_a_whole_is_a_dash_and_never_nought(sheet):
    assert (sheet["D6"].value, sheet["D6"].data_type) == ("—", "s")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (10**15, "1000000000000000"),
        (911234567890123456, "911234567890123456"),
        (float("nan"), "—"),
        (float("inf"), "—"),
        (Decimal("Infinity"), "—"),
        (True, "是"),
        (date(1899, 12, 31), "1899-12-31"),
        (datetime(2022, 6, 3, 1, 5, tzinfo=UTC), "2022年6月3日9时05分"),
        ("00123", "00123"),
    ],
)
def test_what_a_number_would_spoil_is_text(value, shown):
    cell = one_cell(value, kind="integer")
    assert (cell.value, cell.data_type) == (shown, "s")


@pytest.mark.parametrize("value", [None, ""])
def test_a_blank_cell_is_blank_and_bordered(value):
    cell = one_cell(value)
    assert cell.value is None
    assert cell.border.left.style == "thin"


# --------------------------------------------------------------------------------------------- formulas
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "{=1}", "http://example.org"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_never_becomes_a_formula_or_a_link(text):
    said = Table(
        text, (Column(text, group=text), Column(text)), ((text, text),), (text, text), text, text, (text,)
    )
    with ZipFile(BytesIO(workbook(said))) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in xml
        assert "<hyperlink" not in xml
        assert "externalLink" not in str(package.namelist())
    found = openpyxl.load_workbook(BytesIO(workbook(said))).active
    assert all(cell.data_type == "s" for row in found.iter_rows() for cell in row if cell.value is not None)


def test_a_text_that_looks_like_a_formula_stays_one_when_it_is_edited():
    assert one_cell("=1+1").quotePrefix
    assert not one_cell("一加一").quotePrefix


def test_letters_that_cannot_be_printed_are_left_out():
    assert one_cell("甲\x00\x07乙\ud800").value == "甲乙"


def test_an_endless_text_is_cut_to_what_excel_takes():
    assert len(one_cell("字" * 40_000).value) == 32_000


# ---------------------------------------------------------------------------------------- sheets, samples
def test_several_tables_stand_on_sheets_of_their_own_under_their_titles():
    first = Table("东街", (Column("甲"),))
    found = opened(first, Table("西街", (Column("乙"),)))
    assert found.sheetnames == ["东街", "西街"]
    assert [sheet["A2"].value for sheet in found] == ["甲", "乙"]


def test_sheets_of_one_title_get_names_of_their_own():
    titles = ["同名", "同名", "[a]:*?/\\", "长" * 60, "长" * 60, "ABC", "abc", ""]
    names = opened(*(Table(title, (Column("甲"),)) for title in titles)).sheetnames
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_a_sample_says_so_on_the_sheet_and_on_every_page():
    found = opened(Table("表", (Column("甲"), Column("乙")), (), above="某街道", sample=True)).active
    assert found["A2"].value == "【样张】某街道"
    assert found.oddHeader.right.text == "样　张"


def test_a_demonstration_s_workbook_is_a_sample_without_being_asked(settings):
    settings.DEMO = True
    assert opened(Table("表", (Column("甲"),))).active["A2"].value == "【样张】"


def test_a_real_workbook_has_no_such_mark(sheet):
    assert sheet.oddHeader.right.text is None
    assert "样张" not in str([cell.value for row in sheet for cell in row])


def test_one_column_has_both_marks_above_in_its_cell():
    found = opened(Table("表", (Column("甲"),), (("1",),), above="某街道", unit="件")).active
    assert found["A2"].value == "某街道　单位：件"


def test_ten_thousand_rows_are_all_there():
    rows = tuple((n, f"第{n}社区", n, Share(n, 10_000), date(2022, 1, 1), n) for n in range(10_000))
    found = openpyxl.load_workbook(BytesIO(workbook(Table("大表", COLUMNS, rows))), read_only=True).active
    assert sum(1 for _row in found.iter_rows(min_row=4)) == 10_000
