"""A tree of names drawn as boxes with lines: each below its superior, one a row, as deep as it stays readable."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 150
"""So many boxes are drawn; of a larger tree only the upper levels."""

WIDE, HIGH, STEP, ROW = 260, 24, 40, 32


@dataclass(frozen=True, slots=True)
class Box:
    """A node at its place; `line` leads to it from its superior, empty for one without."""

    text: str
    x: int
    y: int
    line: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The whole drawing; `left_out` nodes stand only in the table."""

    boxes: tuple[Box, ...]
    width: int
    height: int
    left_out: int


def drawn(nodes: Sequence[tuple[int, str]]) -> Drawn | None:
    """The drawing of nodes (depth, text) in the order of the tree; None for none."""
    if not nodes:
        return None
    deepest = _deepest(nodes)
    shown = [(depth, text) for depth, text in nodes if depth <= deepest]
    boxes: list[Box] = []
    above: dict[int, int] = {}
    for number, (depth, text) in enumerate(shown):
        x, y = depth * STEP, number * ROW
        start = above.get(depth - 1)
        middle = y + HIGH // 2
        line = f"M{(depth - 1) * STEP + 12} {start + HIGH} V{middle} H{x}" if start is not None else ""
        boxes.append(Box(text, x, y, line))
        above = {level: place for level, place in above.items() if level < depth} | {depth: y}
    return Drawn(tuple(boxes), deepest * STEP + WIDE, len(shown) * ROW, len(nodes) - len(shown))


def _deepest(nodes: Sequence[tuple[int, str]]) -> int:
    """The deepest level down to which all of the tree can be drawn; the first one in any case."""
    counted, total, found = Counter(depth for depth, _text in nodes), 0, min(depth for depth, _text in nodes)
    for depth in sorted(counted):
        total += counted[depth]
        if total > MOST:
            break
        found = depth
    return found
