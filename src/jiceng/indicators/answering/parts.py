"""The parts of a figure: which there are, what they are called, and in which order they stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from jiceng.indicators.answering.running import Running
from jiceng.indicators.answering.trees import Node, Root, heads, nodes_at, nodes_of_earlier
from jiceng.indicators.answering.values import Part
from jiceng.indicators.engine import Row
from jiceng.indicators.shapes import NODES
from jiceng.packs.filters.nodes import ColumnPath
from jiceng.packs.filters.resolving import Unresolved, column_of
from jiceng.protection.scopes import Scope, ScopedModel
from jiceng.records.facts import all_facts
from jiceng.records.refusals import Refusal


def parts_of(running: Running, ratio: bool) -> tuple[Part, ...]:
    """The parts that the question asks for. Raises Refusal for a column that the fact has not."""
    written = running.question.by
    if written in NODES:
        return tuple(_tree_parts(running, ratio))
    fact = all_facts()[running.asked.indicator.fact]
    try:
        column = column_of(fact, written.partition("@")[0])
    except Unresolved as found:
        raise Refusal(found.what, remedy=found.remedy) from None
    return tuple(_column_parts(running, column, ratio))


def _part(running: Running, row: Row, ratio: bool, **known: Any) -> Part:
    key, numerator, denominator, rows = row
    unit = running.asked.indicator.unit
    return Part(numerator, denominator, rows, unit, ratio, key, **known)


# ----------------------------------------------------------------------------------------- by a column
def _column_parts(running: Running, column: ColumnPath, ratio: bool) -> Iterable[Part]:
    rows = running.rows("parts")
    labels = _labels(running, column, [row[0] for row in rows if row[0] is not None])
    order = {key: place for place, key in enumerate(labels)}
    for row in sorted(rows, key=lambda row: order.get(row[0], len(order))):
        yield _part(running, row, ratio, label=labels.get(row[0], _("（未填）")))


def _labels(running: Running, column: ColumnPath, keys: Sequence[Any]) -> Mapping[Any, str]:
    """What the parts are called, in the order in which they stand: a vocabulary's own, else by name or
    size.
    """
    if column.kind == "code":
        catalogue = running.asked.catalogue
        known = list(catalogue.vocabularies.get(column.vocabulary) or catalogue.section(column.vocabulary))
        placed = {key: place for place, key in enumerate(known)}
        ordered = sorted(keys, key=lambda key: (placed.get(key, len(placed)), key))
        return {key: catalogue.label(key, vocabulary=column.vocabulary) for key in ordered}
    if column.kind == "boolean":
        return {key: _("是") if key else _("否") for key in sorted(keys, reverse=True)}
    if column.kind == "id":
        names = names_of(column.to, keys, running.question.scope)
        return {
            key: names.get(key, HIDDEN) for key in sorted(keys, key=lambda key: (names.get(key, "~"), key))
        }
    return {key: str(key) for key in sorted(keys)}


HIDDEN = "—"
"""What stands for the name of a record that the asker may not see."""


def names_of(fact: str, keys: Iterable[int], scope: Scope) -> Mapping[int, str]:
    """The names of records of `fact`, as far as `scope` shows them."""
    model = apps.get_model(all_facts()[fact].model)
    rows = model.visible_to(scope) if issubclass(model, ScopedModel) else model._base_manager.all()
    return {key: str(record) for key, record in rows.in_bulk(list(keys)).items()}


# ------------------------------------------------------------------------------------------- by a tree
def _tree_parts(running: Running, ratio: bool) -> Iterable[Part]:
    """A part for every node at the depth asked for, also where it has nothing, in the order of the tree."""
    question = running.question
    day = question.map_day(False) if question.map == "today" else None
    day = day or (question.between[1] if running.asked.indicator.time == "flow" else question.day)
    node = question.node if question.by == question.tree else None
    asked = heads(running.engine, question.by, node, day, question.steps)
    found = {row[0]: row for row in running.rows("parts")}
    nodes = _nodes(running, asked, day, found)
    nothing = None if running.asked.indicator.measure == "minimum" else 0
    beside = {root.head for root in asked if root.head is not None}
    for key, known in nodes.items():
        row = found.get(key)
        if row is None and (not known.living or not known.name):
            continue
        yield _part(
            running,
            row or (key, nothing, 0 if ratio else None, 0),
            ratio,
            label=known.name or HIDDEN,
            beside=key in beside,
            pending=known.pending,
            ended=not known.living,
        )
    if None in found:
        yield _part(running, found[None], ratio, label=_("本级及未定位"))


def _nodes(
    running: Running, asked: Sequence[Root], day: date, found: Iterable[int | None]
) -> dict[int, Node]:
    """The nodes that parts may be on `day`, then those of `found` that had ended by then; named as far as the
    asker may see them.
    """
    tree = running.question.by
    listed = [
        node for root in asked if root.head is None for node in nodes_at(running.engine, tree, root, day)
    ]
    nodes = {node.id: node for node in listed}
    gone = sorted(key for key in found if key is not None and key not in nodes)
    nodes |= {key: Node(key, "", living=False) for key in gone}
    if tree == "territory":
        earlier = nodes_of_earlier(running.engine, gone, day) if gone else []
        named = {node.id: node for node in earlier}
        return {key: node for key, node in nodes.items() if key not in named} | named
    names = names_of(NODES[tree][0], nodes, running.question.scope)
    return {key: Node(key, node.path, names.get(key, ""), node.living) for key, node in nodes.items()}
