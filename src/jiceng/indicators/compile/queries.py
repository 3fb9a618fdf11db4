"""The queries that an indicator becomes: its value, its parts, its records."""

from dataclasses import replace
from functools import cache
from typing import Protocol

import ibis
import ibis.expr.types as ir

from jiceng.indicators.compile.asked import asked_day, asked_visible, bindable
from jiceng.indicators.compile.dialects import DUCKDB, Dialect
from jiceng.indicators.compile.filters import Terms, condition, filtered, is_true
from jiceng.indicators.compile.places import PART, with_parts, within_places
from jiceng.indicators.compile.rows import Rows, flow, reach, stock, value
from jiceng.indicators.compile.tables import ID
from jiceng.indicators.compile.visibility import visible
from jiceng.indicators.sections import Indicator
from jiceng.indicators.shapes import NODES, Compiled, Shape
from jiceng.packs.filters.nodes import EVERYTHING, Node, columns
from jiceng.packs.filters.resolving import column_of
from jiceng.records.facts import all_facts


class Catalogue(Terms, Protocol):
    """The vocabularies, as far as compiling needs them."""

    def rolled(self, vocabulary: str, level: int) -> dict[str, str]:
        """Every term below that level (the roots are 1) and the term of the level above it."""


def compiled(
    indicator: Indicator,
    shape: Shape,
    catalogue: Catalogue,
    narrowed: Node = EVERYTHING,
    dialect: Dialect = DUCKDB,
) -> Compiled:
    """The query for `indicator`, of the rows that also meet `narrowed`, as the engine of `dialect` reads it.

    A value has the columns numerator, denominator, rows; parts have `part` before them; records have id,
    counted (whether the row is in the numerator), measured (what it adds to it) and, where parts are asked
    for, `part`.
    """
    rows = _rows(indicator, shape, catalogue, narrowed)
    if shape.by:
        rows = _with_part(rows, shape, catalogue)
    table = _counted(rows, indicator, catalogue)
    named = {"part": table[PART]} if shape.by else {}
    if shape.what == "records":
        query = table.select(ID, "counted", "measured", **named)
    else:
        query = (
            table.group_by(**named).agg(**_totals(table, indicator))
            if named
            else table.agg(**_totals(table, indicator))
        )
    shown = f"({_visible_sql(indicator.fact, dialect.ibis)})"
    return bindable(_sql(query, dialect.ibis).replace(dialect.quoted("asked_visible"), shown), dialect)


def _sql(query: ir.Table, dialect: str) -> str:
    return str(ibis.to_sql(query, dialect=dialect, pretty=False))


@cache
def _visible_sql(fact: str, dialect: str) -> str:
    """The query for the keys that a scope shows: as long as most figures, and the same for all of a fact."""
    return _sql(visible(all_facts()[fact]), dialect)


def _rows(indicator: Indicator, shape: Shape, catalogue: Catalogue, narrowed: Node) -> Rows:
    """The rows that the indicator counts, at the node and in the scope asked for."""
    fact = all_facts()[indicator.fact]
    if indicator.time == "flow":
        rows = flow(fact, indicator.event)
    else:
        rows = stock(fact, lambda _table: asked_day("as_of"))
    rows = filtered(rows, indicator.where, catalogue)
    if narrowed != EVERYTHING:
        rows = filtered(rows, narrowed, catalogue)
    if shape.tree and shape.by != shape.tree:
        rows = within_places(rows, shape.tree, shape.then)
    if shape.scoped:
        rows = rows.where(rows.table[ID].isin(asked_visible()[ID]))
    return rows


def _with_part(rows: Rows, shape: Shape, catalogue: Catalogue) -> Rows:
    """The rows with the part they belong to in the column `PART`."""
    if shape.by in NODES:
        return with_parts(rows, shape.by, shape.then, all_rows=shape.tree != shape.by)
    written, _, level = shape.by.partition("@")
    column = column_of(rows.fact, written)
    rows = reach(rows, [column])
    found = value(rows, column)
    if level:
        rolled = catalogue.rolled(column.vocabulary, int(level))
        found = found.substitute(rolled) if rolled else found
    return replace(rows, table=rows.table.mutate(**{PART: found}))


def _counted(rows: Rows, indicator: Indicator, catalogue: Catalogue) -> ir.Table:
    """The rows with `counted` and `measured`."""
    counted: ir.Value = ibis.literal(True)
    measured: ir.Value = ibis.literal(1)
    if indicator.part is not None:
        rows = reach(rows, columns(indicator.part))
        counted = is_true(condition(indicator.part, rows, catalogue))
        measured = counted.cast("int64")
    elif indicator.column is not None:
        rows = reach(rows, [indicator.column])
        measured = value(rows, indicator.column)
        counted = measured.notnull()
    return rows.table.mutate(counted=counted, measured=measured)


def _totals(table: ir.Table, indicator: Indicator) -> dict[str, ir.Scalar]:
    """Numerator, denominator and number of rows. What has no denominator has null there."""
    measured, rows = table["measured"], table.count()
    denominator: ir.Scalar = ibis.null("int64")
    match indicator.measure:
        case "distinct":
            numerator = measured.nunique()
        case "minimum":
            numerator = measured.min()
        case "average":
            numerator, denominator = ibis.coalesce(measured.sum(), 0), measured.count()
        case "share":
            numerator, denominator = ibis.coalesce(measured.sum(), 0), rows
        case _:
            numerator = ibis.coalesce(measured.sum(), 0)
    return {"numerator": numerator, "denominator": denominator, "rows": rows}
