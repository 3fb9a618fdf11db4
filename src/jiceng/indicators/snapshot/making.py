"""Making a snapshot's files: in full, or as overlays that cost what changed. Runs in the child process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from jiceng.indicators.snapshot.following import Changes, changes_since, head, still_follows
from jiceng.indicators.snapshot.manifest import Files, Manifest, new_file
from jiceng.indicators.snapshot.relations import Relation, Relations, dependents, schema
from jiceng.indicators.snapshot.views import define_views, parquet, view
from jiceng.indicators.snapshot.writing import copy, read_some, write_whole
from jiceng.records.isolated.columnar import ColumnarReader
from jiceng.records.uids import new_uid

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Making:
    """One snapshot in the making: what is read, where its files go, and when an overlay is merged.

    An overlay with more than `overlay_rows` rows, and than a tenth of the base, becomes a new base.
    """

    reader: ColumnarReader
    folder: Path
    relations: Relations
    overlay_rows: int
    progress: Progress

    def next(self, earlier: Manifest | None) -> Manifest:
        """The snapshot of this moment: `earlier` brought up to date where that can be, else a full one."""
        seq, chain_hash = head(self.reader)
        if earlier is not None and self._usable(earlier):
            files = self._followed(earlier) if seq != earlier.seq else earlier.relations
        else:
            files = self._full()
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return Manifest(new_uid().hex, schema(self.relations), seq, chain_hash, now, files)

    def _usable(self, earlier: Manifest) -> bool:
        return (
            earlier.schema == schema(self.relations)
            and all((self.folder / name).exists() for name in earlier.files())
            and still_follows(self.reader, earlier.seq, earlier.head)
        )

    def _full(self) -> Mapping[str, Files]:
        found: dict[str, Files] = {}
        with duckdb.connect() as engine:
            for relation in self.relations.values():
                found[relation.name] = self._base(engine, relation)
                self.progress(len(found), len(self.relations))
        return found

    def _base(self, engine: DuckDBPyConnection, relation: Relation) -> Files:
        name = new_file()
        return Files(name, write_whole(engine, self.reader, relation, self.folder / name))

    def _followed(self, earlier: Manifest) -> Mapping[str, Files]:
        with duckdb.connect() as engine:
            define_views(engine, self.folder, self.relations, earlier)
            changes = self._all_changes(engine, changes_since(self.reader, earlier.seq))
            return {
                name: self._next(engine, self.relations[name], files, changes.get(self.relations[name].table))
                for name, files in earlier.relations.items()
            }

    def _all_changes(self, engine: DuckDBPyConnection, named: Mapping[str, Changes]) -> Mapping[str, Changes]:
        """By table, what the stream names, and what was deleted or emptied along with a deleted record."""
        changes = dict(named)
        worklist = [(table, sorted(c.deleted)) for table, c in changes.items() if c.deleted]
        facts = {relation.table: relation.fact for relation in self.relations.values() if relation.own}
        while worklist:
            table, deleted = worklist.pop()
            if table not in facts:  # spans and the like: nothing refers to them
                continue
            for relation, column in dependents(self.relations, facts[table]):
                found = changes.setdefault(relation.table, Changes())
                more = _referring(engine, relation.name, column, deleted) - found.ids
                found.ids |= more
                if more and relation.own:
                    worklist.append((relation.table, sorted(more)))
        return changes

    def _next(
        self, engine: DuckDBPyConnection, relation: Relation, files: Files, changes: Changes | None
    ) -> Files:
        if changes is None or not (changes.whole or changes.count()):
            return files
        if changes.whole or changes.count() > max(self.overlay_rows, files.rows):
            return self._base(engine, relation)
        read_some(engine, self.reader, relation, changes.conditions())
        overlay = new_file()
        changed = copy(engine, self._overlay(engine, files, changes), self.folder / overlay)
        overlaid = replace(files, overlay=overlay, changed=changed)
        if changed <= max(self.overlay_rows, files.rows // 10):
            return overlaid
        merged = new_file()
        return Files(merged, copy(engine, view(self.folder, relation, overlaid), self.folder / merged))

    def _overlay(self, engine: DuckDBPyConnection, files: Files, changes: Changes) -> str:
        """The touched rows as they are (`fresh`), tombstones of those that are gone, the older overlay's
        rest.
        """
        _note_touched(engine, changes)
        parts = [
            "SELECT *, false AS gone FROM fresh",
            "SELECT id, true AS gone FROM touched WHERE id NOT IN (SELECT id FROM fresh)",
        ]
        if files.overlay:
            older = parquet(self.folder / files.overlay)
            parts.append(f"SELECT * FROM {older} WHERE id NOT IN (SELECT id FROM touched)")
        return " UNION ALL BY NAME ".join(parts)


def _referring(engine: DuckDBPyConnection, name: str, column: str, ids: Sequence[int]) -> set[int]:
    query = f'SELECT id FROM "{name}" WHERE list_contains($ids, "{column}")'
    return {int(row[0]) for row in engine.execute(query, {"ids": ids}).fetchall()}


def _note_touched(engine: DuckDBPyConnection, changes: Changes) -> None:
    runs: dict[str, Any] = {"first": [r[0] for r in changes.runs], "last": [r[1] for r in changes.runs]}
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS "
        "SELECT CAST(unnest($ids) AS BIGINT) AS id UNION "
        "SELECT unnest(range(first, last + 1)) FROM "
        "(SELECT CAST(unnest($first) AS BIGINT) AS first, CAST(unnest($last) AS BIGINT) AS last)",
        {"ids": sorted(changes.ids), **runs},
    )
