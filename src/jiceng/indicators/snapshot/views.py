"""A snapshot's relations as views in an engine: what the base holds, but for what the overlay says anew."""

from pathlib import Path

from duckdb import DuckDBPyConnection

from jiceng.indicators.snapshot.manifest import Files, Manifest
from jiceng.indicators.snapshot.relations import Relation, Relations


def define_views(engine: DuckDBPyConnection, folder: Path, relations: Relations, manifest: Manifest) -> None:
    """Give `engine` a view for every relation, by its name."""
    for name, relation in relations.items():
        query = view(folder, relation, manifest.relations[name])
        engine.execute(f'CREATE OR REPLACE VIEW "{name}" AS {query}')


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
