"""Carrying out a document: everything or nothing, in one write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations import copies
from jiceng.organisations.models import Region, Restructuring
from jiceng.organisations.naming import initials
from jiceng.organisations.restructuring.documents import Document
from jiceng.organisations.restructuring.nodes import Node
from jiceng.organisations.restructuring.plan import Plan
from jiceng.organisations.restructuring.steps import Step
from jiceng.organisations.spans import (
    PARTY_ORGS,
    Dating,
    Stretches,
    begin_many,
    change_many,
    end_many,
    move_positions,
    no_later_than_today,
)
from jiceng.protection.actors import Actor
from jiceng.records import bulk
from jiceng.records.engine import take_turn
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


@dataclass(slots=True)
class Outcome:
    """What a document came to: keys of the entities it founded, ended and otherwise changed."""

    founded: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    restructuring: Restructuring | None = None

    def add(self, other: "Outcome") -> None:
        """Take in what another part of the document came to."""
        self.founded += other.founded
        self.ended += other.ended
        self.changed += other.changed


class _DryRunError(Exception):
    """Rolls a trial back."""


def apply_document(*, by: Actor, document: Document, dry_run: bool = False) -> Outcome:
    """Carry out `document` as of its day; gives what it came to. A dry run writes nothing.

    Raises Refusal for a document carried out before, an unknown or ended region, a cycle, a code in use, a
    day before a region's founding, before a later change of it, or still to come. Nothing is written then.
    """
    outcome = Outcome()
    try:
        with write(by=by, action="restructuring.apply", reason=document.name):
            take_turn("restructuring")
            record = _recorded(document)
            for dating, steps, where in document.by_tree():
                outcome.add(carry_out(dating, document.effective, steps, where=where, restructuring=record))
            outcome.restructuring = record
            if dry_run:
                raise _DryRunError
    except _DryRunError:
        outcome.restructuring = None
    return outcome


def _recorded(document: Document) -> Restructuring:
    before = Restructuring._base_manager.filter(
        document=document.number, effective=document.effective
    ).first()
    if before is not None:
        raise Refusal(
            _("文件 %(document)s（%(day)s 生效）已经执行过")
            % {"document": document.number, "day": document.effective},
            remedy=_("同一文件只执行一次；另有调整的，另立文号"),
        )
    record = Restructuring(
        document=document.number, name=document.name, effective=document.effective, steps=document.written
    )
    record.save()
    return record


def carry_out(
    dating: Dating,
    day: date,
    steps: Sequence[Step],
    *,
    where: Sequence[str] = (),
    restructuring: Restructuring | None = None,
) -> Outcome:
    """Take the steps on the tree of `day` and store what they come to; called inside `write(...)`."""
    no_later_than_today(day)
    plan = Plan(dating, day)
    plan.take(steps, where)
    changed = plan.changed()
    new = [n for n in (plan.nodes.by_key[k] for k in plan.touched) if n.key < 0]
    values = {n.key: _values(plan, n) for n in changed}
    _free_codes(dating, [*changed, *new])
    founded = _store_new(plan, new, restructuring)
    for node in changed:
        values[node.key][dating.above] = _stored(plan, node.above)
    ends = {n.key: values[n.key] for n in changed if n.was_living and not n.living}
    lives = {n.key: values[n.key] for n in changed if n.living}
    positions = {n.key: values[n.key] for n in changed if not n.was_living}
    end_many(dating, day, ends, restructuring=restructuring)
    change_many(dating, day, lives, restructuring=restructuring)
    move_positions(dating, day, positions, restructuring=restructuring)
    _renew_copies(dating, values.keys())
    return Outcome(founded, list(ends), list(lives))


def _values(plan: Plan, node: Node) -> dict[str, Any]:
    """The columns of a changed node, by attribute name; its parent follows once new nodes are stored."""
    found = {"name": node.name, "code": node.code, plan.dating.path: plan.path(node), "pending": node.pending}
    if node.name != node.was[1]:
        found["initials"] = initials(node.name)[: _room_for_initials(plan.dating)]
    return found | node.values


def _room_for_initials(dating: Dating) -> int:
    return int(dating.model._meta.get_field("initials").max_length)


def _free_codes(dating: Dating, nodes: Iterable[Node]) -> None:
    """Take codes that pass from one node to another away from the first, so that no two bear one while rows
    change.
    """
    listed = list(nodes)
    taken = {n.code for n in listed if n.living and n.code != n.old_code}
    holders = [n.key for n in listed if n.was_living and n.old_code in taken]
    rows = list(dating.model._base_manager.filter(pk__in=holders))
    for row in rows:
        row.code = f"~{row.pk}"
    bulk.change(rows, ("code",))


def _stored(plan: Plan, key: int | None) -> int | None:
    """The key in the database of the node with that key in the plan."""
    return plan.nodes.by_key[key].key if key is not None and key in plan.nodes.by_key else key


def _store_new(plan: Plan, new: Sequence[Node], restructuring: Restructuring | None) -> list[int]:
    """Store founded nodes, parents before children; their nodes learn their keys."""
    waiting, founded = list(new), []
    while waiting:
        ready = [n for n in waiting if n.above is None or _stored(plan, n.above) > 0]  # type: ignore[operator]
        entities, histories = [], {}
        for place, node in enumerate(ready):
            path, stretches = _birth(plan, node)
            entities.append(_entity(plan, node, path))
            histories[place] = stretches
        begin_many(plan.dating, entities, histories=histories, restructuring=restructuring)
        for node, entity in zip(ready, entities, strict=True):
            node.key = entity.pk
        founded += [e.pk for e in entities]
        waiting = [n for n in waiting if n.key < 0]
    return founded


def _entity(plan: Plan, node: Node, path: str) -> Any:
    values = {c: v for c, v in node.values.items() if hasattr(plan.dating.model, c)}
    entity = plan.dating.model(
        name=node.name,
        code=node.code,
        initials=initials(node.name)[: _room_for_initials(plan.dating)],
        valid_from=plan.day,
        **{plan.dating.above: _stored(plan, node.above), plan.dating.path: path},
        **values,
    )
    if plan.dating is PARTY_ORGS:
        entity.region_path = Region._base_manager.values_list("path", flat=True).get(pk=entity.region_id)
    return entity


def _birth(plan: Plan, node: Node) -> tuple[str, Stretches]:
    """The path of a founded node. A part of a split node stands under the whole before the day, as no node
    of its own, so that records assigned to it later count there on the map of their time.
    """
    path = plan.path(node)
    if node.predecessor is None:
        return path, ()
    whole = plan.nodes.by_key[node.predecessor]
    spans = plan.dating.span._base_manager.filter(**{plan.dating.key: whole.key}, valid_from__lt=plan.day)
    earlier = list(spans.order_by("valid_from").values_list("valid_from", plan.dating.path))
    segment = plan.allocator.under(*dict.fromkeys(p for _start, p in earlier))
    before = {"living": False, plan.dating.above: whole.key}
    stretches = [(start, {**before, plan.dating.path: p + segment}) for start, p in earlier]
    return path, [*stretches, (plan.day, {})]


def _renew_copies(dating: Dating, keys: Iterable[int]) -> None:
    """Records' copies of paths that have changed."""
    listed = sorted(keys)
    for start in range(0, len(listed), 10_000):
        some = dating.model._base_manager.filter(pk__in=listed[start : start + 10_000])
        copies.renew(some)
