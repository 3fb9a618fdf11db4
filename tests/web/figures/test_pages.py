"""The list of figures, a figure's page and its map, from a snapshot of the cast's two counties."""

import re
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.engine import Engine
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.people.models import Membership
from tests.accounts.cast import membership, person
from tests.organisations.restructuring.ordering import restructure

FIGURE = "/figures/core:two_new_organised_rate/"


def counted(page):
    return int(re.search(r'id="records">.*?>\D*([\d,]+) ', page, re.DOTALL)[1].replace(",", ""))


def rows(part):
    return part.count("<tr><td")


def test_a_figure_its_parts_its_map_and_its_records_agree(told, clerk):
    page = clerk.text(FIGURE)
    records = clerk.text(f"{FIGURE}records/")
    assert rows(records) == counted(page) == 6
    assert "1</a> ÷ 6" in page
    drawn = clerk.get(f"{FIGURE}map/").json()
    values = {row["label"]: row["said"][1] for row in drawn["rows"]}
    assert values == {told.qingshan.town.name: "1 ÷ 1", told.qingshan.other_town.name: "0 ÷ 5"}
    for row in drawn["rows"]:
        address = row["link"].partition("#")[0]
        assert counted(clerk.text(address)) == int(row["said"][1].partition("÷ ")[2])
    assert rows(clerk.text(f"{FIGURE}records/", {"counted": "1"})) == 1
    assert rows(clerk.text(f"{FIGURE}records/", {"counted": "0"})) == 5


def test_rows_cost_no_queries(told, clerk):
    def queries(place, count):
        with CaptureQueriesContext(connection) as captured:
            assert rows(clerk.text(f"{FIGURE}records/", {"by": "territory", "part": place.pk})) == count
        return len(captured)

    queries(told.qingshan.town, 1)  # what is asked for the first time is compiled
    assert queries(told.qingshan.town, 1) == queries(told.qingshan.other_town, 5)


def test_the_map_shades_from_small_to_large_and_both_maps_are_offered(told, clerk):
    shades = {row["label"]: row["shade"] for row in clerk.get(f"{FIGURE}map/").json()["rows"]}
    assert shades == {told.qingshan.town.name: 4, told.qingshan.other_town.name: 0}
    today = clerk.text(FIGURE, {"map": "today"})
    assert f"{FIGURE}map/?" in today
    assert "map=today" in re.search(r'data-map="([^"]+)"', today)[1]
    assert "data-map=" not in clerk.text(FIGURE, {"by": "unit.kind"})


def test_the_list_is_searched_and_folds_away_what_says_nothing(told, clerk):
    page = clerk.text("/figures/values/", {"q": "组织覆盖率"})
    assert "core:two_new_organised_rate" in page
    assert "core:members/" not in page
    assert "没有这样的指标" in clerk.text("/figures/values/", {"q": "青山绿水"})
    past = clerk.text("/figures/values/", {"q": "两新组织", "day": "2019-01-01"})
    assert "core:two_new_units/?day=2019-01-01" in past


def test_the_board_leads_to_terms_sizes_and_loads_with_their_rule(told, clerk):
    assert "/coverage/findings/" in clerk.text("/coverage/")
    part = clerk.text("/coverage/findings/")
    for key in ("terms_expiring", "oversize_branches", "joint_branches_over_five", "instructors_overloaded"):
        assert f"/figures/core:{key}/" in part
    assert "支部工作条例" in part
    assert "two_new_unorganised" not in part  # the gaps stand below on the board itself


def test_an_oversize_branch_leads_to_its_proposed_split(told, clerk):
    branch = told.qingshan.other_branch
    for number in range(51):
        membership(person(f"青众{number}", told.qingshan.other_town), branch)
    rebuild()
    part = clerk.text("/figures/core:oversize_branches/records/")
    assert branch.name in part
    split = f"/coverage/split/{branch.pk}/"
    assert split in part
    sizes = [int(n) for n in re.findall(r'class="number">(\d+)</td>', clerk.text(split))]
    assert sum(sizes) == Membership._base_manager.filter(party_org=branch).count() > 50
    assert len(sizes) == 2
    assert "/figures/core:oversize_branches/" in clerk.text("/coverage/findings/")


def test_an_earlier_day_stands_on_the_map_of_then_and_on_todays(told, clerk):
    """Two towns become one: the same figure of before, in the regions of then and in those of today."""
    town, other = told.qingshan.town, told.qingshan.other_town
    restructure({"merge": {"into": other.code, "from": [town.code]}}, day=date(2021, 6, 1))
    derive()
    rebuild()

    def drawn(which, day):
        asked = {"day": day, "map": which}
        listed = clerk.text(FIGURE, asked)
        rows = clerk.get(f"{FIGURE}map/", asked).json()["rows"]
        assert all(row["label"] in listed for row in rows)
        return {row["label"]: row["said"][1] for row in rows}

    assert drawn("then", "2020-06-01") == {town.name: "1 ÷ 1", other.name: "0 ÷ 5"}
    assert drawn("today", "2020-06-01") == {other.name: "1 ÷ 6"}
    assert drawn("then", "2022-06-01") == {other.name: "1 ÷ 6"}


def test_pages_say_that_another_engine_should_have_answered(told, clerk, monkeypatch):
    """The same figures from the same snapshot, and why they may take longer."""
    before = clerk.text(FIGURE)
    assert "notice-warn" not in before + clerk.text("/figures/values/")
    monkeypatch.setattr(Engine, "trouble", "计算集群没有回答")
    for page in (clerk.text(FIGURE), clerk.text("/figures/values/")):
        assert re.search(r"计算集群没有回答：数字由本服务器从 20\d\d-\d\d-\d\d \d\d:\d\d 的数据算出", page)
    assert counted(clerk.text(FIGURE)) == counted(before)
