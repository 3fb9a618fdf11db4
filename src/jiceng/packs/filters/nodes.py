"""The filter grammar as a small tree of frozen values; engines compile it, `matching` runs it in Python.

Logic is two-valued: a comparison with an empty column does not hold, and its `Not` does. Column paths and
keys are resolved: a path names the fact behind each step, a term is written `pack:key`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

ColumnKind = Literal["id", "text", "code", "integer", "number", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class ColumnPath:
    """A column, reached along references: `region.kind` of a unit is `through=(("region", "region"),)`,
    name `kind`.

    `through` holds (reference, fact it leads to). `kind` is the column's kind, "id" for a reference. A
    computed age or span of years has `since` and perhaps `until`, paths of the same row as the path itself.
    """

    name: str
    kind: ColumnKind
    label: str
    through: tuple[tuple[str, str], ...] = ()
    vocabulary: str = ""
    dated: bool = False
    to: str = ""  # for a reference: the fact it leads to
    since: "ColumnPath | None" = None
    until: "ColumnPath | None" = None

    def __str__(self) -> str:
        return ".".join([*(name for name, _ in self.through), self.name])


@dataclass(frozen=True, slots=True)
class AskedDay:
    """`$day`: the day asked for, or the event's day for a flow."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts it holds always."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Value = str | int | float | bool | date | AskedDay
Operator = Literal["eq", "gt", "gte", "lt", "lte", "in"]


@dataclass(frozen=True, slots=True)
class Compare:
    """`column operator value`; for "in", `values` holds the choices, else exactly one value.

    `ne` and `not_in` are written as `Not`.
    """

    column: ColumnPath
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class TermIn:
    """A vocabulary column holds one of `terms` or a term below one of them."""

    column: ColumnPath
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankAtLeast:
    """A vocabulary column holds a term whose `rank` attribute is at least `rank`, that of `term`."""

    column: ColumnPath
    term: str
    rank: float


@dataclass(frozen=True, slots=True)
class Empty:
    """The column holds nothing (no value, or an empty text)."""

    column: ColumnPath


@dataclass(frozen=True, slots=True)
class WithinDays:
    """The date lies on the day asked for or at most `days` days after it."""

    column: ColumnPath
    days: int


@dataclass(frozen=True, slots=True)
class Has:
    """Enough rows of `fact` match this row.

    `match` pairs their column with ours; ours is None for the row itself (its id). `day`: rows valid on the
    `same` day, on the day `before` the event, or on `any`. Without `total` the rows are counted, with it
    their `total` column is added up; either must reach `at_least`.
    """

    fact: str
    match: tuple[tuple[ColumnPath, ColumnPath | None], ...]
    where: "Node" = AllOf()
    day: Literal["same", "before", "any"] = "same"
    at_least: float = 1
    total: ColumnPath | None = None


Node = AllOf | AnyOf | Not | Compare | TermIn | RankAtLeast | Empty | WithinDays | Has
EVERYTHING = AllOf()


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes below it, those of `has` included."""
    yield node
    if isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            yield from walk(part)
    elif isinstance(node, Not):
        yield from walk(node.part)
    elif isinstance(node, Has):
        yield from walk(node.where)


def columns(node: Node) -> Iterator[ColumnPath]:
    """Every column that `node` reads of its own row, not those inside a `has` other than the matched ones."""
    if isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            yield from columns(part)
    elif isinstance(node, Not):
        yield from columns(node.part)
    elif isinstance(node, Has):
        yield from (ours for _, ours in node.match if ours is not None)
    else:
        yield node.column


def both(*nodes: Node) -> Node:
    """All of `nodes`, flattened."""
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.parts if isinstance(node, AllOf) else [node])
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))
