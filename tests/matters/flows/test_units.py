"""Enterprises in difficulty, and one plan for every unit: 攻坚 without an organisation, 提升 where it is weak."""

import pytest

from jiceng.matters.models import Clock
from jiceng.records.refusals import Refusal, Refusals
from tests.matters.flows.walking import Story, Walk

PLACE = "guangan"
DIFFICULTY, COVERAGE, QUALITY = "core:enterprise_difficulty", "core:coverage_plan", "core:quality_plan"
BY_FIRM = {"who": "firm", "channel": "core:enterprise", "unit": "@firm"}
ON_A_VISIT = {"who": "clerk", "channel": "core:field", "unit": "@firm"}
BY_INSTRUCTOR = {"who": "instructor", "channel": "core:instructor", "unit": "@firm"}

STORIES = [
    Story(
        DIFFICULTY, "raised by the enterprise, a member takes the lead", BY_FIRM,
        """
        ! firm take_lead
        two_new take_lead > working
        secretary progress
        secretary report > confirm
        ! two_new confirm                  # who reported it does not confirm it
        firm confirm > closed
        """,
        outcome="solved",
    ),
    Story(
        DIFFICULTY, "raised on a visit, given to departments", ON_A_VISIT,
        """
        street send > working
        bureau sign @bureau
        power refuse @power
        bureau answer @bureau
        system all_answered > confirm
        firm not_solved > working
        bureau answer @bureau
        system all_answered > confirm
        clerk confirm > closed
        """,
        {"send": {"support": ["@power"]}}, "solved",
    ),
    Story(
        DIFFICULTY, "raised by its instructor, and nobody takes it", BY_INSTRUCTOR,
        """
        street send > working
        bureau sign @bureau
        bureau pass @bureau
        water refuse @water
        bureau answer @bureau
        system all_answered > confirm
        two_new close_unsolved > closed
        """,
        {"pass": {"to": "@water"}}, "unsolved",
    ),
    Story(
        DIFFICULTY, "sent back by all", ON_A_VISIT,
        """
        street send > working
        bureau refuse @bureau
        system none_left > raised
        street decline > declined
        """,
        outcome="refused",
    ),
    Story(
        COVERAGE, "under way", {"who": "street", "unit": "@shop"},
        """
        clerk progress                     # notes at any time, without a step
        street revise
        ! street apply                     # the rule is not satisfied yet
        """,
    ),
    Story(COVERAGE, "taken out", {"who": "two_new", "unit": "@shop"}, "two_new leave > left", outcome="withdrawn"),
    Story(
        QUALITY, "assessed, once more, passed", {"who": "two_new", "party_org": "@branch"},
        """
        secretary progress
        two_new restage
        instructor tick
        two_new revise
        secretary submit > assessing
        ! secretary pass
        two_new fail > improving
        secretary submit > assessing
        two_new pass > passed
        """,
        outcome="solved",
    ),
    Story(QUALITY, "taken out", {"who": "two_new", "party_org": "@branch"}, "two_new leave > left"),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


# --------------------------------------------------------------------------------------- a unit to be covered
MET = """
    ~ settle
    system met > met
"""
STRUCK = (
    MET
    + """
    ! two_new verify                       # the town applies first
    street apply > applied
    ! street verify
    two_new verify > struck
"""
)


@pytest.fixture
def plan(place):
    place.covers(place.shop, organised=False)
    return Walk.raised(
        place, COVERAGE, "two_new", unit=place.shop.pk, cause="core:unable", until="2022-12-31"
    )


def test_a_plan_says_cause_measures_leader_person_and_date(plan):
    found = plan.now()
    assert (found.category, str(found.promised_on)) == ("core:unable", "2022-12-31")
    assert found.lead_person_id == plan.place.members[0].pk
    assert (found.text, plan.value("leader")) == ("内容", "文字")
    for left_out in ("cause", "measures", "leader", "person", "until"):
        assert left_out in plan.spec.form


@pytest.mark.parametrize("cause", ["core:weak", "core:noise_pollution"])
def test_the_causes_are_three(place, cause):
    with pytest.raises((Refusal, Refusals), match="不在可选之列"):
        Walk.raised(place, COVERAGE, "two_new", unit=place.shop.pk, cause=cause)


def test_who_is_covered_meets_the_rule_and_is_struck_off_by_another(place, plan):
    place.covers(place.shop, organised=True)
    plan.go(STRUCK)
    assert plan.outcome == "solved"
    assert Clock.objects.get(matter=plan.matter, key="deadline").kept is True


def test_without_evidence_the_town_does_not_apply(place, plan):
    place.covers(place.shop, organised=True)
    plan.go(MET)
    assert "没有填写" in plan.refuse("street apply", evidence=[])


def test_not_verified_it_goes_back_to_the_town(place, plan):
    place.covers(place.shop, organised=True)
    plan.go(
        MET
        + "street apply > applied\ntwo_new send_back > met\nstreet apply > applied\ntwo_new verify > struck"
    )


def test_the_rule_may_cease_to_hold_before_anybody_verifies(place, plan):
    place.covers(place.shop, organised=True)
    plan.go(MET + "street apply > applied")
    place.covers(place.shop, organised=False)
    plan.go("~ settle\nsystem unmet > tackling")


def test_a_relapse_reopens_it(place, plan):
    place.covers(place.shop, organised=True)
    plan.go(STRUCK)
    place.covers(place.shop, organised=False)
    plan.go("~ settle\nsystem relapse > tackling\nstreet revise")
    assert plan.now().reopened == 1
    assert plan.clock("deadline").stopped_at is None


def test_a_unit_out_of_scope_does_not_relapse(place, plan):
    place.covers(place.shop, organised=True)
    plan.go(STRUCK)
    place.covers(place.shop, organised=False, in_scope=False)
    plan.go("~ settle > struck")


def test_progress_is_noted_at_any_time_and_moves_nothing(place, plan):
    for before in ("", MET, "street apply > applied"):
        place.covers(place.shop, organised=bool(before))
        plan.go(before or "street progress")
        state = plan.state
        plan.go("street progress\nclerk progress")
        assert plan.state == state


# ------------------------------------------------------------------------------ an organisation to be improved
@pytest.mark.parametrize(
    ("stage", "item"),
    [
        ("core:start_up", "guangan:su_secretary"),
        ("core:growing", "guangan:gr_members"),
        ("core:mature", "guangan:ma_posts"),
        ("core:scaled", "guangan:sc_brand"),
    ],
)
def test_every_class_has_a_list_of_its_own(place, stage, item):
    walk = Walk.raised(place, QUALITY, "two_new", party_org=place.branch.pk, stage=stage)
    walk.go("instructor tick", tick={"items": [item]})
    assert walk.value("items") == [item]
    other = "guangan:sc_brand" if stage != "core:scaled" else "guangan:su_secretary"
    assert "不在可选之列" in walk.refuse("instructor tick", items=[other])


def test_another_class_asks_for_another_list(place):
    walk = Walk.raised(place, QUALITY, "two_new", party_org=place.branch.pk, stage="core:start_up")
    walk.go("two_new restage", restage={"stage": "core:growing"})
    walk.go("instructor tick", tick={"items": ["guangan:gr_members"]})


def test_a_score_is_out_of_a_hundred(place):
    walk = Walk.raised(place, QUALITY, "two_new", party_org=place.branch.pk).go(
        "secretary submit > assessing"
    )
    assert "超出范围" in walk.refuse("two_new pass", score=101)
