"""Matters on their way out: the columns that an import takes, so that what goes out comes in again as it was."""

from io import BytesIO

import openpyxl
from django.db.models import Q

from jiceng.exchange.tables import table_of
from jiceng.exchange.workbooks.exporting import export
from jiceng.exchange.workbooks.templates import template
from jiceng.matters.models import Matter
from jiceng.protection.scopes import Scope
from tests.matters.importing.conftest import CLERK, at, faults, line

OPEN = {"反馈时间": None, "办理情况": None, "办结时间": None, "办理结果": None, "回访结果": None}


def taken_out() -> tuple[bytes, list[list]]:
    """What the clerk brought in as a workbook, and its rows."""
    target, mine = BytesIO(), Q(raised_by=CLERK.key)
    export(table_of("matters"), target, by=CLERK, scope=Scope.all(), filters=mine)
    sheet = openpyxl.load_workbook(BytesIO(target.getvalue())).active
    return target.getvalue(), [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_what_goes_out_comes_in_again_as_it_was(importing):
    alone = line("3", 承办单位=None, 派单时间=None, 签收时间=None)
    importing.brought(line("1", 协办单位="青松木业公司"), line("2", **OPEN), alone)
    kept = Matter._base_manager.filter(raised_by=CLERK.key).count()
    data, rows = taken_out()
    run = importing.staged(data=data)
    assert not faults(run), faults(run)
    assert (kept, run.counts["unchanged"], run.counts["new"]) == (3, run.counts["rows"], 0)
    told = dict(zip(rows[0], next(row for row in rows if row[0] == "990101-1"), strict=True))
    assert (told["事项类型"], told["状态"], told["结果"]) == ("热线派单", "已归档", "已解决")
    assert (told["主办单位"], told["协办单位"]) == ("青府商务局", "青松木业公司")
    assert (told["提出时间"], told["答复时间"], told["办结时间"]) == (at(6), at(8, 15), at(9, 11))


def test_nobody_reads_reporters_in_what_goes_out(importing):
    importing.brought(line("1"))
    _data, rows = taken_out()
    said = "".join(str(cell) for row in rows for cell in row)
    assert "反映人电话" not in rows[0]
    assert "青王五" not in said
    assert "13900000001" not in said


def test_the_template_asks_for_what_an_import_takes(importing):
    target = BytesIO()
    template(table_of("matters"), target)
    sheet = openpyxl.load_workbook(BytesIO(target.getvalue())).worksheets[0]
    titles = [cell.value for cell in sheet[3]]
    assert {"*编号", "*提出时间", "*所在区域", "主办单位", "办结时间", "反映人"} <= set(titles)
