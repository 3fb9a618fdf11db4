"""What has been made of one place so far: tables of rows in memory, and which cohort made which of them."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jiceng.demo.chance import stream
from jiceng.demo.making.schema import schema, target
from jiceng.demo.making.territory import Territory
from jiceng.demo.naming import Naming
from jiceng.packs.catalogue import Catalogue
from jiceng.records.refusals import Refusal

BEGINS = {"matter": "raised_on"}
"""The columns that say since when there is a row, where they are not called `valid_from`."""


class Table:
    """The rows of one registry table in one place, column by column. A row's number is its handle; links hold
    handles.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = 0
        self.columns: dict[str, list[Any]] = {}

    def add(self, count: int, columns: Mapping[str, list[Any]]) -> int:
        """Append `count` rows; columns not given are empty. Gives the first row's handle."""
        first = self.rows
        for name, values in columns.items():
            if len(values) != count:
                raise ValueError(f"{self.name}.{name}: {len(values)} values for {count} rows")
            self.columns.setdefault(name, [None] * first).extend(values)
        self.rows += count
        for values in self.columns.values():
            if len(values) < self.rows:
                values.extend([None] * (self.rows - len(values)))
        return first

    def get(self, column: str) -> list[Any]:
        """The whole column; made empty where no row has it yet."""
        found = self.columns.get(column)
        if found is None:
            found = self.columns[column] = [None] * self.rows
        return found


@dataclass(slots=True)
class Made:
    """What one cohort made: a run of rows of its table, its subsets by offset, and its new persons."""

    table: str
    first: int
    count: int
    subsets: dict[str, frozenset[int]] = field(default_factory=dict)
    persons: range = range(0)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose demonstration it is: the pack, the region it binds to, and the day on which it ends."""

    pack: str
    code: str
    name: str
    province: str  # name of the province
    day: int


@dataclass(slots=True)
class World:
    """One place in the making."""

    place: Place
    territory: Territory
    naming: Naming
    term: Callable[[str, str], str]  # vocabulary, key as written → qualified key
    below: Callable[[str, str], frozenset[str]]  # vocabulary, key as written → it and all below it, qualified
    scale: int = 1
    tables: dict[str, Table] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    spent: dict[str, set[int]] = field(
        default_factory=dict
    )  # by cohort: handles that a distinct link has drawn
    belonging: set[int] = field(default_factory=set)  # persons with a membership that has not ended
    paths: dict[int, int] = field(
        default_factory=dict
    )  # party organisation (-1: none) → its last child's number
    root_paths: dict[str, int] = field(default_factory=dict)  # last root of the trees of the database
    catalogue: Catalogue | None = None
    spot: Callable[[random.Random, int], tuple[float, float] | None] = field(
        default=lambda rng, region: None
    )  # a longitude and latitude at a region
    matters: object = None  # what has been made of matters (`walking.storing.Store`)

    def table(self, name: str) -> Table:
        """The table called `name`."""
        found = self.tables.get(name)
        if found is None:
            found = self.tables[name] = Table(name)
        return found

    def chance(self, *name: str) -> random.Random:
        """The stream of chance of this place for a purpose."""
        return stream(self.place.pack, *name)

    # -------------------------------------------------------------------------------- rows of cohorts
    def rows_of(self, reference: str) -> tuple[str, list[int]]:
        """Table and handles of `cohort`, `cohort.subset` or `cohort.!subset`. Raises Refusal."""
        key, _, part = reference.partition(".")
        made = self.made.get(key)
        if made is None:
            raise Refusal(f"没有名为 {key} 的批次", remedy="更正名称")
        if not part:
            return made.table, list(range(made.first, made.first + made.count))
        name = part.lstrip("!")
        if name not in made.subsets:
            raise Refusal(f"批次 {key} 没有子集 {name}", remedy="更正名称")
        inside = made.subsets[name]
        wanted = (i for i in range(made.count) if (i in inside) != part.startswith("!"))
        return made.table, [made.first + i for i in wanted]

    def held(self, reference: str, column: str, wanted: str) -> tuple[list[int], list[int], str]:
        """What the rows of a reference give to a link column `column` that leads to the table `wanted`.

        Gives the targets, the rows that hold them, and those rows' table. A cohort of `wanted` gives its own
        rows, households their persons, others what they hold in a column of that name or of that kind.
        """
        table, rows = self.rows_of(reference)
        if table == wanted:
            return rows, rows, table
        if wanted == "person" and table == "household":
            made = self.made[reference.partition(".")[0]]
            chosen = set(rows)
            homes = self.table("person").get("household")
            persons = [p for p in made.persons if homes[p] in chosen]
            return persons, [homes[p] for p in persons], table
        through = column if target(table, column) == wanted else None
        through = through or next((c for c, t in schema(table).links.items() if t == wanted), None)
        if through is None and wanted == "region":
            return [self.region_of(table, row) for row in rows], rows, table
        if through is None:
            raise Refusal(f"批次 {reference} 里没有可填入 {column} 的记录", remedy="换一个批次")
        values = self.table(table).get(through)
        pairs = [(values[row], row) for row in rows if values[row] is not None]
        return [value for value, _ in pairs], [row for _, row in pairs], table

    # ------------------------------------------------------------------------------------ walking on
    def region_of(self, table: str, row: int) -> int:
        """The region where a row lies (-1 for none)."""
        if table == "region":
            return row
        for column in ("region", "party_org", "unit", "person", "household", "appointment", "host_region"):
            if column in schema(table).links:
                value = self.table(table).get(column)[row]
                if value is not None:
                    return self.region_of(schema(table).links[column], value)
        return -1

    def begins(self, table: str, row: int) -> int:
        """The first day of a row."""
        if table == "region":
            return self.territory.areas[row].begins
        value = self.table(table).get(BEGINS.get(table, "valid_from"))[row]
        return int(value) if value is not None else 0

    def began(self, table: str, row: int) -> int:
        """Like `begins`, but 0 for territory that was there when the list of regions begins."""
        day = self.begins(table, row)
        return 0 if table == "region" and day <= self.territory.since else day

    def ends(self, table: str, row: int) -> int | None:
        """The first day on which a row holds no more."""
        if table == "region":
            return self.territory.areas[row].ends
        value: int | None = self.table(table).get("valid_to")[row]
        return value

    def value(self, table: str, row: int, path: str) -> Any:
        """What stands at a dotted path from a row: `party_org.host_unit`; None where a link is empty."""
        column, _, rest = path.partition(".")
        if table == "region":
            found: Any = getattr(self.territory.areas[row], column, None)
            return found
        if table == "party_org" and column == "covers":
            return None
        stored = self.table(table).get(column)[row]
        to = target(table, column)
        if not rest or stored is None or to is None:
            return stored
        return self.value(to, stored, rest)

    def name_of(self, table: str, row: int | None) -> str:
        """What people call a row; for a party organisation's host its own name."""
        if row is None or row < 0:
            return ""
        if table == "region":
            return self.territory.areas[row].name
        found = self.value(table, row, "name")
        if found is None and "person" in schema(table).links:
            return self.name_of("person", self.value(table, row, "person"))
        return str(found or "")


def listed(value: str | Iterable[str]) -> list[str]:
    """One or several names as a list."""
    return [value] if isinstance(value, str) else list(value)
