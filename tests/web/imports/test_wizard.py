"""The import wizard, from a stranger's workbook to the ledger and back."""

from io import BytesIO

import openpyxl
import pytest

from jiceng.exchange.models import ImportRun
from jiceng.organisations.models import Unit
from jiceng.protection.scopes import Scope, scoped

VALID, FAILING = "91350100M000100Y43", "91350100M000100Y44"
HEAD = ["序号", "单位名称", "统一社会信用代码", "单位类型", "职工", "负责人"]
ROWS = [
    [1, "青新源食品有限公司", VALID, "私营企业", "约30人", "李四"],
    [2, "青松木业公司", "", "私营企业", 45, "周成"],
    [3, "青兴旺商贸有限公司", FAILING, "私营企业", 12, "王五"],
    [4, "青和顺运输有限公司", "", "不知道的类型", 8, "赵六"],
]


@pytest.fixture(autouse=True)
def _packs(core):
    """Titles and terms are recognised by the packs in force."""


def workbook(*rows, sheet="青桥村"):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    kept = BytesIO()
    book.save(kept)
    kept.name = "摸排表.xlsx"
    kept.seek(0)
    return kept


@pytest.fixture
def survey():
    return workbook(["青桥村企业摸排表"], HEAD, *ROWS, ["", "合计", "", "", 95, ""], ["填表人：张三"])


def start(visitor, file=None, **given):
    data = {"table": "units", "as_of": "2021-03-18"} | given
    return visitor.post("/import/", data | ({"file": file} if file else {}))


def matched(visitor, url, **changes):
    """Send the columns as they were proposed, but for `changes` by title."""
    response = visitor.get(url)
    given = {}
    for sheet in response.context["sheets"]:
        for column in sheet.columns:
            given[f"s{sheet.at}.c{column.place}"] = changes.get(column.title, column.field)
        if sheet.fills:
            given[f"s{sheet.at}.fills"] = "1"
    return visitor.post(url, given)


def previewed(visitor, file, **changes):
    """The address of the preview of `file`."""
    columns = start(visitor, file).url
    return matched(visitor, columns, **({"职工": "employees"} | changes)).url


def test_from_a_strangers_workbook_to_the_ledger(clerk, world, survey):
    columns = start(clerk, survey).url
    html = clerk.text(columns)
    assert "摸排表.xlsx" in html
    assert "约30人" in html  # what stands in the column helps to say what it is
    preview = matched(clerk, columns, 职工="employees").url
    html = clerk.text(preview)
    counts = ImportRun.objects.get().counts
    assert (counts["new"], counts["changed"], counts["bad"]) == (1, 1, 2)
    assert "校验码不符" in html
    assert "合计行 1" in html
    assert "职工人数：<del>30</del> → <ins>45</ins>" in clerk.text(preview + "?show=changed")
    assert "职工人数：约30人 → 30" in clerk.text(preview + "?show=new")
    refused = clerk.post(preview.replace("preview", "apply"))
    assert refused.status_code == 422
    assert "有 2 行有误，没有导入" in refused.content.decode()
    done = clerk.post(preview.replace("preview", "apply"), {"leave_out": "1"}).url
    assert "新增 1 条，变更 1 条" in clerk.text(done)
    with scoped(Scope.all()):
        made = Unit.objects.get(code=VALID)
        assert (made.name, made.employees, made.region) == ("青新源食品有限公司", 30, world.qingshan.village)
        assert Unit.objects.get(pk=world.qingshan.firm.pk).employees == 45


def test_every_cell_of_a_line_can_be_looked_at(clerk):
    """However many a line has: the day it was understood as is among them, beyond those shown at once."""
    wide = workbook([*HEAD, "行业", "地址", "成立日期"], [*ROWS[0], "制造业", "青桥村8号", "2018.3"])
    html = clerk.text(previewed(clerk, wide))
    assert "另 2 格" in html
    assert "成立日期：2018.3 → 2018-03-01" in html
    assert "另" not in clerk.text(previewed(clerk, workbook(HEAD, ROWS[0])) + "?show=new")


def test_the_workbook_comes_back_mended_and_goes_in(clerk, survey):
    preview = previewed(clerk, survey)
    clerk.post(preview.replace("preview", "apply"), {"leave_out": "1"})
    answer = clerk.get(preview.replace("preview", "errors"))
    assert "filename" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.content))
    page = book.active
    said = {row[1].value: row[-1].value for row in page.iter_rows() if row[-1].value}
    assert "校验码不符" in said["青兴旺商贸有限公司"]
    for row in page.iter_rows():
        if row[1].value == "青兴旺商贸有限公司":
            row[2].value = ""
        if row[1].value == "青和顺运输有限公司":
            row[3].value = "私营企业"
    mended = BytesIO()
    book.save(mended)
    mended.name = "改好.xlsx"
    mended.seek(0)
    columns = start(clerk, mended).url
    again = clerk.get(columns)
    assert "上次的对应" in again.content.decode()
    preview = matched(clerk, columns).url
    assert clerk.post(preview.replace("preview", "apply")).status_code == 302
    with scoped(Scope.all()):
        assert Unit.objects.filter(name__in=["青兴旺商贸有限公司", "青和顺运输有限公司"]).count() == 2


def test_what_was_copied_may_be_pasted(clerk, world):
    text = "单位名称\t单位类型\t职工人数\n青竹编织厂\t私营企业\t12\n“青苗”合作社\t私营企业\t5\n"
    columns = start(clerk, pasted=text).url
    preview = matched(clerk, columns).url
    html = clerk.text(preview)
    assert "青竹编织厂" in html
    assert ImportRun.objects.get().counts["new"] == 2


def test_missing_columns_are_said_and_settled(clerk, survey):
    columns = start(clerk, survey).url
    refused = matched(clerk, columns, 单位名称="")
    assert refused.status_code == 422
    assert "缺少列：单位名称" in refused.content.decode()
    doubled = matched(clerk, columns, 单位名称="name", 负责人="name")
    assert "有重复的列" in doubled.content.decode()


def test_sheets_with_the_same_columns_are_settled_once(clerk, world):
    book = openpyxl.Workbook()
    for number, village in enumerate(("青桥村", "青石镇"), start=1):
        page = book.create_sheet(village)
        page.append(["序号", "单位名称", "单位类型", "他们叫人头"])
        page.append([1, f"青第{number}食品有限公司", "私营企业", 10 * number])
    book.remove(book.worksheets[0])
    kept = BytesIO()
    book.save(kept)
    kept.name, _start = "各村.xlsx", kept.seek(0)
    url = start(clerk, kept).url
    sheets = clerk.get(url).context["sheets"]
    assert [sheet.like for sheet in sheets] == ["", "青桥村"]
    assert clerk.text(url).count("他们叫人头") < 4
    given = {f"s0.c{c.place}": "employees" if c.title == "他们叫人头" else c.field for c in sheets[0].columns}
    done = clerk.post(url, given | {"s0.fills": "1", "s1.fills": "1"})
    assert done.status_code == 302, done.content.decode()
    run = ImportRun.objects.get()
    assert (run.counts["new"], run.counts["bad"]) == (2, 0)
    clerk.post(f"/import/{run.uid}/apply/")
    with scoped(Scope.all()):
        found = dict(Unit.objects.filter(name__startswith="青第").values_list("region__name", "employees"))
    assert found == {"青桥村": 10, "青石镇": 20}


def test_a_head_without_rows_is_said(clerk):
    url = start(clerk, workbook(HEAD)).url
    assert "表头下面没有记录" in clerk.get(matched(clerk, url).url).content.decode()


def test_pasting_begins_from_the_list(clerk):
    page = clerk.text("/registry/units/")
    assert "/import/?table=units&amp;paste=1#paste" in page
    assert 'id="paste" open' in clerk.text("/import/", {"table": "units", "paste": "1"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "没有选择文件"),
        ({"pasted": "一段话"}, "没有可以导入的工作表"),
        ({"pasted": "单位名称\t单位类型\n甲\t企业", "as_of": "x"}, "数据日期不是日期"),
    ],
)
def test_a_refused_file_keeps_what_was_typed(clerk, given, said):
    response = start(clerk, **given)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert given.get("pasted", "") in html


def test_a_file_that_is_no_workbook(clerk):
    wrong = BytesIO(b"<html><body>not a workbook</body></html>")
    wrong.name = "假的.xls"
    assert "这是网页文件" in start(clerk, wrong).content.decode()


def test_giving_up_takes_the_file_away(clerk, survey):
    preview = previewed(clerk, survey)
    kept = ImportRun.objects.get().path
    assert kept.exists()
    assert clerk.post(preview.replace("preview", "discard")).url == "/import/"
    assert not kept.exists()
    assert "已放弃" in clerk.text("/import/")


def test_nobody_sees_anothers_run(clerk, visit, survey):
    preview = previewed(clerk, survey)
    for who in ("baishui.organisation_department", "qingshan.street_officer"):
        for page in ("columns", "preview", "errors", "done"):
            assert visit(who).get(preview.replace("preview", page)).status_code == 404
    assert visit("qingshan.inspector").get(preview).status_code == 403


def test_an_import_reaches_no_further_than_its_maker(visit, world):
    officer = visit("qingshan.street_officer")
    away = workbook(["单位名称", "单位类型", "所在区域"], ["青外企业", "私营企业", "青田镇"], sheet="表")
    preview = matched(officer, start(officer, away).url).url
    assert ImportRun.objects.get().counts["bad"] == 1
    assert officer.post(preview.replace("preview", "apply"), {"leave_out": "1"}).status_code == 302
    with scoped(Scope.all()):
        assert not Unit.objects.filter(name="青外企业").exists()


def test_only_tables_that_one_keeps_are_offered(visit):
    offered = [t["key"] for t in visit("qingshan.village_clerk").get("/import/").context["tables"]]
    assert {"units", "people"} <= set(offered)
    assert "memberships" not in offered
    assert start(visit("qingshan.village_clerk"), pasted="a\tb", table="memberships").status_code == 403


def test_templates_are_to_be_had(clerk, visit):
    answer = clerk.get("/import/template/units/")
    titles = [cell.value for cell in openpyxl.load_workbook(BytesIO(answer.content)).active[3]]
    assert "*单位名称" in titles
    assert visit("qingshan.inspector").get("/import/template/units/").status_code == 403
