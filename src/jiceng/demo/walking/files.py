"""A matter in the making: the matter, its dispatches, clocks, timeline and turns, before they are rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiceng.matters.enums import Phase

REFERENCES = ("unit", "party_org", "person", "household", "lead_person")
"""The matter's links to the registry, each a handle of its table."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A record that a value names: by handle, as its key is not known before it is stored."""

    table: str
    row: int


@dataclass(slots=True)
class Numbered:
    """Something that gets the next number of its series and year, in the order of time: known once all is made."""

    series: str
    year: int
    at: datetime
    prefix: str = ""
    number: int = 0


@dataclass(slots=True)
class Part:
    """A dispatch. `unit`, `region`: handles; `before`: the number within the matter of the one passed on."""

    number: int
    unit: int
    region: int
    part: str
    sent_by: str
    sent_by_name: str
    sent_at: datetime
    sent_on: date
    state: str = "sent"
    before: int | None = None
    passes: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    answer: str = ""
    signed_at: datetime | None = None
    arrived_at: datetime | None = None
    arrived_on: date | None = None
    answered_at: datetime | None = None
    answered_on: date | None = None
    late: bool | None = None
    ended_on: date | None = None
    coming: str = ""
    cooperation: str = ""
    effect: str = ""


@dataclass(slots=True)
class Watch:
    """A clock, of the matter (`part` None) or of one of its dispatches."""

    key: str
    part: int | None
    limit: str = ""
    started_at: datetime | None = None
    started_on: date | None = None
    pauses: str = "[]"
    paused_at: datetime | None = None
    amber_at: datetime | None = None
    due_at: datetime | None = None
    provisional: bool = False
    stopped_at: datetime | None = None
    stopped_on: date | None = None
    kept: bool | None = None
    late_at: datetime | None = None


@dataclass(slots=True)
class Line:
    """One line of the timeline."""

    at: datetime
    on: date
    step: str
    hand: str
    actor: str
    actor_name: str
    office: str
    before: str
    after: str
    part: int | None
    note: str
    data: dict[str, Any]
    tells: str


Seat = tuple[int | None, str, int]
"""Whose turn: the dispatch's number, the role, the region."""


@dataclass(slots=True)
class File:
    """Everything about one matter. `region` is a handle, `REFERENCES` are handles or None; `row` is the row of the
    cohort that it comes from.
    """

    row: int
    type: str
    region: int
    channel: str
    state: str
    phase: str
    raised_at: datetime
    raised_on: date
    raised_by: str = ""
    raised_by_name: str = ""
    title: str = ""
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    outcome: str = ""
    category: str = ""
    grade: str = ""
    households: int | None = None
    means: str = ""
    longitude: float | None = None
    latitude: float | None = None
    unit: int | None = None
    party_org: int | None = None
    person: int | None = None
    household: int | None = None
    lead_person: int | None = None
    promised_on: date | None = None
    amber_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    closed_on: date | None = None
    days_taken: int | None = None
    reopened: int = 0
    passes: int = 0
    asked_on: date | None = None
    released_at: datetime | None = None
    public_title: str = ""
    public_text: str = ""
    reached: bool | None = None
    solved: bool | None = None
    satisfaction: str = ""
    parts: list[Part] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    seats: dict[Seat, "Turned"] = field(default_factory=dict)
    told: tuple[str, str] | None = None  # title and text, invented together
    served_at: list[datetime] = field(default_factory=list)  # when matters that serve this one were solved

    def __str__(self) -> str:
        return self.title

    def values(self) -> dict[str, Any]:
        """The values of the type's own fields, as a matter gives them."""
        return self.data

    def living(self) -> Iterable[Part]:
        """The dispatches that have not ended."""
        return [part for part in self.parts if part.ended_on is None]

    def running(self) -> list[Watch]:
        """The clocks that have not stopped."""
        return [watch for watch in self.watches if watch.stopped_at is None]

    @property
    def done(self) -> bool:
        """Whether it is closed."""
        return self.phase == Phase.DONE


@dataclass(slots=True)
class Turned:
    """A turn: kept since when, for an office of which kind of region, for a dispatch's unit."""

    since: datetime
    at: str
    unit: int | None
    amber_at: datetime | None
    due_at: datetime | None
