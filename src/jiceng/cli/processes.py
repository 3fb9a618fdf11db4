"""Processes that a command has started and must not leave behind."""

import subprocess
from typing import Any


def end(process: "subprocess.Popen[Any]", patience: float) -> None:
    """Ask a process to end, and kill it where it has not after `patience` seconds. Nothing is lost by that: what it
    writes is written whole or not at all.
    """
    process.terminate()
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
