"""Draws states and the steps between them: every state a box in one column, every step a line that leaves its box in a
row of its own and joins the line of the state that it leads to.

Nothing here knows what is drawn. Lengths are in pixels; text is measured by its letters, wide ones and narrow ones.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

MARGIN = 12.0
BOX_WIDTH = 148.0
GAP = 18.0
"""Between two boxes, one below the other."""

ENTRY = 18.0
"""From the top of a box to the line that leads into it; no row stands there."""

LABEL_WIDTH = 250.0
TRACK = 13.0
"""Between two of the lines that lead to boxes, one beside the other."""

LETTER, SMALL = 14.0, 12.0
"""Sizes of letters: of names, and of what stands below them."""

LINE = 1.35
"""The height of a line of text, by the size of its letters."""


@dataclass(frozen=True, slots=True)
class State:
    """What becomes a box. `look` is passed through; `here` marks where one is."""

    key: str
    label: str
    look: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes a line: from `source` to `target`, or back to where it was (None). `below` says more about it."""

    key: str
    source: str
    target: str | None
    label: str
    below: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of text from a baseline on."""

    x: float
    y: float
    size: float
    lines: tuple[str, ...]

    @property
    def placed(self) -> list[tuple[float, str]]:
        """Each line with its baseline."""
        return [(round(self.y + n * self.size * LINE, 1), line) for n, line in enumerate(self.lines)]

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """The rectangle that the text takes: left, top, right, bottom."""
        width = max(width_of(line, self.size) for line in self.lines)
        top = self.y - self.size
        return self.x, top, self.x + width, top + len(self.lines) * self.size * LINE


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn state."""

    state: State
    x: float
    y: float
    width: float
    height: float
    text: Text

    @property
    def entry(self) -> float:
        """Where what leads into it arrives."""
        return self.y + ENTRY


@dataclass(frozen=True, slots=True)
class Arrow:
    """A drawn step: its line, its name, and what stands below the line."""

    step: Step
    path: str
    name: Text
    below: Text | None
    loops: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The line that collects every step to one state; its end is the point of the arrow at the box."""

    target: str
    x: float
    path: str
    joints: tuple[float, ...]


@dataclass(slots=True)
class Drawing:
    """The whole picture. `begins` is where the first box is entered from outside."""

    width: float = 0.0
    height: float = 0.0
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    begins: tuple[float, float] = (0.0, 0.0)


def draw(states: Sequence[State], steps: Sequence[Step], start: str) -> Drawing:
    """The picture of `states` in their order, with every one of `steps`. Raises KeyError for a step from or to a
    state that is not there, or such a start.
    """
    known = {state.key for state in states}
    for step in steps:
        if step.source not in known or (step.target is not None and step.target not in known):
            raise KeyError(step.key)
    made, left = Drawing(), MARGIN + ENTRY
    rows: list[tuple[Step, float]] = []
    y = MARGIN
    for state in states:
        own = [step for step in steps if step.source == state.key]
        box, ends = _box(state, own, left, y, rows)
        made.boxes.append(box)
        y = ends + GAP
    entries = {box.state.key: box.entry for box in made.boxes}
    right = left + BOX_WIDTH
    tracks = _tracks(states, steps, right + MARGIN + LABEL_WIDTH + MARGIN)
    made.arrows = [_arrow(step, right, at, tracks) for step, at in rows]
    made.ways = [_way(key, x, right, entries[key], rows) for key, x in tracks.items()]
    made.begins = (MARGIN, entries[start])
    made.width = max([*tracks.values(), right + MARGIN + LABEL_WIDTH]) + MARGIN
    made.height = y - GAP + MARGIN
    return made


def _box(
    state: State, own: Sequence[Step], left: float, top: float, rows: list[tuple[Step, float]]
) -> tuple[Box, float]:
    """The box of a state, as high as its rows, which are added to `rows` with the height of their lines."""
    y = top + 2 * ENTRY
    for step in own:
        y += len(_name(step)) * LETTER * LINE
        rows.append((step, y))
        y += 6 + len(_below(step)) * SMALL * LINE + 8
    lines = wrapped(state.label, BOX_WIDTH - 16, LETTER)
    least = 2 * ENTRY + len(lines) * LETTER * LINE
    bottom = max(y, top + least)
    text = Text(left + 10, top + ENTRY + LETTER * 0.35, LETTER, lines)
    return Box(state, left, top, BOX_WIDTH, bottom - top, text), bottom


def _name(step: Step) -> tuple[str, ...]:
    return wrapped(step.label, LABEL_WIDTH, LETTER)


def _below(step: Step) -> tuple[str, ...]:
    return wrapped(step.below, LABEL_WIDTH, SMALL) if step.below else ()


def _moves(step: Step) -> bool:
    return step.target is not None and step.target != step.source


def _tracks(states: Sequence[State], steps: Sequence[Step], first: float) -> dict[str, float]:
    """Target → where its way stands: the way with the most steps nearest to their names."""
    counted = {
        state.key: sum(_moves(step) and step.target == state.key for step in steps) for state in states
    }
    order = sorted((key for key, many in counted.items() if many), key=lambda key: -counted[key])
    return {key: first + place * TRACK for place, key in enumerate(order)}


def _arrow(step: Step, right: float, at: float, tracks: dict[str, float]) -> Arrow:
    names, below = _name(step), _below(step)
    x = right + MARGIN
    end = tracks[step.target] if _moves(step) and step.target is not None else x + 10
    name = Text(x, round(at - 4 - (len(names) - 1) * LETTER * LINE, 1), LETTER, names)
    more = Text(x, round(at + SMALL + 4, 1), SMALL, below) if below else None
    return Arrow(step, f"M{right:.1f} {at:.1f}H{end:.1f}", name, more, not _moves(step))


def _way(key: str, x: float, right: float, entry: float, rows: Sequence[tuple[Step, float]]) -> Way:
    joints = tuple(at for step, at in rows if step.target == key and _moves(step))
    top, bottom = min(*joints, entry), max(*joints, entry)
    return Way(key, x, f"M{x:.1f} {top:.1f}V{bottom:.1f}M{x:.1f} {entry:.1f}H{right + 2:.1f}", joints)


# ------------------------------------------------------------------------------------------------- text
def width_of(text: str, size: float) -> float:
    """How wide a text is at most: a Chinese character is square, anything else about half of that."""
    return sum(size if unicodedata.east_asian_width(letter) in "WFA" else size * 0.58 for letter in text)


def wrapped(text: str, width: float, size: float) -> tuple[str, ...]:
    """`text` in lines of at most `width`: broken between words, and between Chinese characters anywhere."""
    lines, line = [], ""
    for word in _words(text):
        if line and width_of(line + word.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def _words(text: str) -> list[str]:
    """The pieces between which a line may be broken; a sign that no line begins with stays with what is before."""
    found: list[str] = []
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        joins = bool(found) and (
            letter in CLOSING or not (wide or found[-1].endswith(" ") or _is_wide(found[-1][-1]))
        )
        if joins:
            found[-1] += letter
        else:
            found.append(letter)
    return found


CLOSING = " 、，。：；）”》"


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
