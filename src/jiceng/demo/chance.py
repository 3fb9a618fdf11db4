"""Chance that comes out the same at every run and on every machine.

Every purpose has a stream of its own, seeded by SM3 of its name, so that drawing more for one leaves the
others as they were. Shares are apportioned, not rolled: numbers always add up.
"""

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import TypeVar

from jiceng.records.chain import sm3

T = TypeVar("T")

_NORMAL = NormalDist()


def stream(*name: str) -> random.Random:
    """The stream of chance that belongs to `name`."""
    return random.Random(int(sm3("\x1f".join(name))[:16], 16))  # noqa: S311 - invented records, not secrets


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """`total` shared out by `weights` in whole numbers that add up (largest remainder, ties to the earlier).

    Raises ValueError where there is something to share out and nobody to take it.
    """
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    if whole <= 0:
        raise ValueError("nothing has a weight")
    shares = [total * w / whole for w in weights]
    found = [int(s) for s in shares]
    by_remainder = sorted(range(len(weights)), key=lambda i: (found[i] - shares[i], i))
    for i in by_remainder[: total - sum(found)]:
        found[i] += 1
    return found


def shared_out(
    total: int, weights: Sequence[float], least: int, room: Sequence[int] | None = None
) -> list[int]:
    """Like `apportioned`, but everyone gets at least `least` and at most their `room`.

    Raises ValueError where that is impossible.
    """
    count = len(weights)
    if least * count > total or (
        room is not None and (sum(room) < total or min(room, default=least) < least)
    ):
        raise ValueError("the numbers do not fit")
    found, left = [least] * count, total - least * count
    takers = list(range(count))
    while left:
        parts = apportioned(left, [weights[i] for i in takers])
        left = 0
        for i, part in zip(takers, parts, strict=True):
            taken = part if room is None else min(part, room[i] - found[i])
            found[i] += taken
            left += part - taken
        if room is not None:
            takers = [i for i in takers if found[i] < room[i]]
    return found


def uneven(rng: random.Random, count: int, sigma: float) -> list[float]:
    """`count` lognormal weights around 1; all 1 for `sigma` 0."""
    if not sigma:
        return [1.0] * count
    return [2.718281828459045 ** (sigma * normal(rng)) for _ in range(count)]


def normal(rng: random.Random) -> float:
    """A standard normal number, rounded so that no machine's arithmetic shows."""
    return round(_NORMAL.inv_cdf(0.0005 + 0.999 * rng.random()), 6)


def by_weights(rng: random.Random, values: Sequence[T], weights: Sequence[float], count: int) -> list[T]:
    """`count` of `values`, exactly apportioned by weights, in random order."""
    found: list[T] = []
    for value, number in zip(values, apportioned(count, weights), strict=True):
        found.extend([value] * number)
    rng.shuffle(found)
    return found


def chosen(rng: random.Random, values: Sequence[T], cumulated: Sequence[float], count: int) -> list[T]:
    """`count` of `values` by chance, with cumulated weights."""
    whole, last, roll = cumulated[-1], len(values) - 1, rng.random
    return [values[min(bisect(cumulated, roll() * whole), last)] for _ in range(count)]


def cumulated(weights: Sequence[float]) -> list[float]:
    """Running sums, for `chosen`."""
    return list(accumulate(weights))
