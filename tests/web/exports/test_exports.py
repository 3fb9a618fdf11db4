"""Exports: exactly what the list shows, masked, and with a second person's consent where it is much."""

from io import BytesIO

import openpyxl
import pytest

from jiceng.accounts.models import ExportRequest
from jiceng.records.models import AuditRow
from tests.accounts import cast as people


@pytest.fixture
def limit(settings):
    settings.EXPORT_ROWS = 2


def lines(answer):
    """The workbook's rows by title, and its watermark."""
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    mark, head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [dict(zip(head, row, strict=True)) for row in rows], mark[0]


def test_the_workbook_holds_what_the_list_shows(clerk, world):
    url = "/export/units/?name=松木"
    html = clerk.text(url)
    assert "单位；单位名称：松木" in html
    assert "<dd>1</dd>" in html
    rows, mark = lines(clerk.post(url))
    assert [row["单位名称"] for row in rows] == [world.qingshan.firm.name]
    assert "青组织部门" in mark


def test_marked_rows_alone(clerk, world):
    keys = [world.qingshan.firm.pk, world.baishui.firm.pk]
    rows, _mark = lines(clerk.post(f"/export/units/?row={keys[0]}&row={keys[1]}"))
    assert [row["单位名称"] for row in rows] == [world.qingshan.firm.name]


def test_the_territory_picked_bounds_it(clerk, world):
    clerk.post("/territory/set/", {"region": world.qingshan.other_town.pk})
    rows, _mark = lines(clerk.post("/export/units/"))
    assert [row["单位名称"] for row in rows] == [world.qingshan.other_firm.name]


def test_an_export_is_audited(clerk):
    clerk.post("/export/units/?name=松木")
    assert AuditRow.objects.filter(table="organisations_unit", verb="read").exists()


def test_sealed_values_are_masked_unless_a_reason_is_given(clerk, world):
    rows, _mark = lines(clerk.post("/export/people/?name=水生"))
    assert "*" in rows[0]["公民身份号码"]
    refused = clerk.post("/export/people/?name=水生", {"unmasked": "1"})
    assert refused.status_code == 422
    assert "写明事由" in refused.content.decode()
    shown, _mark = lines(clerk.post("/export/people/?name=水生", {"unmasked": "1", "reason": "换届审核"}))
    assert "*" not in shown[0]["公民身份号码"]


def test_many_members_need_a_second_person(clerk, visit, cast, world, limit):
    second = people.user("second", "另一位")
    people.grant(second, "organisation_department", world.qingshan.region)
    url = "/export/memberships/"
    assert "须由另一人审批" in clerk.text(url)
    assert clerk.post(url, {"reason": ""}).status_code == 422
    assert clerk.post(url, {"reason": "年度核查"}).url == "/export/"
    asked = ExportRequest.objects.get()
    assert "等我审批" not in clerk.text("/export/")
    assert clerk.post(f"/export/{asked.pk}/decide/", {"agree": "yes"}).status_code == 403
    assert clerk.post(f"/export/{asked.pk}/take/").status_code == 422
    cast["second"] = second
    chief = visit("second")
    assert "年度核查" in chief.text("/export/")
    assert chief.post(f"/export/{asked.pk}/decide/", {"agree": "no"}).status_code == 422
    chief.post(f"/export/{asked.pk}/decide/", {"agree": "yes"})
    assert "下载" in clerk.text("/export/")
    rows, mark = lines(clerk.post(f"/export/{asked.pk}/take/"))
    assert len(rows) == len(world.qingshan.memberships)
    assert "青组织部门" in mark
    assert chief.post(f"/export/{asked.pk}/take/").status_code == 404


def test_who_may_not_export_does_not(visit, world):
    for who in ("inspector", "leader", "village_clerk", "branch_secretary"):
        visitor = visit(f"qingshan.{who}")
        assert visitor.get("/export/units/").status_code == 403
        assert ">导出</a>" not in visitor.text("/registry/units/")
