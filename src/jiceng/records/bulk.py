"""Recorded writes of many rows at once: each has its audit rows like any other write."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import models

from jiceng.records.chain import current_writing, sm3, snapshot_of
from jiceng.records.engine import copy_query, copy_rows, reserve_ids, update_rows

CHANGE_BATCH = 400


def attribute_of(model: type[models.Model], field: str = "") -> str:
    """The attribute that holds the stored value of `field` (`region_id` for `region`), or of the key."""
    found: Any = model._meta.get_field(field) if field else model._meta.pk
    return str(found.attname)


def load(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    first: int | None = None,
    digest: str = "",
    digests: Mapping[str, str] | None = None,
) -> int:
    """Insert validated `rows` (tuples in the order of `columns`, keys left out) as one run of records.

    Gives the first key; the others follow without a gap. The audit keeps one row for the run: its keys and
    the SM3 of every column. For first loads and imports whose file is kept; a person's own writes use `save`.
    `first` names keys that this write has reserved already, for rows that refer to each other; `digests` what
    `column_digests` gives, taken before the write began; `digest` instead one SM3 that the caller took of what
    the rows were made from, with which they cannot be compared later.
    """
    if not rows:
        return 0
    writing = current_writing()
    first = reserve_ids(model, len(rows)) if first is None else first
    key = attribute_of(model)
    copy_rows(model, (key, *columns), ((first + i, *row) for i, row in enumerate(rows)))
    said = (
        {"digest": digest}
        if digest
        else {"columns": digests or column_digests(_attributes(model, columns), rows)}
    )
    last = first + len(rows) - 1
    writing.note(model._meta.db_table, first, "load", None, {"rows": len(rows), **said}, last=last)
    return first


def _attributes(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    return [attribute_of(model, column) for column in columns]


def column_digests(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """SM3 of every column of `rows`, the same for what is about to be stored and for what is read back."""
    if not rows:
        return {}
    return {
        name: column_digest(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)
    }


def column_digest(values: Iterable[Any]) -> str:
    """SM3 of the values of one column in their plain form."""
    return sm3("\x1f".join(map(plain, values)))


def plain(value: Any) -> str:
    """A value as text, alike for all the forms in which a driver takes and gives it: nothing is empty text."""
    kind = type(value)
    if kind is str:  # most values are, and loads have millions
        return value  # type: ignore[no-any-return]
    if value is None:
        return ""
    if kind is int:
        return str(value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def load_copy(
    model: type[models.Model], columns: Sequence[str], rows: models.QuerySet[Any, Any], first: int
) -> int:
    """Insert what the query `rows` selects, in the order of `columns` (the key the first of them), as one run
    of records that repeats others of this write: spans that begin with their entities. Gives how many.
    """
    writing = current_writing()
    count = copy_query(model, columns, rows)
    source = {"rows": count, "from": rows.model._meta.db_table}
    writing.note(model._meta.db_table, first, "load", None, source, last=first + count - 1)
    return count


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Like `load`, but with an audit row of its own, content included, for every record."""
    if not rows:
        return 0
    writing, table = current_writing(), model._meta.db_table
    first = reserve_ids(model, len(rows))
    key = attribute_of(model)
    attributes = [attribute_of(model, c) for c in columns]
    copy_rows(model, (key, *columns), ((first + i, *row) for i, row in enumerate(rows)))
    for i, row in enumerate(rows):
        after = {n: v for n, v in zip(attributes, row, strict=True) if v is not None and v != "" and v != b""}
        writing.note(table, first + i, "insert", None, {key: first + i, **after})
    return first


def change(records: Iterable[models.Model], columns: Sequence[str]) -> int:
    """Store the named columns of changed `records` (all of one model); gives how many really differed."""
    changed = list(records)
    if not changed:
        return 0
    model, writing = type(changed[0]), current_writing()
    keys = [record.pk for record in changed]
    kept: dict[Any, models.Model] = {}
    for start in range(0, len(keys), CHANGE_BATCH):
        kept |= model._base_manager.in_bulk(keys[start : start + CHANGE_BATCH])
    attributes = [attribute_of(model, c) for c in columns]
    different: list[models.Model] = []
    for record in changed:
        stored = kept[record.pk]
        before = snapshot_of(stored)
        for name in attributes:  # only these are written, whatever else differs in memory
            setattr(stored, name, getattr(record, name))
        after = snapshot_of(stored)
        if before != after:
            different.append(record)
            writing.note(model._meta.db_table, record.pk, "update", before, after)
    if different:
        update_rows(model, columns, different)
    return len(different)


def set_where(rows: models.QuerySet[Any], values: Mapping[str, Any], what: str) -> int:
    """One UPDATE of derived columns (cached tree paths) over `rows`; the audit keeps the rule, not every row.

    Only for values that follow from other recorded values and can be rebuilt from them.
    """
    writing = current_writing()
    count = models.QuerySet.update(rows, **values)
    if count:
        said = json.dumps({k: str(v) for k, v in values.items()}, ensure_ascii=False)
        noted = {"rule": what, "values": said, "rows": count}
        writing.note(rows.model._meta.db_table, 0, "derive", None, noted)
    return count


def derive(
    model: type[models.Model], replaced: models.Q, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[int, int]:
    """Make the `replaced` rows of a derived table equal to `rows` (tuples of `columns`): gives (removed,
    added).

    Rows that come out as they were keep their keys. The audit notes which keys went and which came, so that
    whoever follows the stream sees derived tables change like any other; it keeps no content, which the
    records imply.
    """
    writing, table = current_writing(), model._meta.db_table
    names = [attribute_of(model, c) for c in columns]
    kept: dict[tuple[Any, ...], int] = {
        tuple(values): key for key, *values in model._base_manager.filter(replaced).values_list("pk", *names)
    }
    wanted = {tuple(row) for row in rows}
    gone = sorted(key for values, key in kept.items() if values not in wanted)
    new = [row for row in rows if tuple(row) not in kept]
    for start in range(0, len(gone), 500):
        models.QuerySet(model).filter(pk__in=gone[start : start + 500]).delete()
    for key in gone:
        writing.note(table, key, "delete")
    if new:
        first = reserve_ids(model, len(new))
        pk = attribute_of(model)
        copy_rows(model, (pk, *columns), ((first + i, *row) for i, row in enumerate(new)))
        writing.note(table, first, "load", None, {"rows": len(new)}, last=first + len(new) - 1)
    return len(gone), len(new)
