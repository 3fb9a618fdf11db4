"""Who is proposed: by the first rule that applies, the nearest living unit of the name above the matter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.matters.flows import types_at
from jiceng.matters.queries.proposing import drafted, proposals
from jiceng.protection.scopes import Scope
from tests.accounts.cast import keep, unit
from tests.matters.conftest import TODAY


class Desk:
    """Asks who would be given a matter, and makes the units that could be."""

    def __init__(self, office) -> None:
        self.office, self.here = office, office.here
        self.spec = types_at(self.here.village, TODAY)["qingshan:routed"]

    def body(self, name, place=None, **more):
        return unit(name, place or self.here.region, **{"kind": "core:government_agency"} | more)

    def asked(self, category: str, *, scope: Scope | None = None, matter=None, region=None):
        about = matter or drafted(self.spec, region or self.here.village, category=f"core:{category}")
        return proposals(self.spec, about, TODAY, scope or Scope.all())

    def units(self, *args, **more) -> list[str]:
        return [each.unit.name for each in self.asked(*args, **more)]


@pytest.fixture
def desk(office) -> Desk:
    return Desk(office)


def test_the_lead_comes_first_and_each_says_why(desk):
    desk.body("青府城市管理局")
    desk.body("青府公安局")
    found = desk.asked("noise_pollution")
    assert [(each.unit.name, each.part, each.rule) for each in found] == [
        ("青府城市管理局", "lead", 2),
        ("青府公安局", "support", 2),
    ]
    assert found[0].why == "派单规则第2条：青山县名称含“城市管理局”的单位"


def test_the_town_comes_before_the_county_and_the_county_before_the_prefecture(desk):
    for place in (desk.office.world.prefecture, desk.here.region, desk.here.town):
        desk.body(f"{place.name}城市管理局", place)
    desk.body("青田镇城市管理局", desk.here.other_town)
    assert desk.units("environment")[0] == "青石镇城市管理局"
    assert desk.units("environment", region=desk.here.region)[0] == "青山县城市管理局"
    assert desk.units("environment", region=desk.office.world.baishui.village)[0] == "甲市城市管理局"


def test_the_same_body_may_be_called_otherwise_elsewhere(desk):
    desk.body("青府综合执法局")
    assert desk.units("environment") == ["青府综合执法局"]
    desk.body("青府城市管理局")
    assert desk.units("environment")[0] == "青府城市管理局"


def test_of_two_at_one_place_the_plainer_name(desk):
    desk.body("青府城市管理局下属环卫中心")
    plain = desk.body("青府城市管理局")
    assert desk.asked("environment")[0].unit == plain


def test_only_living_units_of_the_kinds_wanted(desk):
    gone = desk.body("青府城市管理局")
    gone.valid_to = TODAY
    keep(gone)
    desk.body("青城市管理局劳动服务公司", kind="core:enterprise")
    desk.body("青石镇综合执法局", desk.here.town)
    assert desk.units("environment") == ["青石镇综合执法局"]


def test_a_rule_without_its_lead_gives_way_to_the_next(desk):
    desk.body("青府公安局")
    found = desk.asked("noise_pollution")
    assert [(each.unit.name, each.rule) for each in found] == [("青府商务局", 4)]
    assert desk.units("greenery") == ["青府商务局"]  # no parks office, and no lead for rule 2


def test_nobody_is_proposed_where_nobody_fits(desk):
    assert desk.asked("schooling", region=desk.office.world.prefecture) == []


def test_elsewhere_in_the_county_only_where_one_may_look(desk):
    works = desk.body("青水务公司", desk.here.other_town, kind="core:enterprise")
    desk.body("白水务公司", desk.office.world.baishui.town, kind="core:enterprise")
    assert desk.units("water_supply") == ["青水务公司"]
    assert desk.units("water_supply", scope=Scope(territory=(desk.here.town.path,))) == ["青府商务局"]
    assert desk.asked("water_supply")[0].why == "派单规则第3条：青田镇名称含“水务”的单位"
    nearer = desk.body("青桥水务所", desk.here.town)
    assert desk.asked("water_supply")[0].unit == nearer != works


def test_who_has_it_already_is_not_proposed_again(desk, office):
    matter = office.raised("qingshan:routed", text="路灯", category="core:schooling")
    assert desk.units("schooling", matter=matter) == ["青府商务局"]
    office.step(matter, "send", given={"lead": desk.here.bureau.pk})
    assert desk.units("schooling", matter=office.again(matter)) == []


def test_few_queries_however_many_units(desk):
    desk.body("青府城市管理局")
    desk.body("青府公安局")

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.units("noise_pollution")
        return len(found)

    few = asked()
    for n in range(20):
        desk.body(f"青府城市管理局第{n}分局")
    assert asked() == few <= 8
