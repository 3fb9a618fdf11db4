"""The home page: what waits, what runs out, what changed, figures and findings."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jiceng.exchange.models import ImportRun
from jiceng.organisations.actions.units import change_unit
from jiceng.people.actions.persons import change_person
from jiceng.protection.actors import Actor
from jiceng.web.home.due import left
from jiceng.web.home.figures import line, quarters
from tests.accounts import cast as people

CLERK = Actor("user:7", "李经办")


def test_terms_that_run_out_come_first(clerk, world):
    today = timezone.localdate()
    for days in (-3, 20, 80, 400):
        people.party_org(f"青届{days}", world.qingshan.town, term_until=today + timedelta(days=days))
    html = clerk.text("/")
    assert "已过期 3 天" in html
    assert "还有 20 天" in html
    assert html.index("青届-3") < html.index("青届20") < html.index("青届80")
    assert "青届400" not in html


@pytest.mark.parametrize(("days", "light"), [(-1, "bad"), (0, "warn"), (30, "warn"), (31, "none")])
def test_a_light_has_words(days, light):
    found, said = left(date(2022, 1, 1), date(2022, 1, 1) + timedelta(days=days))
    assert (found, bool(said)) == (light, True)


def test_an_instructor_sees_the_units_in_charge(visit, world):
    html = visit("qingshan.instructor").text("/")
    assert world.qingshan.firm.name in html
    assert "还没有摸排" in html
    assert world.qingshan.other_firm.name not in html


def test_an_import_left_half_way_waits(clerk):
    clerk.post(
        "/import/", {"table": "units", "as_of": "2021-03-18", "pasted": "单位名称\t单位类型\n青甲\t企业"}
    )
    run = ImportRun.objects.get()
    assert f"/import/{run.uid}/columns/" in clerk.text("/")


def test_what_changed_is_told_in_words_and_in_scope(visit, clerk, world):
    for county in (world.qingshan, world.baishui):
        change_unit(by=CLERK, unit=county.firm, day=date(2021, 3, 1), reason="年报", employees=45)
    html = clerk.text("/home/changes/")
    assert "变更单位" in html
    assert "李经办" in html
    assert world.qingshan.firm.name in html
    assert world.baishui.firm.name not in html
    assert visit("audit_administrator").get("/home/changes/").status_code == 403


def test_writes_of_a_kind_in_a_row_are_told_as_one(clerk, world):
    for firm in (world.qingshan.firm, world.qingshan.other_firm):
        change_unit(by=CLERK, unit=firm, day=date(2021, 3, 1), reason="年报", employees=45)
    html = clerk.text("/home/changes/")
    assert html.count("变更单位") == 1
    assert world.qingshan.firm.name in html
    assert world.qingshan.other_firm.name in html
    change_person(by=CLERK, person=world.qingshan.people["member"], phone="12800001234")
    change_unit(by=CLERK, unit=world.qingshan.firm, day=date(2021, 4, 1), reason="年报", employees=46)
    assert clerk.text("/home/changes/").count("变更单位") == 2


def test_changes_of_persons_are_for_those_who_see_persons(visit, clerk, world):
    who = change_person(by=CLERK, person=world.qingshan.people["member"], phone="12800001234")
    assert who.name in clerk.text("/home/changes/")
    assert who.name not in visit("qingshan.leader").text("/home/changes/")


def test_without_a_snapshot_figures_say_so(clerk, core):
    assert "指标还没有算出来" in clerk.text("/home/figures/")
    assert "指标还没有算出来" in clerk.text("/home/findings/")


def test_an_account_without_rights_has_a_page_too(visit):
    assert "没有到期和待办的事" in visit("outsider").text("/")


def test_quarters_end_before_the_day():
    assert quarters(date(2022, 6, 20)) == [
        date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31), date(2022, 3, 31),
        date(2022, 6, 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([1, 1], "0.0,22.0 100.0,22.0"),
        ([0, 10], "0.0,22.0 100.0,2.0"),
        ([None, 5, 10], "50.0,22.0 100.0,2.0"),
        ([None, 5], ""),
        ([], ""),
    ],
)
def test_a_course_is_a_line(values, drawn):
    assert line(values) == drawn
