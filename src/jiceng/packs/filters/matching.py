"""Whether one row meets a filter, in Python: for coverage rules and single records."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol

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
    WithinDays,
)

Row = Mapping[str, Any]
"""A row's columns by the fact's names: vocabulary columns as `pack:key`, references as the key of the other
row, `id` its own key. Dated columns as of the day asked for.
"""


class Lookup(Protocol):
    """What a row alone does not know."""

    def row(self, fact: str, key: Any, day: date) -> Row | None:
        """The row of `fact` with that key, dated columns as of `day`."""

    def rows(self, fact: str, match: Mapping[str, Any], valid: date | None, day: date) -> Iterable[Row]:
        """The rows of `fact` whose (dotted) columns equal `match`, valid on the day `valid` (None: any
        day), dated columns as of `day`.
        """

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term and every term below it."""

    def ranked(self, vocabulary: str, at_least: float) -> frozenset[str]:
        """The terms whose rank is at least that."""


def matches(node: Node, row: Row, day: date, lookup: Lookup) -> bool:
    """Whether `row` meets `node` on `day` (the day asked for; for a flow the event's)."""
    match node:
        case AllOf(parts):
            return all(matches(part, row, day, lookup) for part in parts)
        case AnyOf(parts):
            return any(matches(part, row, day, lookup) for part in parts)
        case Not(part):
            return not matches(part, row, day, lookup)
        case Has():
            return _has(node, row, day, lookup)
        case _:
            return _holds(node, value_of(node.column, row, day, lookup), day, lookup)


def _holds(
    node: Compare | TermIn | RankAtLeast | Empty | WithinDays, value: Any, day: date, lookup: Lookup
) -> bool:
    """Whether a column's `value` meets a condition on it; no value meets none but `Empty`."""
    if value is None or value == "":
        return isinstance(node, Empty)
    match node:
        case Empty():
            return False
        case TermIn(column, terms):
            return any(value in lookup.below(column.vocabulary, term) for term in terms)
        case RankAtLeast(column, _, rank):
            return value in lookup.ranked(column.vocabulary, rank)
        case WithinDays(_, days):
            return bool(day <= value <= day + timedelta(days=days))
        case Compare():
            return _compared(node, value, day)


def _compared(node: Compare, value: Any, day: date) -> bool:
    wanted = [day if isinstance(v, AskedDay) else v for v in node.values]
    other: Any = wanted[0]
    match node.operator:
        case "in":
            return value in wanted
        case "eq":
            return bool(value == other)
        case "gt":
            return bool(value > other)
        case "gte":
            return bool(value >= other)
        case "lt":
            return bool(value < other)
        case "lte":
            return bool(value <= other)


def value_of(column: ColumnPath, row: Row, day: date, lookup: Lookup) -> Any:
    """What `column` holds for `row` on `day`; None where a reference on the way is empty."""
    if column.since is not None:
        since = value_of(column.since, row, day, lookup)
        until = value_of(column.until, row, day, lookup) if column.until is not None else None
        last = min(until, day) if until else day
        # what has not begun by the day has no years
        return None if since is None or since > last else whole_years(since, last)
    current: Row | None = row
    for reference, fact in column.through:
        key = current.get(reference) if current is not None else None
        current = None if key is None else lookup.row(fact, key, day)
    return None if current is None else current.get(column.name)


def whole_years(since: date, until: date) -> int:
    """Whole years from `since` to `until`, as ages are counted; a 29 February is reached on 1 March."""
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def _has(node: Has, row: Row, day: date, lookup: Lookup) -> bool:
    wanted = {}
    for theirs, ours in node.match:
        key = row.get("id") if ours is None else value_of(ours, row, day, lookup)
        if key is None:
            return False
        wanted[str(theirs)] = key
    valid = {"same": day, "before": day - timedelta(days=1), "any": None}[node.day]
    seen_on = valid or day
    reached = 0.0
    for other in lookup.rows(node.fact, wanted, valid, seen_on):
        if not matches(node.where, other, seen_on, lookup):
            continue
        reached += 1 if node.total is None else value_of(node.total, other, seen_on, lookup) or 0
        if reached >= node.at_least:
            return True
    return False
