"""One matter that cannot be seen to does not keep the others waiting."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from jiceng.records.engine import is_deadlock

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Guard:
    """Counts what went wrong. `failed` were rolled back, each by itself, and are tried again at the next tick."""

    failed: int = 0

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        """Let the block fail, and say so in the log; a database that is away or full fails for all."""
        try:
            yield
        except InterfaceError:
            raise
        except Exception as error:
            if isinstance(error, OperationalError) and not is_deadlock(error):
                raise
            self.failed += 1
            log.exception("tick: %s", what)
