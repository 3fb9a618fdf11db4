"""A made-up prefecture as a snapshot's files and, for a baseline, as plain tables: any size, in seconds.

`drawn.yaml` says what there is. Uniformly drawn, so it compresses and groups more easily than real ledgers; the same
at every run. `prefecture` writes the product's own tables instead, where a benchmark needs those.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml
from django.db import connection

from jiceng.bench.ground.prefecture import MOVED, START, TODAY, TOWNS, VILLAGES
from jiceng.bench.ground.terms import base
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import folder, publish, writer
from jiceng.indicators.snapshot.manifest import Files, Manifest, new_file
from jiceng.indicators.snapshot.relations import TYPES, Relation, schema
from jiceng.indicators.snapshot.writing import copy
from jiceng.records.uids import new_uid

MACROS = """
CREATE MACRO draw(n, what, upto) AS CAST(hash(n, what) % upto AS BIGINT);
CREATE MACRO key(n, what, upto) AS 1 + draw(n, what, upto);
CREATE MACRO pick(n, what, found) AS found[1 + draw(n, what, len(found))];
CREATE MACRO day(n, what, first, last) AS first + CAST(draw(n, what, last - first + 1) AS INT);
CREATE MACRO four(n) AS lpad(CAST(n AS VARCHAR), 4, '0');
CREATE MACRO village(n, what) AS {first_village} + draw(n, what, {counties} * {towns} * {villages});
CREATE MACRO moved(n, path) AS length(path) = 16 AND draw(n, 'moved', 20) = 0;
"""

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much there is of everything."""

    counties: int
    units: int
    party_orgs: int
    households: int
    residents: int
    members: int
    appointments: int
    matters: int
    towns: int = TOWNS
    villages: int = VILLAGES

    @property
    def first_village(self) -> int:
        """The key of the first village: regions are numbered from the top down."""
        return 2 + self.counties + self.counties * self.towns


PREFECTURE = Amounts(10, 20_000, 20_000, 150_000, 450_000, 323_000, 20_000, 1_000_000)


def times(factor: float) -> Amounts:
    """So many prefectures, or such a part of one."""
    fixed = ("towns", "villages")
    found = {name: round(count * factor) for name, count in asdict(PREFECTURE).items() if name not in fixed}
    return Amounts(**{name: max(1, count) for name, count in found.items()})


class Drawn:
    """The relations, drawn into an engine of its own."""

    def __init__(self, factor: float) -> None:
        self.rows = 0
        self._engine = duckdb.connect()
        amounts = times(factor)
        days = {name: f"DATE '{day}'" for name, day in (("start", START), ("moved", MOVED), ("today", TODAY))}
        said = asdict(amounts) | days | {"first_village": amounts.first_village, "base": base()}
        self._engine.execute(_filled(MACROS, said))
        queries = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
        for name, query in queries.items():
            self._draw(name, _filled(query, said))

    def _draw(self, name: str, query: str) -> None:
        relation = all_relations().get(name)
        typed = query if relation is None else f"{_empty(relation)} UNION ALL BY NAME SELECT * FROM ({query})"
        listed = "*" if relation is None else _names(relation)
        self._engine.execute(f'CREATE TABLE "{name}" AS SELECT {listed} FROM ({typed})')

    def publish(self) -> Manifest:
        """Write everything as the snapshot in force."""
        files = {}
        for name, relation in all_relations().items():
            query = f'SELECT * FROM "{name}"' if self._has(name) else _empty(relation)
            written = new_file()
            files[name] = Files(written, copy(self._engine, query, folder() / written))
            self.rows += files[name].rows
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        manifest = Manifest(new_uid().hex, schema(all_relations()), 0, "", now, files)
        with writer():
            publish(manifest)
        return manifest

    def store(self) -> None:
        """Write everything to plain tables of the database, by the names of the relations: only the columns that
        figures read, with a key and an index on every reference and every path.
        """
        for name, relation in all_relations().items():
            with connection.cursor() as cursor:
                columns = ", ".join(
                    f'"{c.name}" {_type(c.kind)}{" PRIMARY KEY" * (c.name == "id")}' for c in relation.columns
                )
                cursor.execute(f'CREATE TABLE "{name}" ({columns})')
                if self._has(name):
                    self._fill(cursor, relation)
                for column in relation.columns:
                    if column.to or column.name == "path":
                        cursor.execute(f'CREATE INDEX "i_{name}_{column.name}" ON "{name}" ("{column.name}")')
                cursor.execute(f'ANALYZE "{name}"')

    def _fill(self, cursor: Any, relation: Relation) -> None:
        names = _names(relation)
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{relation.name}" ({names}) FROM STDIN') as target:
                for row in self.all_rows(relation.name):
                    target.write_row(row)
            return
        marks = ", ".join(["%s"] * len(relation.columns))
        rows = (
            [v.isoformat() if isinstance(v, date) else v for v in row] for row in self.all_rows(relation.name)
        )
        cursor.executemany(f'INSERT INTO "{relation.name}" ({names}) VALUES ({marks})', rows)

    def all_rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a relation as the snapshot has them."""
        found = self._engine.cursor().execute(f'SELECT * FROM "{name}"')
        while rows := found.fetchmany(BATCH):
            yield from rows

    def _has(self, name: str) -> bool:
        return bool(
            self._engine.execute(
                "SELECT 1 FROM duckdb_tables() WHERE table_name = $name", {"name": name}
            ).fetchone()
        )


def _filled(text: str, said: Mapping[str, Any]) -> str:
    for name, value in said.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _names(relation: Relation) -> str:
    return ", ".join(f'"{column.name}"' for column in relation.columns)


def _empty(relation: Relation) -> str:
    """No rows, of the relation's columns and types."""
    columns = ", ".join(f'CAST(NULL AS {TYPES[c.kind]}) AS "{c.name}"' for c in relation.columns)
    return f"SELECT {columns} WHERE false"


def _type(kind: str) -> str:
    """What the database calls the engine's type."""
    return {"DOUBLE": "double precision", "VARCHAR": "text"}.get(TYPES[kind], TYPES[kind])
