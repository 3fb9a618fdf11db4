"""What a card is made of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One line at the card's left: what, and its value; `url` leads to the record that it names.

    `sealed` names a value that is shown masked and may be unmasked for a reason.
    """

    label: str
    value: str
    url: str = ""
    note: str = ""
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One point of the timeline. `life` events speak of the thing itself (founded, renamed), the others of
    its record (typed in, corrected), which happens at a moment and by somebody's hand.
    """

    day: date
    what: str
    changes: tuple[Change, ...] = ()
    life: bool = True
    at: datetime | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tied:
    """What is tied to the record, as a small table. `more` says that there are others; `url` leads there."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple["Entry", ...], ...]
    more: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of such a table."""

    text: str
    label: str
    url: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A record as its page shows it on `day`."""

    table: str
    table_label: str
    record: Any
    title: str
    place: str
    day: date
    today: date
    alive: bool
    began: date | None
    ended: date | None
    facts: tuple[Fact, ...]
    tied: tuple[Tied, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def past(self) -> bool:
        """Whether the card shows another day than today."""
        return self.day != self.today
