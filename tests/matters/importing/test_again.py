"""What later workbooks tell of matters that came in before: it goes on, and nothing is rewritten."""

import pytest

from jiceng.exchange.applying import apply
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Turn
from jiceng.records.audit.verifying import verify
from tests.matters.importing.conftest import CLERK, at, aware, faults, line

OPEN = {
    "签收时间": None,
    "反馈时间": None,
    "办理情况": None,
    "办结时间": None,
    "办理结果": None,
    "回访结果": None,
}
EVENT = ("step", "at", "before", "after", "hand", "actor")
CLOCK = ("key", "limit", "started_at", "due_at", "stopped_at", "kept")
PART = ("state", "sent_at", "signed_at", "answered_at", "answer", "late", "ended_on")
MATTER = (
    "state",
    "phase",
    "outcome",
    "closed_at",
    "days_taken",
    "satisfaction",
    "asked_on",
    "due_at",
    "version",
)


def told(matter: Matter) -> dict:
    """Everything that is kept of a matter's course."""
    return {
        "matter": Matter._base_manager.filter(pk=matter.pk).values_list(*MATTER).get(),
        "events": list(Event.objects.filter(matter=matter).values_list(*EVENT)),
        "clocks": sorted(Clock.objects.filter(matter=matter).values_list(*CLOCK)),
        "parts": list(Dispatch._base_manager.filter(matter=matter).values_list(*PART)),
        "turns": Turn.objects.filter(matter=matter).count(),
    }


def test_the_same_workbook_again_changes_nothing(importing):
    lines = (line("1"), line("2", **OPEN), line("3", 签收时间=None))
    importing.brought(*lines)
    before = Event.objects.count()
    run = importing.brought(*lines)
    assert (run.counts["new"], run.counts["changed"], run.counts["unchanged"]) == (0, 0, 3)
    assert Event.objects.count() == before


def test_told_bit_by_bit_it_is_the_same_as_told_at_once(importing):
    importing.brought(line("1", **OPEN))
    importing.brought(line("1", **OPEN | {"签收时间": at(6, 10)}))
    importing.brought(
        line("1", **OPEN | {"签收时间": at(6, 10), "反馈时间": at(8, 15), "办理情况": "已责令停工"})
    )
    run = importing.brought(line("1"))
    assert run.counts["changed"] == 1
    importing.brought(line("2"))
    assert told(importing.one("1")) == told(importing.one("2"))
    assert verify().whole


def test_what_was_open_says_what_became_of_it(importing):
    importing.brought(line("1", **OPEN))
    assert Turn.objects.exists()
    run = importing.brought(line("1"))
    changes = {change["field"] for row in run.rows.all() for change in row.changes()}
    assert changes == {"signed_at", "answered_at", "answer", "closed_at", "outcome", "satisfaction"}
    matter = importing.one("1")
    assert (matter.phase, matter.closed_at) == ("done", aware(9, 11))
    assert not Turn.objects.filter(matter=matter).exists()


def test_a_call_back_may_come_after_the_end(importing):
    importing.brought(line("1", 回访结果=None))
    importing.brought(line("1", 回访结果="不满意"))
    matter = importing.one("1")
    assert (matter.satisfaction, str(matter.asked_on)) == ("core:dissatisfied", "2022-06-09")
    assert Event.objects.filter(matter=matter).latest("seq").step == "import"


CHANGED = (
    ({"受理时间": at(5)}, "提出时间"),
    ({"办结时间": at(10)}, "办结时间"),
    ({"承办单位": "青松木业公司"}, "主办单位"),
    ({"问题分类": "供水"}, "类别"),
    ({"回访结果": "不满意"}, "满意度"),
    ({"办理情况": "另一种说法"}, "办理情况"),
)


def test_history_is_not_rewritten(importing):
    importing.brought(*(line(str(n)) for n in range(len(CHANGED))))
    run = importing.staged(*(line(str(n), **changed) for n, (changed, _label) in enumerate(CHANGED)))
    assert run.counts["bad"] == len(CHANGED)
    for (where, words), (_changed, label) in zip(faults(run), CHANGED, strict=True):
        assert where == label
        assert "不改写历史" in words


def test_what_is_handled_here_is_not_moved_by_a_workbook(importing):
    importing.brought(line("1", **OPEN))
    matter, office = importing.one("1"), importing.office
    office.now = aware(20)
    part = Dispatch._base_manager.get(matter=matter)
    office.step(matter, "sign", "department_officer", dispatch=part.pk)
    [(where, words)] = faults(importing.staged(line("1")))
    assert (where, "在本系统办理" in words) == ("编号", True)
    assert importing.staged(line("1", **OPEN)).counts["unchanged"] == 1


def test_a_matter_that_came_in_goes_on_in_this_system(importing):
    importing.brought(line("1", **OPEN))
    matter, office = importing.one("1"), importing.office
    office.now = aware(20)
    part = Dispatch._base_manager.get(matter=matter)
    office.step(matter, "sign", "department_officer", dispatch=part.pk)
    office.step(matter, "answer", "department_officer", dispatch=part.pk, given={"answer": "已停工"})
    assert office.again(matter).state == "review"


def test_half_an_import_is_none(importing, monkeypatch):
    run = importing.staged(line("1"), line("2"))
    monkeypatch.setattr("jiceng.matters.bulk.storing._turns", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply(run, by=CLERK)
    assert not Matter._base_manager.filter(raised_by=CLERK.key).exists()
