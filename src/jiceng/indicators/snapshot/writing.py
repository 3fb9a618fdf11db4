"""From the database to Parquet: read through the columnar driver, typed and written by the engine."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from duckdb import DuckDBPyConnection

from jiceng.indicators.snapshot.relations import TYPES, Relation, Stored
from jiceng.records.isolated.columnar import EXAMPLE_KEY, ColumnarReader

PARQUET = "(FORMAT parquet, COMPRESSION zstd)"


def _typed(column: Stored) -> str:
    """The column as the engine keeps it: local dates, truth values, and nothing where the database has ''."""
    name = f'"{column.name}"'
    value = f"nullif({name}, '')" if TYPES[column.kind] == "VARCHAR" else name
    return f"CAST({value} AS {TYPES[column.kind]}) AS {name}"


def copy(engine: DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of `query` to a new Parquet file; gives their number."""
    (rows,) = engine.execute(f"COPY ({query}) TO '{path}' {PARQUET}").fetchone() or (0,)
    return int(rows)


def write_whole(engine: DuckDBPyConnection, reader: ColumnarReader, relation: Relation, path: Path) -> int:
    """Write all rows of `relation` to a new Parquet file; gives their number."""
    with _registered(engine, reader, relation) as query:
        return copy(engine, query, path)


def read_some(
    engine: DuckDBPyConnection, reader: ColumnarReader, relation: Relation, conditions: Iterable[str]
) -> None:
    """Fetch the rows of `relation` that meet any of the `conditions` into the engine's table `fresh`."""
    types = ", ".join(f'"{c.name}" {TYPES[c.kind]}' for c in relation.columns)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE fresh ({types})")
    for condition in conditions:
        with _registered(engine, reader, relation, condition) as query:
            engine.execute(f"INSERT INTO fresh {query}")


@contextmanager
def _registered(
    engine: DuckDBPyConnection, reader: ColumnarReader, relation: Relation, condition: str = ""
) -> Iterator[str]:
    """The query by which the engine takes the rows of `relation`, typed, straight from the database."""
    columns = [(c.source, c.name, c.kind) for c in relation.columns]
    with reader.batches(relation.table, columns, condition) as batches:
        engine.register("batches", batches)
        try:
            typed = ", ".join(_typed(column) for column in relation.columns)
            yield f"SELECT {typed} FROM batches WHERE id <> {EXAMPLE_KEY}"
        finally:
            engine.unregister("batches")
