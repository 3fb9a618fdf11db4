"""Matters as commands tell them: as values for `--json`, as lines for people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from jiceng.matters.clocks import light
from jiceng.matters.enums import DispatchState
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Dispatch, Event, Matter
from jiceng.matters.sections import MatterSpec

LIGHTS = {"good": "○", "warn": "◐", "bad": "●", "none": "-"}

ENGINE = {
    "raise": "提出", "take": "认领", "nudge": "催办", "join": "并案", "link": "关联", "late": "超时",
    "unlink": "解除关联", "succeed": "承接", "release": "公开", "unrelease": "撤回公开",
}  # fmt: skip
"""Lines of the timeline that are no step of a flow."""


def matter_told(matter: Matter, now: datetime) -> dict[str, Any]:
    """What a list says of a matter (flow and region joined) at `now`; moments on the local clock, to the minute."""
    spec = spec_of(matter.flow)
    return {
        "number": matter.number,
        "title": matter.title,
        "type": matter.type,
        "type_label": spec.label,
        "state": matter.state,
        "state_label": state_label(spec, matter.state),
        "phase": matter.phase,
        "region": matter.region.name,
        "raised": _local(matter.raised_at),
        "closed": _local(matter.closed_at),
        "due": _local(matter.due_at),
        "light": str(light(matter.amber_at, matter.due_at, now)),
    }


def line_of(told: dict[str, Any]) -> str:
    """The same as one line, its columns parted by tabs."""
    columns = (told["number"], told["state_label"], told["region"], told["due"] or "", told["title"])
    return "\t".join((LIGHTS[told["light"]], *columns))


def whole_told(matter: Matter, now: datetime) -> dict[str, Any]:
    """A matter with everything that belongs to it."""
    spec = spec_of(matter.flow)
    clocks = Clock.objects.filter(matter=matter).select_related("dispatch__unit").order_by("pk")
    dispatches = Dispatch._base_manager.filter(matter=matter).select_related("unit").order_by("pk")
    events = Event.objects.filter(matter=matter).order_by("seq")
    return matter_told(matter, now) | {
        "text": matter.text,
        "values": matter.values(),
        "version": matter.version,
        "outcome": matter.outcome,
        "steps": [key for key, step in spec.steps.items() if step.on == "matter" and matter.state in step.of],
        "clocks": [_clock_told(clock, spec, now) for clock in clocks],
        "dispatches": [_dispatch_told(dispatch) for dispatch in dispatches],
        "timeline": [event_told(event, spec) for event in events],
    }


def lines_of(whole: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    yield f"{whole['number']}  {whole['title']}"
    yield f"{whole['type_label']}  {whole['region']}  {whole['state_label']}"
    if whole["text"]:
        yield whole["text"]
    for clock in whole["clocks"]:
        ended = {True: "按时", False: "超时", None: f"到期 {clock['due'] or '暂停中'}"}[clock["kept"]]
        whose = f"（{clock['unit']}）" if clock["unit"] else ""
        yield f"  时限 {clock['label']}{whose}  {clock['limit']}  {ended}"
    for dispatch in whole["dispatches"]:
        yield f"  派单 {dispatch['unit']}  {dispatch['state_label']}  {dispatch['answer']}".rstrip()
    for event in whole["timeline"]:
        before, after = event["before_label"], event["after_label"]
        moved = f"{before} → {after}" if before != after and before else after
        columns = (event["at"], event["actor"], event["step_label"], moved, event["note"])
        yield f"  {event['seq']:>3} {'  '.join(columns)}".rstrip()


def event_told(event: Event, spec: MatterSpec) -> dict[str, Any]:
    """A line of the timeline."""
    step = spec.steps.get(event.step)
    return {
        "seq": event.seq,
        "at": _local(event.at),
        "step": event.step,
        "step_label": step.label if step else ENGINE.get(event.step, event.step),
        "actor": event.actor_name,
        "office": event.office,
        "before": event.before,
        "before_label": state_label(spec, event.before, of_dispatch=event.dispatch_id is not None),
        "after": event.after,
        "after_label": state_label(spec, event.after, of_dispatch=event.dispatch_id is not None),
        "note": event.note,
        "values": event.values(),
    }


def state_label(spec: MatterSpec, state: str, *, of_dispatch: bool = False) -> str:
    """What a state of the matter, or of a dispatch, is called."""
    if of_dispatch and state in DispatchState.values:
        return str(DispatchState(state).label)
    return spec.states[state].label if state in spec.states else state


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _clock_told(clock: Clock, spec: MatterSpec, now: datetime) -> dict[str, Any]:
    return {
        "key": clock.key,
        "label": spec.clocks[clock.key].label,
        "unit": clock.dispatch.unit.name if clock.dispatch else "",
        "limit": clock.limit,
        "started": _local(clock.started_at),
        "due": _local(clock.due_at),
        "stopped": _local(clock.stopped_at),
        "kept": clock.kept,
        "light": str(light(clock.amber_at, clock.due_at, now)) if clock.stopped_at is None else "none",
    }


def _dispatch_told(dispatch: Dispatch) -> dict[str, Any]:
    return {
        "unit": dispatch.unit.name,
        "part": dispatch.part,
        "state": dispatch.state,
        "state_label": str(DispatchState(dispatch.state).label),
        "sent": _local(dispatch.sent_at),
        "answer": dispatch.answer,
        "ended": dispatch.ended_on,
    }
