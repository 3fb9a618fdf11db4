"""`jiceng serve`: the web server, and beside it the process that keeps the figures up to date."""

import argparse
import os
import socket
import subprocess
import sys

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from jiceng.cli import refresher
from jiceng.cli.processes import end
from jiceng.records.refusals import Refusal

BLOCKING_THREADS = 8
"""Requests that one worker process answers at a time."""

GRACE = 30
"""Seconds that the refresher has to come to a stop."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="web server, figures kept up to date")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="server processes")
    serve.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    _refuse_unusable(arguments.host, arguments.port)
    follower = _follower()
    try:
        print(f"http://{arguments.host}:{arguments.port}/", flush=True)
        Granian(
            "jiceng.wsgi:application",
            address=arguments.host,
            port=arguments.port,
            interface=Interfaces.WSGI,
            workers=arguments.workers,
            blocking_threads=BLOCKING_THREADS,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
        ).serve()
    finally:
        if follower is not None:
            end(follower, GRACE)
    return 0


def _follower() -> subprocess.Popen[bytes] | None:
    """The process that keeps figures and clocks up to date. The zone of residents has none: its matters move where
    staff handle them, and come back with the next package.
    """
    if settings.ZONE == "resident":
        return None
    return subprocess.Popen([sys.executable, "-m", refresher.__name__])  # noqa: S603 - our own module


def _refuse_unusable(host: str, port: int) -> None:
    """Raise Refusal for an address that is no address of this machine, or is in use: said before anything
    starts.
    """
    where = f"{host}:{port}"
    if not 0 < port < 65_536:
        raise Refusal("没有这样的端口", where, "--port 在 1 和 65535 之间")
    try:
        kind, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as trouble:
        raise Refusal(
            f"不能在这个地址上服务：{trouble.strerror}", where, "用 --port、--host 换一个"
        ) from trouble
