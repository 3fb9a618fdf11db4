"""From a record of a snapshot to what it points at and to the stretches of its life: where its figures come from."""

from collections.abc import Iterator, Mapping

from jiceng.indicators.engine import Engine
from jiceng.indicators.snapshot.declared import relations_of
from jiceng.records.facts import all_facts


def pointed_at(engine: Engine, fact: str, key: int) -> Iterator[tuple[str, int]]:
    """The records, by fact and key, that a record points at."""
    own, *_spans = relations_of(all_facts()[fact])
    columns = [column for column in own.columns if column.to]
    if not columns:
        return
    names = ", ".join(f'"{column.name}"' for column in columns)
    for row in engine.rows(f'SELECT {names} FROM "{fact}" WHERE id = $key', {"key": key}):
        yield from ((column.to, at) for column, at in zip(columns, row, strict=True) if at is not None)


def tables_of(engine: Engine, fact: str, keys: set[int]) -> Iterator[tuple[str, Mapping[int, int]]]:
    """The tables that hold the fact's records and their spans, each with the keys of its rows, which lead to the
    records' keys.
    """
    own, *spans = relations_of(all_facts()[fact])
    yield own.table, {key: key for key in keys}
    for relation in spans:
        query = f'SELECT id, "of" FROM "{relation.name}" WHERE list_contains($keys, "of")'
        yield relation.table, {int(row[0]): int(row[1]) for row in engine.rows(query, {"keys": sorted(keys)})}
