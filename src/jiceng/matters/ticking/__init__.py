"""What time and the world bring about in matters: idempotent, safe to kill at any moment, done once each."""

from dataclasses import asdict, dataclass

from jiceng.matters.ticking.calendars import recompute
from jiceng.matters.ticking.guarding import Guard
from jiceng.matters.ticking.holders import hand_over
from jiceng.matters.ticking.lateness import run_late
from jiceng.matters.ticking.world import settle_all

__all__ = ["Tick", "tick"]

MOST = 500
"""Clocks that one tick sees to: so long nobody else of the same process gets on."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did: clocks reckoned anew, dispatches handed over, matters moved on from outside, clocks that had
    run out; and how many of all these could not be done and were rolled back. `more` where some were left for next.
    """

    recomputed: int
    handed_over: int
    settled: int
    late: int
    failed: int
    more: bool

    def __bool__(self) -> bool:
        """Whether anything was done."""
        return any(value for name, value in asdict(self).items() if name != "failed")


def tick(most: int = MOST) -> Tick:
    """Do what is due. Nothing of it is done twice, however many ticks run at once or are killed.

    Each part keeps by itself how far it has come and costs a few small queries where nothing changed. Raises
    DatabaseError where the database is away.
    """
    guard = Guard()
    recomputed = recompute(guard)  # first: what is due depends on it
    handed_over = hand_over(guard)
    settled = settle_all(guard)
    before = guard.failed
    late = run_late(guard, most)
    seen_to = late + guard.failed - before
    return Tick(recomputed, handed_over, settled, late, guard.failed, more=late > 0 and seen_to >= most)
