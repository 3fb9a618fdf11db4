"""Sihui: stationed contact in three levels, and what comes before a residential area's joint meeting."""

import pytest

from jiceng.matters.models import Event, Matter
from tests.matters.flows.walking import Story, Walk

PLACE = "sihui"
CONTACT, MEETING = "sihui:stationed_contact", "sihui:residents_meeting"
HEARD = {"who": "clerk", "channel": "sihui:stationed_contact"}
RAISED = {"who": "secretary", "channel": "core:resident", "party_org": "@branch"}

STORIES = [
    Story(
        CONTACT, "solved by the community's team", {**HEARD, "grade": "sihui:community_grade"},
        """
        system to_team > community
        ! street solve_in_street
        clerk handle
        clerk solve_in_community > telling
        clerk tell > closed
        """,
        outcome="solved",
    ),
    Story(
        CONTACT, "hard ones rise from the community to the street to the city",
        {**HEARD, "grade": "sihui:community_grade"},
        """
        system to_team > community
        clerk rise_to_street > street
        ! clerk solve_in_community
        street_leader take_lead
        street call
        bureau sign @bureau
        bureau pass @bureau
        water refuse @water
        bureau answer @bureau
        street_leader again @bureau
        bureau answer @bureau
        street handle
        ! street rise_to_city              # the street's leader decides that
        street_leader rise_to_city > city
        ! street_leader solve_in_city
        leader call_by_city
        power sign @power
        ! leader solve_in_city             # the department has not answered
        power answer @power
        centre solve_in_city > telling
        clerk tell > closed
        """,
        {"pass": {"to": "@water"}, "call_by_city": {"lead": "@power"}}, "solved",
    ),
    Story(
        CONTACT, "solved by the street, not accepted, given up", {**HEARD, "grade": "sihui:street_grade"},
        """
        system to_street > street
        street call
        bureau refuse @bureau
        street solve_in_street > telling
        clerk not_solved > street
        street solve_in_street > telling
        clerk tell_unsolved > closed
        reporter reopen > street
        """,
    ),
    Story(
        CONTACT, "back down again", {**HEARD, "grade": "sihui:city_grade"},
        """
        system to_city > city
        leader down_to_street > street
        street down_to_community > community
        """,
    ),
    Story(
        MEETING, "agenda, decision, owner, date, done, told", RAISED,
        """
        ! property decide
        secretary put_on > agenda
        secretary put_off
        secretary decide > working
        secretary progress
        property sign @property
        property answer @property
        system done > telling
        secretary again @property
        system rework > working
        property answer @property
        system done > telling
        clerk tell > closed
        """,
        {"decide": {"lead": "@property"}}, "solved",
    ),
    Story(MEETING, "not put on the agenda", RAISED, "secretary not_put_on > telling\nsecretary tell_unsolved > closed",
          outcome="unsolved"),
    Story(
        MEETING, "decided against, or by nobody's hand", RAISED,
        """
        secretary put_on > agenda
        secretary decide > working
        property refuse @property
        system none_left > agenda
        secretary not_adopted > telling
        """,
        {"decide": {"lead": "@property"}},
    ),
]  # fmt: skip


@pytest.fixture(autouse=True)
def team(place):
    return place.found_team()


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


# ------------------------------------------------------------------------------------- who handles it
@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"grade": "sihui:community_grade"}, "community"),
        ({"grade": "sihui:street_grade"}, "street"),
        ({"grade": "sihui:city_grade"}, "city"),
        ({"category": "core:noise_pollution"}, "community"),
        ({"category": "core:illegal_building"}, "street"),
        ({"category": "core:drainage"}, "street"),
        ({"category": "core:drainage", "grade": "sihui:community_grade"}, "community"),
    ],
)
def test_class_and_grade_decide_who_handles_it(place, given, state):
    assert Walk.raised(place, CONTACT, **HEARD, **given).state == state


def test_there_is_a_team_for_every_community(place, team):
    assert Walk.raised(place, CONTACT, **HEARD).state == "community"
    type(team)._base_manager.filter(pk=team.pk).delete()
    Walk.raised(place, CONTACT, **HEARD).go("system without_team > street")


def test_the_whole_file_goes_along_when_it_rises(place):
    walk = Walk.raised(place, CONTACT, **HEARD, grade="sihui:community_grade")
    walk.go(
        "system to_team > community\nclerk handle\nclerk rise_to_street > street\nstreet_leader rise_to_city > city"
    )
    assert walk.now().number == walk.matter.number
    assert [e.step for e in Event.objects.filter(matter=walk.matter)] == [
        "raise", "to_team", "handle", "rise_to_street", "rise_to_city",
    ]  # fmt: skip


@pytest.mark.parametrize("means", ["core:on_spot", "core:on_site_office", "core:joint_meeting"])
def test_visits_on_site_offices_and_joint_meetings_are_recorded_means(place, means):
    walk = Walk.raised(place, CONTACT, **HEARD, grade="sihui:street_grade").go("system to_street > street")
    walk.go("street handle", handle={"means": means})
    assert walk.now().means == means
    assert Event.objects.filter(matter=walk.matter, step="handle").get().values()["means"] == means


def test_the_clock_is_as_long_as_the_level(place):
    walk = Walk.raised(place, CONTACT, **HEARD, grade="sihui:community_grade").go(
        "system to_team > community"
    )
    assert walk.clock("respond").limit == "7 d"
    walk.go("clerk rise_to_street > street", rise_to_street={"grade": "sihui:street_grade"})
    assert walk.clock("respond").limit == "15 d"


# --------------------------------------------------------------------------------------- joint meetings
def test_a_decision_has_an_owner_and_a_date(place):
    walk = Walk.raised(place, MEETING, "secretary", party_org=place.branch.pk).go("secretary put_on > agenda")
    words = walk.refuse("secretary decide", owner="", until="", lead=place.property.pk)
    assert "承办人" in words
    assert "完成时限" in words


def test_who_raised_it_is_told_what_became_of_it(place):
    walk = Walk.raised(place, MEETING, "secretary", party_org=place.branch.pk)
    walk.go(
        "secretary put_on > agenda\nsecretary decide > working\nproperty sign @property\nproperty answer @property\n"
        "system done > telling\nsecretary tell > closed",
        decide={"lead": "@property"},
        tell={"feedback": "空房已改成图书室，免费开放"},
    )
    assert Event.objects.get(matter=walk.matter, step="tell").tells == "空房已改成图书室，免费开放"


@pytest.mark.parametrize(
    ("close", "follows"),
    [("tell", "system served > telling"), ("tell_unsolved", "system not_served > telling")],
)
def test_what_the_area_cannot_settle_goes_to_the_stationed_team(place, close, follows):
    walk = Walk.raised(place, MEETING, "secretary", party_org=place.branch.pk).go("secretary rise > risen")
    (drafted,) = Matter._base_manager.filter(type=CONTACT)
    contact = Walk(place, drafted)
    assert contact.state == "community"
    contact.go(f"clerk solve_in_community > telling\nclerk {close} > closed")
    walk.go(follows)
