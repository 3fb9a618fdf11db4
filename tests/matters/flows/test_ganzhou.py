"""Ganzhou's lists, its branches' difficulties, what a street must be asked about, and residential areas governed
together.
"""

import pytest

from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Matter
from jiceng.records.refusals import Refusal
from tests.matters.flows.walking import Story, Walk

PLACE = "ganzhou"
RECTIFICATION, BRANCH, DUTY = "ganzhou:rectification", "ganzhou:branch_difficulty", "ganzhou:duty_hand_down"
CONSENT, PROPERTY = "ganzhou:office_head_consent", "ganzhou:property_matter"
FOUND = {"who": "inspector", "channel": "core:inspection", "lead": "@bureau"}
BY_INSTRUCTOR = {"who": "instructor", "channel": "core:instructor", "party_org": "@branch"}
ASKED = {"who": "bureau", "unit": "@bureau"}
HEAD = {"who": "department", "person": "@guide", "office": "@bureau"}
AREA = {"who": "clerk", "channel": "core:community"}

STORIES = [
    Story(
        RECTIFICATION, "measure and date, evidence, verified by another, struck off", FOUND,
        """
        inspector assign > measuring
        ! inspector verify
        bureau measure @bureau
        system listed > rectifying
        bureau progress @bureau
        bureau report @bureau
        system reported > verifying
        ! bureau verify
        inspector2 again > rectifying      # not verified: once more
        bureau report @bureau
        system reported > verifying
        inspector verify > struck
        """,
        outcome="solved",
    ),
    Story(
        RECTIFICATION, "not theirs, given to another", FOUND,
        """
        inspector assign > measuring
        bureau refuse @bureau
        system none_left > found
        inspector assign > measuring
        """,
    ),
    Story(RECTIFICATION, "no problem", FOUND, "department drop > dropped", outcome="withdrawn"),
    Story(
        BRANCH, "the instructor helps, the branch confirms", BY_INSTRUCTOR,
        """
        ! secretary help
        instructor help > working
        instructor progress
        instructor solve > confirm
        ! instructor confirm
        secretary not_solved > working
        instructor solve > confirm
        secretary confirm > closed
        """,
        outcome="solved",
    ),
    Story(
        BRANCH, "departments help", BY_INSTRUCTOR,
        """
        committee send > working
        power refuse @power
        system none_left > raised
        committee send > working
        power sign @power
        ! instructor solve                 # a department has not answered yet
        power answer @power
        instructor solve > confirm
        committee close_unsolved > closed
        """,
        {"send": {"lead": "@power"}}, "unsolved",
    ),
    Story(
        DUTY, "with the street's consent, approved", ASKED,
        """
        ! leader approve                   # not without the street's consent
        street study > to_decide
        ! street consent
        ! leader consent                   # the street's own work committee decides
        street_leader consent > agreed
        ! street_leader approve
        leader approve > handed_down
        """,
        outcome="solved",
    ),
    Story(DUTY, "refused by the street", ASKED, "street study > to_decide\nstreet_leader refuse > refused",
          outcome="refused"),
    Story(DUTY, "not approved", ASKED,
          "street study > to_decide\nstreet_leader consent > agreed\nleader reject > refused", outcome="refused"),
    Story(DUTY, "withdrawn", ASKED, "bureau withdraw > withdrawn", outcome="withdrawn"),
    Story(CONSENT, "consented to", HEAD,
          "street study > to_decide\n! leader consent\nstreet_leader consent > consented", outcome="solved"),
    Story(CONSENT, "withdrawn", HEAD, "department withdraw > withdrawn", outcome="withdrawn"),
    Story(
        PROPERTY, "discussed and done by the three bodies", AREA,
        """
        clerk discuss > working
        property sign @property
        social refuse @social
        property answer @property
        system all_answered > review
        clerk again > raised
        """,
        {"discuss": {"lead": "@property", "support": ["@social"]}},
    ),
    Story(
        PROPERTY, "sent back by all", AREA,
        "clerk discuss > working\nproperty refuse @property\nsystem none_left > raised",
        {"discuss": {"lead": "@property"}},
    ),
    Story(
        PROPERTY, "done", AREA,
        """
        clerk discuss > working
        property sign @property
        property answer @property
        system all_answered > review
        clerk close > closed
        """,
        {"discuss": {"lead": "@property"}}, "solved",
    ),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


def test_the_person_who_set_the_measure_does_not_verify(place):
    walk = Walk.raised(place, RECTIFICATION, **{**FOUND, "lead": place.bureau.pk})
    walk.go("inspector assign > measuring\nbureau measure @bureau\nsystem listed > rectifying")
    assert walk.clock("rectify").limit == "20 d"
    assert {"measure", "report"} <= set(walk.spec.steps["verify"].not_by)


def test_a_problem_is_of_one_of_the_ten_fields(place):
    with pytest.raises(Refusal, match="不在可选之列"):
        Walk.raised(place, RECTIFICATION, "inspector", lead=place.bureau.pk, category="core:noise_pollution")


def test_an_objection_is_numbered_and_can_be_appealed_against(place):
    walk = Walk.raised(place, CONSENT, "department", person=place.guide.pk, office=place.bureau.pk)
    walk.go("street study > to_decide\nstreet_leader object > objected")
    assert walk.value("paper") == "街工函〔2022〕1号"
    appeal = walk.hung("core:appeal", LinkKind.APPEALS, "street")
    appeal.go("! street accept\nleader accept > hearing\nleader uphold > upheld")
    walk.go("system overturned > asked")


def test_what_the_three_cannot_settle_becomes_a_whistle_and_is_closed_by_it(place):
    walk = Walk.raised(place, PROPERTY, **AREA).go("clerk ask_street > whistled")
    (drafted,) = Matter._base_manager.filter(type="ganzhou:whistle")
    whistle = Walk(place, drafted)
    whistle.go(
        """
        street prepare > to_sign
        street_leader whistle > called
        bureau sign @bureau
        bureau arrive @bureau
        street minutes > working
        bureau answer @bureau
        system all_answered > review
        street mark @bureau
        street strike_off > struck
        """
    )
    walk.go("system served > review\nclerk close > closed")


def test_a_whistle_that_is_declined_gives_it_back(place):
    walk = Walk.raised(place, PROPERTY, **AREA).go("clerk ask_street > whistled")
    (drafted,) = Matter._base_manager.filter(type="ganzhou:whistle")
    Walk(place, drafted).go("street_leader decline > declined")
    walk.go("system not_served > raised")
