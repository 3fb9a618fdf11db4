"""Work that goes on in a process of its own beside the caller's: what it makes comes back as one value."""

import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from os import sched_getaffinity
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")


def pays() -> bool:
    """Whether a fork is to be had, has a core to itself, and would carry no transaction along."""
    return sys.platform == "linux" and len(sched_getaffinity(0)) > 1 and not connection.in_atomic_block


class Aside(Generic[T]):
    """`work` as it goes on: in a fork, which sees all that has been made so far, where `apart`; else at once, here.

    The fork must neither ask the database nor print. `take` waits and gives what `work` gave, or raises what it
    raised.
    """

    def __init__(self, work: Callable[[], T], *, apart: bool) -> None:
        self._found: list[T] = []
        self._reader: Connection | None = None
        if not apart:
            self._found = [work()]
            return
        connection.close()  # opened again when it is needed: a fork must not carry it along
        context = get_context("fork")
        self._reader, writer = context.Pipe(duplex=False)
        self._process = context.Process(target=_tell, args=(work, writer), daemon=True)
        self._process.start()
        writer.close()

    def take(self) -> T:
        """What came of it; only once."""
        if self._reader is None:
            return self._found.pop()
        try:
            good, told = self._reader.recv()
        except EOFError:
            raise RuntimeError("the process beside this one ended without a word") from None
        finally:
            self._reader.close()
            self._process.join()
        if not good:
            raise told
        return told  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End it, whatever it has come to."""
        if self._reader is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


def _tell(work: Callable[[], T], writer: Connection) -> None:
    try:
        writer.send((True, work()))
    except Exception as fault:
        writer.send((False, fault))
    finally:
        writer.close()
