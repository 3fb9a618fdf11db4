"""Where a header is and which lines are records, on the ugliness that workbooks really have."""

import pytest

from jiceng.exchange.reading.headers import Header, Sieve, find_header, folded
from jiceng.exchange.words import forms

KNOWN = {"单位名称", "社会信用代码", "职工数", "正式", "序号", "所属镇街", "党员数", "备注"}


def known(title: str) -> bool:
    return any(form in KNOWN for form in forms(title))


def found(rows, merged=()) -> Header | None:
    return find_header(rows, merged, known)


HEADER = ["序号", "单位名称", "社会信用代码", "职工数"]
DATA = ["1", "甲公司", "91990121MA0000001X", 30.0]


def test_a_plain_header():
    assert found([HEADER, DATA]) == Header(0, 0, tuple(HEADER))


def test_a_title_and_a_note_above_it():
    rows = [["演示县两新组织台账"], ["填报单位：东镇", "", "2021年12月"], [], HEADER, DATA]
    header = found(rows, [(0, 0, 0, 3)])
    assert header is not None
    assert (header.first, header.last) == (3, 3)


def test_a_header_over_two_merged_lines():
    rows = [
        ["序号", "单位名称", "党员情况", "", "职工数"],
        ["", "", "正式", "预备", ""],
        ["1", "甲公司", 3, 1, 30],
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)]
    assert found(rows, merged) == Header(
        0, 1, ("序号", "单位名称", "党员情况-正式", "党员情况-预备", "职工数")
    )


def test_the_same_in_a_csv_that_knows_no_merged_cells():
    rows = [
        ["序号", "单位名称", "党员情况", "", "职工数"],
        ["", "", "正式", "预备", ""],
        ["1", "甲公司", "3", "1", "30"],
    ]
    header = found(rows)
    assert header is not None
    assert header.titles[2:4] == ("党员情况-正式", "党员情况-预备")


def test_a_header_over_three_lines():
    rows = [
        ["单位名称", "人员", "", ""],
        ["", "党员", "", "职工数"],
        ["", "正式", "预备", ""],
        ["甲公司", 3, 1, 30],
    ]
    merged = [(0, 0, 2, 0), (0, 1, 0, 3), (1, 1, 1, 2), (1, 3, 2, 3)]
    header = found(rows, merged)
    assert header is not None
    assert header.titles == ("单位名称", "人员-党员-正式", "人员-党员-预备", "人员-职工数")


def test_data_below_a_header_is_not_taken_for_its_second_line():
    assert found([["单位名称", "职工数", "备注"], ["甲公司", "", "新设"], ["乙公司", "3", ""]]) == Header(
        0, 0, ("单位名称", "职工数", "备注")
    )


def test_titles_with_stars_colons_spaces_and_line_breaks():
    header = found([["*单位 名称", "★社会信用\n代码：", "职工数"], DATA])
    assert header is not None
    assert [folded(t) for t in header.titles] == ["单位名称", "社会信用代码", "职工数"]


def test_a_header_nobody_knows_is_found_by_its_looks():
    rows = [["某表"], ["字段甲", "字段乙", "字段丙"], ["1", "x", "2"], ["3", "y", "4"]]
    header = found(rows)
    assert header is not None
    assert header.first == 1


@pytest.mark.parametrize("rows", [[], [[]], [["1", "2"], ["3", "4"]], [["只有一段说明文字"]]])
def test_sheets_without_a_header(rows):
    assert found(rows) is None


def test_doubled_titles_are_told_with_their_columns():
    assert Header(0, 0, ("单位名称", "职工数", " 单位名称")).doubled() == {"单位名称": [0, 2]}


def test_blank_columns_have_no_title():
    header = found([["单位名称", "", "职工数", "", ""], ["甲", "", 3]])
    assert header is not None
    assert header.titles == ("单位名称", "", "职工数")


# ------------------------------------------------------------------------------------- lines below it
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (DATA, ""),
        (["", "乙公司"], ""),
        ([], "blank"),
        (["", " ", "　"], "blank"),
        (["12"], "blank"),
        (["合计", "", "", 300], "total"),
        (["", "合 计", "", 300], "total"),
        (["", "东镇小计", "", 12], "total"),
        (["总计：35家"], "total"),
        (["填表人：张三", "", "审核人：李四"], "footer"),
        (["制表：办公室"], "footer"),
        (["单位负责人（签字）：", "", "填报日期：2021年12月"], "footer"),
        (["注：1.本表一式两份。"], "footer"),
        (["备注：数据截至12月底"], "footer"),
        (["一、东镇"], "section"),
        (["（二）西乡"], "section"),
        (["序号", "单位名称", "社会信用代码", "职工数"], "header"),
        (["9", "合计财务咨询有限公司", "91990121MA0000001X", 3], ""),
        (["9", "注册会计师事务所", "", 3], ""),
        (["9", "一二三幼儿园"], ""),
    ],
)
def test_what_a_line_is(row, why):
    sieve = Sieve(Header(0, 0, tuple(HEADER)))
    sieve.why_not(DATA)
    sieve.why_not(DATA)
    assert sieve.why_not(row) == why


def test_a_line_of_column_numbers_right_below_the_header():
    sieve = Sieve(Header(0, 0, tuple(HEADER)))
    assert sieve.why_not(["甲", "1", "2", "3"]) == "numbers"
    assert sieve.why_not(["1", "2", "3", "4"]) == "numbers"
    assert sieve.why_not(["1", "2", "3", "4"]) == ""


def test_after_the_foot_short_lines_belong_to_it():
    sieve = Sieve(Header(0, 0, tuple(HEADER)))
    assert sieve.why_not(["填表人：张三"]) == "footer"
    assert sieve.why_not(["二〇二一年十二月"]) == "footer"
    assert sieve.why_not(DATA) == ""
