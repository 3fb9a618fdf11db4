"""A line of a file on its way to becoming a record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiceng.exchange.reading.sheets import Cell
from jiceng.exchange.writing.references import Found


@dataclass(slots=True)
class Fault:
    """Something wrong with a line: the field (or reference) and words for the person who mends it."""

    field: str
    text: str


@dataclass(slots=True)
class Difference:
    """A column whose value would change, in words."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class Row:
    """One line: what it said, what it means, what is wrong with it.

    `inherited` are the columns of `cells` that it has from cells merged with lines above. `given` are cleaned
    values by field, `found` the records it names by reference, `own` the places of rows of the same file that
    it names, `drafts` records it names that are to be made along with it. `values` are the model's columns it
    amounts to. `kept` is the stored record it is about.
    """

    place: int
    sheet: int
    number: int
    cells: Sequence[Cell]
    inherited: Collection[int] = ()
    given: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    suspects: list[dict[str, Any]] = field(default_factory=list)
    kept: Mapping[str, Any] | None = None

    def refuse(self, name: str, text: str) -> None:
        """Note that something is wrong with field or reference `name`."""
        self.faults.append(Fault(name, text))

    @property
    def verdict(self) -> str:
        """What would happen to the line, as `ImportRow.Verdict` calls it."""
        if self.faults:
            return "bad"
        if self.kept is None:
            return "new"
        return "changed" if self.differences else "unchanged"
