"""Whether records are what the audit chain says: changed, added or gone without a write.

A record written one by one is compared with what its last audit row holds; a run loaded at once by the digest of
each column. Columns that were derived by rule are left out, for their audit row keeps the rule only.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from jiceng.records.bases import Recorded
from jiceng.records.bulk import column_digests, plain
from jiceng.records.models import AuditRow

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that is not what the chain says. `how` is `changed`, `added` or `gone`; for a column of a run
    whose content differs `record` is the first of the run.
    """

    model: type[models.Model]
    record: int
    how: str
    columns: tuple[str, ...] = ()
    last: int | None = None


@dataclass(slots=True)
class _Told:
    """What the chain says of one table: runs by first key, each record written by itself, derived columns."""

    runs: list[tuple[int, int, Mapping[str, Any]]] = field(default_factory=list)
    first: dict[int, str] = field(default_factory=dict)
    now: dict[int, str] = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)


def differences() -> Iterator[Difference]:
    """Every difference between the recorded tables and the chain; the chain itself is `verify`'s matter.

    Reads every recorded row once.
    """
    told = _told()
    for model in apps.get_models():
        if issubclass(model, Recorded) and model._meta.managed:
            yield from _of_table(model, told[model._meta.db_table])


def _told() -> dict[str, _Told]:
    found: dict[str, _Told] = defaultdict(_Told)
    rows = AuditRow.objects.exclude(verb="read").order_by("id")
    for row in rows.values_list("table", "record", "last", "verb", "before", "after").iterator():
        table, record, last, verb, before, after = row
        told = found[table]
        if verb == "load":
            told.runs.append((record, last or record, json.loads(after)))
        elif verb == "derive":
            told.derived |= set(json.loads(json.loads(after).get("values", "{}")))
        else:
            told.first.setdefault(record, before)
            told.now[record] = "" if verb == "delete" else after
    return found


def _of_table(model: type[models.Model], told: _Told) -> Iterator[Difference]:
    keys = set(model._base_manager.values_list("pk", flat=True))
    expected = {key for key, text in told.now.items() if text}
    for start, last, _said in told.runs:
        expected |= set(range(start, last + 1))
    expected -= {key for key, text in told.now.items() if not text}
    yield from (Difference(model, key, "added") for key in sorted(keys - expected))
    yield from (Difference(model, key, "gone") for key in sorted(expected - keys))
    yield from _changed(model, told, keys & expected)
    if not expected - keys:
        yield from _changed_runs(model, told)


def _changed(model: type[models.Model], told: _Told, keys: set[int]) -> Iterator[Difference]:
    """Records whose last audit row holds something else."""
    wanted = sorted(key for key in keys if told.now.get(key))
    fields = {f.attname: f for f in model._meta.concrete_fields if f.attname not in told.derived}
    for start in range(0, len(wanted), BATCH):
        for record in model._base_manager.filter(pk__in=wanted[start : start + BATCH]):
            said = json.loads(told.now[record.pk])
            known = [name for name in said if name in fields]
            wrong = [n for n in known if plain(getattr(record, n)) != plain(read(fields[n], said[n]))]
            wrong += [n for n, f in fields.items() if n not in said and not _empty(record, f)]
            if wrong:
                yield Difference(model, record.pk, "changed", tuple(wrong))


def _empty(record: models.Model, column: Any) -> bool:
    value = getattr(record, column.attname)
    return value in (None, "", b"") or (column.has_default() and value == column.get_default())


def _changed_runs(model: type[models.Model], told: _Told) -> Iterator[Difference]:
    """Runs with a column whose content differs; what was changed later counts as it was loaded."""
    fields = {f.attname: f for f in model._meta.concrete_fields}
    for start, last, said in told.runs:
        digests = {n: d for n, d in said.get("columns", {}).items() if n in fields and n not in told.derived}
        if not digests:
            continue
        names = list(digests)
        rows = {
            key: values
            for key, *values in model._base_manager.filter(pk__range=(start, last)).values_list("pk", *names)
        }
        for key, before in told.first.items():
            if start <= key <= last and before:
                kept = json.loads(before)
                rows[key] = [read(fields[n], kept.get(n)) for n in names]
        found = column_digests(names, [rows[key] for key in sorted(rows)])
        wrong = tuple(n for n in names if found[n] != digests[n])
        if wrong:
            yield Difference(model, start, "changed", wrong, last)


def read(column: Any, value: Any) -> Any:
    """A column's value from the JSON of an audit row."""
    if value is None:
        return None
    if isinstance(column, models.BinaryField):
        return bytes.fromhex(value)
    column = column.target_field if isinstance(column, models.ForeignKey) else column
    return column.to_python(value)
