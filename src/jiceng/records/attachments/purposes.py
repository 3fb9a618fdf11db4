"""What a file is for decides what may be sent: how large, and of which kinds."""

from dataclasses import dataclass

from jiceng.records.attachments.kinds import KINDS, PICTURES


@dataclass(frozen=True, slots=True)
class Purpose:
    """What may be sent in: at most `most` bytes, of one of `kinds` (keys of `attachments.kinds.KINDS`). Pictures are
    kept with at most `side` pixels along their longer side.
    """

    key: str
    most: int
    kinds: frozenset[str]
    side: int

    @property
    def endings(self) -> tuple[str, ...]:
        """All endings that names of what is taken may have, for the `accept` of an input."""
        return tuple(ending for key, kind in KINDS.items() if key in self.kinds for ending in kind.endings)

    @property
    def usual_endings(self) -> tuple[str, ...]:
        """The usual ending of each kind that is taken, for people."""
        return tuple(kind.endings[0] for key, kind in KINDS.items() if key in self.kinds)


PHOTO = Purpose("photo", most=10_000_000, kinds=PICTURES, side=2_048)
"""A photo taken on the spot."""

DOCUMENT = Purpose("document", most=20_000_000, kinds=frozenset(KINDS), side=3_508)
"""A paper, or a picture of one: A4 at 300 dots an inch."""
