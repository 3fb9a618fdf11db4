"""The one door for state changes: a step is checked, taken, and everything that follows from it happens with it."""

import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.scoping import Denied
from jiceng.matters import turns
from jiceng.matters.actions.contending import contended
from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.recording import last_line, locked, moment_of, neighbours_of, not_before, record
from jiceng.matters.clocks import earliest, follow, stop
from jiceng.matters.enums import WORKING, DispatchState, Hand, Phase
from jiceng.matters.flows import holds, spec_of
from jiceng.matters.holding import clocks_of, dispatches_of, living, store
from jiceng.matters.inputs import MatterRow
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.matters.registry import all_effects
from jiceng.matters.rights import may, refused_because
from jiceng.matters.sections import EffectSpec, MatterSpec, StepSpec
from jiceng.matters.sections.fields import CALLED_BACK
from jiceng.matters.values import RECORDS, Filling, as_text
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_text
from jiceng.records.writing import AlreadyDoneError, write

MOST_AUTOMATIC = 20
"""Steps that the system may take in a row; a flow that goes on is refused."""

_TURNING: ContextVar[frozenset[int]] = ContextVar("turning", default=frozenset())
"""The matters in which a step is just being taken, whose effects are under way."""

OVER = frozenset(
    {
        DispatchState.ACCEPTED,
        DispatchState.REFUSED,
        DispatchState.PASSED,
        DispatchState.EXCLUDED,
        DispatchState.WITHDRAWN,
    }
)
"""States in which a receiver has no part in the matter any more."""

MOST_ACTION = 60
"""So many characters of a step's name an audit entry has room for."""

EVENT = "event:"
"""How the result of a step's command begins."""


@contended
def act(
    *,
    by: Acting,
    matter: int,
    step: str,
    given: Mapping[str, Any] | None = None,
    note: str = "",
    dispatch: int | None = None,
    expected: int | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Event:
    """Take `step` in a matter (or on one of its dispatches), with its effects, clocks, timeline and audit, all or
    nothing; then whatever the system does by itself.

    `given` are values by field key, `expected` the version that the person saw, `at` the aware moment
    (default: now, at its place), `key` makes it happen once. Gives the line of the timeline.
    Raises Denied for who may not; Refusal for a step out of order, on a closed matter, on an older version,
    before the last step or to come, or with wrong values.
    """
    try:
        with write(by=by.actor, action=f"matter.{step}"[:MOST_ACTION], reason=note, key=key) as writing:
            found = locked(matter)
            turning = _turning(found, by, at, step, dispatch, note)
            _refuse_outdated(found, expected, turning.dispatch)
            turning.office, turning.unit = _entitled(turning)
            turning.values = _filled(turning, given or {})
            event = take_step(turning)
            run_automatic(found, turning.spec, turning.at)
            finish(found, turning.spec, turning.at)
            writing.result = f"{EVENT}{event.pk}"
    except AlreadyDoneError as done:
        return _done_before(done, by, matter, step)
    return event


def _done_before(done: AlreadyDoneError, by: Acting, matter: int, step: str) -> Event:
    """The line of the timeline that the first arrival made. Raises Refusal where the key was that of another act."""
    kind, _colon, key = done.result.rpartition(":")
    rows = Event.objects.filter(matter=matter, step=step, actor=by.actor.key)
    found: Event | None = rows.filter(pk=int(key)).first() if f"{kind}:" == EVENT else None
    if found is None:
        raise Refusal(_("这次提交与先前的另一次混淆了"), remedy=_("刷新后再办"))
    return found


def _turning(
    matter: Matter, by: Acting, at: datetime | None, step: str, dispatch: int | None, note: str
) -> Turning:
    """The step about to be taken. Raises Refusal for one that the flow does not have, or not here and now."""
    spec = spec_of(matter.flow)
    found = spec.steps.get(step)
    if found is None:
        raise Refusal(_("流程里没有这一步"), str(matter))
    last = last_line(matter)
    moment = moment_of(matter, at, last)
    part = _dispatch(matter, found, dispatch)
    _refuse_out_of_order(matter, spec, found, part, last)
    text = clean_text(note, _("说明"))
    if found.note == "required" and not text:
        raise Refusal(_("没有填写说明"), str(matter), _("写明情况"))
    return Turning(matter, spec, by, moment, step, dispatch=part, note=text)


def _dispatch(matter: Matter, step: StepSpec, key: int | None) -> Dispatch | None:
    """Which dispatch is meant; whoever holds the matter holds its dispatches."""
    if step.on == "matter":
        return None
    found = next((dispatch for dispatch in dispatches_of(matter) if dispatch.pk == key), None)
    if found is None:
        raise Refusal(_("没有这张派单"), str(matter))
    if ended_before(matter, found):
        raise Refusal(_("这张派单已随上次办结而结束"), str(matter), _("重新派单"))
    return found


def ended_before(matter: Matter, dispatch: Dispatch) -> bool:
    """Whether a dispatch ended when the matter was closed, which has been reopened since."""
    return dispatch.ended_on is not None and dispatch.state not in OVER and matter.phase != Phase.DONE


def _refuse_out_of_order(
    matter: Matter, spec: MatterSpec, step: StepSpec, part: Dispatch | None, last: Event | None
) -> None:
    """Raise Refusal where the step does not lead on from the state, saying who brought it there."""
    state = part.state if part is not None else matter.state
    ready = state in step.of
    if part is not None:
        ready = ready and (matter.state in step.in_ if step.in_ else matter.phase != Phase.DONE)
    if ready:
        return
    label = DispatchState(state).label if part is not None else spec.states[state].label
    done = ""
    if last is not None:
        taken = spec.steps.get(last.step)
        said = {"who": last.actor_name, "step": taken.label if taken else last.step}
        done = _("上一步是%(who)s办的“%(step)s”") % said
    what = _("现在是“%(state)s”，不能“%(step)s”") % {"state": label, "step": step.label}
    raise Refusal(what, str(matter), done or _("刷新后再看"))


def _refuse_outdated(matter: Matter, expected: int | None, part: Dispatch | None) -> None:
    """Raise Refusal where someone moved the matter, or this dispatch, after the version that was seen."""
    if expected is None or expected >= matter.version:
        return
    newer = Event.objects.filter(matter=matter, seq__gt=expected).order_by("-seq")
    for event in newer:
        moved = event.before != event.after
        mine = event.dispatch_id is None or (part is not None and event.dispatch_id == part.pk)
        if moved and mine:
            said = {"who": event.actor_name, "at": timezone.localtime(event.at).strftime("%m-%d %H:%M")}
            what = _("%(who)s已在%(at)s办理过") % said
            raise Refusal(what, str(matter), _("刷新后再看"))


def _entitled(turning: Turning) -> tuple[str, int | None]:
    """The office by which the step is taken, and the unit it acts for. Raises Denied for who may not take it."""
    step, by = turning.spec.steps[turning.step], turning.by
    if by.hand != step.by:
        raise Denied(refused_because(step), str(turning.matter))
    if by.hand == Hand.REPORTER:
        _refuse_late(turning, step)
    if by.hand != Hand.PERSON:
        return "", None
    assert by.access is not None
    office = may(by.access, step, turning.matter, turning.dispatch)
    if office is None:
        raise Denied(refused_because(step), str(turning.matter), _("请有权的人办理"))
    return f"{office.place}{office.label}", office.unit


def _refuse_late(turning: Turning, step: StepSpec) -> None:
    """Raise Refusal where the reporter would reopen what has been closed for longer than the type allows."""
    matter, spec = turning.matter, turning.spec
    if not reopens(spec, step, matter) or may_reopen(spec, matter, turning.day):
        return
    if not spec.reopen_days:
        raise Refusal(_("这类事项办结后不能要求重办"), str(matter), _("重新反映"))
    what = _("办结已超过%(days)s天，不能再要求重办") % {"days": spec.reopen_days}
    raise Refusal(what, str(matter), _("重新反映"))


def reopens(spec: MatterSpec, step: StepSpec, matter: Matter) -> bool:
    """Whether `step` would open the closed matter anew."""
    return matter.phase == Phase.DONE and step.to is not None and spec.states[step.to].phase != Phase.DONE


def may_reopen(spec: MatterSpec, matter: Matter, day: date) -> bool:
    """Whether the reporter may still ask on `day` for the closed matter to be taken up again."""
    if matter.closed_on is None:
        return True
    return spec.reopen_days > 0 and (day - matter.closed_on).days <= spec.reopen_days


def _filled(turning: Turning, given: Mapping[str, Any]) -> dict[str, Any]:
    step, matter = turning.spec.steps[turning.step], turning.matter
    if not holds(step.when, MatterRow(matter, turning.day, turning.at), turning.day):
        raise Refusal(_("还不具备“%(step)s”的条件") % {"step": step.label}, str(matter))
    access = turning.by.access
    scope = access.scope() if access is not None else Scope()
    filling = Filling(turning.spec, matter.region, turning.day, scope, turning.value)
    return filling.checked(step.fields, step.optional, given)


# ---------------------------------------------------------------------------------------- taking a step
def take_step(turning: Turning) -> Event:
    """Take a step that has been checked: values, state, timeline, effects, clocks. The caller finishes, by which the
    matter is stored.
    """
    step, matter, part = turning.spec.steps[turning.step], turning.matter, turning.dispatch
    before = part.state if part is not None else matter.state
    keep_values(turning)
    if part is not None:
        _enter_dispatch(turning, step, part)
    elif step.to:
        enter(matter, turning.spec, step.to, turning.at, step.outcome)
    if step.does:  # which may look at the matter as it is stored
        store(matter)
    run_effects(turning, step.does)
    event = record(turning, before)
    follow(matter, turning.spec, turning.step, turning.at, turning.day, part)
    return event


def run_effects(turning: Turning, effects: Iterable[EffectSpec]) -> None:
    """Let the effects happen, one after the other. Whatever they do to other matters, these leave this one alone."""
    mark = _TURNING.set(_TURNING.get() | {turning.matter.pk})
    try:
        for effect in effects:
            all_effects()[effect.do].run(turning, effect.settings)
    finally:
        _TURNING.reset(mark)


def in_hand() -> frozenset[int]:
    """The matters in which a step is just being taken: nothing else may move them now."""
    return _TURNING.get()


def keep_values(turning: Turning) -> None:
    """Put what was filled in where it belongs: into columns, or with the matter's (the dispatch's) own data."""
    matter, part = turning.matter, turning.dispatch
    own: dict[str, Any] = {}
    for key, value in turning.values.items():
        field = turning.spec.fields[key]
        if field.column is None:
            own[key] = value
        elif field.column == "point":
            matter.longitude, matter.latitude = value
        elif part is not None and field.column in ("answer", "coming", "cooperation", "effect"):
            setattr(part, field.column, value)
        else:
            setattr(matter, f"{field.column}_id" if field.kind in RECORDS else field.column, _stored(value))
        if field.column in CALLED_BACK:
            matter.asked_on = turning.day
    if own:
        holder = part if part is not None else matter
        holder.data = as_text({**json.loads(holder.data), **own})


def _stored(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def enter(matter: Matter, spec: MatterSpec, state: str, at: datetime, outcome: str) -> None:
    """Bring the matter into `state`: closing it, or opening it anew, where the state's phase says so."""
    phase, was = spec.states[state].phase, matter.phase
    matter.state, matter.phase = state, phase
    if phase == Phase.DONE and was != Phase.DONE:
        matter.closed_at, matter.closed_on = at, timezone.localdate(at)
        matter.days_taken = (matter.closed_on - matter.raised_on).days
    elif phase != Phase.DONE and was == Phase.DONE:
        matter.closed_at = matter.closed_on = matter.days_taken = None
        matter.reopened += 1
    if phase == Phase.DONE:
        matter.outcome = outcome or matter.outcome
    else:
        matter.outcome = ""


def _enter_dispatch(turning: Turning, step: StepSpec, part: Dispatch) -> None:
    at, day = turning.at, turning.day
    if step.to:
        part.state = step.to
    if step.to == DispatchState.SIGNED and part.signed_at is None:
        part.signed_at = at
        _take_over(turning, part)
    if step.to == DispatchState.ARRIVED and part.arrived_at is None:
        part.arrived_at, part.arrived_on = at, day
    if step.to == DispatchState.ANSWERED:
        part.answered_at, part.answered_on = at, day
        own = (clock for clock in clocks_of(turning.matter) if clock.dispatch_id == part.pk)
        part.late = any(c.stopped_at is None and c.due_at is not None and c.due_at < at for c in own)
    elif step.to in WORKING:
        part.answered_at = part.answered_on = part.late = None
    part.ended_on = day if part.state in OVER else None
    store(turning.matter, part)


def _take_over(turning: Turning, part: Dispatch) -> None:
    """Who passed a dispatch on stays responsible until the other signs for it: that is now."""
    former = next((each for each in dispatches_of(turning.matter) if each.pk == part.before_id), None)
    if former is None or former.ended_on is not None:
        return
    former.state, former.ended_on = DispatchState.PASSED, turning.day
    store(turning.matter, former)
    follow(turning.matter, turning.spec, turning.step, turning.at, turning.day, former)


# ------------------------------------------------------------------------------------------- afterwards
def ready_step(matter: Matter, spec: MatterSpec, at: datetime) -> str | None:
    """The first step of the system's own whose condition holds at `at`; None where there is none."""
    day = timezone.localdate(at)
    row = MatterRow(matter, day, at)
    ready = (
        key
        for key, step in spec.steps.items()
        if step.by == Hand.SYSTEM
        and step.automatic
        and step.on == "matter"
        and matter.state in step.of
        and step.to != matter.state
        and holds(step.when, row, day)
    )
    return next(ready, None)


def run_automatic(matter: Matter, spec: MatterSpec, at: datetime) -> int:
    """Take the steps that are the system's own for as long as their conditions hold; gives how many.

    Raises Refusal for a flow that would go on for ever: then nothing has happened.
    """
    by = Acting.system("matters")
    for taken in range(MOST_AUTOMATIC):
        key = ready_step(matter, spec, at)
        if key is None:
            return taken
        take_step(Turning(matter, spec, by, at, key))
    raise Refusal(_("流程循环，停不下来"), str(matter), _("请做法包的作者改正系统步骤的条件"))


def finish(matter: Matter, spec: MatterSpec, at: datetime) -> None:
    """End what a closed matter leaves open, store it, and say whose turn it is now."""
    if matter.phase == Phase.DONE:
        for part in living(matter):
            if part.state in WORKING:
                part.state = DispatchState.WITHDRAWN
            part.ended_on = timezone.localdate(at)
            store(matter, part)
        for clock in clocks_of(matter):
            if clock.stopped_at is None:
                stop(matter, clock, at)
    matter.amber_at, matter.due_at = earliest(matter)
    store(matter)
    turns.renew(matter, spec, at)
    if matter.phase == Phase.DONE:
        _rouse_neighbours(matter, at)


def _rouse_neighbours(matter: Matter, at: datetime) -> None:
    """Let the matters that hang together with one that has ended look at their own conditions again: one that was
    served closes, a draft that has become pointless falls, what an appeal overturns goes on. Those that a step is just
    being taken in look for themselves afterwards.
    """
    for key in neighbours_of(matter):
        if key not in in_hand():
            neighbour = Matter._base_manager.get(pk=key)  # read now: one of them may have moved another
            settle(neighbour, not_before(neighbour, at))


def settle(matter: Matter, at: datetime) -> int:
    """Take the system's own steps in `matter`, inside a write that holds it, where their conditions have come to
    hold from outside: its subject changed, a matter beside it ended. Gives how many.
    """
    spec = spec_of(matter.flow)
    taken = run_automatic(matter, spec, at)
    if taken:
        finish(matter, spec, at)
    elif matter.phase != Phase.DONE:  # who may do what now depends on the same conditions
        turns.renew(matter, spec, at)
    return taken
