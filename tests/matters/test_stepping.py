"""Taking steps: in order, by the right people, with what follows from them; and nothing otherwise."""

import pytest

from jiceng.accounts.scoping import Denied
from jiceng.matters.actions import Acting, join
from jiceng.matters.models import Clock, Dispatch, Event, Matter, MatterLink, Turn
from jiceng.matters.queries.inbox import turns_of
from jiceng.protection import scopes
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals


def test_a_raised_matter_has_a_number_a_first_line_clocks_and_a_turn(office):
    matter = office.raised()
    assert matter.number == "990101-case-2022000001"
    assert (matter.state, matter.phase, matter.version) == ("received", "open", 1)
    assert matter.title == "半夜施工噪音扰民"
    assert [e.step for e in Event.objects.filter(matter=matter)] == ["raise"]
    assert {c.key for c in Clock.objects.filter(matter=matter)} == {"respond", "solve"}
    turn = Turn.objects.get(matter=matter)
    assert (turn.role, turn.region_id) == ("case_centre", office.here.village.pk)
    assert [t.pk for t in turns_of(office.access("case_centre"))] == [turn.pk]
    assert not turns_of(office.access("case_centre", "baishui")).exists()


def test_a_case_goes_its_whole_way(office):
    matter, dispatch = office.answered()
    dispatch = office.again(dispatch)
    assert (matter.state, dispatch.state, dispatch.answer, dispatch.late) == (
        "review",
        "answered",
        "已责令停工",
        False,
    )
    office.step(matter, "approve")
    with pytest.raises(Denied):  # someone else calls back
        office.step(matter, "call", given={"reached": True})
    office.step(
        matter, "call", by=office.colleague("case_centre"),
        given={"reached": True, "solved": False, "satisfaction": "core:dissatisfied"},
    )  # fmt: skip
    closed = office.again(matter)
    assert (closed.phase, closed.outcome, closed.solved, closed.days_taken) == ("done", "solved", False, 0)
    assert closed.asked_on == closed.closed_on, "the day of the call, by which figures count it"
    assert not Turn.objects.filter(matter=matter).exists()
    assert not Clock.objects.filter(matter=matter, stopped_at__isnull=True).exists()
    steps = [e.step for e in Event.objects.filter(matter=matter)]
    assert steps == ["raise", "send", "sign", "answer", "all_answered", "approve", "call"]
    assert office.again(dispatch).ended_on == closed.closed_on


def test_a_step_out_of_order_says_where_the_matter_is_and_who_brought_it_there(office):
    matter, _dispatch = office.sent()
    with pytest.raises(Refusal, match=r"现在是“办理中”，不能“派单”.*青受理中心工作人员.*派单"):
        office.step(matter, "send", given={"lead": office.here.bureau.pk})
    assert Dispatch._base_manager.filter(matter=matter).count() == 1


@pytest.mark.parametrize("who", ["village_clerk", "department_officer", "leader", "inspector"])
def test_who_may_not_take_a_step_is_told_whose_it_is(office, who):
    matter = office.raised()
    with pytest.raises(Denied, match="受理中心工作人员"):
        office.step(matter, "send", who, given={"lead": office.here.bureau.pk})
    assert office.again(matter).state == "received"


def test_the_centre_of_another_county_may_not(office):
    matter = office.raised()
    with pytest.raises(Denied):
        office.step(
            matter, "send", by=office.person("case_centre", "baishui"), given={"lead": office.here.bureau.pk}
        )


def test_only_the_receivers_own_people_sign(office):
    matter, dispatch = office.sent()
    with pytest.raises(Denied):
        office.step(matter, "sign", by=office.person("department_officer", "baishui"), dispatch=dispatch.pk)
    with pytest.raises(Denied):  # a street's officer signs for what was sent to the street, not to a bureau
        office.step(matter, "sign", "street_officer", dispatch=dispatch.pk)
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)


def test_a_closed_matter_takes_no_step(office):
    matter, dispatch = office.answered()
    office.step(matter, "approve")
    colleague = office.colleague("case_centre")
    office.step(matter, "call", by=colleague, given={"reached": True})
    with pytest.raises(Refusal, match="不能“签收”"):
        office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    with pytest.raises(Refusal, match="不能“登记进展”"):
        office.step(matter, "progress", note="补记")
    office.step(matter, "reopen", by=Acting.reporter("x"), note="还在响")
    reopened = office.again(matter)
    assert (reopened.state, reopened.reopened, reopened.closed_at) == ("received", 1, None)
    assert Clock.objects.filter(matter=matter, stopped_at__isnull=True).count() == 2


def test_what_fails_leaves_nothing_behind(office):
    matter = office.raised()
    before = (Event.objects.count(), AuditEntry.objects.count(), office.again(matter).version)
    with pytest.raises(Refusal, match="没有填写"):
        office.step(matter, "send", given={})
    with pytest.raises(Refusal, match="没有字段"):
        office.step(matter, "send", given={"lead": office.here.bureau.pk, "nonsense": 1})
    with pytest.raises(Refusal, match="不在你的范围内"):
        office.step(matter, "send", given={"lead": office.world.baishui.bureau.pk})
    assert (Event.objects.count(), AuditEntry.objects.count(), office.again(matter).version) == before


def test_the_same_key_happens_once(office):
    matter = office.raised()
    first = office.step(matter, "progress", note="已电话了解", key="k1")
    assert office.step(matter, "progress", note="已电话了解", key="k1").pk == first.pk
    assert Event.objects.filter(matter=matter, step="progress").count() == 1


def test_an_older_version_is_refused_once_someone_else_moved_it(office):
    matter = office.raised()
    seen = matter.version
    office.step(matter, "progress", note="了解中")  # a note moves nothing
    office.step(matter, "send", given={"lead": office.here.bureau.pk}, expected=seen)
    with pytest.raises(Refusal, match=r"已在.*办理过"):
        office.step(matter, "wait", note="等材料", expected=seen)


def test_a_moment_before_the_last_step_is_refused(office):
    matter, _dispatch = office.sent()
    with pytest.raises(Refusal, match="早于上一步"):
        office.step(matter, "wait", note="等", at=matter.raised_at)


def test_passing_on_leaves_the_first_responsible_until_the_other_signs(office):
    matter, dispatch = office.sent()
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    office.step(
        matter,
        "pass",
        "department_officer",
        dispatch=dispatch.pk,
        note="属于企业",
        given={"to": office.here.firm.pk},
    )
    second = Dispatch._base_manager.get(before=dispatch)
    assert office.again(dispatch).ended_on is None
    assert office.again(matter).passes == 1
    office.step(matter, "sign", "unit_officer", dispatch=second.pk)
    assert office.again(dispatch).state == "passed"
    assert not Clock.objects.filter(dispatch=dispatch, stopped_at__isnull=True).exists()


def test_a_pass_that_is_sent_back_stays_with_the_first(office):
    matter, dispatch = office.sent()
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    office.step(
        matter,
        "pass",
        "department_officer",
        dispatch=dispatch.pk,
        note="属于企业",
        given={"to": office.here.firm.pk},
    )
    second = Dispatch._base_manager.get(before=dispatch)
    office.step(matter, "refuse", "unit_officer", dispatch=second.pk, note="不是我们")
    assert office.again(dispatch).state == "signed"
    assert office.again(matter).state == "working"


def test_refused_by_everyone_it_is_back_with_who_sent_it(office):
    matter, dispatch = office.sent()
    office.step(matter, "refuse", "department_officer", dispatch=dispatch.pk, note="不属于职责")
    assert office.again(matter).state == "received"
    assert [t.role for t in Turn.objects.filter(matter=matter)] == ["case_centre"]


def test_sent_back_for_rework_it_leaves_review(office):
    matter, dispatch = office.answered()
    office.step(matter, "again", dispatch=dispatch.pk, note="没有到现场")
    assert office.again(matter).state == "working"
    assert office.again(dispatch).answered_at is None


@pytest.mark.parametrize("few", [0, scopes.FEW])  # each way in which the database may be asked
def test_the_receiver_sees_the_matter_and_others_do_not(office, monkeypatch, few):
    monkeypatch.setattr(scopes, "FEW", few)
    matter, _dispatch = office.sent()
    for who, county, sees in [
        ("department_officer", "qingshan", True),
        ("unit_officer", "qingshan", False),
        ("village_clerk", "qingshan", True),
        ("department_officer", "baishui", False),
        ("organisation_department", "baishui", False),
    ]:
        scope = office.access(who, county).scope()
        assert Matter.visible_to(scope).filter(pk=matter.pk).exists() is sees, who


def test_a_pause_stops_the_clocks_and_resuming_starts_them_again(office):
    matter, dispatch = office.sent()
    due = Clock.objects.get(matter=matter, key="solve").due_at
    office.step(matter, "wait", note="等居民提供材料")
    assert Clock.objects.get(matter=matter, key="solve").due_at is None
    assert Clock.objects.get(dispatch=dispatch, key="sign").paused_at is not None
    office.tick(days=2)
    office.step(matter, "resume")
    clock = Clock.objects.get(matter=matter, key="solve")
    assert clock.paused_at is None
    assert clock.due_at > due


def test_joining_keeps_both_reporters_and_closes_one(office):
    first, second = office.raised(), office.raised()
    join(access=office.access("case_centre"), matter=second, into=first, reason="同一工地", at=office.tick())
    assert office.again(second).outcome == "joined"
    assert MatterLink.objects.get(matter=second).other_id == first.pk
    with pytest.raises(Refusal):
        join(access=office.access("case_centre"), matter=second, into=first, reason="再并", at=office.tick())


def test_many_faults_are_said_at_once(office):
    with pytest.raises(Refusals) as found:
        office.raised(text="\0坏", category="qingshan:nothing", households="-3")
    assert len(found.value.refusals) == 3
