"""A workbook's blank: read as it looks, written with all else as it came."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from jiceng.forms.blanks import workbook
from jiceng.forms.blanks.grid import Lines, Writes, letters, number, place_of
from jiceng.records.refusals import Refusal
from tests.forms.blanks import cross_table, list_form


def parts(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened(content):
    return load_workbook(BytesIO(content))


def lines(count, *, row=4, last=7):
    """Lines of the list form, from the first to the date."""
    values = [[n, f"=单位{n}", f"{n:018}", "企业", n, None, date(2020, 1, 1)] for n in range(1, count + 1)]
    return Lines(row, last, [1, 2, 3, 4, 5, 6, 7], values)


def test_a_blank_is_read_as_it_looks():
    blank = workbook.read(list_form(), "表.xlsx")
    sheet, lists, check = blank.pages
    assert [page.hidden for page in blank.pages] == [False, True, False]
    assert sheet.text(1, 5) == "非公企业和社会组织摸排登记表"
    assert (sheet.at(1, 1).columns, sheet.at(1, 5).column) == (8, 1)
    assert sheet.at(8, 5).formula
    assert check.at(1, 1).formula
    assert sheet.at(10, 1).slots == 2
    assert (0, 0, 0, 7) in sheet.merged
    assert lists.text(1, 1) == "企业"


def test_a_locked_sheet_is_marked_and_written_all_the_same():
    content = cross_table(["甲镇", "乙镇"])
    assert workbook.read(content, "表.xlsx").pages[0].protected
    made = opened(workbook.write(content, {0: Writes({place_of("0!B5"): 7})}))
    assert made["覆盖情况"]["B5"].value == 7
    assert made["覆盖情况"].protection.sheet


def test_only_the_sheet_that_is_written_to_changes():
    content = list_form()
    before, after = parts(content), parts(workbook.write(content, {0: Writes({place_of("0!B2"): "青山县"})}))
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml",
    }  # fmt: skip


def test_nothing_but_the_sheet_changes_where_there_are_no_formulas():
    book = Workbook()
    book.active["A1"] = "名称"
    target = BytesIO()
    book.save(target)
    before, after = (
        parts(target.getvalue()),
        parts(
            workbook.write(target.getvalue(), {0: Writes({place_of("0!C9"): 1, place_of("0!B1"): "文字"})})
        ),
    )
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    assert (
        opened(workbook.write(target.getvalue(), {0: Writes({place_of("0!C9"): 1})})).active["C9"].value == 1
    )


def test_a_list_that_fits_moves_nothing():
    made = opened(workbook.write(list_form(), {0: Writes(lines=[lines(3)])}))["两新组织摸排"]
    assert [made.cell(row, 2).value for row in (4, 5, 6, 7)] == ["=单位1", "=单位2", "=单位3", None]
    assert made["E8"].value == "=SUM(E4:E7)"
    assert made["A7"].value == 4


def test_a_longer_list_pushes_down_all_that_stands_below():
    made = opened(workbook.write(list_form(), {0: Writes(lines=[lines(50)])}))
    sheet = made["两新组织摸排"]
    assert (sheet["A54"].value, sheet["E54"].value) == ("合计", "=SUM(E4:E53)")
    assert made["校验"]["A1"].value == "='两新组织摸排'!E54"
    assert sheet.print_area == "'两新组织摸排'!$A$1:$H$56"
    assert sheet.print_title_rows == "$1:$3"
    assert "A56:H56" in {str(area) for area in sheet.merged_cells.ranges}
    assert str(sheet.data_validations.dataValidation[0].sqref) == "H4:H53"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["E4:E53"]
    assert sheet._images[0].anchor._from.row == 55
    assert (sheet["B40"].font.name, sheet["B40"].border.left.style) == ("仿宋_GB2312", "thin")
    assert (sheet.row_dimensions[1].height, sheet.column_dimensions["B"].width) == (42, 33)
    assert made["字典"].sheet_state == "hidden"


def test_values_stay_what_they_are():
    made = opened(workbook.write(list_form(), {0: Writes(lines=[lines(2)])}))["两新组织摸排"]
    assert (made["B4"].value, made["B4"].data_type) == ("=单位1", "s")  # a text, never a formula
    assert made["C4"].value == "000000000000000001"
    assert made["G4"].value.date() == date(2020, 1, 1)
    cells = {
        place_of("0!B2"): date(2022, 6, 1),
        place_of("0!C2"): Decimal("62.50"),
        place_of("0!D2"): "坏\x00\x0b字",
    }
    more = opened(workbook.write(list_form(), {0: Writes(cells)}))["两新组织摸排"]
    assert (more["B2"].value, more["C2"].value, more["D2"].value) == ("2022-06-01", 62.5, "坏字")


def test_a_formula_is_never_overwritten_and_its_old_result_is_gone():
    content = list_form()
    made = workbook.write(content, {0: Writes({place_of("0!E8"): 5})})
    assert opened(made)["两新组织摸排"]["E8"].value == "=SUM(E4:E7)"
    assert load_workbook(BytesIO(made), data_only=True)["两新组织摸排"]["E8"].value is None
    assert b'fullCalcOnLoad="1"' in parts(made)["xl/workbook.xml"]


def test_blanks_in_a_sentence_are_filled_one_by_one():
    cells = {place_of("0!A10.1"): "张三", place_of("0!A10.2"): "李四"}
    made = opened(workbook.write(list_form(), {0: Writes(cells, [lines(6)])}))["两新组织摸排"]
    assert made["A12"].value == "填表人：张三  审核人：李四"
    one = opened(workbook.write(list_form(), {0: Writes({place_of("0!A10.2"): "李四"})}))["两新组织摸排"]
    assert one["A10"].value == "填表人：____________  审核人：李四"


def test_a_formula_of_each_line_goes_on_in_the_lines_that_are_added():
    book = Workbook()
    sheet = book.active
    for row in (2, 3):
        sheet[f"C{row}"] = f"=A{row}+$B{row}*A$1"
    target = BytesIO()
    book.save(target)
    made = opened(
        workbook.write(
            target.getvalue(), {0: Writes(lines=[Lines(2, 3, [1, 2], [[n, n] for n in range(5)])])}
        )
    )
    assert [made.active[f"C{row}"].value for row in (3, 4, 6)] == [
        "=A3+$B3*A$1",
        "=A4+$B4*A$1",
        "=A6+$B6*A$1",
    ]
    assert [made.active[f"A{row}"].value for row in range(2, 7)] == [0, 1, 2, 3, 4]


def test_many_lines_are_written_whole():
    made = opened(workbook.write(list_form(), {0: Writes(lines=[lines(1_500)])}))["两新组织摸排"]
    assert (made["A1503"].value, made["E1504"].value) == (1_500, "=SUM(E4:E1503)")


def test_a_workbook_with_nothing_to_show_is_refused():
    book = Workbook()
    book.create_sheet("可见")
    book.active.sheet_state = "hidden"
    book["可见"].sheet_state = "veryHidden"
    target = BytesIO()
    book.active = 1
    book["可见"].sheet_state = "visible"
    book.save(target)
    data = target.getvalue()
    assert len(workbook.read(data, "表").pages) == 2
    hidden = {
        name: content.replace(b'state="visible"', b'state="hidden"') if name == "xl/workbook.xml" else content
        for name, content in parts(data).items()
    }
    again = BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        for name, content in hidden.items():
            archive.writestr(name, content)
    with pytest.raises(Refusal, match="没有可见的工作表"):
        workbook.read(again.getvalue(), "表")


def test_too_many_cells_are_no_blank(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_CELLS", 10)
    with pytest.raises(Refusal, match="不像一张空表"):
        workbook.read(list_form(), "表")


@pytest.mark.parametrize(("column", "written"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_have_letters(column, written):
    assert (letters(column), number(written)) == (written, column)


@pytest.mark.parametrize("written", ["", "A1", "0!1", "0!A0", "x!A1", "0!A1.0", "0!ABCD1"])
def test_what_is_no_address_is_refused(written):
    with pytest.raises(Refusal):
        place_of(written)


@pytest.mark.parametrize("written", ["0!A1", "3!AB12", "0!C5.2"])
def test_addresses_read_back(written):
    assert str(place_of(written)) == written
