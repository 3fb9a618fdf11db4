"""Every matter of the demonstration hangs together: its timeline, state, limits, receivers and turns."""

import pytest

from jiceng.matters.enums import COUNTED, DispatchState, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Dispatch, Event, Flow, Matter, Turn
from jiceng.records.calendar import SHANGHAI


@pytest.fixture
def known(loaded):
    """Matters with their lines, receivers and limits, each in their order."""
    specs = {flow.pk: spec_of(flow) for flow in Flow.objects.all()}

    def of(kind, order):
        found = {}
        for row in kind._base_manager.order_by(order):
            found.setdefault(row.matter_id, []).append(row)
        return found

    lines, parts, clocks, turns = of(Event, "seq"), of(Dispatch, "pk"), of(Clock, "pk"), of(Turn, "pk")
    return [
        (m, specs[m.flow_id], lines[m.pk], parts.get(m.pk, []), clocks.get(m.pk, []), turns.get(m.pk, []))
        for m in Matter._base_manager.order_by("pk")
    ]


def local(at):
    return at.astimezone(SHANGHAI).date()


def test_timelines_are_in_order_and_lead_to_the_state(known):
    for matter, spec, lines, *_rest in known:
        assert [line.seq for line in lines] == list(range(1, len(lines) + 1)), matter.title
        moments = [line.at for line in lines]
        assert moments == sorted(moments), matter.title
        assert lines[0].at == matter.raised_at
        assert local(matter.raised_at) == matter.raised_on
        moves = [line for line in lines if line.dispatch_id is None and line.after]
        assert moves[-1].after == matter.state, matter.title
        assert matter.phase == spec.states[matter.state].phase
        assert all(line.on == local(line.at) for line in lines)


def test_closed_matters_have_ended_and_open_ones_wait_for_somebody(known):
    closed = waiting = 0
    for matter, _spec, _lines, parts, clocks, turns in known:
        if matter.phase == Phase.DONE:
            closed += 1
            assert matter.closed_on == local(matter.closed_at)
            assert matter.days_taken == (matter.closed_on - matter.raised_on).days
            assert all(clock.stopped_at is not None for clock in clocks), matter.title
            assert all(part.ended_on is not None for part in parts), matter.title
            assert turns == []
            assert matter.due_at is None
        else:
            assert matter.closed_at is None
            assert matter.closed_on is None
            waiting += len(turns) > 0
            running = [clock.due_at for clock in clocks if clock.stopped_at is None and clock.due_at]
            assert matter.due_at is None or matter.due_at in running
    assert closed > 80
    assert waiting > 20


def test_limits_are_kept_where_they_stopped_in_time(known):
    late = 0
    for matter, _spec, _lines, _parts, clocks, _turns in known:
        for clock in clocks:
            assert clock.started_at >= matter.raised_at
            if clock.stopped_at is None:
                assert clock.kept is None
            elif clock.due_at is not None and clock.kept is not None:
                assert clock.kept == (clock.stopped_at <= clock.due_at), matter.title
                late += not clock.kept
    assert late > 3


def test_receivers_answered_on_the_day_that_they_did(known):
    for matter, _spec, lines, parts, _clocks, _turns in known:
        for part in parts:
            assert part.sent_on == local(part.sent_at) >= matter.raised_on
            if part.state in (DispatchState.ANSWERED, DispatchState.ACCEPTED) and part.answered_on:
                assert part.answered_on >= part.sent_on
            if part.arrived_on is not None:
                assert part.arrived_on == local(part.arrived_at)
        passed = sum(part.state == DispatchState.PASSED for part in parts)
        assert passed == sum(line.step == "pass" for line in lines), matter.title
        held = [part for part in parts if part.state in COUNTED and part.ended_on is None]
        assert len({part.unit_id for part in held}) == len(held), matter.title


def test_numbers_are_taken_once_and_in_a_row(known):
    numbers = [matter.number for matter, *_rest in known]
    assert len(set(numbers)) == len(numbers)
    assert all(numbers)


def test_nothing_happens_after_the_day_or_at_new_year(known):
    last = max(line.at for _m, _s, lines, *_rest in known for line in lines)
    assert local(last).isoformat() <= "2021-12-31"
    days = {(local(line.at).month, local(line.at).day) for _m, _s, lines, *_rest in known for line in lines}
    assert (1, 1) not in days
    assert (12, 31) not in days
