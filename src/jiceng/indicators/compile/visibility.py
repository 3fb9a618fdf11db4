"""Which rows of a fact a scope shows: the same rule that the database's scoped tables follow
(`Scope.condition`).

What one may see follows from where things are today, so here references and places are read from the rows
of the entities, not from their spans.
"""

from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from django.apps import apps

from jiceng.indicators.compile.asked import asked_list
from jiceng.indicators.compile.places import node_path, routes
from jiceng.indicators.compile.tables import ID, relation
from jiceng.indicators.shapes import NODES
from jiceng.packs.filters.nodes import ColumnPath
from jiceng.packs.filters.resolving import column_of
from jiceng.protection.scopes import TREES, ScopedModel
from jiceng.records.facts import Fact, Reference, all_facts


def visible(fact: Fact) -> ir.Table:
    """The rows that the scope asked for shows, by key alone."""
    if fact.seen_with:
        return _seen_with(fact)
    found = _by_rule(fact, TREES)
    for label, column in _declared(fact).seen_through:
        found += [_seen_through(fact_of_model(label), column)]
    for label, column in _declared(fact).reached_through:
        found += [_reached_through(fact_of_model(label), column)]
    keys = reduce(ir.Table.union, found)
    return _within_area(fact, keys).select(ID)


def _seen_with(fact: Fact) -> ir.Table:
    """Keys of rows whose row of the fact they belong to is shown."""
    other = fact.column(fact.seen_with)
    assert isinstance(other, Reference)
    table = relation(fact.key)
    return table.filter(table[fact.seen_with].isin(visible(all_facts()[other.to])[ID])).select(ID)


def _declared(fact: Fact) -> type[ScopedModel]:
    """The model that declares how its rows are seen. One that declares nothing is seen by its fact's
    places.
    """
    model = apps.get_model(fact.model)
    return model if issubclass(model, ScopedModel) else ScopedModel


def fact_of_model(label: str) -> Fact:
    """The fact that counts the records of a model."""
    return next(fact for fact in all_facts().values() if fact.countable and fact.model == label)


def _by_rule(fact: Fact, trees: tuple[str, ...]) -> list[ir.Table]:
    """Keys of rows seen by their place in `trees`, by being held, or by belonging to what is held."""
    declared = _declared(fact)
    found = [_held(relation(fact.key), ID, fact.model)]
    for tree in trees:
        if routes(fact, tree) and (declared is ScopedModel or tree in declared.scope_paths):
            found += _by_place(fact, tree)
    for label, column in declared.held_by.items():
        found.append(_held(relation(fact.key), column, label))
    return found


def _held(table: ir.Table, column: str, label: str) -> ir.Table:
    held = asked_list("asked_held")
    records = held.filter(held["model"] == label)["record"]
    return table.filter(table[column].isin(records)).select(ID)


def _by_place(fact: Fact, tree: str) -> list[ir.Table]:
    allowed = asked_list("asked_scope")
    allowed = allowed.filter(allowed["tree"] == tree)
    found = []
    seen_at = tree == "territory" and fact.seen_at is not None
    paths = [_path_at(fact)] if seen_at else node_path(fact, tree)
    for path in paths:
        table = _today(relation(fact.key), path)
        inside = [table["@today"] >= allowed["lo"], table["@today"] < allowed["hi"]]
        found.append(table.semi_join(allowed, inside).select(ID))
    return found


def _path_at(fact: Fact) -> ColumnPath:
    """The column that holds the path of the region whose people see a row."""
    return column_of(fact, ".".join([*(fact.seen_at or ()), NODES["territory"][1]]))


def _today(table: ir.Table, path: ColumnPath) -> ir.Table:
    """`table` with what `path` leads to today as the column `@today`."""
    table = table.select(
        **{ID: table[ID], "@today": table[(path.through[0][0] if path.through else path.name)]}
    )
    for step, (_, fact) in enumerate(path.through):
        last = step + 1 == len(path.through)
        name = path.name if last else path.through[step + 1][0]
        other = relation(fact)
        joined = table.left_join(other, table["@today"] == other[ID])
        table = joined.select(**{ID: table[ID], "@today": other[name]})
    return table


def _seen_through(other: Fact, column: str) -> ir.Table:
    """Keys that rows of `other`, holding today and seen otherwise than by territory, point at."""
    beside = tuple(tree for tree in TREES if tree != "territory")
    keys = reduce(ir.Table.union, _by_rule(other, beside))
    table = relation(other.key)
    shown = table.filter(table[ID].isin(keys[ID]), table["valid_to"].isnull())
    return shown.select(**{ID: shown[column]})


def _reached_through(other: Fact, column: str) -> ir.Table:
    """Keys that rows of `other`, shown by whatever rule of their own, point at."""
    keys = reduce(ir.Table.union, _by_rule(other, TREES))
    table = relation(other.key)
    shown = table.filter(table[ID].isin(keys[ID]))
    return shown.select(**{ID: shown[column]})


def _within_area(fact: Fact, keys: ir.Table) -> ir.Table:
    """Those of `keys` in the territory the scope is cut down to. A row without a place is at the root."""
    area, table = asked_list("asked_area"), relation(fact.key)
    table = table.filter(table[ID].isin(keys[ID]))
    paths = [_today(table, path) for path in node_path(fact, "territory")]
    found: Any = table.select(**{ID: table[ID], "@today": ibis.literal("")}) if not paths else None
    for one in paths:
        known = one.mutate(**{"@today": ibis.coalesce(one["@today"], "")})
        found = known if found is None else found.union(known)
    return found.semi_join(area, [found["@today"] >= area["lo"], found["@today"] < area["hi"]])
