"""The snapshot's relations as Ibis tables."""

from collections.abc import Callable
from functools import cache

import ibis
import ibis.expr.types as ir

from jiceng.indicators.snapshot.declared import all_relations

_TYPES = {
    "id": "int64",
    "text": "string",
    "code": "string",
    "integer": "int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "date",
}

ID = "id"

Day = Callable[[ir.Table], ir.DateValue]
"""The day for which a row of the given table is read: the same for all, or a column of the table."""


@cache
def _unbound(name: str) -> ir.Table:
    columns = all_relations()[name].columns
    return ibis.table({column.name: _TYPES[column.kind] for column in columns}, name=name)


def relation(name: str) -> ir.Table:
    """The relation, as a table of its own each time: a query may read it in several places."""
    return _unbound(name).view()


def holds_on(begins: ir.DateColumn, ends: ir.DateColumn | None, day: ir.DateValue) -> ir.BooleanValue:
    """Whether what begins (inclusive) and ends (exclusive; never, where empty) then holds on `day`."""
    begun = begins <= day
    return begun if ends is None else begun & (ends.isnull() | (ends > day))
