"""What everybody reads: released matters and wishes, in the words of their release."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiceng.matters.models import Matter, MatterLink, Reporter
from tests.accounts.cast import keep

WISHES = reverse("residents:wishes", urlconf="tests.zones")
MATTERS = reverse("residents:matters", urlconf="tests.zones")


def take_on(wish):
    return reverse("residents:take_on", args=[wish.uid])


def test_nothing_is_public_before_it_is_released(resident, county):
    matter, _code = county.reported()
    assert matter.title not in resident.text(MATTERS, {"in": "all"})
    county.released(matter)
    assert "某巷的路灯坏了" in resident.text(MATTERS, {"in": "all"})


def test_of_a_released_matter_only_the_released_words_are_shown(resident, county):
    matter, _code = county.answered(text="青赵大妈家门口3栋2单元的路灯不亮")
    county.released(matter)
    html = resident.text(MATTERS, {"in": "all"})
    people = [str(who) for who in county.cast.values() if str(who)]
    hidden = [*county.here.names, *people, "青赵大妈", "3栋2单元", "13800001111", "青王科长", matter.number]
    assert [name for name in hidden if name in html] == []


def test_a_wish_shows_no_name_no_child_and_only_the_town(resident, county):
    county.wish()
    html = resident.text(WISHES, {"in": "all"})
    assert "想要一张书桌" in html
    assert "青小明" not in html
    assert county.here.town.name in html
    assert county.village.name not in html


def test_areas_are_counted_without_a_map(resident, county):
    for _time in range(3):
        county.released(county.reported()[0])
    html = resident.text(MATTERS, {"in": county.here.region.code})
    assert "示意图" in html
    assert re.search(
        rf"{county.here.town.name}.*?<td class=\"number\">3</td><td class=\"number\">0</td>", html, re.S
    )


def test_open_and_done_are_told_apart(resident, county):
    county.released(county.reported()[0])
    assert "某巷" in resident.text(MATTERS, {"in": "all", "state": "open"})
    assert "某巷" not in resident.text(MATTERS, {"in": "all", "state": "done"})


def test_pages_of_many_ask_no_more_than_pages_of_few(resident, county):
    county.released(county.reported()[0])
    resident.get(MATTERS, {"in": "all"})
    with CaptureQueriesContext(connection) as few:
        resident.get(MATTERS, {"in": "all"})
    for _time in range(11):
        county.released(county.reported()[0])
    with CaptureQueriesContext(connection) as many:
        resident.get(MATTERS, {"in": "all"})
    assert len(many) == len(few)


# ------------------------------------------------------------------------------------------ taking one on
def test_taking_on_tells_the_community_and_gives_a_code(resident, county):
    wish = county.wish()
    data = {"name": "青好心人", "phone": "13900002222", "text": "我可以送一张"}
    answer = resident.fill(take_on(wish), data)
    assert resident.code_in(answer)
    offer = Matter._base_manager.get(type="core:offer")
    assert MatterLink.objects.get(matter=offer).other_id == wish.pk
    assert Reporter._base_manager.get(matter=offer).name != b""
    assert county.again(wish).state == "waiting", "the community decides"


def test_what_the_volunteer_delivers_fulfils_the_wish(resident, county):
    wish = county.wish()
    resident.fill(take_on(wish), {"name": "青好心人", "phone": "13900002222"})
    offer = Matter._base_manager.get(type="core:offer")
    county.step(offer, "accept", "village_clerk")
    county.step(offer, "deliver", "village_clerk")
    assert (county.again(wish).state, county.again(wish).outcome) == ("done", "solved")


@pytest.mark.parametrize("data", [{"name": "青好心人"}, {"phone": "13900002222"}, {}])
def test_the_community_must_be_able_to_call(resident, county, data):
    wish = county.wish()
    answer = resident.fill(take_on(wish), data)
    assert answer.status_code == 422
    assert "没有填写姓名或电话" in answer.content.decode()


def test_a_wish_that_is_taken_invites_nobody(resident, county):
    wish = county.wish()
    page = resident.get(take_on(wish)).content.decode()
    county.step(wish, "take", "village_clerk")
    late = resident.send(take_on(wish), page, {"name": "青好心人", "phone": "13900002222"})
    assert late.status_code == 422
    assert "已经有人认领" in resident.text(take_on(wish))
    assert "我来认领" not in resident.text(WISHES, {"in": "all"})


def test_a_wish_that_is_not_released_is_not_there(resident, county):
    wish = county.wish()
    wish.released_at = None
    keep(wish)
    assert resident.get(take_on(wish)).status_code == 404
