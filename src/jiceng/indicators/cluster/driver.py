"""This process's application on the cluster that `JICENG_SPARK` names: begun when it is first needed, and again after
the cluster was away.
"""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import AnalysisException, ParseException, PySparkException
from pyspark.sql import SparkSession

from jiceng.records.uids import new_uid

REST = 30.0
"""Seconds for which a cluster that did not answer is not asked again."""
KNOCK = 2.0
"""Seconds in which a master must take a connection before an application is begun: Spark itself tries for a minute."""
MASTER = "spark://"

OPTIONS = {
    "spark.app.name": "jiceng",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # days before 1582 are what the files say
}

log = logging.getLogger(__name__)


class Unreachable(RuntimeError):
    """The cluster does not answer; the text says why, in Spark's words."""


class Driver:
    """The application. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: SparkSession | None = None
        self._master = ""
        self._resting_until = 0.0
        self._why = ""

    def session(self) -> SparkSession:
        """The application's first session. Raises Unreachable."""
        with self._lock:
            if time.monotonic() < self._resting_until:
                raise Unreachable(self._why)
            if self._session is None or self._master != settings.SPARK or not _is_alive(self._session):
                self._end()
                with self.watched():
                    self._session, self._master = _begun(settings.SPARK), settings.SPARK
            return self._session

    def rows(self, session: SparkSession, query: str, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of `query` in one of the application's sessions. Raises Unreachable, also for no answer in time."""
        bound = {
            name: json.dumps(value) if isinstance(value, list) else value for name, value in told.items()
        }
        with self.watched(), _limited(session.sparkContext):
            return [tuple(row) for row in session.sql(query, args=bound).collect()]

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Whatever the cluster fails at in here is Unreachable, and it is left alone for a while. A query that
        it cannot read at all is our own fault, and stays what it is.
        """
        try:
            yield
        except (ParseException, AnalysisException):
            raise
        except (Py4JError, PySparkException, OSError, RuntimeError) as error:
            self._why = " ".join(str(error).splitlines()[:2])
            log.warning("Spark at %s does not answer: %s", settings.SPARK, self._why)
            self._resting_until = time.monotonic() + REST
            raise Unreachable(self._why) from error

    def forget(self) -> None:
        """End the application, and ask again at once."""
        with self._lock:
            self._end()
            self._resting_until = 0.0

    def _end(self) -> None:
        """Stop what is there, and with it a Java process that no longer answers."""
        if self._session is None:
            return
        with suppress(Py4JError, PySparkException, OSError):
            self._session.stop()
        if SparkContext._gateway is not None and SparkContext._gateway.proc.poll() is not None:
            SparkContext._gateway = SparkContext._jvm = None
        self._session = None


def _is_alive(session: SparkSession) -> bool:
    """Whether the application still runs: Spark ends one of its own that has lost its master."""
    try:
        return not session.sparkContext._jsc.sc().isStopped()
    except (AttributeError, Py4JError, OSError):
        return False


def _begun(master: str) -> SparkSession:
    if master.startswith(MASTER):
        _knock(master.removeprefix(MASTER).split(","))
    builder = SparkSession.builder.master(master)
    for name, value in OPTIONS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _knock(masters: list[str]) -> None:
    """Connect to any of the masters; raises OSError where none is there."""
    for place, address in enumerate(masters, start=1):
        host, _colon, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=KNOCK).close()
        except OSError:
            if place == len(masters):
                raise
        else:
            return


@contextmanager
def _limited(context: SparkContext) -> Iterator[None]:
    """Let jobs that this thread starts in here be given up after so many seconds."""
    group = new_uid().hex
    context.setJobGroup(group, "jiceng", interruptOnCancel=True)
    timer = threading.Timer(settings.SPARK_SECONDS, context.cancelJobGroup, [group])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


driver = Driver()
"""The one of this process."""
