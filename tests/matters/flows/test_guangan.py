"""Guang'an: wishes that become deeds, and applications to set up a party organisation."""

import pytest

from jiceng.accounts.scoping import Denied
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Dispatch
from jiceng.organisations.models import PartyOrg, PartyOrgCover
from jiceng.people.models import Appointment, Membership
from tests.matters.flows.walking import Story, Walk

PLACE = "guangan"
WISH, OFFER, APPLICATION = "guangan:wish", "core:offer", "guangan:party_org_application"
COLLECTED = {"who": "clerk", "channel": "core:community"}
APPLIED = {"who": "firm", "channel": "core:application", "unit": "@firm"}
ORG = {
    "name": "中共戊社木业公司支部委员会", "code": "D-2022-1", "form": "core:branch", "mode": "core:single",
    "cover": "core:own", "superior": "@committee",
}  # fmt: skip

ON_THE_WALL = """
    clerk put_up > wall
"""
TAKEN = (
    ON_THE_WALL
    + """
    social take_on > taken
"""
)
DELIVERED = (
    TAKEN
    + """
    social deliver @social
    system delivered > delivered
"""
)
APPROVED = """
    street request > requested
    committee approve > approved
"""
ELECTED = (
    APPROVED
    + """
    street elect > elected
"""
)

STORIES = [
    Story(
        WISH, "departments gather, a social organisation delivers, thanks close it", COLLECTED,
        """
        clerk ask_departments > gathering
        ! social take_on
        power gather @power
        system gathered > wall
        social take_on > taken
        ! social2 take_on
        social deliver @social
        system delivered > delivered
        ! social thank_for
        clerk thank_for > fulfilled
        """,
        outcome="solved",
    ),
    Story(
        WISH, "given up it is back on the wall", COLLECTED,
        TAKEN + """
        social give_up @social
        system back_to_wall > wall
        social2 take_on > taken
        social2 deliver @social2
        system delivered > delivered
        reporter thank > fulfilled
        """,
        outcome="solved",
    ),
    Story(
        WISH, "noted for a unit that agrees, closed with a complaint", COLLECTED,
        ON_THE_WALL + """
        clerk take_on_for > taken
        ! social2 agree @social
        social agree @social
        social deliver @social
        system delivered > delivered
        reporter complain > complained
        """,
        {"take_on_for": {"helper": "@social"}}, "unsolved",
    ),
    Story(
        WISH, "no resources, no matter", COLLECTED,
        """
        clerk ask_departments > gathering
        power refuse @power
        system gathered > wall
        social take_on > taken
        social deliver @social
        system delivered > delivered
        clerk complain_for > complained
        """,
        outcome="unsolved",
    ),
    Story(WISH, "withdrawn", COLLECTED, ON_THE_WALL + "clerk withdraw > withdrawn", outcome="withdrawn"),
    Story(
        APPLICATION, "from the application to the files", APPLIED,
        """
        ! firm request
        street request > requested
        ! two_new approve
        committee approve > approved
        instructor elect > elected
        ! committee confirm                # the result has to be reported first
        street report > reported
        committee2 not_confirmed > approved
        street elect > elected
        street report > reported
        committee confirm > confirmed
        ! two_new file
        department file > filed
        """,
        {"request": ORG}, "solved",
    ),
    Story(APPLICATION, "sent back, refused", APPLIED,
          "street request > requested\ncommittee send_back > applied\nstreet request > requested\n"
          "committee refuse > refused", {"request": ORG}, "refused"),
    Story(APPLICATION, "conditions not met", APPLIED, "street decline > refused", outcome="refused"),
    Story(APPLICATION, "withdrawn", APPLIED, "firm withdraw > withdrawn", outcome="withdrawn"),
]  # fmt: skip

OFFERS = [
    Story(OFFER, "delivered", {}, "clerk accept > accepted\nclerk deliver > delivered", outcome="solved"),
    Story(OFFER, "declined", {}, "clerk decline > declined", outcome="refused"),
    Story(OFFER, "withdrawn", {}, "reporter withdraw > withdrawn", outcome="withdrawn"),
]


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


# --------------------------------------------------------------------------------------------- wishes
def wish(place, text=ON_THE_WALL):
    return Walk.raised(place, WISH, **COLLECTED).go(text)


def test_any_social_organisation_of_the_place_may_take_a_wish_on_and_none_from_elsewhere(place):
    walk = wish(place)
    far = place.access("elsewhere").user
    with pytest.raises(Denied):
        walk.go("elsewhere take_on")
    assert far.pk
    walk.go("social2 take_on > taken")
    assert Dispatch._base_manager.get(matter=walk.matter).unit_id == place.social2.pk


def test_who_has_given_up_may_take_it_on_again(place):
    wish(place, TAKEN + "social give_up @social\nsystem back_to_wall > wall\nsocial take_on > taken")


def test_a_wish_counts_as_a_service_of_whoever_answered_it(place):
    walk = wish(place, DELIVERED + "clerk thank_for > fulfilled")
    given = walk.dispatch("social")
    assert (given.part, given.state, given.answered_on) == ("lead", "answered", walk.now().closed_on)


@pytest.mark.parametrize("story", OFFERS, ids=str)
def test_offers(place, story):
    hung = wish(place).hung(OFFER, LinkKind.SERVES, "clerk")
    hung.go(story.text)
    assert hung.outcome == story.outcome


def test_the_wall_invites_offers_and_what_a_resident_delivers_fulfils_the_wish(place):
    walk = wish(place)
    assert walk.spec.states["wall"].invites == OFFER
    walk.hung(OFFER, LinkKind.SERVES, "clerk").go("clerk decline > declined")
    assert walk.state == "wall"
    walk.hung(OFFER, LinkKind.SERVES, "clerk").go("clerk accept > accepted\nclerk deliver > delivered")
    walk.go("system served > delivered\nclerk thank_for > fulfilled")


# --------------------------------------------------------------------------------------- applications
def application(place, text, **given):
    return Walk.raised(place, APPLICATION, "firm", unit=place.firm.pk).go(
        text, request=ORG | given.pop("org", {}), **given
    )


def founded(walk):
    return PartyOrg._base_manager.get(pk=walk.value("founded"))


def test_the_organisation_exists_from_the_approval_on(place):
    walk = application(place, "street request > requested")
    assert not PartyOrg._base_manager.filter(code=ORG["code"]).exists()
    place.tick(days=3)
    walk.go("committee approve > approved")
    org = founded(walk)
    assert (org.name, org.code, org.approval) == (ORG["name"], ORG["code"], "两新组批〔2022〕1号")
    assert org.valid_from == place.now.date()
    assert (org.superior_id, org.host_unit_id) == (place.committee.pk, place.firm.pk)
    assert [(c.unit_id, c.kind) for c in PartyOrgCover._base_manager.filter(party_org=org)] == [
        (place.firm.pk, "core:own")
    ]
    assert Membership._base_manager.filter(party_org=org, valid_to__isnull=True).count() == 4
    # elected, confirmed and filed later, and it has been there all the time
    walk.go("street elect > elected\nstreet report > reported\ncommittee confirm > confirmed")
    assert founded(walk).valid_from == org.valid_from


@pytest.mark.parametrize("full", [0, 1, 2])
def test_three_full_members_before_a_branch_of_its_own(place, full):
    walk = application(place, "")
    roster = [m.pk for m in place.members[:full]] + [place.probationer.pk]
    walk.go("street request > requested", request=ORG | {"roster": roster})
    words = walk.refuse("committee approve")
    assert f"正式党员{full}名，不足3名" in words
    assert not PartyOrg._base_manager.filter(code=ORG["code"]).exists()
    walk.go("committee send_back > applied\nstreet request > requested", request=ORG)
    walk.go("committee approve > approved")


def test_what_fails_at_the_approval_leaves_nothing_behind(place):
    walk = application(place, "street request > requested", org={"code": place.branch.code})
    assert "已有" in walk.refuse("committee approve")
    assert (walk.state, walk.value("approval")) == ("requested", None)
    assert Membership._base_manager.filter(party_org=place.branch, valid_to__isnull=True).count() == 5


def test_a_joint_organisation_covers_the_others_too(place):
    walk = application(
        place, APPROVED,
        org={"mode": "core:joint", "cover": "core:joint", "units": ["@shop", "@property"]},
    )  # fmt: skip
    covered = PartyOrgCover._base_manager.filter(party_org=founded(walk))
    assert {c.unit.name for c in covered} == {"戊社木业公司", "戊社粮油店", "戊社物业公司"}


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"voters": 10, "present": 7, "votes": 7}, "党员大会到会比例"),
        ({"voters": 10, "present": 8, "votes": 5}, "决议通过比例"),  # half is not more than half
        ({"voters": 8, "present": 9, "votes": 8}, "党员大会到会比例"),
    ],
)
def test_a_members_meeting_needs_its_quorum_and_more_than_half_of_the_votes(place, numbers, words):
    walk = application(place, APPROVED)
    assert words in walk.refuse("street elect", **numbers)
    walk.go("street elect > elected", elect={"voters": 10, "present": 8, "votes": 6})


def test_the_election_is_noted_and_the_secretary_confirmed_not_appointed(place):
    walk = application(place, ELECTED + "street report > reported\ncommittee confirm > confirmed")
    org = founded(walk)
    assert (org.elected_on, org.term_until.year) == (place.now.date(), 2025)
    post = Appointment._base_manager.get(party_org=org)
    assert (post.person_id, post.post, post.source) == (place.members[0].pk, "core:secretary", "core:elected")
    assert post.document == walk.value("confirmation") == "两新组批〔2022〕2号"


def test_who_noted_the_election_does_not_confirm_it(place):
    walk = application(place, APPROVED + "committee elect > elected\nstreet report > reported")
    with pytest.raises(Denied):
        walk.go("committee confirm")
    walk.go("committee2 confirm > confirmed")


def test_a_refusal_can_be_appealed_against(place):
    walk = application(place, "street request > requested\ncommittee refuse > refused")
    appeal = walk.hung("core:appeal", LinkKind.APPEALS, "firm")
    appeal.go("department accept > hearing\ndepartment uphold > upheld")
    walk.go("system overturned > applied")
    assert walk.clock("request").stopped_at is None
