"""The card of a matter: as many queries for a long one as for a short one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiceng.accounts.permissions import Permission as P
from jiceng.matters.clocks import Light
from jiceng.matters.enums import DispatchState, Outcome, Part, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Dispatch, Event, Matter
from jiceng.matters.queries.buttons import Button, buttons
from jiceng.matters.queries.inbox import holders, nudges
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.queries import ancestors, codes_upwards
from jiceng.packs.catalogue import current
from jiceng.records.attachments import attachments_of
from jiceng.web.matters.cards.linking import links_of
from jiceng.web.matters.cards.locating import place_of
from jiceng.web.matters.cards.parts import Body, ButtonShown, DispatchShown
from jiceng.web.matters.cards.reporting import reporters_of
from jiceng.web.matters.cards.telling import told
from jiceng.web.matters.cards.timing import clocks_shown
from jiceng.web.matters.cards.values import Fact, Piece, Values, record_piece
from jiceng.web.matters.forms.sheets import held
from jiceng.web.matters.moments import countdown
from jiceng.web.matters.naming import holder, said, state_name, users_named, which
from jiceng.web.registry.listing.terms import Words

ENDED_BADLY = frozenset(
    {DispatchState.REFUSED, DispatchState.PASSED, DispatchState.EXCLUDED, DispatchState.WITHDRAWN}
)
LIGHTS = {
    DispatchState.SENT: Light.AMBER, DispatchState.SIGNED: Light.AMBER, DispatchState.ARRIVED: Light.AMBER,
    DispatchState.ASKED_OUT: Light.AMBER, DispatchState.ANSWERED: Light.GREEN, DispatchState.ACCEPTED: Light.GREEN,
}  # fmt: skip
"""How far a receiver has come, as a light; those that have no part in it any more have none."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the parts of one card share."""

    request: Any
    matter: Matter
    spec: MatterSpec
    words: Words
    values: Values
    now: datetime


def build(request: Any, matter: Matter, now: datetime) -> Body:
    """Everything that the page of `matter` shows at the moment `now`."""
    spec = spec_of(matter.flow)
    dispatches = list(
        Dispatch._base_manager.filter(matter=matter).select_related("unit", "before__unit").order_by("pk")
    )
    clocks = list(Clock.objects.filter(matter=matter))
    events = list(Event.objects.filter(matter=matter).order_by("-seq"))
    words = Words(current(), codes_upwards(matter.region))
    given = [
        {key: held(matter, None, spec, key) for key in spec.fields},
        *(json.loads(d.data) for d in dispatches),
    ]
    given += [event.values() for event in events]
    known = Known(request, matter, spec, words, Values(request, spec, words, given), now)
    offered = (
        buttons(request.access, matter, spec, dispatches, now) if request.access.may(P.MATTERS_ACT) else ()
    )
    pressed = _buttons(known, offered)
    parts = [_part(known, d, clocks, [b for b in pressed if b.dispatch == d.pk]) for d in dispatches]
    light, left = countdown(matter.amber_at, matter.due_at, now)
    return Body(
        type=said(spec),
        state=state_name(spec, matter.state),
        phase=matter.phase,
        outcome=str(Outcome(matter.outcome).label) if matter.outcome else "",
        place=_place(matter),
        light=light,
        said=left or (_("暂停计时") if matter.phase == Phase.PAUSED else ""),
        facts=_facts(known, given[0]),
        holders=_holders(matter),
        clocks=clocks_shown((c for c in clocks if c.dispatch_id is None), spec, now),
        dispatches=[part for part, d in zip(parts, dispatches, strict=True) if d.state not in ENDED_BADLY],
        former=[part for part, d in zip(parts, dispatches, strict=True) if d.state in ENDED_BADLY],
        events=told(known.values, spec, events, {d.pk: str(d.unit) for d in dispatches}),
        links=links_of(request, matter),
        files=attachments_of([matter])[matter.pk],
        buttons=[b for b in pressed if b.dispatch is None],
        map=place_of(matter),
        reporters=reporters_of(request, matter, words),
        nudges=nudges([matter.pk]).get(matter.pk, 0),
    )


def _place(matter: Matter) -> str:
    """The regions around the matter, from the outermost in."""
    return " / ".join([*(span.name for span in reversed(ancestors(matter.region))), matter.region.name])


def _facts(known: Known, values: Mapping[str, Any]) -> list[Fact]:
    """What is known of the matter itself: what every one has, then the type's own fields."""
    matter, words = known.matter, known.words
    lines = [
        (pgettext("matter", "类别"), words.label(matter.category, known.spec.categories)),
        (_("分级"), words.label(matter.grade, known.spec.grades)),
        (_("来源"), words.label(matter.channel, "matter_channels")),
        (
            pgettext("step", "提出"),
            f"{timezone.localtime(matter.raised_at):%Y-%m-%d %H:%M} {matter.raised_by_name}",
        ),
    ]
    found = [Fact(label, [Piece(text)]) for label, text in lines if text]
    subjects = (
        (_("单位"), matter.unit),
        (_("党组织"), matter.party_org),
        (_("人员"), matter.person),
        (_("户"), matter.household),
    )
    for label, record in subjects:
        if record is not None:
            found.append(Fact(label, [record_piece(known.request.access, record)]))
    said_above = {"title", "text", "category", "grade", "unit", "party_org", "person", "household", "point"}
    own = {key: v for key, v in values.items() if known.spec.fields[key].column not in said_above}
    return [*found, *known.values.facts(own)]


def _holders(matter: Matter) -> list[tuple[str, datetime, bool]]:
    """Who has the matter now and since when; whether somebody has taken it upon herself."""
    turns = holders([matter.pk]).get(matter.pk, ())
    users = users_named([turn.user for turn in turns])
    found = {holder(t, users): (timezone.localtime(t.since), t.user is not None) for t in turns}
    return [(name, since, taken) for name, (since, taken) in found.items()]


def _buttons(known: Known, offered: Sequence[Button]) -> list[ButtonShown]:
    found, led = [], set()
    for place, button in enumerate(offered, start=1):
        step, part = button.step, button.dispatch
        asked = f"?{urlencode({'dispatch': part.pk})}" if part is not None else ""
        group = part.pk if part is not None else None
        main = group not in led and not button.why and _is_waited_for(button, known.matter)
        if main:
            led.add(group)
        found.append(
            ButtonShown(
                key=button.key,
                label=said(step),
                url=reverse("matters:step", args=[which(known.matter.number, known.matter.uid), button.key])
                + asked,
                main=main,
                asks=bool(step.fields or step.optional or step.note == "required"),
                note=step.note,
                why=button.why,
                digit=str(place) if place <= 9 else "",
                dispatch=group,
            )
        )
    return found


def _is_waited_for(button: Button, matter: Matter) -> bool:
    """Whether the matter, or the receiver's part, stands still until this step is taken."""
    step, part = button.step, button.dispatch
    state = part.state if part is not None else matter.state
    return step.waits and step.to not in (None, state) and (part is None or step.side == "receiver")


def _part(
    known: Known, dispatch: Dispatch, clocks: Sequence[Clock], pressed: Sequence[ButtonShown]
) -> DispatchShown:
    state = DispatchState(dispatch.state)
    sent = (_("派单"), dispatch.sent_at, dispatch.sent_by_name)
    moments = (
        (_("签收"), dispatch.signed_at), (_("到场"), dispatch.arrived_at), (_("答复"), dispatch.answered_at),
    )  # fmt: skip
    marks = {"coming": _("到场"), "cooperation": _("配合"), "effect": _("成效")}
    marked = [
        Fact(label, [Piece(known.words.label(getattr(dispatch, column), "dispatch_marks"))])
        for column, label in marks.items()
        if getattr(dispatch, column)
    ]
    ended = dispatch.ended_on is not None
    return DispatchShown(
        key=dispatch.pk,
        unit=record_piece(known.request.access, dispatch.unit),
        part=str(Part(dispatch.part).label),
        state=str(state.label),
        light=LIGHTS.get(state, Light.STANDS).value,
        ended=ended,
        passes=dispatch.passes,
        lines=[
            (what, timezone.localtime(at), by)
            for what, at, by in (sent, *((label, at, "") for label, at in moments))
            if at is not None
        ],
        clocks=clocks_shown((c for c in clocks if c.dispatch_id == dispatch.pk), known.spec, known.now),
        answer=dispatch.answer,
        late=dispatch.late,
        facts=[*known.values.facts(json.loads(dispatch.data)), *marked],
        buttons=pressed,
    )
