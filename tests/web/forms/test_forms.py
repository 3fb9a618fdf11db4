"""The pages of forms: a blank is uploaded, bound by clicking its cells, issued, filled, answered, signed, exported."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.forms.models import Ask, Filing, Form
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.organisations.models import Unit
from tests.forms.blanks import cross_table, list_form, with_macros
from tests.web.visiting import element

SAID = {
    "number": "组1表", "title": "摸排登记表", "issuer": "省委组织部", "approval": "组统制〔2022〕1号",
    "expires": "2099-12-31", "frequency": "month",
}  # fmt: skip


@pytest.fixture
def told(transactional_db, settings, tmp_path, core, world):
    settings.HOME = tmp_path
    derive()
    rebuild()
    return world


def upload(visitor, content, name="表.xlsx", **said):
    return visitor.post("/forms/new/", SAID | said | {"file": SimpleUploadedFile(name, content)})


def act(visitor, address, **said):
    response = visitor.post(address, said)
    assert response.status_code == 302, response.content.decode()[-3000:]
    return response.headers["Location"]


def test_a_list_from_its_blank_to_the_file(told, clerk, visit):
    county, officer = told.qingshan, visit("qingshan.village_clerk")
    assert "还没有报表" in clerk.text("/forms/")
    response = upload(clerk, list_form())
    page = f"/forms/{Form.objects.get().pk}/"
    assert response.headers["Location"] == page
    shown = clerk.text(page)
    assert "隐藏的工作表不填、不改，原样留在文件里：字典" in shown
    assert 'colspan="8"' in shown
    assert shown.count("统一社会信用代码") == 5
    choice = element(clerk.text(page, {"at": "0!H4"}), "choice")
    assert "下面的选择管整列" in choice
    assert clerk.get(page, {"at": "nothing"}).status_code == 422

    refused = clerk.post(f"{page}bind/", {"at": "0!H4", "kind": "question", "question": "负责人"})
    assert (refused.status_code, "不能重复向基层要" in refused.content.decode()) == (422, True)
    act(clerk, f"{page}bind/", at="0!H4", kind="question", question="是否愿意提供活动场地")
    act(clerk, f"{page}bind/", at="0!C4", kind="")
    act(clerk, f"{page}rows/", at="0!A4", row="4", last="7", each="units", among="core:two_new_units")
    gate = element(clerk.text(page), "burden")
    assert ("要问的人" in gate, "下发后不能再改" in gate) == (True, True)
    assert "草稿试填" in clerk.text(f"{page}fill/")
    act(clerk, f"{page}step/", act="issue")
    assert officer.get(page).status_code == 200
    assert visit("baishui.organisation_department").get(page).status_code == 404

    filled = clerk.text(f"{page}fill/")
    assert f'href="/registry/units/{county.firm.pk}/"' in filled
    assert "空缺" in filled
    act(clerk, f"{page}ask/")
    asked = officer.text("/forms/answers/")
    assert county.firm.name in asked
    assert "补进“单位”" in asked
    assert "处等你填" in officer.text("/forms/")
    named = {f"answer-{one.pk}": "青法人" for one in Ask.objects.filter(record=county.firm.pk)}
    act(officer, "/forms/answers/", **named)
    assert Unit._base_manager.get(pk=county.firm.pk).principal == "青法人"
    assert "没有要填的" in officer.text("/forms/answers/")
    after = clerk.text(f"{page}fill/")
    assert 'href="#answers"' in after
    assert "已入台账" in element(after, "answers")

    assert clerk.post(f"{page}sign/").status_code == 422
    act(clerk, f"{page}sign/", despite_gaps="1")
    content = clerk.get(f"/forms/filings/{Filing.objects.get().pk}/")
    assert "attachment" in content.headers["Content-Disposition"]
    exported = clerk.get(f"{page}file/")
    sheet = load_workbook(BytesIO(exported.content)).worksheets[0]
    assert {sheet.cell(row, 2).value for row in (4, 5)} == {county.firm.name, county.other_firm.name}
    board = clerk.text("/forms/board/")
    assert "摸排登记表" in board
    act(clerk, f"{page}step/", act="version")
    assert Form.objects.filter(state="draft").count() == 1
    act(clerk, f"{page}step/", act="end")
    with translation.override("en"):
        assert (
            "Burden board" in clerk.get("/forms/board/", headers={"Accept-Language": "en"}).content.decode()
        )


def test_every_figure_of_a_cross_table_opens(told, clerk):
    county = told.qingshan
    upload(clerk, cross_table([county.town.name, county.other_town.name, "不明镇"]))
    page = f"/forms/{Form.objects.get().pk}/"
    filled = clerk.text(f"{page}fill/", {"period": "2022-06-01"})
    assert "没有填：不明镇" in filled
    when = "day=2022-06-30&period=2022-06-01..2022-06-30"
    link = f"/figures/core:two_new_units/?{when}&by=territory&part={county.town.pk}"
    assert link.replace("&", "&amp;") in filled
    assert clerk.get(link).status_code == 200
    assert "有保护：原样保留" in filled
    assert clerk.get(f"{page}blank/").status_code == 200
    assert clerk.post(f"{page}rows/", {"at": "0!A5", "row": "5", "last": "99"}).status_code == 422
    act(clerk, f"{page}rows/", at="0!A5", act="dissolve")
    assert Form.objects.get().bindings["rows"] == []
    act(clerk, f"{page}amend/", **SAID | {"title": "新表名"})
    assert "新表名" in clerk.text(page)
    again = {"file": SimpleUploadedFile("新.xlsx", list_form())}
    assert clerk.post(f"{page}amend/", SAID | again).status_code == 302
    assert Form.objects.get().bindings["rows"][0]["each"] == "units"
    act(clerk, f"{page}amend/", act="discard")
    assert not Form.objects.exists()


def test_what_is_no_blank_is_refused_with_what_to_do(clerk, visit):
    for content, name, why in (
        (with_macros(list_form()), "表.xlsm", "文件含有宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "表.xls", "另存为 xlsx"),
        (b"a,b\n1,2\n", "表.csv", "这里不接收这种文件"),
    ):
        refused = upload(clerk, content, name)
        assert refused.status_code == 422
        assert why in refused.content.decode()
    assert "没有填写表号" in upload(clerk, list_form(), number="").content.decode()
    assert clerk.post("/forms/new/", SAID).status_code == 422
    assert not Form.objects.exists()
    assert visit("qingshan.street_officer").get("/forms/new/").status_code == 403
