"""Records that many tests begin with: made once in a run by the product itself, then put back as rows.

    world = staged("world", build_world)     # inside a database test; what `build_world()` gives, and its records

Making the two counties of the permission tests takes half a second, putting their rows back a twentieth of it. The
rows are put back only where the database holds just what it held when they were made; anywhere else, and the first
time, `build` runs.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

from jiceng.packs.installing import install
from jiceng.packs.models import PackVersion
from jiceng.protection.actors import Actor

Census = tuple[Any, ...]
Row = tuple[Any, ...]
T = TypeVar("T")


@dataclass
class Table:
    """A table's rows that a stage adds, changes and takes away. Its key is its first column."""

    name: str
    columns: list[str]
    added: list[Row]
    changed: list[Row]
    gone: list[Any]


@dataclass
class Stage:
    """What `build` gave, and the rows that it left behind."""

    given: Any
    tables: list[Table]
    after: Census


_stages: dict[tuple[str, Census], Stage] = {}
_known: set[Census] = set()
"""What databases hold after a stage: on these, further stages are kept."""


def staged(name: str, build: Callable[[], T]) -> T:
    """What `build` gives, with the records that it makes; `name` says which stage that is."""
    before = _census()
    if (stage := _stages.get((name, before))) is not None:
        _put_back(stage)
        return deepcopy(stage.given)
    if not _is_empty(before) and before not in _known:
        return build()
    held = _rows()
    given = build()
    stage = Stage(deepcopy(given), _difference(held, _rows()), _census())
    _stages[name, before] = stage
    _known.add(stage.after)
    return given


def in_force(*folders: Path) -> list[PackVersion]:
    """The packs in `folders`, which do not change while tests run, put in force."""
    name = "packs " + " ".join(map(str, folders))
    return staged(name, lambda: install(folders=folders, by=Actor.system("tests")))


# -------------------------------------------------------------------------------------------- reading
def _tables() -> list[tuple[str, list[str]]]:
    """Every table of the models with its columns, the key first."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        columns = [field.column for field in model._meta.concrete_fields]
        columns.sort(key=lambda column, key=model._meta.pk.column: column != key)
        found.append((model._meta.db_table, columns))
    return found


def _quoted(*names: str) -> str:
    return ", ".join(map(connection.ops.quote_name, names))


def _census() -> Census:
    """How many rows every table has, and the end of the audit chain, which is another one after every write."""
    counted = ", ".join(f"(SELECT count(*) FROM {_quoted(table)})" for table, _columns in _tables())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}, (SELECT max(hash) FROM records_chainhead)")
        return tuple(cursor.fetchone())


def _is_empty(census: Census) -> bool:
    """Whether there is nothing but what migrations leave behind."""
    by_migrations = ("django_", "auth_")
    counts = zip(_tables(), census, strict=False)
    return all(not count or table.startswith(by_migrations) for (table, _columns), count in counts)


def _rows() -> dict[str, dict[Any, Row]]:
    found = {}
    with connection.cursor() as cursor:
        for table, columns in _tables():
            cursor.execute(f"SELECT {_quoted(*columns)} FROM {_quoted(table)} ORDER BY 1")
            found[table] = {row[0]: row for row in cursor.fetchall()}
    return found


def _difference(before: dict[str, dict[Any, Row]], after: dict[str, dict[Any, Row]]) -> list[Table]:
    found = []
    for name, columns in _tables():
        held, now = before[name], after[name]
        added = [row for key, row in now.items() if key not in held]
        changed = [row for key, row in now.items() if key in held and held[key] != row]
        gone = [key for key in held if key not in now]
        if added or changed or gone:
            found.append(Table(name, columns, added, changed, gone))
    return found


# -------------------------------------------------------------------------------------------- writing
def _put_back(stage: Stage) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in stage.tables:
            marks = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(
                f"INSERT INTO {_quoted(table.name)} ({_quoted(*table.columns)}) VALUES ({marks})", table.added
            )
            key, *others = table.columns
            for gone in table.gone:
                cursor.execute(f"DELETE FROM {_quoted(table.name)} WHERE {_quoted(key)} = %s", [gone])
            put = ", ".join(f"{_quoted(column)} = %s" for column in others)
            for row in table.changed:
                cursor.execute(
                    f"UPDATE {_quoted(table.name)} SET {put} WHERE {_quoted(key)} = %s", [*row[1:], row[0]]
                )
        if connection.vendor == "postgresql":
            _count_on(cursor, stage)


def _count_on(cursor: Any, stage: Stage) -> None:
    """Let PostgreSQL give no key again that a row put back has: it counts what it has given, not what is there."""
    counted = {m._meta.db_table for m in apps.get_models() if isinstance(m._meta.pk, models.AutoField)}
    given = [(table, max(row[0] for row in table.added)) for table in stage.tables if table.added]
    reached = [(table.name, table.columns[0], last) for table, last in given if table.name in counted]
    sequence = "pg_get_serial_sequence(%s, %s)"
    asked = ", ".join(f"setval({sequence}, greatest(%s, nextval({sequence})))" for _each in reached)
    values = [value for name, key, last in reached for value in (name, key, last, name, key)]
    if reached:
        cursor.execute(f"SELECT {asked}", values)
