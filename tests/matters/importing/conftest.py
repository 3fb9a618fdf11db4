"""The little county, its bureau and firm, and workbooks of another system's hotline on their way in."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings as configured

from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRun
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.matters.models import Matter
from jiceng.protection.actors import Actor
from jiceng.records.calendar import SHANGHAI
from tests.matters.conftest import TODAY
from tests.staging import in_force

CLERK = Actor("user:77", "青导入员")
HEADER = (
    "序号", "工单编号", "受理时间", "来电人", "联系电话", "诉求内容", "问题分类", "紧急程度", "所在区域", "承办单位",
    "协办单位", "派单时间", "签收时间", "反馈时间", "办理情况", "办结时间", "办理结果", "回访结果",
)  # fmt: skip


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in June 2022, as a workbook's cell."""
    return datetime(2022, 6, day, hour, minute)  # noqa: DTZ001 - a workbook's cells have no time zone


def aware(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """The same as the records have it."""
    return at(day, hour, minute).replace(tzinfo=SHANGHAI)


def line(number: Any = "RX001", **more: Any) -> dict[str, Any]:
    """A call that was sent to the bureau, answered and closed in time; `more` by title."""
    return {
        "工单编号": number, "受理时间": at(6), "来电人": "青王五", "联系电话": "13900000001",
        "诉求内容": "工地半夜施工噪音扰民", "问题分类": "噪音污染", "所在区域": "青桥村", "承办单位": "青府商务局",
        "派单时间": at(6, 9, 30), "签收时间": at(6, 10), "反馈时间": at(8, 15), "办理情况": "已责令停工",
        "办结时间": at(9, 11), "办理结果": "已解决", "回访结果": "满意",
    } | more  # fmt: skip


def workbook(lines: Sequence[dict[str, Any]], *, header: Sequence[str] = HEADER) -> bytes:
    """As hotlines send it: a title over all columns, a note, 序号, a 合计 at the end."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "工单明细"
    sheet.append(["青山县12345政务服务热线工单明细表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    sheet.append(["统计时间：2022年6月　　制表单位：县政务服务热线受理中心"])
    sheet.append(list(header))
    for number, cells in enumerate(lines, start=1):
        sheet.append([number if title == "序号" else cells.get(title) for title in header])
    sheet.append(["合计", len(lines)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class Importing:
    """Files on their way in, in one line each."""

    def __init__(self, office) -> None:
        self.office, self.here = office, office.here

    def staged(self, *lines: dict[str, Any], as_of: date = TODAY, data: bytes = b"", **more) -> ImportRun:
        run = receive(
            by=CLERK, table="matters", data=data or workbook(lines), name="热线.xlsx", as_of=as_of,
            region=self.here.region.code,
        )  # fmt: skip
        return stage(run, by=CLERK, **more)

    def brought(self, *lines: dict[str, Any], **more) -> ImportRun:
        run = self.staged(*lines, **more)
        assert not run.counts["bad"], faults(run)
        apply(run, by=CLERK)
        return run

    def one(self, number: str = "RX001") -> Matter:
        return Matter._base_manager.get(number__endswith=f"-{number}")


def mine(model):
    """The rows of what belongs to matters that the clerk brought in."""
    return model._base_manager.filter(matter__raised_by=CLERK.key)


def faults(run: ImportRun) -> list[tuple[str, str]]:
    """Label and words of everything that is wrong, line by line."""
    return [(f["label"], f["text"]) for row in run.rows.filter(verdict="bad") for f in row.faults()]


@pytest.fixture
def importing(office):
    in_force(Path(configured.PACKS) / "core")
    return Importing(office)
