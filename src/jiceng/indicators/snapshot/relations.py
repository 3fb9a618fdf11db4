"""What a snapshot holds, as plain values: one relation for every fact, one more for an entity's dated
spans.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TYPES = {
    "id": "BIGINT",
    "text": "VARCHAR",
    "code": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}
"""The engine's type of every kind of column."""

SPANS = "_spans"
"""What the name of an entity's spans adds to the name of its fact."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of a relation: its name, its column in the database, its kind, and the fact it refers to."""

    name: str
    source: str
    kind: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of the database as the engine sees it. The first column is its key, `id`.

    `fact` is the key of the fact that it belongs to, also for spans; those hold the entity's key in `of`.
    """

    name: str
    table: str
    fact: str
    columns: tuple[Stored, ...]

    @property
    def own(self) -> bool:
        """Whether it is the fact's own table, not that of its spans."""
        return self.name == self.fact


Relations = Mapping[str, Relation]
"""Relations by name."""


def dependents(relations: Relations, fact: str) -> Iterator[tuple[Relation, str]]:
    """The relations whose rows refer to rows of `fact`, each with the column that does."""
    for relation in relations.values():
        for column in relation.columns:
            if column.to == fact:
                yield relation, column.name


def schema(relations: Relations) -> str:
    """A digest of all relations: a snapshot of others cannot be brought up to date, only made anew."""
    return hashlib.sha256(repr(sorted(relations.items())).encode()).hexdigest()[:16]
