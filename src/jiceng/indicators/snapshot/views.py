"""A snapshot's relations as views in an engine: what the base holds, but for what the overlay says anew."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from duckdb import DuckDBPyConnection

from jiceng.indicators.snapshot.manifest import Files, Manifest
from jiceng.indicators.snapshot.relations import TYPES, Relation, Relations, Stored, schema


def define_views(engine: DuckDBPyConnection, folder: Path, relations: Relations, manifest: Manifest) -> None:
    """Give `engine` a view for every relation, by its name.

    A snapshot that is kept may have been made by another version of the program: what it did not hold then is
    empty.
    """
    same = manifest.schema == schema(relations)
    for name, relation in relations.items():
        files = manifest.relations.get(name)
        if files is None:
            query = f"SELECT {_empty(relation.columns)} WHERE false"
        else:
            query = view(folder, relation, files) if same else _as_made(engine, folder, relation, files)
        engine.execute(f'CREATE OR REPLACE VIEW "{name}" AS {query}')


def _as_made(engine: DuckDBPyConnection, folder: Path, relation: Relation, files: Files) -> str:
    """The query behind the view of a relation whose file may lack columns of today."""
    held = engine.execute(f"DESCRIBE SELECT * FROM {parquet(folder / files.base)}").fetchall()
    names = {name for name, *_type in held}
    made = replace(relation, columns=tuple(column for column in relation.columns if column.name in names))
    columns = (f'"{c.name}"' if c.name in names else _empty([c]) for c in relation.columns)
    return f"SELECT {', '.join(columns)} FROM ({view(folder, made, files)})"


def _empty(columns: Sequence[Stored]) -> str:
    """Columns without a value."""
    return ", ".join(f'CAST(NULL AS {TYPES[column.kind]}) AS "{column.name}"' for column in columns)


def parquet(path: Path) -> str:
    """The engine's expression for a file."""
    return f"read_parquet('{path}')"


def view(folder: Path, relation: Relation, files: Files) -> str:
    """The query behind a relation's view."""
    columns = ", ".join(f'"{column.name}"' for column in relation.columns)
    base = f"SELECT {columns} FROM {parquet(folder / files.base)}"
    if not files.overlay:
        return base
    overlay = parquet(folder / files.overlay)
    return (
        f"{base} WHERE id NOT IN (SELECT id FROM {overlay}) "
        f"UNION ALL SELECT {columns} FROM {overlay} WHERE NOT gone"
    )
