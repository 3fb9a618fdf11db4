"""The engine that answers: DuckDB over the snapshot in force, one for each process, one cursor for each
question.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import duckdb

from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import Pin, current_id, folder, kept, pin
from jiceng.indicators.snapshot.manifest import Manifest
from jiceng.indicators.snapshot.views import define_views

Row = tuple[Any, ...]

ANSWERS, LOOKED_UP, TABLES, KEPT = 4_096, 10_000, 1_000, 3
"""How many answers and look-ups are remembered, and after how many tables an engine makes place for a fresh
one; and how many engines over kept snapshots stay open.
"""


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

    def __init__(self, held: Pin) -> None:
        self.manifest: Manifest = held.manifest
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

    def answer(self, query: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """`rows`, remembered. The scope is among the parameters, so nobody gets another one's answer."""
        return self._through(self.answers, query, parameters)

    def looked_up(self, query: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """`rows`, remembered apart: for what every figure asks of the trees."""
        return self._through(self._looked_up, query, parameters)

    def _through(self, kept: Remembered, query: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        key = _key(query, parameters)
        found = kept.get(key)
        if found is None:
            found = self.rows(query, parameters)
            kept.put(key, found)
        return found

    def table(self, query: str, parameters: Mapping[str, Any]) -> str:
        """The name of a table that holds the rows of `query`, made when it is first asked for."""
        key = _key(query, parameters)
        with self._lock:
            if key not in self._tables:
                name = f"kept_{len(self._tables)}"
                with self._database.cursor() as cursor:
                    cursor.execute(f"CREATE TABLE {name} AS {query}", dict(parameters))
                self._tables[key] = name
            return self._tables[key]

    @property
    def crowded(self) -> bool:
        """Whether it holds so many tables that the next question had better go to a fresh engine."""
        return len(self._tables) >= TABLES


def _key(query: str, parameters: Mapping[str, Any]) -> str:
    return f"{query}\0{sorted(parameters.items())!r}"


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
    place = f"{folder()}/{current_id()}"
    found = _engines.get(place)
    if found is not None and not found.crowded:
        return found
    with _lock:
        found = _engines.get(place)
        if found is None or found.crowded:
            found = Engine(pin())
            _engines.clear()
            _engines[f"{folder()}/{found.manifest.id}"] = found
        return found


def _over_kept(manifest: str) -> Engine:
    place = f"{folder()}/{manifest}"
    with _lock:
        found = _older.get(place)
        if found is None or found.crowded:
            found = Engine(Pin(kept(manifest), -1))
        _older[place] = found
        _older.move_to_end(place)
        while len(_older) > KEPT:
            _older.popitem(last=False)
        return found
