"""The shapes in which an indicator may be asked for."""

from dataclasses import dataclass
from typing import Literal

NODES = {
    "territory": ("region", "path", "parent"),
    "party": ("party_org", "path", "superior"),
    "industry": ("unit", "authority_path", "authority"),
}
"""The three dated trees: the fact whose rows stand in it, the column of their path, and that of what is
above.

A row that has the path of what is above it stands there and is no node of its own: units at their
authority.
"""

What = Literal["value", "parts", "records"]


def by_column(path: str) -> str:
    """How parts by a column are asked for: by its path, with an @ behind it where a tree is called the same."""
    return f"{path}@" if path in NODES else path


@dataclass(frozen=True, slots=True)
class Shape:
    """What is wanted of an indicator.

    `tree`: the tree of the node asked for, '' without one. `by`: what parts are made by: a tree's name, or
    a column of the fact with its vocabulary's level behind an @, as in `unit.kind@1`. `then`: a flow's rows
    are placed by the map of their event's day, not by that of one day. `scoped`: only rows that a scope
    shows.
    """

    what: What = "value"
    tree: str = ""
    by: str = ""
    then: bool = False
    scoped: bool = False

    def __str__(self) -> str:
        marks = [self.what, self.tree or "everywhere", *([f"by {self.by}"] if self.by else [])]
        return " ".join([*marks, *["then"] * self.then, *["scoped"] * self.scoped])


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL of the engine with named parameters, and the names it needs."""

    sql: str
    parameters: tuple[str, ...]
