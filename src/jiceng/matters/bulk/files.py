"""A matter in the making: the matter, its dispatches, clocks, timeline and turns, before they are rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiceng.matters.enums import Phase
from jiceng.records.calendar import SHANGHAI


def day_of(at: datetime) -> date:
    """The local day of an aware moment; asked for some forty times a matter, so without Django's look at who asks."""
    return at.astimezone(SHANGHAI).date()


@dataclass(slots=True)
class Part:
    """A dispatch; `number` counts within the matter. `unit`, `region` are keys."""

    number: int
    unit: int
    region: int
    region_path: str
    part: str
    sent_by: str
    sent_by_name: str
    sent_at: datetime
    sent_on: date
    state: str = "sent"
    answer: str = ""
    signed_at: datetime | None = None
    answered_at: datetime | None = None
    answered_on: date | None = None
    late: bool | None = None
    ended_on: date | None = None


@dataclass(slots=True)
class Watch:
    """A clock, of the matter (`part` None) or of one of its dispatches. It has the names of `models.Clock`, so that
    what reckons the one reckons the other.
    """

    key: str
    part: int | None
    limit: str
    started_at: datetime
    started_on: date
    pauses: str = "[]"
    paused_at: datetime | None = None
    amber_at: datetime | None = None
    due_at: datetime | None = None
    provisional: bool = False
    stopped_at: datetime | None = None
    stopped_on: date | None = None
    kept: bool | None = None


@dataclass(slots=True)
class Line:
    """One line of the timeline."""

    at: datetime
    on: date
    step: str
    hand: str
    actor: str
    actor_name: str
    before: str
    after: str
    part: int | None = None
    note: str = ""
    data: str = ""


@dataclass(slots=True)
class Seat:
    """Whose turn it is: an office (`role` at `region`), or the unit of a dispatch."""

    part: int | None
    role: str
    at: str
    region: int
    region_path: str
    unit: int | None
    since: datetime
    amber_at: datetime | None
    due_at: datetime | None


@dataclass(slots=True)
class File:
    """Everything about one matter. `columns` are those of `models.Matter` that no step changes."""

    type: str
    state: str
    phase: str
    raised_at: datetime
    raised_on: date
    columns: dict[str, Any]
    outcome: str = ""
    amber_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    closed_on: date | None = None
    days_taken: int | None = None
    reopened: int = 0
    parts: list[Part] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether it is closed."""
        return self.phase == Phase.DONE

    def living(self) -> Sequence[Part]:
        """The dispatches that have not ended."""
        return [part for part in self.parts if part.ended_on is None]

    def running(self) -> Sequence[Watch]:
        """The clocks that have not stopped."""
        return [watch for watch in self.watches if watch.stopped_at is None]
