"""Ganzhou's whistle: the street calls, departments sign for it, come and answer, each with its own clocks; only the
street strikes the call off, once it has marked every department.
"""

import pytest

from jiceng.accounts.scoping import Denied
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Clock, Dispatch, MatterLink, Turn
from jiceng.records.refusals import Refusal
from tests.matters.flows.walking import Story, Walk

PLACE = "ganzhou"
KIND = "ganzhou:whistle"
CLERK = {"who": "clerk", "channel": "core:community"}
BOTH = {"prepare": {"lead": "@bureau", "support": ["@power"]}}

CALLED = """
    street prepare > to_sign
    street_leader whistle > called
"""
COME = (
    CALLED
    + """
    bureau sign @bureau
    bureau arrive @bureau
"""
)
WORKING = (
    COME
    + """
    street minutes > working
"""
)
ANSWERED = (
    WORKING
    + """
    bureau answer @bureau
    system all_answered > review
"""
)

STORIES = [
    Story(
        KIND, "the whole way", CLERK,
        """
        ! clerk prepare
        street prepare > to_sign
        ! clerk whistle                  # the street's leader signs, nobody else
        ! street whistle
        ! leader whistle
        street_leader whistle > called
        ! street minutes                 # nobody has come yet
        ! elsewhere sign @bureau
        bureau sign @bureau
        power sign @power
        ! power arrive @bureau
        bureau arrive @bureau
        power arrive @power
        bureau own_progress @bureau
        street minutes > working
        clerk progress
        street_leader extend
        bureau answer @bureau
        power answer @power
        system all_answered > review
        street mark @bureau
        ! street strike_off              # the other is not marked yet
        street mark @power
        ! bureau strike_off
        ! clerk strike_off
        ! leader strike_off              # only the street strikes it off
        street strike_off > struck
        """,
        BOTH, "solved",
    ),
    Story(
        KIND, "enterprises whistle too, and the leader sends it back or declines",
        {"who": "firm", "channel": "core:enterprise", "unit": "@firm"},
        """
        street prepare > to_sign
        street_leader send_back > reported
        street prepare > to_sign
        street_leader decline > declined
        """,
        outcome="refused",
    ),
    Story(
        KIND, "sent back by all it is with the street again", CLERK,
        CALLED + """
        bureau refuse @bureau
        system none_left > reported
        street prepare > to_sign
        """,
    ),
    Story(
        KIND, "passed on", CLERK,
        CALLED + """
        bureau sign @bureau
        bureau pass @bureau
        water sign @water
        ! bureau arrive @bureau          # it is the other's now
        water arrive @water
        street minutes > working
        """,
        {"pass": {"to": "@water"}, "minutes": {"lead": "@water"}},
    ),
    Story(
        KIND, "taken out on request, decided by the street", CLERK,
        CALLED + """
        bureau ask_out @bureau
        ! bureau exclude @bureau
        ! street exclude @bureau
        street_leader keep_in @bureau
        bureau ask_out @bureau
        street_leader exclude @bureau
        system none_left > reported
        """,
    ),
    Story(
        KIND, "more are called and more is served", CLERK,
        COME + """
        street_leader call_more
        water sign @water
        water arrive @water
        street minutes > working
        bureau answer @bureau
        water answer @water
        system all_answered > review
        """,
        {"call_more": {"more": ["@water"]}, "minutes": {"lead": "@bureau", "support": ["@water"]}},
    ),
    Story(
        KIND, "sent back for rework and struck off as unsolved", CLERK,
        ANSWERED + """
        street again @bureau
        system rework > working
        bureau answer @bureau
        system all_answered > review
        street mark @bureau
        street strike_off_unsolved > struck
        """,
        outcome="unsolved",
    ),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


def whistled(place, text=WORKING, **given):
    return Walk.raised(place, KIND, **CLERK).go(text, **given)


def test_each_department_has_its_own_clocks(place):
    walk = whistled(place, CALLED, **BOTH)
    place.tick(hours=1)
    walk.go("bureau sign @bureau")
    signed = {c.dispatch.unit.name: c for c in Clock.objects.filter(matter=walk.matter, key="sign")}
    assert signed["丙县城市管理局"].kept is True
    assert signed["丙县供电公司"].stopped_at is None
    assert [c.key for c in walk.dispatch("bureau").clocks.filter(stopped_at__isnull=True)] == ["arrive"]
    place.tick(days=1)
    walk.go("bureau arrive @bureau")
    assert walk.clock("arrive", "bureau").kept is True
    place.tick(days=2)
    walk.go("power sign @power")
    assert walk.clock("sign", "power").kept is False


def test_an_urgent_call_has_shorter_clocks(place):
    walk = whistled(place, CALLED, whistle={"grade": "core:urgent"})
    assert walk.clock("sign", "bureau").limit == "30 min"
    walk.go("bureau sign @bureau")
    assert walk.clock("arrive", "bureau").limit == "2 h"


def test_the_minutes_name_lead_support_and_deadline(place):
    given = {"minutes": {"lead": "@power", "support": ["@water"], "until": "2022-06-30"}}
    walk = whistled(place, COME + "power sign @power\nstreet minutes > working", **BOTH, **given)
    assert {
        d.unit.name: d.part for d in Dispatch._base_manager.filter(matter=walk.matter, ended_on=None)
    } == {
        "丙县供电公司": "lead",
        "丙县水务局": "support",
    }
    # who came and was given nothing to do has done its part, and will be marked all the same
    assert walk.dispatch("bureau").state == "accepted"
    assert walk.clock("solve").limit == "10 d"
    assert walk.clock("answer", "power").limit == "10 d"
    assert str(walk.now().promised_on) == "2022-06-30"


def test_every_department_is_marked_for_coming_cooperation_and_effect(place):
    walk = whistled(place, ANSWERED)
    words = walk.refuse("street strike_off")
    assert "还不具备“销哨”的条件" in words
    walk.go(
        "street mark @bureau",
        mark={"coming": "core:good", "cooperation": "core:fair", "effect": "core:poor"},
    )
    marked = walk.dispatch("bureau")
    assert (marked.coming, marked.cooperation, marked.effect) == ("core:good", "core:fair", "core:poor")
    walk.go("street strike_off > struck")


def test_a_call_serves_several_matters(place):
    hotline = [Walk.raised(place, "core:hotline", "centre", channel="core:hotline") for _ in range(3)]
    first, second, other = hotline
    walk = whistled(place, ANSWERED, prepare={"served": [first.matter.pk]})
    walk.go("street serve_more", serve_more={"served": [second.matter.pk]})
    assert MatterLink.objects.filter(matter=walk.matter, kind=LinkKind.SERVES).count() == 2
    walk.go("street mark @bureau\nstreet strike_off > struck")
    for served in (first, second):
        served.go("system served > callback\ncentre archive > archived")
        assert served.outcome == "solved"
    assert other.state == "received"


def test_a_call_struck_off_as_unsolved_solves_nothing(place):
    served = Walk.raised(place, "core:hotline", "centre", channel="core:hotline")
    walk = whistled(place, ANSWERED, prepare={"served": [served.matter.pk]})
    walk.go("street mark @bureau\nstreet strike_off_unsolved > struck")
    assert served.state == "received"


@pytest.mark.parametrize("channel", ["core:hotline", "core:web", "core:meeting"])
def test_a_whistle_comes_of_the_community_the_grid_or_an_enterprise(place, channel):
    with pytest.raises(Refusal, match="来源"):
        Walk.raised(place, KIND, "clerk", channel=channel)


def test_who_is_no_source_does_not_whistle(place):
    with pytest.raises(Denied):
        Walk.raised(place, KIND, "bureau", channel="core:community")


def test_only_who_is_waited_for_has_a_turn(place):
    walk = whistled(place, CALLED)
    assert {(t.role, t.region.name) for t in Turn.objects.filter(matter=walk.matter)} == {
        ("department_officer", "丙县"),
        ("unit_officer", "丙县"),
    }
    walk.go("bureau ask_out @bureau")
    turns = {(t.role, t.region.name) for t in Turn.objects.filter(matter=walk.matter)}
    assert ("leader", "丁街") in turns  # she decides on being taken out
