"""One cohort in the making: which specification holds for which row of a column, and the order of columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiceng.demo.making.schema import LOCATED, Schema, schema
from jiceng.demo.making.texts import placeholders
from jiceng.demo.making.world import World, listed
from jiceng.demo.sections import Cohort, Link, Rest, Subset
from jiceng.records.refusals import Refusal

HERE = "@region"
"""The column of where a row lies, also in tables that store no place."""

LEVELS = frozenset({"region", "village", "town", "county"})
PLACING = (
    "region", "host_unit", "host_region", "unit", "party_org", "household", "appointment", "person",
    "superior",
)  # fmt: skip
"""The links from which rows take their place, the first that is given."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What is written for a column: a fixed value, a draw, or a link."""

    how: str  # with, draw, of
    said: Any


@dataclass(slots=True)
class Draft:
    """The rows of one cohort before they are in their table."""

    world: World
    key: str
    cohort: Cohort
    count: int
    each_column: str = ""
    each_table: str = ""
    each_rows: list[int] = field(default_factory=list)  # the row of the source for every row made
    subsets: dict[str, frozenset[int]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def schema(self) -> Schema:
        """The table's columns."""
        return schema(self.cohort.make)

    def refusal(self, what: str, column: str = "", remedy: str = "见 docs/packs.md") -> Refusal:
        """A refusal that names pack, cohort and column."""
        place = f"{self.world.place.pack}: scenario.{self.key}"
        return Refusal(what, f"{place}.{column}" if column else place, remedy)

    # ------------------------------------------------------------------------------- specifications
    def specs(self) -> dict[str, list[tuple[Spec, list[int]]]]:
        """By column, the specifications and the rows they hold for. Later ones take from earlier ones."""
        owners: dict[str, list[Spec | None]] = {}
        for part, rows in self._parts():
            for column, spec in part:
                owner = owners.setdefault(column, [None] * self.count)
                if rows is None:
                    owner[:] = [spec] * self.count
                else:
                    for row in rows:
                        owner[row] = spec
        found: dict[str, list[tuple[Spec, list[int]]]] = {}
        for column, owner in owners.items():
            self._check_column(column)
            by_spec: dict[int, tuple[Spec, list[int]]] = {}
            for row, one in enumerate(owner):
                if one is not None:
                    by_spec.setdefault(id(one), (one, []))[1].append(row)
            found[column] = list(by_spec.values())
        return found

    def _parts(self) -> Iterator[tuple[list[tuple[str, Spec]], Iterable[int] | None]]:
        yield self._written(self.cohort), None
        for name, subset in self.cohort.subset.items():
            inside = self.subsets[name]
            if subset.rest is not None:
                yield self._written(subset.rest), [i for i in range(self.count) if i not in inside]
            yield self._written(subset), sorted(inside)
        given = self.cohort.rows or []
        for place, row in enumerate(given):
            part = [(column, self._of_row(column, value)) for column, value in row.items()]
            yield part, range(place, self.count, len(given))

    def _written(self, part: Cohort | Subset | Rest) -> list[tuple[str, Spec]]:
        found: dict[str, Spec] = {}
        for how, said in (("with", part.with_), ("draw", part.draw), ("of", part.of)):
            for column, value in said.items():
                if column in found:
                    raise self.refusal("同一字段写了两处", column, "with、draw、of 中只写一处")
                found[column] = Spec(how, self._link(value) if how == "of" else value)
        return list(found.items())

    def _of_row(self, column: str, value: Any) -> Spec:
        if column in self.schema.links and isinstance(value, str | list):
            return Spec("of", self._link(value))
        return Spec("draw" if isinstance(value, Mapping) else "with", value)

    def _link(self, value: Any) -> Link:
        return value if isinstance(value, Link) else Link.model_validate({"from": value})

    def _check_column(self, column: str) -> None:
        columns = self.schema.columns
        if column.startswith("person.") and "person" in self.schema.links:
            column, columns = column.partition(".")[2], schema("person").columns
        if column not in columns:
            raise self.refusal(
                f"{self.cohort.make} 没有字段 {column}", column, f"可用：{'、'.join(sorted(columns))}"
            )

    # ---------------------------------------------------------------------------------------- order
    def needs(self, specs: Mapping[str, list[tuple[Spec, list[int]]]]) -> dict[str, set[str]]:
        """By column, the columns that must be there before it."""
        known = {*specs, HERE, self.each_column, "valid_from"} - {""}
        graph = {column: set[str]() for column in sorted(known)}  # the same order at every run
        for column, parts in specs.items():
            for spec, _rows in parts:
                graph[column] |= self._hard(spec) & known
        if not self.each_column and self.cohort.in_ is None:
            graph[HERE] |= {self.place_link(specs)} - {""}
        if "valid_from" not in specs:
            graph["valid_from"] |= (set(self.schema.links) | {"admitted_on", "person.birth_date"}) & known
        date = "valid_from" if "valid_from" in specs else "admitted_on" if "admitted_on" in specs else ""
        for column, parts in specs.items():
            for spec, _rows in parts:
                if spec.how != "of" or not spec.said.from_:
                    continue
                soft = {date, "entry"} & known  # an admission counts from its day, any other entry does not
                if LEVELS & set(listed(spec.said.match or [])):
                    soft.add(HERE)
                for other in sorted(soft):
                    if column not in _closure(graph, other):
                        graph[column].add(other)
        return graph

    def place_link(self, specs: Mapping[str, Any]) -> str:
        """The link from which rows take their place, or the empty text."""
        for column in PLACING:
            if column in specs and column in self.schema.links and not self._is_new(specs[column]):
                return column
        return ""

    def _is_new(self, parts: Sequence[tuple[Spec, list[int]]]) -> bool:
        return all(spec.how == "of" and spec.said.new for spec, _rows in parts)

    def _hard(self, spec: Spec) -> set[str]:
        if spec.how == "of":
            link: Link = spec.said
            found = {link.copy_.partition(".")[0]} if link.copy_ else set()
            return found | (set(listed(link.match or [])) - LEVELS)
        if spec.how == "with":
            return placeholders(spec.said)
        return _draw_needs(spec.said)

    def ordered(self, specs: Mapping[str, list[tuple[Spec, list[int]]]]) -> list[str]:
        """Every column in an order in which each has what it needs. Raises Refusal for a circle."""
        graph, order = self.needs(specs), list[str]()

        def visit(column: str, path: tuple[str, ...]) -> None:
            if column in order:
                return
            if column in path:
                raise self.refusal(f"字段互相依赖：{' → '.join((*path, column))}", column, "去掉其中一处")
            for other in sorted(graph[column]):
                visit(other, (*path, column))
            order.append(column)

        for column in graph:
            visit(column, ())
        return order

    def located(self) -> bool:
        """Whether the table stores where a row lies."""
        return self.cohort.make in LOCATED


def _draw_needs(said: Mapping[str, Any]) -> set[str]:
    found = set[str]()
    for word in ("at", "after", "before", "copy", "by"):
        if isinstance(said.get(word), str):
            found.add(said[word].partition(".")[0] if word != "at" else said[word])
    if {"firm", "social_org", "residential_area", "team"} & set(said):
        found |= {HERE, "party_org", "unit", "sponsor"}
    if "document" in said:
        found.add("valid_from")
    if "person" in said:
        found |= {"sex", "birth_date"}
    for value in said.get("list", ()):
        found |= placeholders(value)
    return found


def _closure(graph: Mapping[str, set[str]], column: str) -> set[str]:
    found, todo = {column}, [column]
    while todo:
        for other in graph.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found
