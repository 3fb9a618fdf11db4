"""What is wrong is refused at the door, with what, where and a remedy, and leaves nothing behind."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pydantic import ValidationError

from jiceng.accounts.scoping import Denied
from jiceng.matters.actions import Acting, Report, join, link, nudge, raise_matter, take
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Turn
from jiceng.matters.ticking import tick
from jiceng.organisations.actions.units import close_unit
from jiceng.records.refusals import Refusal, Refusals
from tests.accounts.cast import SETTER
from tests.matters.conftest import TODAY, moment
from tests.matters.proofs.flows import spec_from
from tests.matters.proofs.invariants import check, digest

CENTRE, BUREAU = "case_centre", "department_officer"
LONG = "长" * 20_000


def refused(action, match: str | None = None) -> Refusal:
    """The refusal; nothing has changed."""
    before = digest()
    with pytest.raises((Refusal, Refusals), match=match) as found:
        action()
    assert digest() == before
    return found.value


OUT_OF_ORDER = (
    ("answer", BUREAU, {"given": {"answer": "好"}}),
    ("again", CENTRE, {"note": "重办"}),
    ("approve", CENTRE, {}),
    ("call", CENTRE, {"given": {"reached": True}}),
    ("resume", CENTRE, {}),
    ("all_answered", CENTRE, {}),
    ("no_such_step", CENTRE, {}),
    ("x" * 5_000, CENTRE, {"key": "k"}),
)


def test_a_step_out_of_order(office):
    matter, dispatch = office.sent()
    for step, who, more in OUT_OF_ORDER:
        refused(lambda: office.step(matter, step, who, dispatch=dispatch.pk, **more))  # noqa: B023


def test_a_step_by_the_wrong_role(office):
    matter, dispatch = office.sent()
    for who in ("leader", "inspector", "village_clerk", "unit_officer", "street_officer"):
        assert isinstance(refused(lambda: office.step(matter, "sign", who, dispatch=dispatch.pk)), Denied)  # noqa: B023
        assert isinstance(refused(lambda: office.step(matter, "wait", who, note="等")), Denied)  # noqa: B023


def test_a_step_of_the_system_or_the_reporter_is_nobody_else_s(office):
    matter, _dispatch = office.answered()
    office.step(matter, "approve")
    office.step(matter, "call", by=office.colleague(CENTRE), given={"reached": True})
    assert isinstance(refused(lambda: office.step(matter, "reopen", note="没好")), Denied)
    assert isinstance(refused(lambda: office.step(matter, "call", by=Acting.reporter("x"))), Refusal)


def test_on_a_closed_matter_nothing_is_done_but_what_its_type_says(office):
    matter, dispatch = office.answered()
    other = office.raised()
    office.step(matter, "approve")
    office.step(matter, "call", by=office.colleague(CENTRE), given={"reached": True})
    access, closed = office.access(CENTRE), office.again(matter)
    refused(lambda: office.step(matter, "again", dispatch=dispatch.pk, note="重办"), "不能")
    refused(lambda: nudge(access=access, matter=closed, reason="快", at=office.tick()), "办结")
    refused(
        lambda: nudge(access=access, matter=closed, reason="快", dispatch=dispatch, at=office.tick()), "办结"
    )
    refused(lambda: join(access=access, matter=closed, into=other, reason="同", at=office.tick()), "未办结")
    refused(lambda: join(access=access, matter=other, into=closed, reason="同", at=office.tick()), "未办结")


def test_a_reopened_matter_goes_to_the_same_unit_again_and_starts_anew(office):
    matter, first = office.answered()
    office.step(matter, "approve")
    office.step(matter, "call", by=office.colleague(CENTRE), given={"reached": True})
    office.step(matter, "reopen", by=Acting.reporter("x"), note="又响了")
    office.step(matter, "send", given={"lead": office.here.bureau.pk})
    assert office.again(matter).state == "working"  # the answer of the first time is none to the second
    second = Dispatch._base_manager.filter(matter=matter).latest("pk")
    refused(lambda: office.step(matter, "again", dispatch=first.pk, note="重办"), "上次办结")
    office.step(matter, "refuse", BUREAU, dispatch=second.pk, note="不归我们")
    assert office.again(matter).state == "received"  # nobody has it: not reviewed on the old answer
    check(office.again(matter))


WRONG_VALUES = (
    {"text": "坏\0字"},
    {"text": LONG},
    {"text": ""},
    {"text": "\x01\x02\x07"},
    {"text": " \n\t "},
    {"category": "qingshan:nothing"},
    {"category": ["qingshan:noise", "x"]},
    {"households": "9" * 5_000},
    {"households": "三户"},
    {"where": "0,0"},
    {"where": "nan,nan"},
    {"street_note": LONG},
    {"text": "好", "unknown": "1"},
)


def test_wrong_values_of_a_form(office):
    for given in WRONG_VALUES:
        form = {"text": "路灯不亮", "category": "qingshan:noise"} | given
        refused(lambda: office.raised(**form))  # noqa: B023


def test_no_such_unit(office):
    matter = office.raised()
    for lead in (10**30, -1, 0, "x", [1, 2], {"a": 1}, 2**63, True):
        refused(lambda: office.step(matter, "send", given={"lead": lead}))  # noqa: B023


def test_wrong_notes(office):
    matter, access = office.raised(), office.access(CENTRE)
    for note in ("坏\0字", LONG, "\x01\x02", "   "):
        refused(lambda: office.step(matter, "progress", note=note))  # noqa: B023
        refused(lambda: nudge(access=access, matter=matter, reason=note, at=office.tick()))  # noqa: B023


WRONG_RAISINGS = (
    {"note": "坏\0字"},
    {"note": LONG},
    {"channel": "core:nothing"},
    {"type": "x"},
    {"key": "k" * 500},
    {"key": "坏\0"},
)
WRONG_REPORTERS = ({"name": "坏\0"}, {"name": LONG}, {"phone": "1" * 99}, {"kind": "core:nobody"})


def test_wrong_about_raising_and_about_who_reports(office):
    form = {"text": "路灯不亮", "category": "qingshan:noise"}
    said = {
        "type": "qingshan:case",
        "channel": "core:hotline",
        "at": office.tick(),
        "report": Report(given=form),
    }
    for more in (*WRONG_RAISINGS, *({"report": Report(given=form, **who)} for who in WRONG_REPORTERS)):
        refused(lambda: raise_matter(by=office.person(CENTRE), region=office.here.village, **said | more))  # noqa: B023


def test_a_code_is_given_out_once(office):
    told = Report(given={"text": "路灯不亮", "category": "qingshan:noise"}, code="ABCDE23456")

    def raising():
        return raise_matter(by=office.person(CENTRE), type="qingshan:case", region=office.here.village,
                            channel="core:hotline", report=told, at=office.tick())  # fmt: skip

    raising()
    refused(raising, "查询码")


def test_a_key_of_another_command(office):
    matter, other, colleague = office.raised(), office.raised(), office.colleague(CENTRE)
    office.step(matter, "progress", note="一", key="same")
    assert office.step(matter, "progress", note="一", key="same").step == "progress"
    refused(lambda: office.step(other, "progress", note="二", key="same"), "混淆")
    refused(lambda: office.step(matter, "send", given={"lead": office.here.bureau.pk}, key="same"), "混淆")
    refused(lambda: office.step(matter, "progress", by=colleague, note="三", key="same"), "混淆")
    report = Report(given={"text": "路灯不亮", "category": "qingshan:noise"})
    refused(
        lambda: raise_matter(by=office.person(CENTRE), type="qingshan:case", region=office.here.village,
                             channel="core:hotline", report=report, at=office.tick(), key="same"),
        "混淆",
    )  # fmt: skip


def test_moments_before_the_matter_began_and_moments_to_come(office):
    matter, other = office.raised(), office.raised()
    dispatch = None
    access, turn = office.access(CENTRE), Turn.objects.filter(matter=matter).latest("pk").pk
    for at in (matter.raised_at - timedelta(days=1), timezone.now() + timedelta(days=1)):
        refused(lambda: office.step(matter, "progress", note="补", at=at), "时间")  # noqa: B023
        refused(lambda: nudge(access=access, matter=matter, reason="快", dispatch=dispatch, at=at), "时间")  # noqa: B023
        refused(lambda: take(access=access, turn=turn, at=at), "时间")  # noqa: B023
        refused(lambda: join(access=access, matter=matter, into=other, reason="同", at=at), "时间")  # noqa: B023
        refused(lambda: link(access=access, matter=matter, other=other, kind=LinkKind.SERVES, at=at), "时间")  # noqa: B023
    report = Report(given={"text": "路灯不亮", "category": "qingshan:noise"})
    refused(lambda: raise_matter(by=office.person(CENTRE), type="qingshan:case", region=office.here.village,
                                 channel="core:hotline", report=report, at=timezone.now() + timedelta(days=1)),
            "时间")  # fmt: skip


def test_who_waited_for_another_is_not_told_that_the_time_is_wrong(office):
    matter = office.raised()
    office.step(matter, "progress", note="一")
    before = office.now - timedelta(seconds=5)
    assert office.step(matter, "progress", note="二", at=before).at == office.now
    assert office.step(matter, "progress", note="三", at=None).at >= office.now
    check(office.again(matter))


def test_a_dispatch_of_another_matter(office):
    matter, _mine = office.sent()
    _other, theirs = office.sent()
    refused(lambda: office.step(matter, "sign", BUREAU, dispatch=theirs.pk), "没有这张派单")
    refused(lambda: office.step(matter, "sign", BUREAU, dispatch=10**30), "没有这张派单")
    access = office.access(CENTRE)
    refused(
        lambda: nudge(access=access, matter=matter, reason="快", dispatch=theirs, at=office.tick()),
        "没有这张派单",
    )


def test_days_that_no_calendar_knows(office):
    """A limit that ends after the last year whose holidays are published is provisional; one out of all reach is
    refused.
    """
    late = moment(day=TODAY.replace(year=2026, month=11, day=20))
    matter = raise_matter(
        by=office.person(CENTRE), type="qingshan:case", region=office.here.village, channel="core:hotline",
        report=Report(given={"text": "路灯不亮", "category": "qingshan:noise"}), at=late,
    )  # fmt: skip
    assert all(clock.due_at for clock in Clock.objects.filter(matter=matter))
    case = office.raised()
    paper = raise_matter(
        by=Acting.system("matters"), type="qingshan:oversee", region=office.here.village, channel="core:system",
        report=Report(), hangs_on=(LinkKind.SUPERVISES, case), at=office.tick(),
    )  # fmt: skip
    for until in ("2022-06-19", "0001-01-01", "2022-02-30", "x", "12022-01-01"):
        refused(lambda: office.step(paper, "issue", "leader", given={"until": until}))  # noqa: B023


def test_a_flow_that_goes_in_a_circle(office, monkeypatch):
    centre = [{"role": "case_centre"}]
    states = {"a": {"label": "甲"}, "b": {"label": "乙"}, "z": {"label": "结", "phase": "done"}}
    steps = {
        "there": {"label": "去", "from": ["a"], "to": "b", "by": "system"},
        "back": {"label": "回", "from": ["b"], "to": "a", "by": "system"},
        "end": {"label": "结", "from": ["a", "b"], "to": "z", "who": centre},
    }
    item = {"label": "圈", "raised_by": centre, "start": "a", "states": states, "steps": steps}
    with pytest.raises(ValidationError, match="永远停不下来"):
        spec_from(item)
    for key in ("there", "back"):  # conditions, of which the loader cannot know that they always hold
        steps[key]["when"] = {"receivers": 0}
    spec = spec_from(item)
    monkeypatch.setattr(
        "jiceng.matters.actions.raising.types_at", lambda region, day: {"qingshan:circle": spec}
    )
    refused(lambda: office.raised("qingshan:circle", text=""), "循环|没有字段")
    report = Report()
    refused(lambda: raise_matter(by=office.person(CENTRE), type="qingshan:circle", region=office.here.village,
                                 channel="core:hotline", report=report, at=office.tick()), "循环")  # fmt: skip
    assert not Matter._base_manager.filter(type="qingshan:circle").exists()


def test_a_title_longer_than_its_column(office):
    centre = [{"role": "case_centre"}]
    item = {
        "label": "长", "raised_by": centre, "form": ["title"], "start": "a",
        "fields": {"title": {"label": "标题", "kind": "text", "column": "title", "most": 20_000}},
        "states": {"a": {"label": "甲"}, "z": {"label": "结", "phase": "done"}},
        "steps": {"end": {"label": "结", "from": ["a"], "to": "z", "who": centre}},
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        spec = spec_from(item)
        patch.setattr("jiceng.matters.actions.raising.types_at", lambda region, day: {"qingshan:long": spec})
        refused(lambda: office.raised("qingshan:long", title="长" * 121), "过长")
        assert office.raised("qingshan:long", title="长" * 120).title == "长" * 120


def test_a_functional_area_and_its_county_share_their_numbers(office):
    by, report = Acting.reporter("x"), Report(given={"text": "路灯不亮", "category": "qingshan:noise"})
    numbers = [
        raise_matter(
            by=by,
            type="qingshan:case",
            region=region,
            channel="core:hotline",
            report=report,
            at=office.tick(),
        ).number
        for region in (office.here.village, office.here.village, office.here.region)
    ]
    assert len(set(numbers)) == 3


def test_a_unit_dissolved_while_it_holds_a_dispatch(office):
    matter, gone, heir = office.raised(), office.here.firm, office.here.other_firm
    office.step(matter, "send", given={"lead": gone.pk})
    dispatch = Dispatch._base_manager.get(matter=matter)
    office.step(matter, "sign", "unit_officer", dispatch=dispatch.pk)
    close_unit(by=SETTER, unit=gone, day=TODAY, reason="撤销", successor=heir)
    another = office.raised()
    refused(lambda: office.step(another, "send", given={"lead": gone.pk}))
    tick()
    assert office.again(dispatch).ended_on is not None
    assert Dispatch._base_manager.get(matter=matter, ended_on=None).unit == heir
    assert Event.objects.get(matter=matter, step="succeed").values()["to"] == heir.pk
    assert verify_once(matter)


def verify_once(matter: Matter) -> bool:
    """A second tick does nothing again."""
    before = Event.objects.filter(matter=matter).count()
    tick()
    return Event.objects.filter(matter=matter).count() == before
