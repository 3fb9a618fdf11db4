"""The rows of a fact on a day, with columns reached along references."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from jiceng.indicators.compile.asked import asked_day
from jiceng.indicators.compile.tables import ID, Day, holds_on, relation
from jiceng.indicators.snapshot.relations import SPANS
from jiceng.packs.filters.nodes import ColumnPath
from jiceng.records.facts import Column, Fact, Reference, all_facts

DAY = "@day"
FROM, TO = "@from", "@to"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of `fact`. `day` gives the day for which they are read; where `each`, every row has its own in
    `DAY`.
    """

    fact: Fact
    table: ir.Table
    day: Day
    each: bool = False

    def where(self, condition: ir.BooleanValue) -> "Rows":
        """The rows that meet `condition`."""
        return replace(self, table=self.table.filter(condition))


def own_day(table: ir.Table) -> ir.DateValue:
    """The day that each row of `table` has of its own."""
    return table[DAY]


def row_table(fact: Fact) -> ir.Table:
    """The fact's rows of any day, without dated columns: the row of an entity would say what holds today."""
    dated = {
        column.name for column in fact.columns if isinstance(column, Column | Reference) and column.dated
    }
    return relation(fact.key).drop(*(dated & set(relation(fact.key).columns)))


def valid(table: ir.Table, fact: Fact, day: ir.DateValue) -> ir.BooleanValue:
    """Whether the row holds on `day`."""
    return holds_on(table[fact.begins], table[fact.ends] if fact.ends else None, day)


def stock(fact: Fact, day: Day) -> Rows:
    """The rows that hold on a day, which is the same for all."""
    table = row_table(fact)
    return Rows(fact, table.filter(valid(table, fact, day(table))), day)


def flow(fact: Fact, event: str) -> Rows:
    """The rows whose event lies in the period asked for, each read for its event's day.

    What ends on a day held last on the day before, and is read for that.
    """
    column = {"begins": fact.begins, "ends": fact.ends}.get(event, event)
    table = row_table(fact)
    happened = table[column]
    table = table.filter(happened.between(asked_day("since"), asked_day("until")))
    last = table[column] - ibis.interval(days=1) if column == fact.ends else table[column]
    return Rows(fact, table.mutate(**{DAY: last}), own_day, each=True)


# ---------------------------------------------------------------------------------------------- columns
def reach(rows: Rows, paths: Iterable[ColumnPath], *, dated: bool = True) -> Rows:
    """The same rows with every one of `paths` as a column, named as it is written, dots included.

    Dated columns are read for the rows' day. Not `dated`: for any day, and the table gets the columns
    `FROM` and `TO` of every span that was read, for the caller to choose the day by (see `spans_read`).
    """
    table = rows.table
    for through, names in sorted(_steps(paths).items(), key=lambda step: len(step[0])):
        fact = all_facts()[through[-1][1]] if through else rows.fact
        prefix = tuple(reference for reference, _ in through)
        table = _arrive(table, fact, prefix, names, rows.day if dated else None)
    return replace(rows, table=table)


Through = tuple[tuple[str, str], ...]


def _steps(paths: Iterable[ColumnPath]) -> Mapping[Through, set[str]]:
    """By the references walked so far, the columns wanted there, those to walk on from included."""
    found: defaultdict[Through, set[str]] = defaultdict(set)
    for path in paths:
        if path.since is not None:
            for through, names in _steps(p for p in (path.since, path.until) if p is not None).items():
                found[through] |= names
            continue
        found[path.through].add(path.name)
        for step, (reference, _) in enumerate(path.through):
            found[path.through[:step]].add(reference)
    return found


def _arrive(
    table: ir.Table, fact: Fact, prefix: tuple[str, ...], names: set[str], day: Day | None
) -> ir.Table:
    """`table` with the columns `names` of the row of `fact` that the reference at `prefix` leads to."""
    names = {name for name in names if dotted((*prefix, name)) not in table.columns}
    key = table[dotted(prefix)] if prefix else table[ID]
    dated = {name for name in names if _is_dated(fact, name)}
    plain = names - dated
    if prefix and plain:
        other = relation(fact.key)
        kept = {dotted((*prefix, name)): other[name] for name in sorted(plain)}
        table = table.left_join(other, key == other[ID]).select(table, **kept)
        key = table[dotted(prefix)]
    if dated:
        table = _join_spans(table, key, fact, prefix, dated, day)
    return table


def _join_spans(
    table: ir.Table,
    key: ir.IntegerColumn,
    fact: Fact,
    prefix: tuple[str, ...],
    names: set[str],
    day: Day | None,
) -> ir.Table:
    spans = relation(fact.key + SPANS)
    kept = {dotted((*prefix, name)): spans[name] for name in sorted(names)}
    on = [key == spans["of"]]
    if day is None:
        kept |= {dotted((*prefix, FROM)): spans["valid_from"], dotted((*prefix, TO)): spans["valid_to"]}
    else:
        on.append(holds_on(spans["valid_from"], spans["valid_to"], day(table)))
    return table.left_join(spans, on).select(table, **kept)


def spans_read(table: ir.Table) -> list[tuple[str, str]]:
    """The names of the columns that hold the first day and the end of each span read for any day."""
    return [(name, name.removesuffix(FROM) + TO) for name in table.columns if name.endswith(FROM)]


def dotted(names: Iterable[str]) -> str:
    """The name of a column that is reached along references."""
    return ".".join(names)


def _is_dated(fact: Fact, name: str) -> bool:
    column = fact.column(name)
    return isinstance(column, Column | Reference) and column.dated


def value(rows: Rows, path: ColumnPath) -> ir.Value:
    """What the column holds, for rows that reached it."""
    if path.since is None:
        return rows.table[str(path)]
    until = rows.day(rows.table)
    if path.until is not None:
        ended = rows.table[str(path.until)]
        until = ibis.ifelse(ended < until, ended, until)
    return whole_years(rows.table[str(path.since)], until)


def whole_years(since: ir.DateValue, until: ir.DateValue) -> ir.IntegerValue:
    """Whole years as ages are counted: a 29 February is reached on 1 March. What has not begun has none."""
    early = until.month() * 100 + until.day() < since.month() * 100 + since.day()
    years = (until.year() - since.year() - ibis.ifelse(early, 1, 0)).cast("int64")
    return ibis.ifelse(since <= until, years, ibis.null("int64"))
