"""Matters in the making as rows of the world's tables; numbers, once all of a place are made."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from jiceng.demo.identities import phone
from jiceng.demo.making.schema import schema
from jiceng.demo.making.territory import COUNTY
from jiceng.demo.making.world import World
from jiceng.demo.walking.courses import Course
from jiceng.demo.walking.files import File, Numbered, Ref
from jiceng.demo.walking.offices import Offices
from jiceng.matters.enums import LinkKind, Outcome
from jiceng.matters.sections import MatterSpec
from jiceng.records.numbering import document_number
from jiceng.records.refusals import Refusal

MATTER = (
    "type", "version", "state", "phase", "outcome", "title", "text", "data", "channel", "category", "grade",
    "households", "means", "region", "longitude", "latitude", "unit", "party_org", "person", "household",
    "lead_person", "promised_on", "raised_at", "raised_on", "raised_by", "raised_by_name", "amber_at", "due_at",
    "closed_at", "closed_on", "days_taken", "reopened", "passes", "asked_on", "reached", "solved",
    "satisfaction", "released_at", "public_title", "public_text",
)  # fmt: skip
PART = (
    "unit", "region", "part", "state", "passes", "data", "answer", "sent_by", "sent_by_name", "sent_at",
    "sent_on", "signed_at", "arrived_at", "arrived_on", "answered_at", "answered_on", "late", "ended_on",
    "coming", "cooperation", "effect",
)  # fmt: skip
LINE = (
    "at", "on", "step", "hand", "actor", "actor_name", "office", "before", "after", "note", "tells",
)  # fmt: skip
WATCH = (
    "key", "limit", "started_at", "started_on", "pauses", "paused_at", "amber_at", "due_at", "provisional",
    "stopped_at", "stopped_on", "kept", "late_at",
)  # fmt: skip
TURN = ("since", "at", "unit", "amber_at", "due_at")

COLUMNS = {
    "matter": MATTER,
    "dispatch": (*PART, "matter", "before"),
    "matter_event": (*LINE, "matter", "dispatch", "seq", "data"),
    "matter_clock": (*WATCH, "matter", "dispatch"),
    "turn": (*TURN, "matter", "dispatch", "role", "region"),
    "reporter": ("matter", "actor", "kind", "plain"),
}
"""The columns that are kept of each table, in the order of `Store.rows`."""

OF_MATTERS = frozenset({*COLUMNS, "matter_link"})
"""The tables that matters fill."""

DAYS = frozenset({"raised_on", "closed_on", "asked_on"})
"""Days of matters that no scenario gives, besides those that its tables know."""

WORDS = {
    "matter": {"phase", "outcome"}, "dispatch": {"part", "state"}, "matter_event": {"hand", "before", "after"},
}  # fmt: skip
"""Columns with the engine's own words, which are members of enumerations until they are rows."""

_matter, _part, _line, _watch, _turn = (attrgetter(*names) for names in (MATTER, PART, LINE, WATCH, TURN))

LINKING = "link"
"""The effect by which a step names the matters that this one serves."""

SERIAL = 500_000_000
"""Where the telephones of reporters begin: behind those of all recorded persons."""


@dataclass(slots=True)
class Store:
    """What has been made of one place's matters. `flows`: the types by key, as they are worded; `numbered`: how each
    matter is numbered, before and behind its number; `papers`: what else has a number; `last`: the last numbers.
    """

    world: World
    flows: dict[str, MatterSpec] = field(default_factory=dict)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    papers: list[Numbered] = field(default_factory=list)
    numbered: list[tuple[Numbered, str, str]] = field(default_factory=list)
    offices: Offices | None = None
    last: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> "Store":
        """The world's own."""
        found = world.matters
        if found is None:
            found = world.matters = cls(world)
        assert isinstance(found, cls)
        return found

    @property
    def matters(self) -> int:
        """How many there are so far."""
        return self.world.table("matter").rows + len(self.rows["matter"])

    def keep(self, file: File, course: Course, reporter: str) -> int:
        """Add the rows of a matter; gives its handle."""
        self.flows[course.key] = course.spec
        self.numbered.append(self._number(file, course))
        matter = self.matters
        base = self.world.table("dispatch").rows + len(self.rows["dispatch"])

        def dispatch(number: int | None) -> int | None:
            return None if number is None else base + number

        self.rows["matter"].append(_matter(file))
        for part in file.parts:
            self.rows["dispatch"].append((*_part(part), matter, dispatch(part.before)))
        for seq, line in enumerate(file.lines, start=1):
            self.rows["matter_event"].append(
                (*_line(line), matter, dispatch(line.part), seq, line.data or "")
            )
        for watch in file.watches:
            self.rows["matter_clock"].append((*_watch(watch), matter, dispatch(watch.part)))
        for (number, role, seat), turn in file.seats.items():
            self.rows["turn"].append((*_turn(turn), matter, dispatch(number), role, seat))
        if reporter:
            self.rows["reporter"].append(self._reporter(file, matter, reporter))
        return matter

    def _reporter(self, file: File, matter: int, kind: str) -> tuple[Any, ...]:
        world = self.world
        rng = world.chance("reporter", str(matter))
        born = world.place.day - 365 * rng.randint(22, 74)
        plain = world.naming.person(rng, rng.random() < 0.55, born), phone(SERIAL + matter)
        return matter, file.raised_by, world.term("reporter_kinds", kind), plain

    def flush(self) -> None:
        """Bring the rows of a cohort into the world's tables, local dates as the world keeps days."""
        for name, columns in COLUMNS.items():
            rows, days, words = self.rows[name], schema(name).days | DAYS, WORDS.get(name, set())
            turned = zip(*rows, strict=True) if rows else ((),) * len(columns)
            found: dict[str, list[Any]] = {}
            for column, values in zip(columns, turned, strict=True):
                if column in days:
                    found[column] = [None if day is None else day.toordinal() for day in values]
                else:
                    found[column] = [str(v) for v in values] if column in words else list(values)
            self.world.table(name).add(len(rows), found)
            self.rows[name] = []

    # ----------------------------------------------------------------------------- one serves another
    def served_by(self, matter: int) -> tuple[datetime, datetime]:
        """When a stored matter took the step at which it names those that it serves, and when it was solved. Raises
        Refusal for one that was not solved, or takes no such step.
        """
        table = self.world.table("matter")
        named, solved = self._naming(matter), table.get("closed_at")[matter]
        if named is None or table.get("outcome")[matter] != Outcome.SOLVED:
            raise Refusal("服务的事项没有解决，或没有写明一并解决的事项", "each.served_by", "换一个批次")
        at: datetime = self.world.table("matter_event").get("at")[named[0]]
        return at, solved

    def serve(self, matter: int, other: int) -> None:
        """Let a stored matter serve another: named at its step, kept with it, linked."""
        line, field = self._naming(matter) or (0, "")
        values = self.world.table("matter_event").get("data")[line]
        values.setdefault(field, []).append(Ref("matter", other))
        self.world.table("matter").get("data")[matter][field] = values[field]
        self.world.table("matter_link").add(
            1, {"kind": [str(LinkKind.SERVES)], "matter": [matter], "other": [other]}
        )

    def _naming(self, matter: int) -> tuple[int, str] | None:
        """The line of the timeline at which a matter names those that it serves, and the field that does."""
        spec = self.flows[self.world.table("matter").get("type")[matter]]
        events = self.world.table("matter_event")
        steps, owners = events.get("step"), events.get("matter")
        for line in range(bisect_left(owners, matter), bisect_right(owners, matter)):
            step = spec.steps.get(steps[line])
            for effect in step.does if step is not None else ():
                if effect.do == LINKING:
                    return line, str(effect.settings.field)
        return None

    # ----------------------------------------------------------------------------------------- numbers
    def _number(self, file: File, course: Course) -> tuple[Numbered, str, str]:
        territory = self.world.territory
        region = file.region
        above = region if territory.areas[region].level <= COUNTY else territory.at(region, COUNTY)
        county = territory.areas[above if above >= 0 else region].code
        series = f"matter:{course.key}:{county}"
        number = Numbered(series, file.raised_on.year, file.raised_at)
        return number, f"{county[:6]}-{course.named}-", course.spec.number or "{year}{n:06}"

    def give_numbers(self) -> None:
        """Number matters and papers, each series in the order of time; `last` keeps how far each has come."""
        last = self.last
        for one in sorted((*(n for n, *_rest in self.numbered), *self.papers), key=lambda each: each.at):
            last[one.series, one.year] = one.number = last.get((one.series, one.year), 0) + 1
        written = [
            f"{before}{pattern.format(year=number.year, n=number.number)}"[:60]
            for number, before, pattern in self.numbered
        ]
        self.world.table("matter").columns["number"] = written


def as_stored(values: Mapping[str, Any], key_of: Callable[[str, int], int]) -> str:
    """Values as the JSON that records keep (`matters.values.as_text`), records by their keys."""
    plain = {name: _plain(value, key_of) for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any, key_of: Callable[[str, int], int]) -> Any:
    if isinstance(value, Ref):
        return key_of(value.table, value.row)
    if isinstance(value, Numbered):
        return document_number(value.prefix, value.year, value.number)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each, key_of) for each in value]
    return value
