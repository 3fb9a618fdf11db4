"""What makes a flow unable to work: states without a way in or out, steps that nobody can take or that go in a circle,
receivers who cannot answer, clocks that never stop.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jiceng.matters.enums import WORKING, DispatchState
from jiceng.matters.registry import all_effects
from jiceng.matters.sections.naming import Fault, effects_of, naming_faults
from jiceng.packs.filters.nodes import EVERYTHING

if TYPE_CHECKING:
    from jiceng.matters.sections.flows import MatterSpec
    from jiceng.matters.sections.steps import StepSpec


def faults_of(spec: "MatterSpec") -> Iterator[Fault]:
    """Everything that is wrong with the type as a whole; its parts have been checked one by one."""
    names = list(naming_faults(spec))
    yield from names
    if names:
        return
    yield from _raising(spec)
    yield from _states(spec)
    yield from _circles(spec)
    yield from _effects(spec)
    yield from _dispatches(spec)
    yield from _clocks(spec)


def _raising(spec: "MatterSpec") -> Iterator[Fault]:
    started = any(effect.do == "draft" for step in spec.steps.values() for effect in step.does)
    if not spec.raised_by and not spec.public and spec.subject != "matter" and not started:
        yield (), _("没有人能提出这类事项"), _("写 raised_by，或 public: true")


def _moves(spec: "MatterSpec") -> Mapping[str, set[str]]:
    """State → the states that some step leads to from it."""
    found: dict[str, set[str]] = {state: set() for state in spec.states}
    for step in spec.steps.values():
        if step.on == "matter" and step.to:
            for state in step.of:
                found[state].add(step.to)
    return found


def _reached(moves: Mapping[str, set[str]], begins: Iterable[str]) -> set[str]:
    seen, waiting = set(begins), deque(begins)
    while waiting:
        for state in moves[waiting.popleft()] - seen:
            seen.add(state)
            waiting.append(state)
    return seen


def _states(spec: "MatterSpec") -> Iterator[Fault]:
    moves = _moves(spec)
    done = {key for key, state in spec.states.items() if state.phase == "done"}
    if not done:
        yield ("states",), _("没有办结状态"), _("至少一个状态写 phase: done")
        return
    for state in sorted(set(moves) - _reached(moves, [spec.start])):
        what = _("状态“%(state)s”到不了") % {"state": state}
        yield ("states", state), what, _("写一个到它的步骤，或删去它")
    back: dict[str, set[str]] = {state: set() for state in moves}
    for state, to in moves.items():
        for other in to:
            back[other].add(state)
    for state in sorted(set(moves) - _reached(back, sorted(done))):
        what = _("从状态“%(state)s”办不结") % {"state": state}
        yield ("states", state), what, _("写一个离开它、通向办结的步骤")


def _automatic(step: "StepSpec") -> bool:
    return step.by == "system" and step.automatic and step.on == "matter" and step.when == EVERYTHING


def _circles(spec: "MatterSpec") -> Iterator[Fault]:
    """Steps that the system takes by itself, without a condition, and that come back to where they began."""
    moves: dict[str, set[str]] = {state: set() for state in spec.states}
    for step in spec.steps.values():
        if _automatic(step):
            for state in step.of:
                moves[state].add(step.to or state)
    for state in sorted(moves):
        if state in _reached(moves, sorted(moves[state])):
            yield (
                ("steps",),
                _("系统步骤从“%(state)s”出发又回到它，永远停不下来") % {"state": state},
                _("给其中一步写条件 when，或改 to"),
            )
            return


def _effects(spec: "MatterSpec") -> Iterator[Fault]:
    """Effects of a step that only a clock can have; steps that wait for an effect which nothing has."""
    taken = {getattr(effect.settings, "step", "") for _where, effect in effects_of(spec)}
    for key, step in spec.steps.items():
        if not step.automatic and key not in taken:
            what = _("步骤“%(key)s”不会自动做，也没有动作触发它") % {"key": key}
            yield ("steps", key, "automatic"), what, _("删去 automatic: false，或在某个动作里写 step")
    for key, step in spec.steps.items():
        for effect in step.does:
            if all_effects()[effect.do].late:
                what = _("“%(effect)s”只用于时限的 late") % {"effect": effect.do}
                yield ("steps", key, "does"), what, _("写到 clocks 里，或删去")


def _clocks(spec: "MatterSpec") -> Iterator[Fault]:
    """Clocks that begin where none of their ends can be reached, and those that leave some matter without a
    limit.
    """
    moves = _moves(spec)
    for key, clock in spec.clocks.items():
        where = ("clocks", key)
        if set(clock.starts) & set(clock.stops):
            what = _("时限“%(key)s”一开始就停") % {"key": key}
            yield (*where, "stops"), what, _("starts 与 stops 不写同一个状态")
        if clock.limits[-1].when != EVERYTHING:
            what = _("时限“%(key)s”不是对每件事都有规定") % {"key": key}
            yield (*where, "limits"), what, _("最后写一条不带 when 的")
        for state in clock.starts:
            ahead = _reached(moves, [state]) if clock.on == "matter" else _dispatch_ahead(spec, {state})
            if not ahead & set(clock.stops):
                what = _("时限“%(key)s”从“%(state)s”开始后永远停不了") % {"key": key, "state": state}
                yield (*where, "stops"), what, _("在 stops 里写一个走得到的状态")


def _dispatches(spec: "MatterSpec") -> Iterator[Fault]:
    """Steps on dispatches that never are in such a state; receivers who cannot answer nor send back."""
    brought = {state for _where, effect in effects_of(spec) for state in all_effects()[effect.do].brings}
    for key, step in spec.steps.items():
        if step.on == "dispatch" and not _dispatch_ahead(spec, brought) & set(step.of):
            what = _("没有派单会到“%(state)s”，这一步做不了") % {"state": "、".join(step.of)}
            yield ("steps", key, "from"), what, _("写一个派单的动作（does），或到这个状态的步骤")
    for state in sorted(brought & WORKING):
        if not _dispatch_ahead(spec, {state}) - WORKING:
            what = _("派单到“%(state)s”后，承办单位既不能答复也不能退回") % {"state": state}
            yield ("steps",), what, _("写 on: dispatch 的步骤，直到 answered 或 refused")


def _dispatch_ahead(spec: "MatterSpec", begins: Iterable[str]) -> set[str]:
    """The states that a dispatch can reach from `begins` by the type's own steps."""
    moves: dict[str, set[str]] = {state: set() for state in DispatchState.values}
    for step in spec.steps.values():
        if step.on == "dispatch" and step.to:
            for state in step.of:
                moves[state].add(step.to)
    return _reached(moves, begins)
