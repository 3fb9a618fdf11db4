"""Near and alike open matters, shown before a new one is made."""

import math
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from jiceng.matters.flows import types_at
from jiceng.matters.models import Matter
from jiceng.matters.queries.alike import Told, alike, around, distance, overlap, pairs
from jiceng.protection.scopes import Scope
from tests.matters.conftest import TODAY

HERE = (106.6312, 30.4561)
METRE = 1 / 111_195  # of latitude, in degrees


def north(metres: float):
    return HERE[0], HERE[1] + metres * METRE


class Desk:
    """Raises matters, and asks what one about to be raised is alike."""

    def __init__(self, office) -> None:
        self.office, self.here = office, office.here
        self.spec = types_at(self.here.village, TODAY)["qingshan:routed"]

    def raised(self, text, *, where=None, category="lighting", kind="qingshan:routed", **more) -> Matter:
        point = {"where": where} if where else {}
        return self.office.raised(kind, text=text, category=f"core:{category}", **point, **more)

    def asked(self, text, *, where=None, category="", region=None, scope=None, day=TODAY, apart=None):
        category = f"core:{category}" if category else ""
        told = Told("qingshan:routed", region or self.here.village, text, category, where)
        return alike(told, self.spec, day, scope or Scope.all(), apart)

    def reasons(self, *args, **more) -> dict[int, tuple[str, ...]]:
        return {one.matter.pk: one.reasons for one in self.asked(*args, **more)}


@pytest.fixture
def desk(office) -> Desk:
    return Desk(office)


def test_one_that_says_the_same_in_the_same_village(desk):
    matter = desk.raised("村口第三盏路灯不亮了")
    assert desk.reasons("路灯不亮") == {matter.pk: ("文字相近",)}
    assert desk.reasons("自来水浑浊") == {}


def test_one_nearby_says_how_near(desk):
    matter = desk.raised("村口第三盏路灯不亮了", where=north(84))
    other_village = desk.here.other_town
    found = desk.reasons("路灯不亮", where=HERE, category="lighting", region=other_village)
    assert found == {matter.pk: ("相距约80米", "文字相近", "同一类别")}
    assert desk.reasons("路灯不亮", where=north(80), region=other_village) == {
        matter.pk: ("相距约10米", "文字相近")
    }


def test_near_alone_is_not_alike_unless_the_category_is_the_same(desk):
    matter = desk.raised("村口第三盏路灯不亮了", where=north(50))
    assert desk.reasons("夜里狗叫", where=HERE) == {}
    assert desk.reasons("太黑", where=HERE, category="lighting") == {matter.pk: ("相距约50米", "同一类别")}


def test_the_type_says_how_near_and_how_long_ago(desk):
    near = desk.raised("村口第三盏路灯不亮了", where=north(299))
    desk.raised("村口第三盏路灯不亮了", where=north(303))
    elsewhere = desk.here.other_town
    assert set(desk.reasons("路灯不亮", where=HERE, region=elsewhere)) == {near.pk}
    last = TODAY + timedelta(days=10)
    assert set(desk.reasons("路灯不亮", where=HERE, region=elsewhere, day=last)) == {near.pk}
    assert desk.reasons("路灯不亮", where=HERE, region=elsewhere, day=last + timedelta(days=1)) == {}


def test_the_likest_come_first(desk):
    far = desk.raised("村口第三盏路灯不亮了")
    near = desk.raised("村口第三盏路灯不亮了", where=north(40))
    nearer = desk.raised("第三盏路灯坏了，村口很黑", where=north(5))
    found = [one.matter.pk for one in desk.asked("村口第三盏路灯不亮了", where=HERE)]
    assert found == [near.pk, nearer.pk, far.pk]


def test_closed_ones_and_those_of_other_types_are_not_shown(desk, office):
    closed = desk.raised("村口第三盏路灯不亮了")
    office.step(closed, "close")
    office.raised(text="村口第三盏路灯不亮了", category="qingshan:noise")
    assert desk.reasons("路灯不亮了") == {}


def test_only_what_one_may_see(desk, office):
    matter = desk.raised("村口第三盏路灯不亮了", where=north(10))
    for who, county, sees in [
        ("village_clerk", "qingshan", True),
        ("case_centre", "baishui", False),
        ("department_officer", "qingshan", False),
    ]:
        scope = office.access(who, county).scope()
        assert (matter.pk in desk.reasons("路灯不亮了", where=HERE, scope=scope)) is sees, who
    office.step(matter, "send", given={"lead": desk.here.bureau.pk})
    assert matter.pk in desk.reasons("路灯不亮了", scope=office.access("department_officer").scope())


def test_one_is_not_alike_itself(desk):
    matter = desk.raised("村口第三盏路灯不亮了")
    assert desk.reasons("村口第三盏路灯不亮了", apart=matter.pk) == {}


def test_two_queries_and_the_packs_in_force(desk):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.asked("路灯不亮", where=HERE, category="lighting")
        return len(found)

    desk.raised("村口第三盏路灯不亮了", where=north(10))
    one = asked()
    for n in range(5):
        desk.raised(f"村口第{n}盏路灯不亮了", where=north(20 + n))
    assert asked() == one <= 3


def test_no_more_are_shown_than_one_can_look_at(desk):
    for n in range(12):
        desk.raised(f"村口第{n}盏路灯不亮了")
    assert len(desk.asked("村口路灯不亮了")) == 8


# ------------------------------------------------------------------------------------------ by themselves
def test_how_far_apart():
    assert distance(HERE, HERE) == 0
    assert distance(HERE, north(1000)) == pytest.approx(1000, rel=1e-3)
    beijing, guangzhou = (116.4, 39.9), (113.26, 23.13)
    assert distance(beijing, guangzhou) == pytest.approx(1_888_000, rel=5e-3)


@given(st.floats(73, 136), st.floats(3, 54), st.floats(0, 360), st.floats(0, 5_000))
def test_the_box_leaves_nothing_near_out(longitude, latitude, bearing, metres):
    up = metres * METRE * math.cos(math.radians(bearing))
    across = metres * METRE * math.sin(math.radians(bearing)) / math.cos(math.radians(latitude))
    other = longitude + across, latitude + up
    apart = distance((longitude, latitude), other)
    box = dict(around((longitude, latitude), apart * 1.001 + 0.01).children)
    assert box["latitude__gte"] <= other[1] <= box["latitude__lte"]
    assert box["longitude__gte"] <= other[0] <= box["longitude__lte"]


def test_pairs_are_those_of_words_only():
    assert pairs("路灯3号，坏了 LED") == {"路灯", "坏了", "le", "ed"}
    assert pairs("") == frozenset()


def test_little_in_common_is_nothing_in_common():
    assert overlap(pairs("小区垃圾没人收"), pairs("小区电梯停了")) == 0
    assert overlap(pairs("漏水"), pairs("卫生间漏水")) == 1
    assert overlap(frozenset(), pairs("漏水")) == 0
