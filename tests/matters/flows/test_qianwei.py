"""Qianwei: red guides are chosen in stages, and riders and drivers report what they see."""

from datetime import date

import pytest

from jiceng.accounts.scoping import Denied
from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Event
from jiceng.people.models import Appointment, Charge
from jiceng.records.refusals import Refusal
from tests.matters.flows.walking import Story, Walk

PLACE = "qianwei"
GUIDE, SNAPSHOT = "qianwei:red_guide", "qianwei:snapshot"
APPLICANT = {"who": "street", "person": "@guide", "committee": "@committee"}
SEEN = {"who": "clerk", "channel": "qianwei:snapshot"}

CHOSEN = """
    committee first_pass > second
    department second_pass > chosen
"""
RESERVE = """
    committee first_pass > second
    department second_reserve > reserve
"""
TRAINED = (
    CHOSEN
    + """
    two_new train_pass > trained
"""
)

STORIES = [
    Story(
        GUIDE, "application, two reviews, training, letter", APPLICANT,
        """
        ! department second_pass           # the party committee reviews first
        committee first_pass > second
        ! committee second_pass
        department second_pass > chosen
        ! department appoint               # training before the post
        two_new train_pass > trained
        ! two_new appoint
        department appoint > appointed
        """,
        outcome="solved",
    ),
    Story(GUIDE, "refused at the first review", APPLICANT, "committee first_refuse > refused", outcome="refused"),
    Story(GUIDE, "refused at the second", APPLICANT,
          "committee first_pass > second\ndepartment second_refuse > refused", outcome="refused"),
    Story(GUIDE, "refused after the training", APPLICANT, CHOSEN + "department train_fail > refused",
          outcome="refused"),
    Story(GUIDE, "refused before the letter", APPLICANT, TRAINED + "department not_appointed > refused",
          outcome="refused"),
    Story(GUIDE, "the round is closed", APPLICANT, RESERVE + "department close_reserve > refused", outcome="refused"),
    Story(GUIDE, "given up", APPLICANT, "! clerk give_up\nstreet give_up > withdrawn", outcome="withdrawn"),
    Story(GUIDE, "the place is given up", APPLICANT, CHOSEN + "street give_up_place > withdrawn", outcome="withdrawn"),
    Story(
        SNAPSHOT, "handled by the grid and told", SEEN,
        """
        clerk accept > accepted
        clerk handle > telling
        clerk tell > solved
        reporter reopen > accepted
        """,
    ),
    Story(
        SNAPSHOT, "given to a department", SEEN,
        """
        clerk accept > accepted
        clerk send > working
        bureau refuse @bureau
        system none_left > accepted
        clerk send > working
        bureau sign @bureau
        bureau pass @bureau
        water refuse @water
        bureau answer @bureau
        system answered > telling
        clerk again > working
        bureau answer @bureau
        system answered > telling
        clerk tell > solved
        """,
        {"pass": {"to": "@water"}}, "solved",
    ),
    Story(SNAPSHOT, "not taken up", SEEN, "clerk decline > declined", outcome="refused"),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


def applicant(place, text="", batch="2022年第一批", who="street", person=None, **given):
    walk = Walk.raised(
        place, GUIDE, who, person=(person or place.guide).pk, committee=place.committee.pk, batch=batch
    )
    return walk.go(text, **given)


# ---------------------------------------------------------------------------------------------- red guides
def test_the_letter_is_numbered_and_names_a_term_and_whom_to_guide(place):
    walk = applicant(place, TRAINED)
    walk.go("department appoint > appointed", appoint={"until": "2024-06-19", "charges": ["@firm", "@shop"]})
    assert walk.value("letter") == "犍组聘〔2022〕1号"
    post = Appointment._base_manager.get(person=place.guide, post="qianwei:red_guide")
    assert (post.document, post.term_until, post.source, post.mode) == (
        "犍组聘〔2022〕1号", date(2024, 6, 19), "core:application", "core:part_time",
    )  # fmt: skip
    assert {c.unit_id for c in Charge._base_manager.filter(appointment=post)} == {
        place.firm.pk,
        place.shop.pk,
    }
    second = applicant(place, TRAINED + "department appoint > appointed", person=place.members[0])
    assert second.value("letter") == "犍组聘〔2022〕2号"


def test_no_letter_without_a_term(place):
    assert "没有填写" in applicant(place, TRAINED).refuse("department appoint", until="")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "committee first_refuse"),
        ("committee first_pass > second", "department second_refuse"),
        (CHOSEN, "department train_fail"),
        (TRAINED, "department not_appointed"),
    ],
)
def test_every_refusal_gives_its_reason(place, text, refusal):
    assert "没有填写说明" in applicant(place, text).refuse(refusal, note="")


@pytest.mark.parametrize("leaving", ["department train_fail > refused", "street give_up_place > withdrawn"])
def test_the_next_best_moves_up(place, leaving):
    first = applicant(place, CHOSEN)
    good = applicant(place, RESERVE, person=place.members[0], second_reserve={"score": 88})
    better = applicant(place, RESERVE, person=place.members[1], second_reserve={"score": 91})
    other = applicant(place, RESERVE, "2022年第二批", person=place.members[2], second_reserve={"score": 99})
    first.go(leaving)
    better.go("system move_up > chosen")
    assert (good.state, other.state) == ("reserve", "reserve")


def test_where_nobody_waits_the_place_stays_free(place):
    applicant(place, CHOSEN + "department train_fail > refused")


def test_nobody_moves_up_for_who_had_no_place(place):
    waiting = applicant(place, RESERVE, person=place.members[0])
    applicant(place, "street give_up > withdrawn")
    assert waiting.state == "reserve"


def test_a_refusal_is_reviewed_anew_when_an_appeal_is_upheld(place):
    walk = applicant(place, "committee first_pass > second\ndepartment second_refuse > refused")
    appeal = walk.hung("core:appeal", LinkKind.APPEALS, "clerk")
    with pytest.raises(Denied):  # who refused it decides no appeal against it
        appeal.go("department accept")
    appeal.go("department2 accept > hearing\ndepartment2 uphold > upheld")
    walk.go("system overturned > second\ndepartment2 second_pass > chosen")


# ------------------------------------------------------------------------------------------------ snapshots
def seen_by(place, kind, **given):
    report = Report(given={"text": "路口车辆乱停"} | given, kind=kind, code="ABCDE23456")
    made = raise_matter(
        by=Acting.reporter("rider"), type=SNAPSHOT, region=place.community, channel="qianwei:snapshot",
        report=report, at=place.tick(),
    )  # fmt: skip
    return Walk(place, made)


@pytest.mark.parametrize("kind", ["courier", "delivery_rider", "ride_hailing_driver"])
def test_riders_and_drivers_report(place, kind):
    assert seen_by(place, f"qianwei:{kind}").state == "reported"


@pytest.mark.parametrize("kind", ["core:resident", "core:business", ""])
def test_others_do_not(place, kind):
    with pytest.raises(Refusal, match="不由这类反映人"):
        seen_by(place, kind)


def test_it_asks_for_three_fields_and_one_is_enough(place):
    walk = seen_by(place, "qianwei:courier")
    assert [*walk.spec.form, *walk.spec.optional] == ["text", "photos", "where"]
    assert walk.spec.form == ["text"]


def test_the_reporter_is_told_at_every_step_what_becomes_of_it(place):
    walk = seen_by(place, "qianwei:courier")
    walk.go(
        "clerk accept > accepted\nclerk send > working\nbureau sign @bureau\nbureau answer @bureau\n"
        "system answered > telling\nclerk tell > solved",
        tell={"feedback": "已设停车位，谢谢"},
    )
    told = list(Event.objects.filter(matter=walk.matter).exclude(tells="").values_list("tells", flat=True))
    assert told == ["已受理，正在处理", "已派给丙县城市管理局办理", "已设停车位，谢谢"]
