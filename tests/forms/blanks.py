"""Blanks such as superiors send them: a list, a cross-table, a one-page narrative, and the awkward ones."""

import zipfile
from io import BytesIO

from docx import Document
from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Picture

TITLES = (
    *("序号", "单位名称", "统一社会信用代码", "单位类型", "职工人数", "负责人", "成立日期"),
    "是否愿意提供活动场地",
)
THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def _boxed(sheet, area):
    for row in sheet[area]:
        for cell in row:
            cell.border = BOX
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _saved(book):
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def list_form(rows=4):
    """A list with one line a unit: merged title, header, lines with choices and rules, a sum, a foot, a seal below it,
    a hidden sheet of lists and a sheet that reads the sum.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "两新组织摸排"
    sheet["A1"] = "非公企业和社会组织摸排登记表"
    sheet["A1"].font = Font(name="方正小标宋简体", size=18)
    sheet.merge_cells("A1:H1")
    sheet["A2"], sheet["B2"] = "填报单位：", None
    sheet["F2"] = "填报日期："
    for column, title in enumerate(TITLES, start=1):
        sheet.cell(3, column, title).fill = PatternFill("solid", fgColor="DDDDDD")
    last = 3 + rows
    _boxed(sheet, f"A3:H{last + 1}")
    for row in range(4, last + 1):
        sheet.cell(row, 1, row - 3)
        sheet.cell(row, 7).number_format = "yyyy/m/d"
        sheet.cell(row, 2).font = Font(name="仿宋_GB2312", size=11)
    sheet.cell(last + 1, 1, "合计")
    sheet.cell(last + 1, 5, f"=SUM(E4:E{last})")
    sheet.cell(last + 3, 1, "填表人：____________  审核人：____________")
    sheet.merge_cells(start_row=last + 3, start_column=1, end_row=last + 3, end_column=8)
    choices = DataValidation("list", formula1='"是,否"')
    choices.add(f"H4:H{last}")
    sheet.add_data_validation(choices)
    sheet.conditional_formatting.add(
        f"E4:E{last}", CellIsRule("greaterThan", ["300"], font=Font(color="FF0000"))
    )
    sheet.print_area = f"A1:H{last + 3}"
    sheet.print_title_rows = "1:3"
    sheet.row_dimensions[1].height = 42
    sheet.column_dimensions["B"].width = 33
    picture = BytesIO()
    Picture.new("RGB", (30, 30), "red").save(picture, "PNG")
    sheet.add_image(Image(picture), f"G{last + 3}")
    lists = book.create_sheet("字典")
    lists["A1"], lists.sheet_state = "企业", "hidden"
    check = book.create_sheet("校验")
    check["A1"] = f"='两新组织摸排'!E{last + 1}"
    return _saved(book)


def cross_table(names, *, total="合计"):
    """Areas × measures: two header lines with merged groups, printed names, a sum at the foot, a locked sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "覆盖情况"
    sheet["A1"] = "两新组织党建工作情况统计表"
    sheet.merge_cells("A1:F1")
    sheet["A2"], sheet["E2"] = "填报单位", "截止日期"
    for area, title in (("A3:A4", "地区"), ("B3:C3", "单位情况"), ("D3:E3", "党建情况"), ("F3:F4", "备注")):
        sheet[area.partition(":")[0]] = title
        sheet.merge_cells(area)
    for column, title in zip(
        "BCDE", ("两新组织", "两新组织职工", "两新组织党组织", "组织覆盖率"), strict=True
    ):
        sheet[f"{column}4"] = title
    for row, name in enumerate(names, start=5):
        sheet.cell(row, 1, name)
    foot = 5 + len(names)
    sheet.cell(foot, 1, total)
    sheet.cell(foot, 6, f"=SUM(B5:B{foot - 1})")
    _boxed(sheet, f"A3:F{foot}")
    sheet["B5"].protection = Protection(locked=True)
    sheet.protection.sheet = True
    sheet.protection.password = "jiceng"
    return _saved(book)


def narrative():
    """One page of Word: sentences with blanks, a table with labels and a merged cell of sentences."""
    document = Document()
    document.add_heading("两新组织党建工作情况报告", 1)
    opening = document.add_paragraph("填报单位：")
    opening.add_run("            ").underline = True
    opening.add_run("　报告期：________")
    document.add_paragraph("目前，两新组织____个，两新组织党组织____个。存在的主要困难是__________。")
    table = document.add_table(3, 4, style="Table Grid")
    for row, column, text in (
        (0, 0, "两新组织"),
        (0, 2, "填报日期"),
        (1, 0, "下一步打算"),
        (2, 0, "两新组织党组织共____个，其中新建两新组织党组织____个"),
    ):
        table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(1, 3))
    table.cell(2, 0).merge(table.cell(2, 3))
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def with_macros(content):
    """The same workbook with a macro in it, whatever its name says."""
    target = BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return target.getvalue()


def with_broken_sheet(content):
    """The same workbook with a sheet that is no XML."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<worksheet" if name.endswith("sheet1.xml") else old.read(name))
    return target.getvalue()
