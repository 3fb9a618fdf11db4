"""Which parts of a figure are compared, and which are counted together.

A share of few says little and invites comparison all the same, so areas with few cases become one line; so does what a
tile has no room for. Numerators and denominators are added up, never values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jiceng.indicators.answering.running import ADDITIVE
from jiceng.indicators.answering.values import Amount, Part


@dataclass(frozen=True, slots=True)
class Compared:
    """The parts that stand for themselves, and those that do not. `rest` is what the others come to together; None
    where that cannot be told from them.
    """

    kept: tuple[Part, ...]
    others: tuple[Part, ...] = ()
    rest: Amount | None = None


def compared(parts: Sequence[Part], measure: str, *, fewest: int = 0, most: int | None = None) -> Compared:
    """The parts of a figure with `measure`.

    Quotients of few, less than `fewest`, are taken together, and what goes beyond `most` parts; quotients of none stay,
    and say that they are none. What overlaps with other parts (a functional area beside the tree) is in no sum.
    """
    small = [part for part in parts if _is_small(part, fewest)]
    kept = [part for part in parts if not _is_small(part, fewest)]
    if most is not None and len(kept) > most:
        room = most - 1
        small += [part for part in kept[room:] if not part.beside]
        kept = kept[:room]
    if not small:
        return Compared(tuple(kept))
    rest = together(small) if measure in ADDITIVE else None
    return Compared(tuple(kept), tuple(small), rest)


def _is_small(part: Part, fewest: int) -> bool:
    return part.ratio and not part.beside and 0 < (part.denominator or 0) < fewest


def together(parts: Sequence[Part]) -> Amount:
    """What the parts come to together."""
    denominators = [part.denominator for part in parts if part.denominator is not None]
    numerators = [part.numerator for part in parts if part.numerator is not None]
    first = parts[0]
    return Amount(
        sum(numerators) if numerators else None,
        sum(denominators) if denominators else None,
        sum(part.rows for part in parts),
        first.unit,
        first.ratio,
    )
