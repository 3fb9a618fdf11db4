"""The hotline, supervision and appeals, which hold everywhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jiceng.accounts.scoping import Denied
from jiceng.matters.actions import link
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.queries.inbox import turns_of
from jiceng.matters.ticking.guarding import Guard
from jiceng.matters.ticking.lateness import run_late
from jiceng.records.refusals import Refusal
from tests.matters.flows.walking import Story, Walk

PLACE = "ganzhou"
HOTLINE, SUPERVISION, APPEAL = "core:hotline", "core:supervision", "core:appeal"
CALL = {"who": "centre", "channel": "core:hotline"}

SENT = """
    centre send > working
"""
SIGNED = (
    SENT
    + """
    bureau sign @bureau
"""
)
REVIEW = (
    SIGNED
    + """
    bureau answer @bureau
    system all_answered > review
"""
)
CALLBACK = (
    REVIEW
    + """
    centre approve > callback
"""
)

STORIES = [
    Story(
        HOTLINE, "one unit, the whole way", CALL,
        """
        ! bureau send
        centre regrade
        centre send > working
        ! elsewhere sign @bureau
        ! power sign @bureau
        bureau sign @bureau
        bureau own_progress @bureau
        centre progress
        ! centre approve                   # a unit applies to close first
        bureau answer @bureau
        system all_answered > review
        ! bureau approve                   # the centre reviews
        centre approve > callback
        ! centre archive                   # someone else calls back
        centre2 archive > archived
        """,
        outcome="solved",
    ),
    Story(
        HOTLINE, "several units, one more on the way", CALL,
        SENT + """
        bureau sign @bureau
        power sign @power
        bureau answer @bureau
        centre send_more
        power answer @power
        water sign @water
        water answer @water
        system all_answered > review
        """,
        {"send": {"support": ["@power"]}, "send_more": {"support": ["@water"]}},
    ),
    Story(
        HOTLINE, "answered at once and reopened by a call", CALL,
        """
        centre reply > callback
        ! centre archive_unsolved
        centre2 archive_unsolved > archived
        centre reopen_by_call > received
        """,
    ),
    Story(
        HOTLINE, "goes through another channel", CALL,
        """
        centre redirect > redirected
        """,
        {"redirect": {"redirect": "core:petition"}}, "refused",
    ),
    Story(
        HOTLINE, "sent back, passed on", CALL,
        SENT + """
        bureau refuse @bureau
        system none_left > received
        centre send > working
        bureau sign @bureau
        bureau pass @bureau
        water refuse @water                # stays with who passed it on
        bureau answer @bureau
        system all_answered > review
        """,
        {"pass": {"to": "@water"}},
    ),
    Story(
        HOTLINE, "taken out on request", CALL,
        SIGNED + """
        bureau ask_out @bureau
        ! bureau exclude @bureau
        centre keep_in @bureau
        bureau ask_out @bureau
        centre exclude @bureau
        system none_left > received
        """,
    ),
    Story(
        HOTLINE, "the clock stops and goes on", CALL,
        SIGNED + """
        centre wait > waiting
        ! bureau answer @bureau
        centre resume > working
        bureau answer @bureau
        system all_answered > review
        centre again @bureau
        system rework > working
        """,
    ),
    Story(
        HOTLINE, "not solved when called back", CALL,
        CALLBACK + """
        reporter rate
        ! centre not_solved
        centre2 not_solved > working
        bureau answer @bureau
        system all_answered > review
        centre approve > callback
        centre2 archive > archived
        reporter reopen > received
        reporter withdraw > withdrawn
        """,
        outcome="withdrawn",
    ),
]  # fmt: skip

ISSUED = """
    leader issue > issued
"""
EXPLAINED = """
    bureau sign @bureau
    bureau explain @bureau
"""
SUPERVISION_STORIES = [
    Story(
        SUPERVISION, "explained and struck off", {},
        """
        ! centre issue                     # a person who may signs it
        leader issue > issued
        inspector progress
        ! leader yellow                    # the deadline has not passed
        ! leader strike_off                # nothing has been explained
        bureau sign @bureau
        bureau explain @bureau
        inspector again @bureau
        bureau explain @bureau
        leader strike_off > struck
        """,
        outcome="solved",
    ),
    Story(
        SUPERVISION, "yellow card, red card, talk", {},
        ISSUED + """
        leader extend
        ! leader red
        +30d
        leader yellow > yellow
        ! leader red                       # the new deadline has not passed
        +30d
        leader red > red
        +30d
        leader talk > talked
        """ + EXPLAINED + """
        leader strike_off > struck
        """,
        outcome="solved",
    ),
    Story(SUPERVISION, "not issued", {}, "leader drop > dropped", outcome="withdrawn"),
    Story(SUPERVISION, "withdrawn", {}, ISSUED + "leader withdraw > dropped", outcome="withdrawn"),
]  # fmt: skip

APPEAL_STORIES = [
    Story(
        APPEAL, "upheld", {},
        """
        ! centre accept                    # took a step in the matter
        ! centre2 accept
        department accept > hearing
        department hear
        ! centre uphold
        department2 uphold > upheld
        """,
        outcome="solved",
    ),
    Story(APPEAL, "dismissed", {}, "leader accept > hearing\nleader dismiss > dismissed", outcome="unsolved"),
    Story(APPEAL, "not accepted", {}, "! centre reject\nleader reject > rejected", outcome="refused"),
    Story(APPEAL, "withdrawn by who raised it", {}, "! street withdraw_own\nclerk withdraw_own > withdrawn"),
    Story(APPEAL, "withdrawn by the reporter", {}, "reporter withdraw > withdrawn", outcome="withdrawn"),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_hotline(place, story):
    story.walk(place)


def hotline(place, text=SIGNED, **raised):
    return Walk.raised(place, HOTLINE, **CALL, **raised).go(text)


@pytest.mark.parametrize("story", SUPERVISION_STORIES, ids=str)
def test_supervision(place, story):
    hung = hotline(place).hung(SUPERVISION, LinkKind.SUPERVISES, "leader")
    hung.go(story.text, **story.given)
    if story.outcome:
        assert hung.outcome == story.outcome


@pytest.mark.parametrize("story", APPEAL_STORIES, ids=str)
def test_appeal(place, story):
    closed = hotline(place, CALLBACK + "centre2 archive > archived")
    hung = closed.hung(APPEAL, LinkKind.APPEALS, "clerk")
    hung.go(story.text, **story.given)
    if story.outcome:
        assert hung.outcome == story.outcome


# ----------------------------------------------------------------------------------------- whose part it is
@pytest.mark.parametrize(
    ("unit", "signs", "others"),
    [
        ("office", "street", ["clerk", "firm", "bureau"]),  # the street's own body: the street's people
        ("committee_office", "clerk", ["street", "firm", "bureau"]),
        ("firm", "firm", ["clerk", "street", "bureau"]),  # a firm there: its own people alone
        ("bureau", "bureau", ["clerk", "street", "firm"]),
    ],
)
def test_a_part_is_for_the_receivers_own_people(place, unit, signs, others):
    walk = hotline(place, "")
    walk.go("centre send > working", send={"lead": f"@{unit}"})
    part = walk.dispatch(unit)
    for who in others:
        assert not turns_of(place.access(who)).filter(dispatch=part).exists(), who
        with pytest.raises(Denied):
            walk.go(f"{who} sign @{unit}")
    assert turns_of(place.access(signs)).filter(dispatch=part).count() == 1
    walk.go(f"{signs} sign @{unit}")


def test_who_is_asked_to_confirm_has_it_in_the_inbox(place):
    walk = Walk.raised(
        place, "core:enterprise_difficulty", "firm", channel="core:enterprise", unit=place.firm.pk
    )
    walk.go("two_new take_lead > working\nsecretary report > confirm")
    for who, sees in (("firm", True), ("instructor", True), ("social", False), ("bureau", False)):
        assert turns_of(place.access(who)).filter(matter=walk.matter).exists() is sees, who


# ------------------------------------------------------------------------------------------ the hotline's limits
@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({"grade": "core:urgent"}, "2 h"),
        ({"category": "core:water_supply"}, "24 h"),
        ({"category": "core:gas_supply"}, "24 h"),
        ({"grade": "core:complex"}, "15 d"),
        ({"category": "core:noise_pollution"}, "7 d"),
        ({"grade": "core:ordinary"}, "7 d"),
    ],
)
def test_the_limit_follows_grade_and_category_with_its_basis(place, given, limit):
    walk = hotline(place, "", **given)
    clock = walk.clock("solve")
    assert clock.limit == limit
    (found,) = [each for each in walk.spec.clocks["solve"].limits if each.within == limit]
    assert found.basis


def test_a_change_of_grade_recalculates_both_clocks(place):
    walk = hotline(place)
    walk.go("centre regrade", regrade={"grade": "core:complex"})
    assert walk.clock("solve").limit == "15 d"
    assert walk.clock("answer", "bureau").limit == "12 d"


def test_reopening_starts_the_clocks_anew(place):
    walk = hotline(place, CALLBACK + "centre2 archive > archived\n+3d\nreporter reopen > received")
    clock = walk.clock("solve")
    assert clock.stopped_at is None
    assert clock.started_at == place.now
    assert walk.now().reopened == 1


def test_a_reporter_may_not_reopen_for_ever(place):
    walk = hotline(place, CALLBACK + "centre2 archive > archived\n+16d")
    assert "不能再要求重办" in walk.refuse("reporter reopen")


def test_what_another_matter_solves_is_called_back_too(place):
    for before in ("", SIGNED, SIGNED + "centre wait > waiting", REVIEW):
        walk = hotline(place, before)
        other = Walk.raised(place, "ganzhou:property_matter", "clerk", channel="core:community")
        link(
            access=place.access("clerk"),
            matter=other.matter,
            other=walk.matter,
            kind=LinkKind.SERVES,
            at=place.tick(),
        )
        walk.seen = walk.last()
        other.seen = other.last()
        other.go(
            "clerk discuss > working\nproperty sign @property\nproperty answer @property\n"
            "system all_answered > review\nclerk close > closed",
            discuss={"lead": "@property"},
        )
        walk.go("system served > callback")


# ------------------------------------------------------------------------------------------------- supervision
def overdue(place):
    """A matter whose clocks have run out, and the supervision that the system drafted for it."""
    walk = hotline(place)
    guard = Guard()
    run_late(guard, 100)
    assert guard.failed == 0
    place.now, place.pace = timezone.now(), timedelta()  # the system looked just now, and nothing is to come
    (drafted,) = Matter._base_manager.filter(type=SUPERVISION)
    return walk, Walk(place, drafted)


def test_when_the_clock_runs_out_the_system_drafts_a_supervision_and_a_person_signs_it(place):
    walk, drafted = overdue(place)
    assert drafted.state == "drafted"
    assert drafted.now().raised_by.startswith("system:")
    assert walk.now().title in drafted.now().title
    drafted.go("leader issue > issued", issue={"until": timezone.localdate()})
    assert drafted.value("paper") == f"督〔{timezone.localdate().year}〕1号"
    # it goes to whoever has the supervised matter
    assert [d.unit.name for d in Dispatch._base_manager.filter(matter=drafted.matter)] == ["丙县城市管理局"]


def test_a_draft_falls_when_the_matter_closes_first(place):
    walk, drafted = overdue(place)
    walk.seen = walk.last()
    walk.go(
        "bureau answer @bureau\nsystem all_answered > review\ncentre approve > callback\ncentre2 archive > archived"
    )
    drafted.go("system moot > dropped")


def test_a_supervision_without_anybody_to_supervise_names_the_unit(place):
    walk = hotline(place, "")
    hung = walk.hung(SUPERVISION, LinkKind.SUPERVISES, "leader")
    assert "没有选承办单位" in hung.refuse("leader issue")
    hung.go("leader issue > issued", issue={"lead": "@power"})
    assert hung.dispatch("power").part == "lead"


def test_a_supervision_hangs_on_something(place):
    with pytest.raises(Refusal, match="要关联一件事项"):
        Walk.raised(place, SUPERVISION, "leader")


def test_a_deadline_gone_by_is_refused(place):
    hung = hotline(place).hung(SUPERVISION, LinkKind.SUPERVISES, "leader")
    assert "限期早于" in hung.refuse("leader issue", until="2022-06-01")


# ------------------------------------------------------------------------------------------------------ appeals
def test_an_appeal_is_never_decided_by_whoever_had_a_hand_in_the_matter(place):
    closed = hotline(place, CALLBACK + "centre2 archive > archived")
    hung = closed.hung(APPEAL, LinkKind.APPEALS, "clerk")
    for who in ("centre", "centre2"):
        with pytest.raises(Denied):
            hung.go(f"{who} accept")
    hung.go("leader accept > hearing")


def test_who_appeals_does_not_decide(place):
    closed = hotline(place, CALLBACK + "centre2 archive > archived")
    hung = Walk.raised(place, APPEAL, "street", hangs_on=(LinkKind.APPEALS, closed.matter))
    with pytest.raises(Denied):
        hung.go("street accept")
