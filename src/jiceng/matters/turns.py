"""Whose turn it is: the inbox, derived from a matter's state after every step."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from jiceng.matters.clocks import soonest
from jiceng.matters.enums import Phase, Reason
from jiceng.matters.flows import holds
from jiceng.matters.holding import clocks_of, living, regions_of
from jiceng.matters.inputs import MatterRow
from jiceng.matters.models import Clock, Matter, Turn
from jiceng.matters.rights import seat_of
from jiceng.matters.sections import DoerSpec, MatterSpec, StepSpec
from jiceng.organisations.models import Region
from jiceng.packs.filters.nodes import Node
from jiceng.records import bulk
from jiceng.records.engine import update_rows
from jiceng.records.statements import Compiled, delete, insert

ESCALATE = "escalate"
"""The effect by which a clock that has run out brings its matter before somebody more."""


CHANGING = ("at", "region_path", "unit_id", "reason", "amber_at", "due_at")
"""What of a turn may become other while it stays the same turn."""


_kept = Compiled(lambda matter: Turn.objects.filter(matter=matter))


def renew(matter: Matter, spec: MatterSpec, at: datetime) -> None:
    """Make the turns of `matter` anew, keeping who has taken one upon herself and since when."""
    kept = {(t.dispatch_id, t.role, t.region_id): t for t in _kept(matter.pk)}
    made, changed = [], []
    for turn in _turns(matter, spec, at):
        before = kept.pop((turn.dispatch_id, turn.role, turn.region_id), None)
        if before is None:
            made.append(turn)
        elif any(getattr(turn, name) != getattr(before, name) for name in CHANGING):
            turn.pk = before.pk
            changed.append(turn)
    delete(Turn, [turn.pk for turn in kept.values()])
    for turn in made:
        insert(turn)
    if changed:
        update_rows(Turn, CHANGING, changed)


def _turns(matter: Matter, spec: MatterSpec, at: datetime) -> Iterator[Turn]:
    if matter.phase == Phase.DONE:
        return
    amber, due = soonest(matter, None)
    seen: set[tuple[str, int]] = set()
    for doer, reason in (*_escalated(matter, spec), *_doers(matter, spec, at)):
        seat = _seat(doer, matter)
        if seat is None or (doer.role, seat.pk) in seen:
            continue
        seen.add((doer.role, seat.pk))
        yield Turn(
            matter=matter, role=doer.role, at=doer.at or "", region=seat, region_path=seat.path,
            since=at, amber_at=amber, due_at=due, reason=reason,
        )  # fmt: skip
    for dispatch in living(matter):
        amber, due = soonest(matter, dispatch)
        for doer in receivers_waited_for(spec, matter.state, dispatch.state):
            yield Turn(
                matter=matter, dispatch=dispatch, role=doer.role, at=doer.at or "", region_id=dispatch.region_id,
                region_path=dispatch.region_path, unit_id=dispatch.unit_id, since=at, amber_at=amber, due_at=due,
            )  # fmt: skip


def _seat(doer: DoerSpec, matter: Matter) -> Region | None:
    """The region where the office of `doer` sits; what stands above a matter that is held is read once."""
    return seat_of(doer, matter.region, regions_of(matter) if doer.at else None)


def _doers(matter: Matter, spec: MatterSpec, at: datetime) -> Iterator[tuple[DoerSpec, Reason]]:
    day = timezone.localdate(at)
    row = MatterRow(matter, day, at)
    sent = {dispatch.state for dispatch in living(matter)}
    for doer in waited_for(spec, matter.state, sent, lambda condition: holds(condition, row, day)):
        yield doer, Reason.STEP


def waited_for(
    spec: MatterSpec, state: str, sent: Collection[str], fits: Callable[[Node], bool]
) -> Iterator[DoerSpec]:
    """Who is waited for where a matter is in `state` and its living dispatches are in the states `sent`; `fits` says
    whether a condition holds for it.
    """
    for step in spec.steps.values():
        asked = step.on == "dispatch" and step.side == "sender" and _asks(step, state, sent)
        if not asked and not (step.on == "matter" and _moves(step, state)):
            continue
        if not fits(step.when):
            continue
        for doer in step.who:
            if (
                doer.shares is None and not doer.own
            ):  # else anyone may, or who raised it: nobody is waited for
                yield doer


def _escalated(matter: Matter, spec: MatterSpec) -> Iterator[tuple[DoerSpec, Reason]]:
    """Before whom the matter is because a clock has run out, until that clock stops."""
    over = {
        clock.key for clock in clocks_of(matter) if clock.stopped_at is None and clock.late_at is not None
    }
    for key in sorted(over):
        for effect in spec.clocks[key].late:
            if effect.do == ESCALATE:
                yield effect.settings, Reason.LATE


def _moves(step: StepSpec, state: str) -> bool:
    """Whether a person is waited for to take a step that leads out of `state`: notes of progress make nobody's
    turn.
    """
    return step.by == "person" and step.waits and state in step.of and step.to not in (None, state)


def _asks(step: StepSpec, state: str, sent: Collection[str]) -> bool:
    """Whether the sender is waited for to decide about a dispatch: one asks to be taken out."""
    ready = not step.in_ or state in step.in_
    return step.waits and ready and step.to is not None and not set(sent).isdisjoint(step.of)


def receivers_waited_for(spec: MatterSpec, state: str, dispatched: str) -> list[DoerSpec]:
    """Who of the receiver's people has something to do, by role, each role once."""
    found: dict[str, DoerSpec] = {}
    for step in spec.steps.values():
        due = step.on == "dispatch" and step.side == "receiver" and dispatched in step.of and step.to
        if due and (not step.in_ or state in step.in_):
            for doer in step.who:
                found.setdefault(doer.role, doer)
    return list(found.values())


# ------------------------------------------------------------------------------------------- moments
def renew_dues(matters: Iterable[Matter]) -> None:
    """Bring the moments that these matters and their turns repeat from their running clocks up to date; inside the
    write that changed the clocks, and whose the matters are.
    """
    held = {matter.pk: matter for matter in matters}
    rows = Clock.objects.filter(matter__in=held, stopped_at__isnull=True, due_at__isnull=False)
    first: dict[tuple[int, int | None] | int, tuple[datetime | None, datetime | None]] = {}
    for matter, dispatch, amber, due in rows.order_by("due_at").values_list(
        "matter_id", "dispatch_id", "amber_at", "due_at"
    ):
        first.setdefault((matter, dispatch), (amber, due))
        first.setdefault(matter, (amber, due))
    for matter in held.values():
        matter.amber_at, matter.due_at = first.get(matter.pk, (None, None))
    bulk.change(held.values(), ("amber_at", "due_at"))
    changed = []
    for turn in Turn.objects.filter(matter__in=held):
        own = first.get((turn.matter_id, turn.dispatch_id)) or first.get((turn.matter_id, None), (None, None))
        if own != (turn.amber_at, turn.due_at):
            turn.amber_at, turn.due_at = own
            changed.append(turn)
    update_rows(Turn, ("amber_at", "due_at"), changed)
