"""Restructuring by hand: ordered, looked at as a plan, applied; never beyond one's area."""

from io import BytesIO

import pytest
import xlsxwriter
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from jiceng.organisations.models import Region, Restructuring, Unit
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.models import AuditEntry
from jiceng.web.registry.restructuring.asking import SALT

URL = "/registry/regions/restructuring/"
ABOUT = {"document": "演示〔2021〕9号", "effective": "2021-06-01", "name": "试"}


@pytest.fixture(autouse=True)
def _packs(core):
    """Kinds of regions are terms of the packs in force."""


def kept_of(response):
    assert response.status_code == 200, response.content.decode()
    return response.context["kept"]


def rename(region, name="新名镇"):
    return {**ABOUT, "plan": "1", "s0.verb": "rename", "s0.region": region.pk, "s0.region.typed": region.name,
            "s0.name": name}  # fmt: skip


def test_a_plan_says_what_would_be_and_writes_nothing(clerk, world):
    town = world.qingshan.town
    shown = clerk.post(URL, rename(town))
    text = shown.content.decode()
    assert town.name in text
    assert "新名镇" in text
    town.refresh_from_db()
    assert town.name != "新名镇"
    assert not Restructuring.objects.exists()
    assert not AuditEntry.objects.filter(action="restructuring.apply").exists()


def test_what_was_planned_is_applied_once(clerk, world):
    town = world.qingshan.town
    kept = kept_of(clerk.post(URL, rename(town)))
    assert clerk.post(URL, {"kept": kept, "apply": "1"}).status_code == 302
    town.refresh_from_db()
    assert town.name == "新名镇"
    assert AuditEntry.objects.filter(action="restructuring.apply").count() == 1
    again = clerk.post(URL, {"kept": kept, "apply": "1"})
    assert again.status_code == 422
    assert "已经执行过" in again.content.decode()


def test_another_county_is_out_of_reach(clerk, world):
    far = world.baishui.town
    assert clerk.post(URL, rename(far)).status_code == 403
    forged = [{"document": "演示〔2021〕10号", "effective": "2021-06-01", "name": "越界",
               "steps": [{"rename": {"region": far.code, "name": "越界镇"}}]}]  # fmt: skip
    assert clerk.post(URL, {"kept": signing.dumps(forged, salt=SALT), "apply": "1"}).status_code == 403
    far.refresh_from_db()
    assert far.name != "越界镇"


def test_a_place_cannot_be_moved_under_another_county(clerk, world):
    sent = {**ABOUT, "plan": "1", "s0.verb": "reparent", "s0.region": world.qingshan.town.pk,
            "s0.target.typed": world.baishui.region.code}  # fmt: skip
    assert clerk.post(URL, sent).status_code == 403


def test_a_wrong_step_is_said_with_its_number_and_keeps_what_was_typed(clerk, world):
    sent = {**rename(world.qingshan.town), "rows": "2", "s1.verb": "merge", "s1.region.typed": "没有这个村"}
    shown = clerk.post(URL, sent)
    assert shown.status_code == 422
    text = shown.content.decode()
    assert "第2步" in text
    assert "没有“没有这个村”" in text
    assert 'value="新名镇"' in text


def test_a_step_more_and_the_way_back_keep_the_form(clerk, world):
    sent = rename(world.qingshan.town)
    del sent["plan"]
    shown = clerk.post(URL, {**sent, "rows": "1", "add": "1"})
    assert shown.status_code == 200
    assert [each["row"].name for each in shown.context["rows"]] == ["新名镇", ""]
    assert "新名镇" in clerk.post(URL, {**sent, "rows": "1", "back": "1"}).content.decode()


def test_a_workbook_of_steps(clerk, world):
    town, content = world.qingshan.town, BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["操作", "区域", "名称"])
        sheet.write_row(1, 0, ["更名", town.code, "表里镇"])
    file = SimpleUploadedFile("调整表.xlsx", content.getvalue())
    kept = kept_of(clerk.post(URL, {**ABOUT, "plan": "1", "file": file}))
    clerk.post(URL, {"kept": kept, "apply": "1"})
    town.refresh_from_db()
    assert town.name == "表里镇"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("步骤.yaml", b"operations: &a [*a]"),
        (
            "步骤.yaml",
            b"operations: [{document: x, effective: 2021-06-01, steps: [{steps_file: /etc/passwd}]}]",
        ),
        ("步骤.xlsx", b"not a workbook"),
        ("步骤.csv", "名称\n甲".encode()),
        ("步骤.yaml", b""),
    ],
)
def test_a_bad_file_is_refused_in_words(clerk, name, content):
    shown = clerk.post(URL, {**ABOUT, "plan": "1", "file": SimpleUploadedFile(name, content)})
    assert shown.status_code == 422
    assert 'role="alert"' in shown.content.decode()


@pytest.mark.parametrize("kept", ["[", "{}", "[]", '[{"document": "x"}]'])
def test_a_forged_plan_is_refused(clerk, kept):
    assert clerk.post(URL, {"kept": kept, "apply": "1"}).status_code == 422


def test_what_a_split_leaves_over_is_assigned(clerk, world):
    village = world.qingshan.village
    with scoped(Scope.all()):
        units = list(Unit.objects.filter(region=village))
    assert units
    steps = {**ABOUT, "plan": "1", "rows": "2"}
    for at, (target, name, code) in enumerate([(village.pk, "", ""), ("", "新村", "990101101990")]):
        steps |= {f"s{at}.verb": "split", f"s{at}.region": village.pk, f"s{at}.region.typed": village.name,
                  f"s{at}.target": target, f"s{at}.target.typed": village.name if target else "",
                  f"s{at}.name": name, f"s{at}.code": code}  # fmt: skip
    kept = kept_of(clerk.post(URL, steps))
    clerk.post(URL, {"kept": kept, "apply": "1"})
    new = Region.objects.get(name="新村")
    page = f"{URL}{village.pk}/"
    assert units[0].name in clerk.text(page, {"model": "organisations.Unit"})
    sent = {"model": "organisations.Unit", "row": [units[0].pk], "part": new.pk, "part.typed": new.name}
    assert clerk.post(page, sent).status_code == 302
    units[0].refresh_from_db()
    assert units[0].region_id == new.pk
    assert clerk.post(page, {"settle": "1", "reason": "其余不动"}).status_code == 302
    assert clerk.get(page).status_code == 404
