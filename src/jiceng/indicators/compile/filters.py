"""The packs' filter tree as a condition on rows.

A condition is true where the filter holds, and false or unknown where it does not; only `Not` tells these
two apart, and so makes the unknown false first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Protocol

import ibis
import ibis.expr.types as ir

from jiceng.indicators.compile.rows import (
    DAY,
    Rows,
    own_day,
    reach,
    row_table,
    spans_read,
    stock,
    valid,
    value,
)
from jiceng.indicators.compile.tables import ID, Day, holds_on
from jiceng.packs.filters.nodes import (
    AllOf,
    AnyOf,
    AskedDay,
    ColumnPath,
    Compare,
    Empty,
    Has,
    Node,
    Not,
    RankAtLeast,
    TermIn,
    Value,
    WithinDays,
    columns,
)
from jiceng.records.facts import Fact, all_facts

ASKED = "@asked"


class Terms(Protocol):
    """The vocabularies, as far as filters need them."""

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term and every term below it."""

    def ranked(self, vocabulary: str, at_least: float) -> frozenset[str]:
        """The terms whose rank is at least that."""


def filtered(rows: Rows, node: Node, terms: Terms) -> Rows:
    """The rows that meet `node`."""
    rows = reach(rows, columns(node))
    return rows.where(condition(node, rows, terms))


def condition(node: Node, rows: Rows, terms: Terms) -> ir.BooleanValue:
    """Whether rows, which have reached the columns of `node`, meet it."""
    match node:
        case AllOf(parts):
            return reduce(and_, (condition(part, rows, terms) for part in parts), ibis.literal(True))
        case AnyOf(parts):
            return reduce(or_, (condition(part, rows, terms) for part in parts))
        case Not(part):
            return ~is_true(condition(part, rows, terms))
        case Has():
            return _has(node, rows, terms)
        case Empty(column):
            return value(rows, column).isnull()
        case TermIn(column, wanted):
            below = (terms.below(column.vocabulary, term) for term in wanted)
            return value(rows, column).isin(sorted(frozenset().union(*below)))
        case RankAtLeast(column, _, rank):
            return value(rows, column).isin(sorted(terms.ranked(column.vocabulary, rank)))
        case WithinDays(column, days):
            today = rows.day(rows.table)
            return value(rows, column).between(today, today + ibis.interval(days=days))
        case Compare():
            return _compared(node, rows)


def is_true(met: ir.BooleanValue) -> ir.BooleanValue:
    """`met`, with what is unknown made false."""
    return ibis.coalesce(met, ibis.literal(False))


def _compared(node: Compare, rows: Rows) -> ir.BooleanValue:
    found = value(rows, node.column)
    wanted = [_literal(v, rows) for v in node.values]
    match node.operator:
        case "in":
            return reduce(or_, (found == one for one in wanted))
        case "eq":
            return found == wanted[0]
        case "gt":
            return found > wanted[0]
        case "gte":
            return found >= wanted[0]
        case "lt":
            return found < wanted[0]
        case "lte":
            return found <= wanted[0]


def _literal(wanted: Value, rows: Rows) -> ir.Value:
    if isinstance(wanted, AskedDay):
        return rows.day(rows.table)
    return ibis.date(wanted.isoformat()) if isinstance(wanted, date) else ibis.literal(wanted)


# ------------------------------------------------------------------------------------------------- has
def _has(node: Has, rows: Rows, terms: Terms) -> ir.BooleanValue:
    """Whether enough rows of another fact match: ours is among the keys that have enough of them."""
    theirs = all_facts()[node.fact]
    ours = [ID if our is None else str(our) for _, our in node.match]
    found = _on_each_day(node, rows, theirs, ours) if rows.each else _on_one_day(node, rows, theirs)
    found = filtered(found, node.where, terms)
    if node.total is not None:
        found = reach(found, [node.total])
    keys = [str(their) for their, _ in node.match] + ([ASKED] if rows.each else [])
    table = _enough(node, found, keys)
    ours += [DAY] if rows.each else []
    return _key(rows.table, ours).isin(table.select(key=_key(table, keys))["key"])


def _seen_on(node: Has, day: Day) -> Day:
    """The day for which their rows are read."""
    if node.day != "before":
        return day
    return lambda table: day(table) - ibis.interval(days=1)


def _on_one_day(node: Has, rows: Rows, theirs: Fact) -> Rows:
    day = _seen_on(node, rows.day)
    found = Rows(theirs, row_table(theirs), day) if node.day == "any" else stock(theirs, day)
    return reach(found, _matched(node))


def _on_each_day(node: Has, rows: Rows, theirs: Fact, ours: Sequence[str]) -> Rows:
    """Their rows for each key and day that ours have. The day ours asked about is kept in `ASKED`."""
    asked = rows.table.select(
        **{f"@{place}": rows.table[name] for place, name in enumerate(ours)}, **{DAY: DAY}
    )
    asked = asked.distinct()
    table = reach(Rows(theirs, row_table(theirs), own_day), _matched(node), dated=False).table
    seen = _seen_on(node, own_day)(asked)
    met = [table[str(their)] == asked[f"@{place}"] for place, their in enumerate(_matched(node))]
    met += [
        table[begins].isnull() | holds_on(table[begins], table[ends], seen)
        for begins, ends in spans_read(table)
    ]
    if node.day != "any":
        met.append(valid(table, theirs, seen))
    table = table.inner_join(asked, met).select(table, **{ASKED: asked[DAY], DAY: seen}).view()
    return Rows(
        theirs, table.drop(*(name for pair in spans_read(table) for name in pair)), own_day, each=True
    )


def _matched(node: Has) -> list[ColumnPath]:
    return [their for their, _ in node.match]


def _enough(node: Has, found: Rows, keys: Sequence[str]) -> ir.Table:
    """The keys that have enough rows, without those that match nothing."""
    known = found.table.filter([found.table[key].notnull() for key in keys])
    if node.total is None and node.at_least <= 1:
        return known
    amount = known.count()
    if node.total is not None:
        amount = ibis.coalesce(value(replace(found, table=known), node.total), 0).sum()
    return known.group_by(keys).agg(amount=amount).filter(lambda table: table["amount"] >= node.at_least)


def _key(table: ir.Table, names: Iterable[str]) -> ir.Value:
    """One value that stands for all columns `names`."""
    listed = list(names)
    if len(listed) == 1:
        return table[listed[0]]
    return ibis.struct({f"k{place}": table[name] for place, name in enumerate(listed)})
