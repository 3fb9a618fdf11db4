"""Statements that every write makes, prepared once: putting a query together costs more than asking it.

Plain SQL that both engines speak, and Django's own where it is compiled.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import local
from typing import Any

from django.db import connection, models
from django.db.models.query import get_related_populators

MARK = 7_000_000_000_000
"""Where a value will stand, in a query that is being compiled."""


class Compiled:
    """A query for whole records that is compiled once, for as many values as it is asked with, and then asked with
    others. `build` makes the query of the values; what else it depends on must not change.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Any]"]) -> None:
        self._build = build
        self._plans = local()  # a compiled query belongs to the connection, which belongs to the thread

    def __call__(self, *values: Any) -> list[Any]:
        """The records for these values (keys or texts)."""
        return self._plan(len(values)).ask(values)

    def _plan(self, count: int) -> "_Plan":
        key = f"{connection.vendor}{count}"
        found: _Plan | None = getattr(self._plans, key, None)
        if found is None:
            marks = [MARK + place for place in range(count)]
            found = _Plan(self._build(*marks), [str(mark) for mark in marks])
            setattr(self._plans, key, found)
        return found


class _Plan:
    """A compiled query, and how its rows become records."""

    def __init__(self, rows: "models.QuerySet[Any]", marks: Sequence[str]) -> None:
        compiler: Any = rows.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        self._params = [str(value) if str(value) in marks else value for value in params]
        self._marks = list(marks)
        self._compiler = compiler
        self._converters = compiler.get_converters([column[0] for column in compiler.select])
        info, select = compiler.klass_info, compiler.select
        own = info["select_fields"]
        self._model, self._first, self._behind = info["model"], own[0], own[-1] + 1
        self._names = [column[0].target.attname for column in select[self._first : self._behind]]
        self._beside: list[Any] = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]

    def ask(self, values: Sequence[Any]) -> list[Any]:
        """The records for `values`."""
        given = dict(zip(self._marks, values, strict=True))
        params = [given.get(value, value) if isinstance(value, str) else value for value in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: Iterable[Any] = cursor.fetchall()
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        found = []
        for row in rows:
            record = self._model.from_db(connection.alias, self._names, row[self._first : self._behind])
            for one in self._beside:
                one.populate(row, record)
            found.append(record)
        return found


_inserts: dict[type[models.Model], tuple[list[Any], str]] = {}


def insert(record: models.Model) -> None:
    """Store a new record; where the database gives it its key, it has it afterwards. Whoever does so records the
    write.
    """
    fields, statement = _inserting(type(record))
    with connection.cursor() as cursor:
        cursor.execute(statement, _stored(record, fields))
        if not fields[0].primary_key:
            record.pk = cursor.fetchone()[0]
    record._state.adding, record._state.db = False, connection.alias


def insert_first(record: models.Model) -> bool:
    """Store a new record that brings its key, unless one is there that has it: whether it was stored. Waits for who
    is about to store the same.
    """
    fields, statement = _inserting(type(record))
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", _stored(record, fields))
        stored = bool(cursor.rowcount == 1)
    record._state.adding, record._state.db = not stored, connection.alias
    return stored


def _inserting(model: type[models.Model]) -> tuple[list[Any], str]:
    """The columns of a new row, a key that it brings first, and the statement that writes it."""
    if model not in _inserts:
        key: Any = model._meta.pk
        given = isinstance(key, models.AutoField)  # by the database
        rest = [field for field in model._meta.concrete_fields if not field.primary_key]
        fields = rest if given else [key, *rest]
        statement = (
            f"INSERT INTO {_table(model)} ({', '.join(map(_column, fields))}) VALUES ({_marks(fields)})"  # noqa: S608
        )
        _inserts[model] = fields, f"{statement} RETURNING {_column(key)}" if given else statement
    return _inserts[model]


def _stored(record: models.Model, fields: Sequence[Any]) -> list[Any]:
    return [field.get_db_prep_save(getattr(record, field.attname), connection) for field in fields]


def delete(model: type[models.Model], keys: Sequence[int]) -> None:
    """Remove the rows of a table that nothing points at, by their keys."""
    if keys:
        statement = f"DELETE FROM {_table(model)} WHERE {_column(model._meta.pk)} IN ({_marks(keys)})"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, list(keys))


def pairs(model: type[models.Model], one: str, other: str, keys: Sequence[int]) -> list[tuple[int, int]]:
    """Both columns of the rows in which one of them, or the other, holds any of `keys`."""
    first, second = (_column(model._meta.get_field(name)) for name in (one, other))
    where = f"{first} IN ({_marks(keys)}) OR {second} IN ({_marks(keys)})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {first}, {second} FROM {_table(model)} WHERE {where}", [*keys, *keys])  # noqa: S608
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _table(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _column(field: Any) -> str:
    return str(connection.ops.quote_name(field.column))
