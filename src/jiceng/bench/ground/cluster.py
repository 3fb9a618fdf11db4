"""A Spark cluster on this machine alone: a master and its workers, each a process of its own."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import pyspark

HOME = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
PATIENCE = 180
"""Seconds in which the cluster must be whole."""

SMALL = {
    "spark.driver.memory": "512m",
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
}
"""What every cluster on this machine needs, as small as Spark allows."""


@contextmanager
def cluster(folder: Path, options: Mapping[str, str] | None = None, workers: int = 2) -> Iterator[str]:
    """A cluster with so many workers, of one core each; gives the master's address. `folder` is for its files.

    Applications that this process and its children begin meanwhile have `SMALL` and the `options`.
    """
    port, pages = _free_port(), _free_port()
    master = f"spark://{HOST}:{port}"
    memory = (options or {}).get("spark.executor.memory", SMALL["spark.executor.memory"])
    with told(folder, options) as environment, ExitStack() as running:
        place = ["--host", HOST, "--port", str(port), "--webui-port", str(pages)]
        running.enter_context(_running(folder, "master.Master", place, environment))
        _wait(pages, 0)
        for _worker in range(workers):
            part = ["--host", HOST, "--webui-port", "0", "--cores", "1", "--memory", memory, master]
            running.enter_context(_running(folder, "worker.Worker", part, environment))
        _wait(pages, workers)
        yield master


@contextmanager
def told(folder: Path, options: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Have `SMALL` and the `options` hold for applications begun meanwhile; gives the environment that says so."""
    written = SMALL | dict(options or {})
    (folder / "spark-defaults.conf").write_text(
        "".join(f"{name} {value}\n" for name, value in written.items())
    )
    own = {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": HOST, "SPARK_LOCAL_DIRS": str(folder)}
    kept = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield os.environ | {"SPARK_DAEMON_MEMORY": "192m", "SPARK_WORKER_DIR": str(folder)}
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def _running(folder: Path, role: str, arguments: list[str], environment: dict[str, str]) -> Iterator[None]:
    """One of the cluster's processes, its words in a file of its own."""
    command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", *arguments]
    said: IO[str]
    with (folder / f"{role}-{len(list(folder.iterdir()))}.log").open("w") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)  # noqa: S603 - Spark's own
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(pages: int, workers: int) -> None:
    """Until the master says that it has so many workers."""
    end = time.monotonic() + PATIENCE
    while (found := _workers(pages)) is None or found < workers:
        if time.monotonic() > end:
            raise RuntimeError(f"{found or 0} of {workers} workers came")
        time.sleep(0.2)


def _workers(pages: int) -> int | None:
    """How many workers the master has; None while it says nothing."""
    line = http.client.HTTPConnection(HOST, pages, timeout=5)
    try:
        line.request("GET", "/json/")
        said: dict[str, Any] = json.loads(line.getresponse().read())
        return int(said["aliveworkers"])
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None
    finally:
        line.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    return port
