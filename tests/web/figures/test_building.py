"""Figures built by mouse: tried at once, kept as a pack's declaration, and found like any other."""

import re

import pytest
import yaml

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.packs.catalogue import current

FORM = {
    "fact": "unit",
    "name": "二十人以上的企业",
    "unit": "家",
    "measure": "count",
    "time": "stock",
    "scope": "place",
    "all-0-column": "kind",
    "all-0-operator": "in",
    "all-0-value": ["core:enterprise"],
    "all-1-column": "employees",
    "all-1-operator": "gte",
    "all-1-value": "20",
    "breakdowns": ["industry"],
}
DRAFT, BUILD, OWN = "/figures/build/draft/", "/figures/build/", "/figures/own/"


@pytest.fixture
def told(transactional_db, settings, tmp_path, core, world):
    settings.HOME = tmp_path
    derive()
    rebuild()
    return world


def big(page):
    return re.search(r'class="big-value">([^<]*)<', page)[1]


def tried(visitor, **said):
    answer = visitor.post(DRAFT, {**FORM, **said})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_figure_is_tried_kept_found_changed_exported_and_taken_away(told, clerk):
    assert "先选统计什么" in clerk.text(BUILD)
    part = tried(clerk)
    value = big(part)
    assert "职工人数" in part
    assert "单位类型" in part

    sent = clerk.post(BUILD, FORM)
    assert sent.status_code == 302
    page = clerk.text(sent["Location"])
    assert big(page) == value
    assert "二十人以上的企业" in page
    (key,) = [key for key in current().section("indicators") if key.startswith("own_")]
    assert key.partition(":")[2] == "figure_1"
    assert current().packs[key.partition(":")[0]].binds[0].region == told.qingshan.region.code
    assert "二十人以上的企业" in clerk.text("/figures/values/", {"q": "二十人以上"})

    text = clerk.get(f"{OWN}figure_1/text/").content.decode()
    assert yaml.safe_load(text)["indicators"]["figure_1"] == {
        "name": "二十人以上的企业",
        "unit": "家",
        "fact": "unit",
        "time": "stock",
        "where": {"kind": ["core:enterprise"], "employees": {"gte": 20}},
        "measure": "count",
        "breakdowns": ["industry"],
        "scope": "place",
    }
    again = clerk.text(BUILD, {"key": "figure_1"})
    assert re.search(r'value="core:enterprise"\s*checked', again)
    assert 'value="20"' in again
    clerk.post(f"{BUILD}?key=figure_1", {**FORM, "name": "改了名称"})
    assert "改了名称" in clerk.text(OWN)
    assert clerk.get(f"{BUILD}?key=figure_9").status_code == 404
    assert clerk.post(f"{OWN}figure_1/remove/").status_code == 302
    assert "figure_1" not in clerk.text(OWN)
    assert clerk.get(f"{OWN}figure_1/text/").status_code == 404


def test_persons_are_counted_only_as_far_as_the_reader_sees_them(told, clerk, visit):
    member = {
        "fact": "membership",
        "all-0-column": "person.age",
        "all-0-operator": "gte",
        "all-0-value": "60",
    }
    asked = {**member, "name": "老党员", "measure": "count", "time": "stock"}
    refused = clerk.post(BUILD, {**asked, "scope": "place"})
    assert refused.status_code == 422
    assert "只能按查看人的权限计数" in refused.content.decode()
    assert clerk.post(BUILD, {**asked, "scope": "scope"}).status_code == 302
    for name in ("leader", "two_new_office", "instructor"):
        assert visit(f"qingshan.{name}").post(DRAFT, asked).status_code == 403


def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_kept(told, clerk):
    wrong = tried(clerk, **{"all-1-value": "二十"})
    assert "big-value" not in wrong
    assert "应为" in wrong or "不是" in wrong
    nameless = clerk.post(BUILD, {**FORM, "name": " "})
    assert nameless.status_code == 422
    assert "还没有名称" in nameless.content.decode()
    assert "对哪一列" in tried(clerk, measure="sum")
    assert "分子另外要满足" in tried(clerk, measure="share")
    assert "按哪个日期" in tried(clerk, time="flow")
    assert "先选统计什么" in clerk.post(DRAFT, {"fact": "nothing"}).content.decode()
    assert not [key for key in current().section("indicators") if key.startswith("own_")]


def test_a_places_own_figures_have_a_board_and_stay_its_own(told, clerk, visit):
    assert "/boards/own/" not in clerk.text("/boards/")
    clerk.post(BUILD, FORM)
    assert "/boards/own/" in clerk.text("/boards/")
    page = clerk.text("/boards/own/")
    assert page.count('class="board-tile ') == 4
    assert re.search(r'href="/figures/own_\w+:figure_1/\?day=', page)
    stranger = visit("baishui.organisation_department")
    assert "二十人以上" not in stranger.text("/figures/values/")
    assert "/boards/own/" not in stranger.text("/boards/")
    assert stranger.get("/boards/own/").status_code == 404
    assert "还没有自建的指标" in stranger.text(OWN)
