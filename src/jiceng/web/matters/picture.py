"""A flow as a picture: what is drawn of a type, in the visitor's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiceng.matters.enums import DispatchState, Hand, Phase
from jiceng.matters.sections import MatterSpec, StepSpec
from jiceng.web.matters.drawing import Drawing, State, Step, draw
from jiceng.web.matters.naming import said


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole matter's way, and that of each receiver's part where the type has any."""

    matter: Drawing
    dispatch: Drawing | None


def picture_of(spec: MatterSpec, here: str = "", parts: Sequence[str] = ()) -> Picture:
    """The picture of a type; `here` is the state to be marked, `parts` those of the receivers."""
    states = [
        State(key, said(state), Phase(state.phase).value, here=key == here)
        for key, state in spec.states.items()
    ]
    own = {key: step for key, step in spec.steps.items() if step.on == "matter"}
    return Picture(draw(states, _steps(own, spec), spec.start), _dispatch(spec, parts))


def _dispatch(spec: MatterSpec, here: Sequence[str]) -> Drawing | None:
    own = {key: step for key, step in spec.steps.items() if step.on == "dispatch"}
    if not own:
        return None
    used = {state for step in own.values() for state in (*step.of, step.to) if state} | {DispatchState.SENT}
    states = [
        State(state.value, str(state.label), _look(state), here=state.value in here)
        for state in DispatchState
        if state in used
    ]
    return draw(states, _steps(own, spec), DispatchState.SENT)


def _look(state: DispatchState) -> str:
    over = (DispatchState.ACCEPTED, DispatchState.REFUSED, DispatchState.PASSED, DispatchState.EXCLUDED)
    return Phase.DONE.value if state in (*over, DispatchState.WITHDRAWN) else Phase.OPEN.value


def _steps(own: Mapping[str, StepSpec], spec: MatterSpec) -> list[Step]:
    """One line for every state in which a step may be taken; steps of the same people that lead from the same state to
    the same share one, and so do those that leave it as it is.
    """
    found: dict[tuple[str, str | None, str, str], list[str]] = {}
    for key, step in own.items():
        for source in step.of:
            to = step.to if step.to != source else None
            found.setdefault((source, to, _who(step), step.by.value), []).append(key)
    return [
        Step(" ".join(keys), source, to, _name([own[key] for key in keys], to, spec), who, look)
        for (source, to, who, look), keys in found.items()
    ]


def _name(steps: Sequence[StepSpec], to: str | None, spec: MatterSpec) -> str:
    """What the steps are called and where they lead, so that it can be read without following their line."""
    names = _("、").join(said(step) for step in steps)
    if to is None:
        return f"{names} ↺"
    state = str(DispatchState(to).label) if steps[0].on == "dispatch" else said(spec.states[to])
    return f"{names} → {state}"


def _who(step: StepSpec) -> str:
    """Who takes it."""
    if step.by == Hand.SYSTEM:
        return _("系统自动")
    if step.by == Hand.REPORTER:
        return _("反映人")
    roles = _("、").join(dict.fromkeys(doer.role_label for doer in step.who))
    return _("%(roles)s（须换人）") % {"roles": roles} if step.not_by else roles
