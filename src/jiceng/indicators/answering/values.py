"""What a question for a figure gives: a value with its numerator and denominator, its parts, its records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Number = int | float | Decimal
Period = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A numerator and, for shares and averages, a denominator, from `rows` rows. `unit` is that of the value.

    A minimum of dates has a date for numerator. Amounts of parts are never added up as values: only their
    numerators and denominators may be.
    """

    numerator: Any
    denominator: Number | None
    rows: int
    unit: str = ""
    ratio: bool = False

    @property
    def value(self) -> Any:
        """The figure: the numerator, or the quotient (for %, times 100); None where nothing can be said."""
        if not self.ratio or self.numerator is None:
            return self.numerator
        if not self.denominator:
            return None
        quotient = Decimal(str(self.numerator)) / Decimal(str(self.denominator))
        return quotient * 100 if self.unit == "%" else quotient


@dataclass(frozen=True, slots=True)
class Part(Amount):
    """One part of a figure.

    `key` is the node's or record's key, the term, or the plain value; None for rows without one (for parts
    by a tree: those at the node itself, or without a place). `beside`: a functional area that also counts
    what it holds elsewhere, so that parts overlap. `pending`: what a split has left unattributed. `ended`:
    no longer exists on the map's day.
    """

    key: int | str | bool | float | None = None
    label: str = ""
    beside: bool = False
    pending: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Value(Amount):
    """A figure. `as_of` is set for a stock, `period` for a flow; `map_day` is empty where each row has its
    own.

    `whole`: all records of the place are in it; else only those that the asker's scope shows. `created`:
    when the snapshot was made. `trouble`: why the engine that should answer did not, so that this process
    worked the figure out of the same snapshot; '' where all is well. A change has the two values that it
    compares in `compared`, the earlier first.
    """

    key: str = ""
    as_of: date | None = None
    period: Period | None = None
    map_day: date | None = None
    whole: bool = True
    created: str = ""
    trouble: str = ""
    parts: tuple[Part, ...] = ()
    compared: tuple["Value", ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure: its key, whether the numerator counts it, and what it adds to it."""

    id: int
    counted: bool
    measured: Any


@dataclass(frozen=True, slots=True)
class Records:
    """Records of `model` behind a figure, by key; `more` follow after the last."""

    model: str
    rows: Sequence[Record] = field(default_factory=tuple)
    more: bool = False

    def ids(self) -> list[int]:
        """The records' keys."""
        return [record.id for record in self.rows]


def written(key: Any) -> str:
    """The key of a part as an address writes it."""
    if key is None:
        return "-"
    return str(key).lower() if isinstance(key, bool) else str(key)


def part_of(text: str) -> Any:
    """The key of a part that `written` wrote: a record's key, a term, a truth, or nothing."""
    if text in ("", "-"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text
