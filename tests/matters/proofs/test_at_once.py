"""Two who act at the same time: one succeeds, the other is told clearly why not; never anything else."""

from threading import Barrier

import pytest
from django.db import connection

from jiceng.accounts.scoping import access_of
from jiceng.matters.actions import Acting, Report, act, join, link, nudge, raise_matter, take
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Clock, Dispatch, Event, Flow, Matter, MatterLink, Turn
from jiceng.matters.ticking import tick
from jiceng.records.audit.verifying import verify
from jiceng.records.models import CommandKey
from jiceng.records.refusals import Refusal
from tests.accounts.cast import grant
from tests.matters.conftest import TODAY
from tests.matters.proofs.invariants import check, check_numbers
from tests.records.together import together

pytestmark = pytest.mark.django_db(transaction=True)
CENTRE, BUREAU = "case_centre", "department_officer"


@pytest.fixture(autouse=True)
def _sound(office):
    """Whatever happened, every matter hangs together and the chain is whole."""
    yield
    rows = Matter._base_manager.filter(type__startswith="qingshan:")
    for matter in rows:
        check(matter)
    check_numbers(rows)
    assert verify().whole


def both(*works):
    """Run the works at once; gives those that succeeded and the refusals. Anything else fails."""
    found = together(lambda number: works[number](), count=len(works))
    refused = [each for each in found if isinstance(each, Exception)]
    assert all(isinstance(each, Refusal) for each in refused), refused
    assert all(each.what and each.where for each in refused)
    return [each for each in found if not isinstance(each, Exception)], refused


def one_of(*works) -> Refusal:
    """One succeeds, all others are refused; gives a refusal."""
    done, refused = both(*works)
    assert len(done) == 1, [str(each) for each in refused]
    return refused[0]


def stepping(office, matter, step, who=CENTRE, **more):
    by, at = more.pop("by", None) or office.person(who), office.now
    return lambda: act(by=by, matter=matter.pk, step=step, at=at, **more)


def test_the_same_dispatch_is_signed_for_once(office):
    matter, dispatch = office.sent()
    refusal = one_of(*[stepping(office, matter, "sign", BUREAU, dispatch=dispatch.pk) for _ in range(4)])
    assert "不能“签收”" in refusal.what
    assert "签收" in refusal.remedy
    assert Event.objects.filter(matter=matter, step="sign").count() == 1


def test_a_matter_is_sent_once(office):
    matter = office.raised()
    here = office.here
    one_of(
        *[
            stepping(office, matter, "send", given={"lead": u.pk})
            for u in (here.bureau, here.firm, here.bureau)
        ]
    )
    assert Dispatch._base_manager.filter(matter=matter).count() == 1


def test_a_dispatch_is_passed_on_once(office):
    matter, dispatch = office.sent()
    office.step(matter, "sign", BUREAU, dispatch=dispatch.pk)
    to = (office.here.firm, office.here.other_firm, office.here.firm)
    one_of(
        *[
            stepping(office, matter, "pass", BUREAU, dispatch=dispatch.pk, note="转", given={"to": u.pk})
            for u in to
        ]
    )
    assert Dispatch._base_manager.filter(before=dispatch).count() == 1
    assert office.again(matter).passes == 1


def test_what_two_receivers_do_at_once_is_both_done(office):
    matter = office.raised()
    here = office.here
    office.step(matter, "send", given={"lead": here.bureau.pk, "support": [here.firm.pk]})
    parts = list(Dispatch._base_manager.filter(matter=matter).order_by("unit__name"))
    people = {here.bureau.pk: BUREAU, here.firm.pk: "unit_officer"}
    works = [stepping(office, matter, "sign", people[part.unit_id], dispatch=part.pk) for part in parts]
    done, refused = both(*works)
    assert (len(done), refused) == (2, [])
    answers = [
        stepping(office, matter, "answer", people[part.unit_id], dispatch=part.pk, given={"answer": "好"})
        for part in parts
    ]
    done, refused = both(*answers)
    assert (len(done), refused) == (2, [])
    assert office.again(matter).state == "review"
    assert Event.objects.filter(matter=matter, step="all_answered").count() == 1


def test_notes_at_once_are_all_kept_in_one_order(office):
    matter = office.raised()
    done, refused = both(*[stepping(office, matter, "progress", note=f"第{n}次") for n in range(6)])
    assert (len(done), refused) == (6, [])
    assert sorted(e.seq for e in done) == list(range(2, 8))


def test_closing_and_sending_back_at_once(office):
    matter, dispatch = office.answered()
    office.step(matter, "approve")
    colleague = office.colleague(CENTRE)
    closing = stepping(office, matter, "call", by=colleague, given={"reached": True})
    done, refused = both(closing, closing, stepping(office, matter, "progress", note="回访中"))
    assert office.again(matter).phase == "done"
    assert len(done) == 1
    assert len(refused) == 2
    assert office.again(dispatch).ended_on is not None


def test_closing_and_answering_at_once(office):
    matter, dispatch = office.sent()
    office.step(matter, "sign", BUREAU, dispatch=dispatch.pk)
    answering = stepping(office, matter, "answer", BUREAU, dispatch=dispatch.pk, given={"answer": "好"})
    into = office.raised()
    access = office.access(CENTRE)
    closing = lambda: join(access=access, matter=matter, into=into, reason="同一件", at=office.now)  # noqa: E731
    _done, refused = both(answering, closing)
    assert (
        office.again(matter).outcome == "joined"
    )  # joined before or after the answer, which then came too late
    assert Event.objects.filter(matter=matter, step="answer").count() == 1 - len(refused)


def test_two_are_joined_crosswise_once(office):
    for _round in range(4):
        one, other = office.raised(), office.raised()
        access, now = office.access(CENTRE), office.tick()
        refusal = one_of(
            lambda: join(access=access, matter=one, into=other, reason="同一件", at=now),  # noqa: B023
            lambda: join(access=access, matter=other, into=one, reason="同一件", at=now),  # noqa: B023
        )
        assert "未办结" in refusal.what
        assert {office.again(one).phase, office.again(other).phase} == {"open", "done"}


def test_families_joined_from_both_ends_do_not_block_each_other(office):
    """Each of two holds a family whose members lie on both sides of the other's."""
    access = office.access(CENTRE)
    for _round in range(3):
        a, b, c, d = (office.raised() for _ in range(4))
        link(access=access, matter=a, other=d, kind=LinkKind.SERVES, at=office.tick())
        link(access=access, matter=b, other=c, kind=LinkKind.SERVES, at=office.tick())
        now = office.tick()
        done, refused = both(
            lambda: join(access=access, matter=b, into=a, reason="同", at=now),  # noqa: B023
            lambda: join(access=access, matter=d, into=c, reason="同", at=now),  # noqa: B023
        )
        assert (len(done), refused) == (2, [])


def test_two_linked_from_both_sides_hang_together_once(office):
    for _round in range(4):
        one, other, now = office.raised(), office.raised(), office.tick()
        access = office.access(CENTRE)
        one_of(
            lambda: link(access=access, matter=one, other=other, kind=LinkKind.SERVES, at=now),  # noqa: B023
            lambda: link(access=access, matter=other, other=one, kind=LinkKind.SERVES, at=now),  # noqa: B023
        )
        assert MatterLink.objects.filter(kind="serves", matter__in=(one, other)).count() == 1


def test_the_same_key_raises_one_matter(office):
    report = Report(given={"text": "路灯不亮", "category": "qingshan:noise"}, name="李四", code="ABCDE23456")
    by, now = office.person(CENTRE), office.tick()

    def raising():
        return raise_matter(by=by, type="qingshan:case", region=office.here.village, channel="core:hotline",
                            report=report, at=now, key="form-1")  # fmt: skip

    done, refused = both(*[raising] * 5)
    assert len({matter.pk for matter in done}) == 1
    assert not refused
    assert Matter._base_manager.filter(type="qingshan:case").count() == 1


def test_the_first_of_a_type_are_raised_at_once(office):
    """Nobody has kept the wording yet, and no number of the year was given out."""
    assert not Flow.objects.filter(key="qingshan:case").exists()
    report = Report(given={"text": "路灯不亮", "category": "qingshan:noise"})
    by, now, gate = office.person(CENTRE), office.tick(), Barrier(6)

    def raising():
        gate.wait()
        return raise_matter(by=by, type="qingshan:case", region=office.here.village, channel="core:hotline",
                            report=report, at=now)  # fmt: skip

    done, refused = both(*[raising] * 6)
    assert (len(done), refused) == (6, [])
    assert Flow.objects.filter(key="qingshan:case").count() == 1
    assert sorted(matter.number[-6:] for matter in done) == [f"{n:06}" for n in range(1, 7)]


def test_who_raises_about_a_matter_and_who_moves_it_do_not_block_each_other(office):
    report, leader = Report(given={}), office.person("leader")
    for _round in range(3):
        matter, now = office.raised(), office.tick()

        def raising():
            return raise_matter(by=Acting.system("matters"), type="qingshan:oversee", region=office.here.village,
                                channel="core:system", report=report, at=now,  # noqa: B023
                                hangs_on=(LinkKind.SUPERVISES, matter))  # noqa: B023 # fmt: skip

        sending = stepping(office, matter, "send", given={"lead": office.here.bureau.pk})
        done, refused = both(raising, sending, raising)
        assert (len(done), refused) == (3, [])
    assert leader is not None


def test_one_urges_and_the_other_is_told_that_it_was_done(office):
    matter, _dispatch = office.sent()
    access = office.access(CENTRE)
    urging = lambda: nudge(access=access, matter=matter, reason="请抓紧", at=office.now)  # noqa: E731
    refusal = one_of(urging, urging, urging)
    assert "刚催办过" in refusal.what
    assert Event.objects.filter(matter=matter, step="nudge").count() == 1


def test_one_takes_a_turn_and_the_other_is_told_who_was_quicker(office):
    office.raised()
    other = office.cast[f"baishui.{CENTRE}"]
    grant(other, CENTRE, office.here.region)
    people = [office.access(CENTRE), access_of(other, TODAY)]
    turn = Turn.objects.get(role=CENTRE).pk
    gate = Barrier(2)

    def taking(access):
        def work():
            connection.ensure_connection()
            gate.wait()
            take(access=access, turn=turn, at=office.now)
            return access.user.pk

        return work

    done, refused = both(*[taking(access) for access in people])
    assert Turn.objects.get(pk=turn).user in done
    assert len(done) + len(refused) == 2
    assert Event.objects.filter(step="take").count() == len(done)  # the later one may have seen the first


def test_the_clock_runs_out_while_somebody_acts(office):
    for _round in range(2):
        matter, dispatch = office.sent()
        office.step(matter, "sign", BUREAU, dispatch=dispatch.pk)
        answering = [
            lambda m=matter, d=dispatch: act(by=office.person(BUREAU), matter=m.pk, step="answer", dispatch=d.pk,
                                             given={"answer": "好"}),
        ]  # fmt: skip
        found = together(lambda number: [*answering, tick, tick][number](), count=3)  # noqa: B023
        assert [each for each in found if isinstance(each, Exception)] == []
        assert sum(each.failed for each in found[1:]) == 0
        tick()
        late = Clock.objects.filter(matter=matter, late_at__isnull=False).count()
        assert Event.objects.filter(matter=matter, step="late").count() == late
        assert Event.objects.filter(matter=matter, step="answer").count() == 1
        assert MatterLink.objects.filter(other=matter, kind="supervises").count() == 1


def test_a_command_that_was_refused_may_come_again(office):
    matter = office.raised()
    with pytest.raises(Refusal):
        office.step(matter, "send", given={}, key="k1")
    assert not CommandKey.objects.filter(pk="k1").exists()
    office.step(matter, "send", given={"lead": office.here.bureau.pk}, key="k1")
    assert CommandKey.objects.filter(pk="k1").exists()
