"""The workbook that comes back: everything where it was, problems beside it, importable once mended."""

from io import BytesIO

import openpyxl
import pytest

from jiceng.exchange.applying import apply
from jiceng.exchange.receiving import clear
from jiceng.exchange.workbooks.returning import error_workbook
from jiceng.organisations.models import Unit
from jiceng.records.refusals import Refusal
from tests.exchange.conftest import CLERK, faults, uscc, verdicts
from tests.exchange.ledgers import HEADER, line
from tests.exchange.workbooks import cells, saved, text, xlsx

TITLE = ["演示县台账", "", "", "", "", ""]
ROWS = [
    TITLE,
    HEADER,
    line(1),
    line(2, village="无此村"),
    ["合计", "", "", "", "", 20],
    line(3, name="", n="若干"),
]


def back(run) -> bytes:
    out = BytesIO()
    error_workbook(run, out)
    return out.getvalue()


def test_title_header_and_rows_stay_in_place(staged):
    run = staged("units", xlsx(ROWS, merged=["A1:F1"]))
    content = back(run)
    rows = cells(content)
    assert rows[0][0] == "演示县台账"
    assert rows[1] == [*HEADER, "导入问题"]
    assert rows[2] == [*line(1), None]
    assert rows[4][0] == "合计"
    assert "没有区域“无此村”" in rows[3][-1] or "“无此村”" in rows[3][-1]
    assert "单位名称：缺少单位名称" in rows[5][-1]
    assert "职工人数：“若干”不是数字" in rows[5][-1]
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:F1"]
    marked = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFFD9D9"}
    assert marked == {"E4", "B6", "F6"}


def test_as_it_is_it_can_be_imported_again_and_mended(staged):
    run = staged("units", xlsx(ROWS, merged=["A1:F1"]))
    content = back(run)
    apply(run, by=CLERK, leave_out_bad=True)
    assert verdicts(staged("units", content)) == {"unchanged": 1, "bad": 2}
    book = openpyxl.load_workbook(BytesIO(content))
    book.active["E4"], book.active["B6"], book.active["F6"] = "甲村", "演示3号公司", 10
    mended = staged("units", saved(book))
    assert verdicts(mended) == {"new": 2, "unchanged": 1}
    apply(mended, by=CLERK)
    assert Unit._base_manager.count() == 3


def test_merged_cells_of_records_come_back_merged(staged):
    lines = [line(n) for n in range(1, 91)]
    lines[80][1], lines[89][4] = "", ""
    run = staged("units", xlsx([HEADER, *lines], merged=["E90:E91"]))
    assert verdicts(run) == {"new": 89, "bad": 1}
    assert verdicts(staged("units", back(run))) == {"new": 89, "bad": 1}
    sheet = openpyxl.load_workbook(BytesIO(back(run))).active
    assert [str(area) for area in sheet.merged_cells.ranges] == ["E90:E91"]


def test_problems_of_the_second_time_take_the_place_of_the_first(staged):
    once = back(staged("units", xlsx(ROWS)))
    twice = cells(back(staged("units", once)))
    assert twice[1] == [*HEADER, "导入问题"]
    assert sum("导入问题" in str(cell) for row in twice for cell in row) == 1


def test_only_what_is_wrong_on_the_sheet_that_was_asked_for(staged):
    content = xlsx(一=[HEADER, line(1)], 二=[HEADER, line(2, n="若干")], 说明=[["随便写的话"]])
    run = staged("units", content, sheet="二")
    out = back(run)
    assert openpyxl.load_workbook(BytesIO(out)).sheetnames == ["一", "二", "说明"]
    assert cells(out, "一") == [HEADER, line(1)]
    assert "若干" in cells(out, "二")[1][-1]


def test_several_sheets_each_with_its_problems(staged):
    header = ["社会信用代码", "企业名称", "企业类型", "村（社区）"]
    content = xlsx(
        东镇=[header, [uscc(1), "甲", "私营企业", "红星村"], [uscc(2), "乙", "不知道", "红星村"]],
        西乡=[header, [uscc(3), "丙", "私营企业", "没有的村"]],
    )
    out = back(staged("units", content))
    assert "不知道" in cells(out, "东镇")[2][-1]
    assert cells(out, "东镇")[1][-1] is None
    assert "没有的村" in cells(out, "西乡")[1][-1]


def test_a_csv_comes_back_as_a_workbook(staged):
    run = staged("units", text([HEADER, line(1, n="若干")], "gbk"), name="台账.csv")
    rows = cells(back(run))
    assert rows[0][-1] == "导入问题"
    assert rows[1][0] == uscc(1)


def test_a_formula_in_a_cell_comes_back_as_text(staged):
    evil = "=cmd|'/c calc'!A0"
    rows = cells(back(staged("units", xlsx([HEADER, line(1, name=evil, n="若干")]))))
    book = openpyxl.load_workbook(
        BytesIO(back(staged("units", xlsx([HEADER, line(1, name=evil, n="若干")]))))
    )
    assert rows[1][1] == evil
    assert book.active["B2"].data_type == "s"
    assert book.active["B2"].quotePrefix


def test_personal_numbers_come_back_to_who_brought_them(staged):
    number = "990121198013150019"
    run = staged("people", xlsx([["姓名", "身份证号", "村（社区）"], ["张三", number, "甲村"]]))
    assert "出生日期" in faults(run)[2][0]
    assert cells(back(run))[1][1] == number


def test_once_cleared_there_is_nothing_to_return(staged):
    run = staged("units", xlsx([HEADER, line(1, n="若干")]))
    clear(run)
    with pytest.raises(Refusal, match="已清除"):
        back(run)
