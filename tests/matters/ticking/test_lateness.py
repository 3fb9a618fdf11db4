"""Clocks that run out: what follows happens once, whoever looks, and stays until the clock stops."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from jiceng.accounts import days
from jiceng.matters import registry
from jiceng.matters.actions import Acting
from jiceng.matters.models import Clock, Event, Matter, MatterLink, Turn
from jiceng.matters.queries.inbox import turns_of
from jiceng.matters.ticking import tick
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal
from tests.matters.conftest import moment
from tests.matters.ticking.conftest import steps


@pytest.fixture
def chase(office, time) -> Matter:
    return office.raised("qingshan:chase", text="树倒了")


def turns(matter) -> set[tuple[str, str, str]]:
    """Role, place and reason of every turn."""
    return {(t.role, t.region.name, t.reason) for t in Turn.objects.filter(matter=matter)}


def test_nothing_is_late_before_its_time(office, time, chase):
    entries = AuditEntry.objects.count()
    time.pass_(minutes=59)
    assert not tick()
    assert AuditEntry.objects.count() == entries
    assert not Clock.objects.filter(late_at__isnull=False).exists()


def test_a_clock_that_has_run_out_is_told_once_and_brings_the_matter_before_the_town(office, time, chase):
    time.pass_(hours=1, minutes=1)
    assert tick().late == 1
    line = Event.objects.get(matter=chase, step="late")
    assert line.values()["clock"] == "town"
    assert line.values()["escalated"] == [{"role": "street_officer", "at": "core:town"}]
    assert (line.hand, line.before, line.after) == ("system", "open", "open")
    assert Clock.objects.get(matter=chase, key="town").late_at == time.now
    assert turns(chase) == {
        ("case_centre", "青桥村", ""),
        ("street_officer", "青石镇", "late"),
    }
    assert [t.matter_id for t in turns_of(office.access("street_officer"))] == [chase.pk]
    assert not turns_of(office.access("street_officer", "baishui")).exists()
    assert not tick()
    assert steps(chase) == ["raise", "late"]


def test_the_next_clock_goes_a_level_further_and_drafts_one_paper(office, time, chase):
    time.pass_(hours=2, minutes=5)
    assert tick().late == 2
    assert turns(chase) == {
        ("case_centre", "青桥村", "late"),  # whose turn it is anyway is told why it presses
        ("street_officer", "青石镇", "late"),
        ("leader", "青山县", "late"),
    }
    link = MatterLink.objects.get(other=chase)
    assert (link.kind, link.matter.type, link.matter.region_id) == (
        "supervises",
        "qingshan:oversee",
        chase.region_id,
    )
    assert not tick()
    assert Matter._base_manager.filter(type="qingshan:oversee").count() == 1


def test_it_stays_before_them_through_steps_and_ends_with_the_clock(office, time, chase):
    time.pass_(hours=1, minutes=1)
    tick()
    taken = Turn.objects.get(matter=chase, role="street_officer")
    office.step(chase, "note", note="联系园林")
    assert Turn.objects.get(matter=chase, role="street_officer").pk == taken.pk
    office.step(chase, "close")
    assert turns(chase) == set()
    office.step(chase, "again")
    assert ("street_officer", "青石镇", "late") not in turns(chase)
    time.pass_(hours=1, minutes=1)
    assert tick().late == 1  # the restarted clock has run out anew
    assert steps(chase).count("late") == 2


def test_a_clock_that_stands_or_has_stopped_is_not_late(office, time, chase):
    office.step(chase, "stand")
    closed = office.raised("qingshan:chase", text="井盖坏了")
    office.step(closed, "close")
    time.pass_(days=9)
    assert tick().late == 0
    office.step(chase, "go_on")
    assert tick().late == 0
    time.pass_(hours=1)
    assert tick().late == 1


def test_the_clock_of_a_dispatch_names_it(office, time):
    matter, dispatch = office.sent()
    time.pass_(days=2)
    tick()
    late = Event.objects.filter(matter=matter, step="late")
    assert {e.dispatch_id for e in late if e.values()["clock"] == "sign"} == {dispatch.pk}
    assert office.again(dispatch).state == "sent"


def test_what_a_clock_asks_for_may_have_become_impossible(office, time, chase, monkeypatch):
    def refuse(_turning, _settings):
        raise Refusal("这里没有这类事项")

    broken = registry.all_effects()["draft"]
    monkeypatch.setitem(
        registry._effects, "draft", registry.Effect("draft", broken.label, refuse, broken.settings)
    )
    time.pass_(hours=2, minutes=5)
    done = tick()
    assert (done.late, done.failed) == (2, 0)
    assert "这里没有这类事项" in Event.objects.get(matter=chase, step="late", data__contains='"county"').note
    assert not MatterLink.objects.exists()
    assert not tick()


def test_one_that_fails_keeps_nothing_and_nobody_waiting(office, time, chase, monkeypatch, caplog):
    other = office.raised(text="漏水", category="qingshan:noise", grade="core:urgent")
    works = registry.all_effects()["escalate"]

    def fail(_turning, _settings):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setitem(
            registry._effects,
            "escalate",
            registry.Effect("escalate", works.label, fail, works.settings, late=True),
        )
        time.pass_(hours=2, minutes=10)
        done = tick()
    assert (done.late, done.failed) == (1, 2)
    assert "ZeroDivisionError" in caplog.text
    assert steps(other) == ["raise", "late"]
    assert steps(chase) == ["raise"]
    assert not Clock.objects.filter(matter=chase, late_at__isnull=False).exists()
    assert tick().late == 2
    assert steps(chase) == ["raise", "late", "late"]


def test_a_database_that_is_away_is_not_taken_for_a_fault_of_one_matter(office, time, chase, monkeypatch):
    def away(*_args, **_more):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("jiceng.matters.ticking.lateness.locked", away)
    time.pass_(hours=2)
    with pytest.raises(OperationalError):
        tick()


def test_many_are_seen_to_in_portions(office, time):
    for n in range(5):
        office.raised("qingshan:chase", text=f"第{n}件")
    time.pass_(hours=1, minutes=10)
    portions = [tick(most=2) for _time in range(3)]
    assert [(done.late, done.more) for done in portions] == [(2, True), (2, True), (1, False)]
    assert Event.objects.filter(step="late").count() == 5


def test_a_late_line_never_stands_before_the_last_one(office, time, chase):
    time.stop_at(moment(15))
    office.step(
        chase, "note", note="补记", at=moment(15) + timedelta(seconds=40)
    )  # the clocks of two machines
    assert tick().late == 2
    moments = list(Event.objects.filter(matter=chase).order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_looking_costs_the_same_few_queries_however_many_are_open(office, time):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert not tick()
        return len(found)

    office.raised("qingshan:chase", text="一件")
    tick()
    one = asked()
    for n in range(4):
        office.raised("qingshan:chase", text=f"第{n}件")
    tick()  # what was written is looked at once
    assert asked() == one <= 12


def test_in_the_demonstration_each_place_lives_on_its_own_day(office, time, chase, settings, monkeypatch):
    """A demonstration's matters are not late because the calendar on the wall has gone on."""
    settings.DEMO = True
    day, packs = date(2022, 6, 20), days.current().packs
    monkeypatch.setitem(packs, "qingshan", packs["qingshan"].model_copy(update={"day": day}))
    time.stop_at(moment(9, 30, day=date(2026, 3, 2)))
    assert tick().late == 0
    time.stop_at(moment(11, day=date(2026, 3, 2)))
    assert tick().late == 1
    late = Event.objects.get(matter=chase, step="late")
    assert late.on == day
    assert late.at - moment(11) < timedelta(minutes=1)


def test_the_machine_acts_in_its_own_name(office, time, chase):
    time.pass_(hours=1, minutes=1)
    tick()
    entry = AuditEntry.objects.get(action="matter.late")
    assert entry.actor == Acting.system("matters").actor.key
