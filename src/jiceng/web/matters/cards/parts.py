"""What a matter's card is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiceng.records.attachments import Attachment
from jiceng.web.matters.cards.locating import Place
from jiceng.web.matters.cards.reporting import ReporterShown
from jiceng.web.matters.cards.values import Fact, Piece


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock: how it stands in a light and words, how long it has, when it began and falls due, when it stood."""

    label: str
    limit: str
    light: str
    said: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    provisional: bool
    pauses: Sequence[tuple[datetime, datetime | None]]


@dataclass(frozen=True, slots=True)
class ButtonShown:
    """A step that may be taken now. `main` is the one that one is waited for, `asks` whether it needs more than a
    confirmation; `why` what stands in its way; `digit` the key that presses it.
    """

    key: str
    label: str
    url: str
    main: bool
    asks: bool
    note: str
    why: str
    digit: str
    dispatch: int | None = None


@dataclass(frozen=True, slots=True)
class DispatchShown:
    """One unit's part in the matter."""

    key: int
    unit: Piece
    part: str
    state: str
    light: str
    ended: bool
    passes: int
    lines: Sequence[tuple[str, datetime, str]]
    clocks: Sequence[ClockShown]
    answer: str
    late: bool | None
    facts: Sequence[Fact]
    buttons: Sequence[ButtonShown]
    urges: str = ""


@dataclass(frozen=True, slots=True)
class EventShown:
    """One line of the timeline. `moved` says from which state to which; `about` names the receiver's part,
    or the other matter.
    """

    at: datetime
    what: str
    by: str
    about: str
    moved: str
    note: str
    tells: str
    facts: Sequence[Fact]
    light: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Another matter that this one hangs together with; without a title where it is out of sight. `undo` is the page on
    which the link is taken back, empty for who may not and for a link that only steps bring about.
    """

    how: str
    number: str
    title: str
    state: str
    url: str
    undo: str


@dataclass(frozen=True, slots=True)
class Body:
    """Everything on the card that is not in the matter's own row."""

    type: str
    state: str
    phase: str
    outcome: str
    place: str
    light: str
    said: str
    facts: Sequence[Fact]
    holders: Sequence[tuple[str, datetime, bool]]
    clocks: Sequence[ClockShown]
    dispatches: Sequence[DispatchShown]
    former: Sequence[DispatchShown]
    events: Sequence[EventShown]
    links: Sequence[LinkShown]
    files: Sequence[Attachment]
    buttons: Sequence[ButtonShown]
    map: Place | None
    reporters: Sequence[ReporterShown]
    nudges: int
