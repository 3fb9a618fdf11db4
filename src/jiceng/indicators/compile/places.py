"""Where rows stand in the three dated trees, and which part of a tree they belong to.

The trees themselves are worked out when a question is asked (`answering.trees`): a query finds, as a table,
which nodes lie in the subtrees asked for, for how long, and in which part.
"""

from collections.abc import Iterable
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from jiceng.indicators.compile.asked import asked_places
from jiceng.indicators.compile.rows import Rows, reach
from jiceng.indicators.compile.tables import ID, holds_on
from jiceng.indicators.shapes import NODES
from jiceng.packs.filters.nodes import ColumnPath
from jiceng.packs.filters.resolving import column_of
from jiceng.records.facts import Fact

NODE = "@node"
PART = "@part"  # a fact may have a column called part


def routes(fact: Fact, tree: str) -> tuple[tuple[str, ...], ...]:
    """The references by which a row finds its node: the first that leads anywhere. None: no place there."""
    found: tuple[str, ...] | None = getattr(fact, tree)
    if found is None:
        return ()
    return (found, *(fact.or_territory if tree == "territory" else ()))


def with_node(rows: Rows, tree: str) -> Rows:
    """The rows with the key of their node in `tree` as `NODE`, on the rows' day."""
    ways = routes(rows.fact, tree)
    rows = reach(rows, [column_of(rows.fact, ".".join(way)) for way in ways if way])
    found = [rows.table[".".join(way) or ID] for way in ways]
    node = ibis.coalesce(*found) if len(found) > 1 else found[0] if found else ibis.null("int64")
    return replace(rows, table=rows.table.mutate(**{NODE: node}))


def within_places(rows: Rows, tree: str, own_map: bool) -> Rows:
    """The rows whose node lies in the subtrees asked for. `own_map`: on the map of the rows' own day."""
    rows = with_node(rows, tree)
    places = asked_places("asked_places")
    table = rows.table.inner_join(places, _placed(rows, places, own_map)).select(rows.table)
    return replace(rows, table=table)


def with_parts(rows: Rows, tree: str, own_map: bool, *, all_rows: bool) -> Rows:
    """The rows with the node whose part they are in as `PART`; those that are in none have none.

    `all_rows`: also those outside the subtrees asked for. A row comes as often as it is in a part: a
    functional area counts what it holds too.
    """
    rows = with_node(rows, tree)
    places = asked_places("asked_parts")
    on = _placed(rows, places, own_map)
    joined = rows.table.left_join(places, on) if all_rows else rows.table.inner_join(places, on)
    return replace(rows, table=joined.select(rows.table, **{PART: places["part"]}))


def _placed(rows: Rows, places: ir.Table, own_map: bool) -> list[ir.BooleanValue]:
    on = [rows.table[NODE] == places["of"]]
    if own_map:
        on.append(holds_on(places["since"], places["until"], rows.day(rows.table)))
    return on


def node_path(fact: Fact, tree: str) -> Iterable[ColumnPath]:
    """The columns that hold the paths of a row's nodes in `tree`."""
    return [column_of(fact, ".".join([*route, NODES[tree][1]])) for route in routes(fact, tree)]
