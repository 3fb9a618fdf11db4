"""The engine that asks the cluster, and answers from the same snapshot itself while the cluster does not."""

import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pyspark.sql import DataFrame, SparkSession

from jiceng.indicators.cluster.driver import Unreachable, driver
from jiceng.indicators.compile.dialects import SPARK
from jiceng.indicators.engine import MADE, Asked, Engine, Row, key_of
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import Pin, beside, folder
from jiceng.indicators.snapshot.manifest import Files, new_file
from jiceng.indicators.snapshot.relations import TYPES, Relation

SPARK_TYPES = {"VARCHAR": "STRING"}
"""What Spark calls otherwise than DuckDB."""


class ClusterEngine(Engine):
    """The snapshot as the cluster reads it. `trouble` says why it does not, as long as it does not."""

    def __init__(self, held: Pin) -> None:
        super().__init__(held)
        self._folder = folder()
        self._is_away = False
        self._placing = threading.Lock()
        self._application: SparkSession | None = None
        self._session: SparkSession | None = None
        self._laid: set[str] = set()

    @property
    def trouble(self) -> str:
        """As in `Engine`, in the asker's language."""
        return _("计算集群没有回答") if self._is_away else ""

    def facts(self, asked: Asked, *, remember: bool = True) -> Sequence[Row]:
        """As in `Engine`: from the cluster, else from this process."""
        query, parameters = asked(SPARK)
        key = key_of(query, parameters)
        found = self.answers.get(key) if remember else None
        if found is not None:
            return found
        try:
            found = driver.rows(self._ready(query), query, parameters)
        except Unreachable:
            self._is_away = True
            return super().facts(asked, remember=remember)
        self._is_away = False
        if remember:
            self.answers.put(key, found)
        return found

    def _ready(self, query: str) -> SparkSession:
        """A session that has the snapshot's relations, and the tables made here that `query` names."""
        application = driver.session()
        with self._placing, driver.watched():
            if self._application is not application or self._session is None:
                self._session = application.newSession()
                self._define(self._session, self.manifest.relations)
                self._application, self._laid = application, set()
            for name in set(re.findall(rf"\b{MADE}\d+\b", query)) - self._laid:
                self._lay(self._session, name)
                self._laid.add(name)
            return self._session

    def _define(self, session: SparkSession, files: Mapping[str, Files]) -> None:
        """Give the session a view for every relation, by its name (as `snapshot.views` does in DuckDB)."""
        for name, relation in all_relations().items():
            self._relation(session, relation, files[name]).createOrReplaceTempView(name)

    def _relation(self, session: SparkSession, relation: Relation, files: Files) -> DataFrame:
        columns = {column.name: TYPES[column.kind] for column in relation.columns}
        base = _parquet(session, self._folder / files.base, columns)
        if not files.overlay:
            return base
        overlay = _parquet(session, self._folder / files.overlay, {**columns, "gone": "BOOLEAN"})
        rest = base.join(overlay.select("id"), "id", "left_anti").select(*columns)
        return rest.unionByName(overlay.where("NOT gone").select(*columns))

    def _lay(self, session: SparkSession, name: str) -> None:
        """Lay a table of this process beside the snapshot, where the cluster can read it."""
        path = beside(self.manifest.id) / new_file()
        self.rows(f"COPY {name} TO '{path}' (FORMAT parquet)")
        columns = {column: str(kind) for column, kind, *_rest in self.rows(f"DESCRIBE {name}")}
        _parquet(session, path, columns).createOrReplaceTempView(name)


def _parquet(session: SparkSession, path: Path, columns: Mapping[str, Any]) -> DataFrame:
    """A file with columns of those types, which Spark then need not open to find them out."""
    schema = ", ".join(f"`{name}` {SPARK_TYPES.get(kind, kind)}" for name, kind in columns.items())
    return session.read.schema(schema).parquet(f"file://{path}")
