"""The rows of the inbox, everything in them worked out: as many queries for many rows as for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.matters.enums import Hand, Phase, Reason
from jiceng.matters.models import Matter, Turn
from jiceng.matters.queries.inbox import holders, nudges
from jiceng.matters.sections import MatterSpec, StepSpec
from jiceng.web.matters.inbox.asking import BY_DUE, MINE, OURS, Asked, rows_of
from jiceng.web.matters.moments import countdown
from jiceng.web.matters.naming import address_of, holder, place_name, said, specs_of, state_name, users_named
from jiceng.web.registry.listing import paging

NAMED = 2
"""So many of those who have a matter are named in its row; the card has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A matter in a pile. `key` is what is marked (a turn, in the person's own piles), `takes` whether it may be
    taken, `escalated` whether it is here because a clock ran out, `many` the steps that may be taken for several at
    once, as `type/step`.
    """

    key: int
    url: str
    number: str
    title: str
    type: str
    state: str
    category: str
    place: str
    holder: str
    light: str
    left: str
    due_at: datetime | None
    passes: int
    nudges: int
    reopened: int
    escalated: bool = False
    takes: bool = False
    many: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a pile. `bulk` are the steps that some of its rows offer for several at once, with their names."""

    rows: Sequence[Row]
    before: str
    after: str
    bulk: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a page share."""

    specs: Mapping[int, MatterSpec]
    urged: Mapping[int, int]
    users: Mapping[int, str]
    words: Any
    now: datetime


def page_of(request: Any, asked: Asked, words: Any, now: datetime) -> Page:
    """The page of the pile that `asked` names, what is late or due first."""
    rows = rows_of(request, asked.pile).filter(asked.where(now))
    leaf = paging.leaf(rows.select_related(None), BY_DUE, [], after=asked.after, before=asked.before)
    keys = [row[1] for row in leaf.rows]
    shown = _turns(asked, keys, words, now) if asked.of_turns else _matters(keys, words, now)
    bulk = {step: name for _row, steps in shown for step, name in steps.items()}
    return Page([row for row, _steps in shown], leaf.before, leaf.after, bulk)


def _turns(
    asked: Asked, keys: Sequence[int], words: Any, now: datetime
) -> Sequence[tuple[Row, Mapping[str, str]]]:
    rows = Turn.objects.select_related("matter__region__parent", "dispatch__unit", "region").in_bulk(keys)
    turns = [rows[key] for key in keys]
    known = _known([turn.matter for turn in turns], {turn.user for turn in turns}, words, now)
    shown = []
    for turn in turns:
        steps = _bulk(known.specs[turn.matter.flow_id], turn)
        more = {
            "key": turn.pk,
            "takes": asked.pile == OURS,
            "escalated": turn.reason == Reason.LATE,
            "many": " ".join(steps),
        }
        said_of = holder(turn, known.users) if turn.user and asked.pile != MINE else _part(turn)
        shown.append((_row(turn.matter, turn.amber_at, turn.due_at, said_of, known, more), steps))
    return shown


def _part(turn: Turn) -> str:
    """In one's own pile: as which unit one has the matter."""
    return str(turn.dispatch.unit) if turn.dispatch is not None else ""


def _matters(keys: Sequence[int], words: Any, now: datetime) -> Sequence[tuple[Row, Mapping[str, str]]]:
    rows = Matter._base_manager.select_related("region__parent").in_bulk(keys)
    matters, held = [rows[key] for key in keys], holders(keys)
    known = _known(matters, {turn.user for turns in held.values() for turn in turns}, words, now)
    shown: list[tuple[Row, Mapping[str, str]]] = []
    for matter in matters:
        by = list(dict.fromkeys(holder(turn, known.users) for turn in held.get(matter.pk, ())))
        said_of = _("、").join(by[:NAMED]) + (_("等 %(n)d 处") % {"n": len(by)} if len(by) > NAMED else "")
        shown.append((_row(matter, matter.amber_at, matter.due_at, said_of, known, {"key": matter.pk}), {}))
    return shown


def _known(matters: Sequence[Matter], users: set[int | None], words: Any, now: datetime) -> _Known:
    keys = [matter.pk for matter in matters]
    return _Known(specs_of(m.flow_id for m in matters), nudges(keys), users_named(users), words, now)


def _row(
    matter: Matter,
    amber_at: datetime | None,
    due_at: datetime | None,
    held_by: str,
    known: _Known,
    more: Mapping[str, Any],
) -> Row:
    spec = known.specs[matter.flow_id]
    light, left = countdown(amber_at, due_at, known.now)
    if not left:
        left = _("暂停计时") if matter.phase == Phase.PAUSED else _("不计时")
    return Row(
        url=address_of(matter),
        number=matter.number,
        title=matter.title,
        type=said(spec),
        state=state_name(spec, matter.state),
        category=known.words.label(matter.category, spec.categories),
        place=place_name(matter.region),
        holder=held_by,
        light=light,
        left=left,
        due_at=timezone.localtime(due_at) if due_at else None,
        passes=matter.passes,
        nudges=known.urged.get(matter.pk, 0),
        reopened=matter.reopened,
        **more,
    )


def _bulk(spec: MatterSpec, turn: Turn) -> Mapping[str, str]:
    """The steps that this turn is for and that may be taken for several at once, by `type/step`."""
    state = turn.matter.state if turn.dispatch is None else turn.dispatch.state
    return {
        f"{turn.matter.type}/{key}": said(step)
        for key, step in spec.steps.items()
        if step.bulk and state in step.of and _is_for(step, turn)
    }


def _is_for(step: StepSpec, turn: Turn) -> bool:
    on = "matter" if turn.dispatch is None else "dispatch"
    receiver = step.side == "receiver" or on == "matter"
    return (
        step.by == Hand.PERSON and step.on == on and receiver and any(d.role == turn.role for d in step.who)
    )
