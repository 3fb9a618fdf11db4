"""The index of words beside a table: kept by triggers in the same transaction as every write, whoever makes it.

On SQLite it is a full-text table without content, whose row keys are what rows are ordered by; a function of this
program cuts the texts, so that every connection has it. On PostgreSQL it is a table of lexemes with a GIN index, cut
by a function of the database.

With the words of a row stand its place (`p0001`, `p00010002` …: every node of its territory path) and, where an index
cannot be read in an order, its month and year, so that what is asked for within an area or a time costs no more than
what is found there.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from jiceng.protection.scopes import SEGMENT
from jiceng.records.engine import is_sqlite
from jiceng.records.search.words import (
    DIGITS,
    FOLDED,
    FOLDED_TO,
    LETTERS,
    OTHERS,
    RUN,
    Asked,
    pieces,
)

CUTTER = "jiceng_words"
BITS = 32
"""Bits of an order that hold the row's key; above them stand the days since 1970."""

MASK = (1 << BITS) - 1
EPOCH = date(1970, 1, 1)
PORTION = 200
"""Hits that are fetched at first; ever more, where those were not enough."""

MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class WordIndex:
    """The words of some columns of a table. `name` is that of the index (at most 24 characters); rows are found in the
    order of `day`, the latest first, and by `place`, a territory path.
    """

    name: str
    table: str
    texts: tuple[str, ...]
    day: str
    place: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that the index depends on."""
        return (*self.texts, self.day, self.place)


def order_of(day: date, key: int) -> int:
    """Where a row of `day` with that key stands."""
    return ((day - EPOCH).days << BITS) + key


def key_of(order: int) -> int:
    """The key of the row that stands there."""
    return order & MASK


def cut(*columns: str) -> str:
    """The words of the texts and of the place, which comes last, as SQLite's index takes them."""
    *texts, place = columns
    return " ".join([*sorted(pieces("\n".join(text or "" for text in texts))), *places_of(place)])


def places_of(path: str) -> list[str]:
    """The words for a territory path and the nodes above it; longer than those of any text."""
    return [f"p{path[:end]}" for end in range(SEGMENT, len(path or "") + 1, SEGMENT)]


def prepare(connection: Any, **_signal: Any) -> None:
    """Give a new connection to SQLite the function that its triggers call."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(CUTTER, -1, cut, deterministic=True)


# ------------------------------------------------------------------------------------------- keeping
def install(index: WordIndex) -> None:
    """Make the index and its triggers, and fill it, unless it is there as it should be. Of an emptied table it is
    emptied, too.
    """
    statements = (_for_sqlite if is_sqlite() else _for_postgresql)(index)
    made_by = "\n".join((*statements, RUN, str((LETTERS, DIGITS, OTHERS)), FOLDED, FOLDED_TO))
    mark = hashlib.sha256(made_by.encode()).hexdigest()[:16]
    with connection.cursor() as cursor:
        if _mark(cursor, index) != mark:
            for statement in (*_removal(index), *statements, _marking(index, mark)):
                cursor.execute(statement)
            _fill(cursor, index)
        cursor.execute(f"SELECT 1 FROM {index.table} LIMIT 1")
        if cursor.fetchone() is None:
            cursor.execute(_emptying(index))


def rebuild(index: WordIndex) -> int:
    """Make the index anew from the rows of its table; gives how many. Call inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_emptying(index))
        _fill(cursor, index)
        cursor.execute(f"SELECT COUNT(*) FROM {index.table}")
        count: int = cursor.fetchone()[0]
    return count


def _fill(cursor: Any, index: WordIndex) -> None:
    key = "rowid" if is_sqlite() else "rank"
    rows = f"SELECT {_order(index, '')}, {_cutting(index, '')} FROM {index.table}"
    if is_sqlite():
        cursor.execute(f"INSERT INTO {index.name} ({key}, words) {rows}")
        cursor.execute(f"INSERT INTO {index.name} ({index.name}) VALUES ('optimize')")
        return
    cursor.execute(f"DROP INDEX IF EXISTS {index.name}_gin")  # built over what is there it is made in one go
    cursor.execute(f"INSERT INTO {index.name} ({key}, words) {rows}")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    cursor.execute(_gin(index))
    cursor.execute(f"ANALYZE {index.name}")


def _column(row: str, name: str) -> str:
    """A column of `row` (`NEW.`, `OLD.`, or none)."""
    return f"{row}{connection.ops.quote_name(name)}"


def _order(index: WordIndex, row: str) -> str:
    """Where `row` stands."""
    day = _column(row, index.day)
    days = (
        f"CAST(julianday({day}) - 2440587.5 AS INTEGER)"
        if is_sqlite()
        else f"({day} - DATE '1970-01-01')::bigint"
    )
    return f"(({days} * {1 << BITS}) + {row}id)"


def _cutting(index: WordIndex, row: str) -> str:
    if is_sqlite():
        return f"{CUTTER}({', '.join(_column(row, c) for c in (*index.texts, index.place))})"
    said = " || E'\\n' || ".join(_column(row, c) for c in index.texts)
    return f"{CUTTER}({said}, {_column(row, index.place)}, {_column(row, index.day)})"


def _changed(index: WordIndex) -> str:
    differs = "IS NOT" if is_sqlite() else "IS DISTINCT FROM"
    return " OR ".join(f"{_column('OLD.', c)} {differs} {_column('NEW.', c)}" for c in index.columns)


def _listed(index: WordIndex) -> str:
    return ", ".join(_column("", c) for c in index.columns)


# -------------------------------------------------------------------------------------------- SQLite
def _for_sqlite(index: WordIndex) -> list[str]:
    name, table = index.name, index.table
    put = f"INSERT INTO {name} (rowid, words) VALUES ({_order(index, 'NEW.')}, {_cutting(index, 'NEW.')});"
    # without content of its own the index must be told what it is to forget
    forget = (
        f"INSERT INTO {name} ({name}, rowid, words) "
        f"VALUES ('delete', {_order(index, 'OLD.')}, {_cutting(index, 'OLD.')});"
    )
    return [
        f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='', detail=none, columnsize=0, tokenize=ascii)",
        f"CREATE TRIGGER {name}_in AFTER INSERT ON {table} BEGIN {put} END",
        f"CREATE TRIGGER {name}_de AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {name}_up AFTER UPDATE OF {_listed(index)} ON {table} "
        f"WHEN {_changed(index)} BEGIN {forget} {put} END",
    ]


# ---------------------------------------------------------------------------------------- PostgreSQL
def _for_postgresql(index: WordIndex) -> list[str]:
    name, table = index.name, index.table
    row = "SELECT m[1] AS run, CASE WHEN m[1] ~ '^[a-z]' THEN {} WHEN m[1] ~ '^[0-9]' THEN {} ELSE {} END AS size"
    runs = (
        f"{row.format(LETTERS, DIGITS, OTHERS)} "
        f"FROM regexp_matches(translate(said, '{FOLDED}', '{FOLDED_TO}'), '{RUN}', 'g') AS m"
    )
    words = (
        f"SELECT substr(run, i, size) FROM ({runs}) AS r, generate_series(1, length(run) - size + 1) AS i "
        f"UNION ALL SELECT 'p' || left(path, e) FROM generate_series({SEGMENT}, length(path), {SEGMENT}) AS e "
        "UNION ALL SELECT 'm' || (extract(year FROM day) * 100 + extract(month FROM day))::int "
        "UNION ALL SELECT 'y' || extract(year FROM day)::int"
    )
    put = (
        f"INSERT INTO {name} (rank, words) VALUES ({_order(index, 'NEW.')}, {_cutting(index, 'NEW.')}) "
        "ON CONFLICT (rank) DO UPDATE SET words = EXCLUDED.words;"
    )
    forget = f"DELETE FROM {name} WHERE rank = {_order(index, 'OLD.')};"
    return [
        f"CREATE TABLE {name} (rank bigint PRIMARY KEY, words tsvector NOT NULL)",
        _gin(index),
        f"CREATE OR REPLACE FUNCTION {CUTTER}(said text, path text, day date) RETURNS tsvector "
        f"LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT array_to_tsvector(ARRAY({words})) $$",
        f"CREATE FUNCTION {name}_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {forget} END IF; IF TG_OP <> 'DELETE' THEN {put} END IF; RETURN NULL; END $$",
        f"CREATE FUNCTION {name}_empty() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN TRUNCATE {name}; RETURN NULL; END $$",
        f"CREATE TRIGGER {name}_in AFTER INSERT OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_keep()",
        f"CREATE TRIGGER {name}_up AFTER UPDATE OF {_listed(index)} ON {table} FOR EACH ROW "
        f"WHEN ({_changed(index)}) EXECUTE FUNCTION {name}_keep()",
        f"CREATE TRIGGER {name}_tr AFTER TRUNCATE ON {table} EXECUTE FUNCTION {name}_empty()",
    ]


def _gin(index: WordIndex) -> str:
    # a short list of what is not sorted in yet: every question reads it through
    return (
        f"CREATE INDEX {index.name}_gin ON {index.name} USING gin (words) WITH (gin_pending_list_limit = 512)"
    )


# ------------------------------------------------------------------------------------------- both
def _removal(index: WordIndex) -> list[str]:
    name, table = index.name, index.table
    if is_sqlite():
        triggers = [f"DROP TRIGGER IF EXISTS {name}_{what}" for what in ("in", "de", "up", "mark")]
        return [*triggers, f"DROP TABLE IF EXISTS {name}"]
    triggers = [f"DROP TRIGGER IF EXISTS {name}_{what} ON {table}" for what in ("in", "up", "tr")]
    functions = [f"DROP FUNCTION IF EXISTS {name}_{what}" for what in ("keep", "empty")]
    return [*triggers, *functions, f"DROP TABLE IF EXISTS {name}"]


def _emptying(index: WordIndex) -> str:
    if is_sqlite():
        return f"INSERT INTO {index.name} ({index.name}) VALUES ('delete-all')"
    return f"TRUNCATE {index.name}"


def _marking(index: WordIndex, mark: str) -> str:
    """How the index was made is kept with it, so that it is made anew where this program would make it otherwise."""
    if is_sqlite():  # a trigger that never fires, for its name's and its text's sake
        return f"CREATE TRIGGER {index.name}_mark AFTER DELETE ON {index.table} WHEN 0 BEGIN SELECT '{mark}'; END"
    return f"COMMENT ON TABLE {index.name} IS '{mark}'"


def _mark(cursor: Any, index: WordIndex) -> str:
    if is_sqlite():
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [f"{index.name}_mark"]
        )
        found = cursor.fetchone()
        return found[0].split("'")[1] if found else ""
    cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [index.name])
    return cursor.fetchone()[0] or ""


# --------------------------------------------------------------------------------------------- finding
@dataclass(frozen=True, slots=True)
class Within:
    """Where and when: in any of these territory subtrees (none: anywhere), from `since` to `until` (both included),
    behind the row that stands at `after` in the order of what is found.
    """

    places: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    after: int | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest order."""
        low = order_of(self.since, 0) if self.since else -(1 << 62)
        high = order_of(self.until, MASK) if self.until else 1 << 62
        return low, high if self.after is None else min(high, self.after - 1)


def hits(index: WordIndex, asked: Asked, within: Within) -> Iterator[list[int]]:
    """Where the rows stand that have all pieces of what is asked, the latest first, in portions; `key_of` gives their
    keys. Whether the words are in them is the caller's to see.
    """
    found = (
        _hits_in_sqlite(index, asked, within) if is_sqlite() else _hits_in_postgresql(index, asked, within)
    )
    portion, waiting = PORTION, list[int]()
    for order in found:
        waiting.append(order)
        if len(waiting) >= portion:
            yield waiting
            portion, waiting = min(2 * portion, MOST_AT_ONCE), []
    if waiting:
        yield waiting


def _hits_in_sqlite(index: WordIndex, asked: Asked, within: Within) -> Iterator[int]:
    """Read in order, as far as the caller goes."""
    question = " AND ".join(f'"{piece}"' for piece in sorted(asked.pieces))
    if within.places:
        places = " OR ".join(f'"p{path}"' for path in within.places)
        question += f" AND ({places})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {index.name} WHERE {index.name} MATCH %s AND rowid BETWEEN %s AND %s "
            "ORDER BY rowid DESC",
            [question, *within.bounds],
        )
        while rows := cursor.fetchmany(PORTION):
            yield from (row[0] for row in rows)


def _hits_in_postgresql(index: WordIndex, asked: Asked, within: Within) -> Iterator[int]:
    """Stretch by stretch, the last one first: a month, the rest of its year, each year before."""
    question = " & ".join(f"'{piece}'" for piece in sorted(asked.pieces))
    if within.places:
        places = " | ".join(f"'p{path}'" for path in within.places)
        question += f" & ({places})"
    low, high = within.bounds
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(rank), max(rank) FROM {index.name} WHERE rank BETWEEN %s AND %s", [low, high]
        )
        first, last = cursor.fetchone()
        if last is None:
            return
        for stretch in _stretches(*(EPOCH + timedelta(days=order >> BITS) for order in (first, last))):
            cursor.execute(
                f"WITH found AS MATERIALIZED (SELECT rank FROM {index.name} WHERE words @@ %s::tsquery) "
                "SELECT rank FROM found WHERE rank BETWEEN %s AND %s ORDER BY rank DESC",
                [f"{question} & ({stretch})", low, high],
            )
            yield from (row[0] for row in cursor.fetchall())


def _stretches(first: date, last: date) -> Iterator[str]:
    """Words for stretches of time that together reach from `last` back to `first`."""
    begin = first.month if first.year == last.year else 1
    months = [f"'m{last.year}{month:02d}'" for month in range(last.month, begin - 1, -1)]
    yield months[0]
    for some in (months[1:3], months[3:]):
        if some:
            yield " | ".join(some)
    for year in range(last.year - 1, first.year - 1, -1):
        yield f"'y{year}'"
