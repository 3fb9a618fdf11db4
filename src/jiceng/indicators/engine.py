"""The engine that answers: DuckDB over the snapshot in force, one for each process, one cursor for each
question. Where `JICENG_ENGINE` says so, what is asked of the facts goes to a Spark cluster instead.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

import duckdb
from django.conf import settings

from jiceng.indicators.compile.dialects import DUCKDB, SPARK, Dialect
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import Pin, current_id, folder, kept, pin
from jiceng.indicators.snapshot.manifest import Manifest
from jiceng.indicators.snapshot.views import define_views

Row = tuple[Any, ...]
Asked = Callable[[Dialect], tuple[str, dict[str, Any]]]
"""A question to the facts: gives the query in a dialect, and what is bound in it."""

ANSWERS, LOOKED_UP, TABLES, KEPT = 4_096, 10_000, 1_000, 3
"""How many answers and look-ups are remembered, and after how many tables an engine makes place for a fresh
one; and how many engines over kept snapshots stay open.
"""
MADE = "kept_"
"""How the names of tables begin that an engine made."""


class Remembered:
    """The rows of the latest queries, by their text and everything bound."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Sequence[Row]] = OrderedDict()

    def get(self, key: str) -> Sequence[Row] | None:
        """What was kept under `key`."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, rows: Sequence[Row]) -> None:
        """Keep `rows` under `key`, and forget what was longest not asked for."""
        with self._lock:
            self._kept[key] = rows
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


class Engine:
    """Answers queries from one snapshot, whose files stay until the last user of the engine has gone.

    What it remembers goes with it, so nothing is ever answered from an older snapshot. Safe for several
    threads.
    """

    @property
    def trouble(self) -> str:
        """Why another engine, which should answer, does not; '' where there is none."""
        return ""

    def __init__(self, held: Pin) -> None:
        self.manifest: Manifest = held.manifest
        self._place = folder(), held.manifest.id
        self.answers = Remembered(ANSWERS)
        self._looked_up = Remembered(LOOKED_UP)
        self._tables: dict[str, str] = {}
        self._lock = threading.Lock()
        self._database = duckdb.connect(":memory:")
        self._database.execute("SET parquet_metadata_cache = true")  # files never change under their names
        define_views(self._database, folder(), all_relations(), held.manifest)
        weakref.finalize(self, held.release)

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of `query`."""
        with self._database.cursor() as cursor:
            return cursor.execute(query, dict(parameters or {})).fetchall()

    def facts(self, asked: Asked, *, remember: bool = True) -> Sequence[Row]:
        """The rows that answer a question to the facts, which may be many; trees are asked with `looked_up`."""
        query, parameters = asked(DUCKDB)
        return self.answer(query, parameters) if remember else self.rows(query, parameters)

    def answer(self, query: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """`rows`, remembered. The scope is among the parameters, so nobody gets another one's answer."""
        return self._through(self.answers, query, parameters)

    def looked_up(self, query: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """`rows`, remembered apart: for what every figure asks of the trees."""
        return self._through(self._looked_up, query, parameters)

    def _through(self, kept: Remembered, query: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        key = key_of(query, parameters)
        found = kept.get(key)
        if found is None:
            found = self.rows(query, parameters)
            kept.put(key, found)
        return found

    def table(self, query: str, parameters: Mapping[str, Any]) -> str:
        """The name of a table that holds the rows of `query`, made when it is first asked for."""
        key = key_of(query, parameters)
        with self._lock:
            if key not in self._tables:
                name = f"{MADE}{len(self._tables)}"
                with self._database.cursor() as cursor:
                    cursor.execute(f"CREATE TABLE {name} AS {query}", dict(parameters))
                self._tables[key] = name
            return self._tables[key]

    @property
    def current(self) -> bool:
        """Whether its snapshot is in force, and it is not crowded."""
        return self._place == (folder(), current_id()) and not self.crowded

    @property
    def crowded(self) -> bool:
        """Whether it holds so many tables that the next question had better go to a fresh engine."""
        return len(self._tables) >= TABLES


def key_of(query: str, parameters: Mapping[str, Any]) -> str:
    """By what the rows of a query are remembered."""
    return f"{query}\0{sorted(parameters.items())!r}"


def spoken() -> tuple[Dialect, ...]:
    """The dialects of all engines that may have to answer, of the one that should first."""
    return (SPARK, DUCKDB) if _on_cluster() else (DUCKDB,)


def _on_cluster() -> bool:
    asked_for: str = settings.ENGINE
    return asked_for == SPARK.name


def _kind() -> type[Engine]:
    """The engine that is asked for. Spark's is not imported where nobody wants it."""
    if not _on_cluster():
        return Engine
    kind: type[Engine] = import_module("jiceng.indicators.cluster.engine").ClusterEngine
    return kind


_lock = threading.Lock()
_engines: dict[str, Engine] = {}
_older: OrderedDict[str, Engine] = OrderedDict()
_asked: ContextVar[str] = ContextVar("snapshot", default="")


@contextmanager
def answering_from(manifest: str) -> Iterator[None]:
    """Every figure asked for inside is answered from that kept snapshot. Raises Refusal where it is not kept."""
    kept(manifest)
    token = _asked.set(manifest)
    try:
        yield
    finally:
        _asked.reset(token)


def engine() -> Engine:
    """The engine over the snapshot in force, or over the kept one that `answering_from` names. Raises Refusal
    where there is no snapshot yet.
    """
    if older := _asked.get():
        return _over_kept(older)
    found = _engines.get(settings.ENGINE)
    if found is not None and found.current:
        return found
    with _lock:
        found = _engines.get(settings.ENGINE)
        if found is None or not found.current:
            found = _engines[settings.ENGINE] = _kind()(pin())
        return found


def _over_kept(manifest: str) -> Engine:
    place = f"{settings.ENGINE} {folder()}/{manifest}"
    with _lock:
        found = _older.get(place)
        if found is None or found.crowded:
            found = _kind()(Pin(kept(manifest), -1))
        _older[place] = found
        _older.move_to_end(place)
        while len(_older) > KEPT:
            _older.popitem(last=False)
        return found
