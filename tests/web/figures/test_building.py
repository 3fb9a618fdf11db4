"""Figures built by mouse: tried at once, kept as a pack's declaration, and found like any other."""

import re

import pytest
import yaml

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.indicators.sections import Indicator
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
