"""A hotline's workbook, as its centre sends it, becomes whole matters."""

from jiceng.matters.actions.reporters import clear_reporter
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Reporter, Turn
from jiceng.records.audit.verifying import verify
from tests.matters.importing.conftest import CLERK, at, aware, faults, line, mine


def test_a_line_becomes_a_whole_matter(importing):
    run = importing.brought(line())
    assert (run.counts["new"], run.counts["skipped"]) == (1, {"total": 1})
    matter = importing.one()
    assert matter.number == "990101-RX001"
    assert (matter.type, matter.state, matter.phase, matter.outcome) == (
        "core:hotline", "archived", "done", "solved",
    )  # fmt: skip
    assert (matter.raised_at, matter.closed_at) == (aware(6), aware(9, 11))
    assert (matter.days_taken, str(matter.closed_on), str(matter.asked_on)) == (3, "2022-06-09", "2022-06-09")
    assert (matter.category, matter.satisfaction, matter.channel) == (
        "core:noise_pollution", "core:satisfied", "core:imported",
    )  # fmt: skip
    assert matter.region == importing.here.village
    assert matter.title == "工地半夜施工噪音扰民"
    assert (matter.raised_by, matter.due_at) == (CLERK.key, None)
    assert not mine(Turn).exists()


def test_its_timeline_holds_the_moments_that_were_told(importing):
    importing.brought(line())
    matter = importing.one()
    told = [(e.seq, e.step, e.at, e.before, e.after) for e in Event.objects.filter(matter=matter)]
    assert told == [
        (1, "raise", aware(6), "", "received"),
        (2, "send", aware(6, 9, 30), "received", "working"),
        (3, "sign", aware(6, 10), "sent", "signed"),
        (4, "answer", aware(8, 15), "signed", "answered"),
        (5, "all_answered", aware(8, 15), "working", "review"),
        (6, "archive", aware(9, 11), "review", "archived"),
    ]
    assert matter.version == 6
    hands = set(mine(Event).values_list("hand", "actor"))
    assert hands == {("system", CLERK.key), ("system", "system:matters")}


def test_its_dispatch_and_its_clocks_are_reckoned(importing):
    importing.brought(line())
    dispatch = mine(Dispatch).get()
    assert (dispatch.unit, dispatch.part, dispatch.state) == (importing.here.bureau, "lead", "answered")
    assert (dispatch.sent_at, dispatch.signed_at, dispatch.answered_at) == (
        aware(6, 9, 30), aware(6, 10), aware(8, 15),
    )  # fmt: skip
    assert (dispatch.answer, dispatch.late, str(dispatch.ended_on)) == ("已责令停工", False, "2022-06-09")
    kept = {(c.key, c.dispatch_id is not None): c.kept for c in mine(Clock)}
    assert kept == {
        ("respond", False): True, ("solve", False): True, ("review", False): True, ("sign", True): True,
        ("answer", True): True,
    }  # fmt: skip


def test_a_late_one_is_late(importing):
    importing.brought(
        line(受理时间=at(1), 派单时间=at(1, 9, 5), 签收时间=at(1, 10), 反馈时间=at(13), 办结时间=at(14))
    )
    assert mine(Dispatch).get().late is True
    kept = dict(mine(Clock).values_list("key", "kept"))
    assert (kept["solve"], kept["answer"], kept["respond"]) == (False, False, True)


def test_the_reporter_is_sealed(importing):
    run = importing.brought(line())
    reporter = mine(Reporter).get()
    assert clear_reporter(reporter) == ("青王五", "13900000001")
    assert reporter.matter_id == importing.one().pk
    kept = "".join(run.rows.values_list("raw", flat=True))
    assert "青王五" not in kept
    assert "13900000001" not in kept


def test_an_open_one_is_somebody_s_turn(importing):
    importing.brought(
        line(签收时间=None, 反馈时间=None, 办理情况=None, 办结时间=None, 办理结果=None, 回访结果=None)
    )
    matter = importing.one()
    assert (matter.state, matter.phase, matter.closed_at) == ("working", "open", None)
    assert matter.due_at is not None
    turns = set(mine(Turn).values_list("role", "unit", "dispatch__state"))
    assert ("department_officer", importing.here.bureau.pk, "sent") in turns
    assert set(mine(Turn).values_list("due_at", flat=True)) != {None}


def test_the_chain_holds(importing):
    importing.brought(line(), line("RX002", 承办单位="青府商务局、青松木业公司"))
    assert verify().whole
    parts = Dispatch._base_manager.filter(matter=importing.one("RX002")).values_list("unit__name", "part")
    assert list(parts) == [("青府商务局", "lead"), ("青松木业公司", "support")]


def test_nothing_is_said_of_what_is_not_known(importing):
    importing.brought(line(签收时间=None, 反馈时间=None, 办理结果=None, 回访结果=None))
    matter, dispatch = importing.one(), mine(Dispatch).get()
    assert (matter.state, matter.outcome, matter.asked_on, matter.satisfaction) == ("archived", "", None, "")
    assert dispatch.signed_at is None
    assert dispatch.answered_at == matter.closed_at
    assert not mine(Event).filter(step="sign").exists()
    assert not mine(Clock).filter(key="sign").exists()


def test_what_the_centre_answered_itself_needs_no_unit(importing):
    alone = line(承办单位=None, 派单时间=None, 签收时间=None)
    importing.brought(alone)
    assert not mine(Dispatch).exists()
    assert mine(Event).get(step="import").note == "已责令停工"
    assert importing.staged(alone).counts["unchanged"] == 1


def test_days_alone_are_taken_in_their_order(importing):
    days = {k: at(6).date() for k in ("受理时间", "派单时间", "签收时间", "反馈时间", "办结时间")}
    importing.brought(line(**days))
    assert importing.one().days_taken == 0
    importing.brought(line("RX002", **{**days, "受理时间": at(6, 15)}))
    assert importing.one("RX002").closed_at == aware(6, 15)
    assert Matter._base_manager.filter(raised_by=CLERK.key).count() == 2


def test_a_number_is_kept_apart_for_each_county(importing):
    importing.brought(line("0001"))
    assert importing.one("0001").number == "990101-0001"
    assert faults(importing.staged(line("990101-0001"))) == []
