"""The timeline of a matter's card, the latest first."""

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.matters.enums import DispatchState, Hand
from jiceng.matters.models import Event, Matter
from jiceng.matters.queries.inbox import NUDGE
from jiceng.matters.sections import MatterSpec
from jiceng.web.matters.cards.parts import EventShown
from jiceng.web.matters.cards.values import Values
from jiceng.web.matters.naming import said, state_name, step_name
from jiceng.web.matters.papers import paper_address
from jiceng.web.packs.shaping import english

LIGHTS = {NUDGE: "warn", "late": "bad"}
"""Steps that stand out in a timeline."""

LINKING = frozenset({"link", "unlink", "join"})
"""Lines that are about another matter."""


def told(
    values: Values, spec: MatterSpec, events: Iterable[Event], units: Mapping[int, str]
) -> list[EventShown]:
    """The lines of the timeline; `units` are the receivers by the key of their dispatch."""
    lines = list(events)
    others = _others(lines)
    return [_shown(values, spec, event, units, others) for event in lines]


def _other_of(event: Event) -> int:
    """The key of the matter that a line links to this one, or takes from it; 0 for none."""
    if event.step not in LINKING:
        return 0
    return next(
        (int(v) for key, v in event.values().items() if key in ("linked", "unlinked", "joined", "into")), 0
    )


def _others(events: Iterable[Event]) -> Mapping[int, str]:
    """The numbers of the matters that the lines name: one query, none for none."""
    keys = {key for event in events if (key := _other_of(event))}
    rows = Matter._base_manager.filter(pk__in=keys).values_list("pk", "number")
    return dict(rows) if keys else {}


def _shown(
    values: Values, spec: MatterSpec, event: Event, units: Mapping[int, str], others: Mapping[int, str]
) -> EventShown:
    step = spec.steps.get(event.step)
    by = str(Hand(event.hand).label) if event.hand != Hand.PERSON else event.actor_name
    office = f"{event.office}{' ' if event.office else ''}" if event.hand == Hand.PERSON else ""
    return EventShown(
        at=timezone.localtime(event.at),
        what=_what(spec, event),
        by=f"{office}{by}",
        about=units.get(event.dispatch_id or 0, "") or others.get(_other_of(event), ""),
        moved=_moved(spec, event),
        note=event.note,
        tells=((step.tells_en if english() else "") or step.tells) if step else event.tells,
        facts=values.facts(event.values()),
        light=LIGHTS.get(event.step, ""),
        paper=paper_address(spec, event),
    )


def _what(spec: MatterSpec, event: Event) -> str:
    """What happened: the step, and for a clock that ran out which one."""
    clock = spec.clocks.get(str(event.values().get("clock", ""))) if event.step == "late" else None
    return _("%(clock)s超时") % {"clock": said(clock)} if clock is not None else step_name(spec, event.step)


def _moved(spec: MatterSpec, event: Event) -> str:
    """Into which state the step has brought the matter, or the receiver's part; empty where it stayed."""
    if event.before == event.after or not event.after:
        return ""
    if event.dispatch_id is not None:
        return str(DispatchState(event.after).label) if event.after in DispatchState.values else event.after
    return state_name(spec, event.after)
