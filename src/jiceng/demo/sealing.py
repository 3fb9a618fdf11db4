"""Sealing citizen IDs and phones in other processes: the one part of a load that only computes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from jiceng.protection.ciphers import blind_index, encrypt, new_key

Plain = tuple[str, str]
Sealed = tuple[bytes, bytes, str, bytes, str]
"""Key, citizen ID and its index, phone and its index, as the table of persons keeps them."""

WORTH_A_PROCESS = 4_000
WORKERS = 2


def sealed(people: Sequence[Plain]) -> list[Sealed]:
    """Citizen IDs and phones sealed, each person's under a key of that person's own."""
    found = []
    for citizen_id, phone in people:
        key = new_key()
        found.append((
            key, encrypt(key, citizen_id), blind_index("citizen_id", citizen_id),
            encrypt(key, phone), blind_index("phone", phone),
        ))  # fmt: skip
    return found


class Sealer:
    """Seals batches in the background; `take` gives them back in the order they came."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool
        self._waiting: list[Future[list[Sealed]] | Sequence[Plain]] = []

    def give(self, people: Sequence[Plain]) -> None:
        """Hand over a batch."""
        self._waiting.append(self._pool.submit(sealed, people) if self._pool else people)

    def take(self) -> list[Sealed]:
        """The oldest batch, sealed."""
        batch = self._waiting.pop(0)
        return batch.result() if isinstance(batch, Future) else sealed(batch)


@contextmanager
def sealer(total: int) -> Iterator[Sealer]:
    """A sealer for `total` people; processes of its own only where that pays."""
    if total < WORTH_A_PROCESS:
        yield Sealer(None)
        return
    # Fresh processes: a fork would carry the database connection along.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        try:
            yield Sealer(pool)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
