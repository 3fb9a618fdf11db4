"""Everything that differs between SQLite and PostgreSQL, in one place and tested on both.

No other module writes engine-specific SQL, but for `records.search.kept`, the index of words, and
`records.isolated.columnar`, which runs in a process without Django.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models
from psycopg.conninfo import make_conninfo
from psycopg.errors import DeadlockDetected

from jiceng.records.isolated.columnar import Source

BATCH = 5_000


def is_sqlite() -> bool:
    """Whether the record database is SQLite (else it speaks PostgreSQL)."""
    return connection.vendor == "sqlite"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def column_of(model: type[models.Model], attribute: str) -> str:
    """The database column of a model's attribute."""
    field: Any = model._meta.get_field(attribute)
    return str(field.column)


def _for_sqlite(value: Any) -> Any:
    """Dates as ISO text and UUIDs as hex, the way Django stores them, so that comparisons agree."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        plain = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        return plain.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows` (tuples in the order of `columns`, attribute names) the fastest way the engine has.

    Some seven times faster than `bulk_create`. Values must already be what the column holds. Constraints of
    the database hold; nothing else is checked, so callers validate first and record the write themselves.
    """
    names = [column_of(model, c) for c in columns]
    listed = ", ".join(_quoted(n) for n in names)
    table = _quoted(model._meta.db_table)
    if is_sqlite():
        marks = ", ".join("?" * len(names))
        kinds = {model._meta.get_field(c).get_internal_type() for c in columns}
        plain = (
            rows
            if not kinds & {"UUIDField", "DateTimeField", "DateField"}
            else _converted(model, columns, rows)
        )
        with connection.cursor() as cursor, connection.wrap_database_errors:
            # Django's wrapper copies the whole list to adapt it; the driver's own cursor streams it
            cursor.connection.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", plain)
        return
    statement = f"COPY {table} ({listed}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _converted(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterable[Sequence[Any]]:
    """`rows` with dates and UUIDs in SQLite's form: column by column, and only the columns that need it."""
    special = {"UUIDField", "DateTimeField", "DateField"}
    places = [i for i, c in enumerate(columns) if model._meta.get_field(c).get_internal_type() in special]
    waiting = iter(rows)
    while batch := list(islice(waiting, 10 * BATCH)):
        turned: list[Sequence[Any]] = list(zip(*batch, strict=True))
        for place in places:
            turned[place] = _column_for_sqlite(turned[place])
        yield from zip(*turned, strict=True)


def _column_for_sqlite(column: Sequence[Any]) -> Sequence[Any]:
    """A column in SQLite's form; each of its dates, of which it has few, is converted once."""
    kinds = set(map(type, column))
    if kinds <= {str, type(None)}:
        return column
    if UUID in kinds:
        return tuple(map(_for_sqlite, column))
    forms = {value: _for_sqlite(value) for value in set(column)}
    return tuple(map(forms.__getitem__, column))


def copy_query(model: type[models.Model], columns: Sequence[str], rows: models.QuerySet[Any, Any]) -> int:
    """Insert what `rows` (a `values_list` in the order of `columns`) selects, without bringing it here.

    Gives how many rows there were.
    """
    names = ", ".join(_quoted(column_of(model, c)) for c in columns)
    selected, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) {selected}", values)
        count: int = cursor.rowcount
        return count


def update_rows(model: type[models.Model], columns: Sequence[str], records: Sequence[models.Model]) -> None:
    """Store the named columns of `records`, one prepared statement for all: some twenty times faster than
    `bulk_update`, which writes a CASE for every row and column. The caller records the write.
    """
    fields: list[Any] = [model._meta.get_field(c) for c in columns]
    key: Any = model._meta.pk
    mark = "?" if is_sqlite() else "%s"
    settings = ", ".join(f"{_quoted(f.column)} = {mark}" for f in fields)
    statement = f"UPDATE {_quoted(model._meta.db_table)} SET {settings} WHERE {_quoted(key.column)} = {mark}"
    rows = [[*(f.get_db_prep_save(getattr(r, f.attname), connection) for f in fields), r.pk] for r in records]
    with connection.cursor() as cursor:
        driver = cursor.connection if is_sqlite() else cursor
        driver.executemany(statement, rows)


def reserve_ids(model: type[models.Model], count: int) -> int:
    """The first of `count` consecutive keys of `model` that no other writer will be given; call inside a
    write.
    """
    table, key = model._meta.db_table, column_of(model, model._meta.pk.name)
    with connection.cursor() as cursor:
        if is_sqlite():  # the write lock is ours since BEGIN IMMEDIATE
            cursor.execute(f"SELECT COALESCE(MAX({_quoted(key)}), 0) + 1 FROM {_quoted(table)}")
            kept: int = cursor.fetchone()[0]
            cursor.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = %s", [table])
            spent = cursor.fetchone()
            return max(kept, spent[0] if spent else 1)
        cursor.execute(f"LOCK TABLE {_quoted(table)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s)", [sequence])
        first: int = cursor.fetchone()[0]
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
        return first


def is_deadlock(error: DatabaseError) -> bool:
    """Whether the database rolled a transaction back because it and another waited for each other. On SQLite, where
    one writes at a time, that does not happen.
    """
    return isinstance(error.__cause__, DeadlockDetected)


def take_turn(name: str) -> None:
    """Wait until nobody else has this turn, and keep it to the end of the transaction: for work that first looks
    what is there and then adds what is not. On SQLite whoever writes has the only turn there is.
    """
    if not is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def columnar_source() -> Source:
    """The record database, for the columnar reader. Its PostgreSQL driver looks for local sockets elsewhere
    than Django's, so it is told where Django's connection leads.
    """
    if is_sqlite():
        return Source(True, str(connection.settings_dict["NAME"]))
    connection.ensure_connection()
    info = connection.connection.info
    named = {"host": info.host, "port": info.port, "dbname": info.dbname, "user": info.user}
    return Source(False, make_conninfo(**named, password=info.password))


def install_append_only(tables: Sequence[str]) -> None:
    """Triggers by which the database itself refuses UPDATE and DELETE on `tables` (once a ledger, always a
    ledger).
    """
    with connection.cursor() as cursor:
        for table in tables:
            for statement in _append_only_sql(table, sqlite=is_sqlite()):
                cursor.execute(statement)


def _append_only_sql(table: str, *, sqlite: bool) -> list[str]:
    # SQLite fires delete triggers for INSERT OR REPLACE only with recursive_triggers on, which settings see
    # to.
    short = table[:24]
    if sqlite:
        return [
            f"CREATE TRIGGER IF NOT EXISTS {short}_{verb.lower()[:2]} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {short}_ao() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"DROP TRIGGER IF EXISTS {short}_ao ON {table}",
        f"CREATE TRIGGER {short}_ao BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {short}_ao()",
        f"DROP TRIGGER IF EXISTS {short}_tr ON {table}",
        f"CREATE TRIGGER {short}_tr BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {short}_ao()",
    ]
