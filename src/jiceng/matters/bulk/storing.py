"""Matters in the making become rows: the matter with an audit row of its own, what belongs to it by the run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from jiceng.exchange.writing.stored import Shape
from jiceng.matters.bulk.files import File
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Reporter, Turn
from jiceng.records import bulk
from jiceng.records.engine import copy_rows, reserve_ids

OWN = (
    "type", "state", "phase", "outcome", "raised_at", "raised_on", "amber_at", "due_at", "closed_at", "closed_on",
    "days_taken", "reopened",
)  # fmt: skip
PART = (
    "region_path", "part", "state", "sent_by", "sent_by_name", "sent_at", "sent_on", "answer", "signed_at",
    "answered_at", "answered_on", "late", "ended_on",
)  # fmt: skip
WATCH = (
    "key", "limit", "started_at", "started_on", "pauses", "paused_at", "amber_at", "due_at", "provisional",
    "stopped_at", "stopped_on", "kept",
)  # fmt: skip
LINE = ("at", "on", "step", "hand", "actor", "actor_name", "before", "after", "note", "data")
SEAT = ("role", "at", "region_path", "since", "amber_at", "due_at")
TURN_KEYS = ("matter_id", "dispatch_id", "region_id", "unit_id")


@dataclass(frozen=True, slots=True)
class Whole:
    """A finished matter and, sealed, the columns of who reported it; none for an empty mapping."""

    file: File
    reporter: Mapping[str, Any]


def store(wholes: Sequence[Whole], flows: Mapping[str, int]) -> int:
    """Store finished matters inside `write(...)`; gives the key of the first, the others follow without a gap.
    `flows` are the kept wordings by type.
    """
    if not wholes:
        return 0
    files = [whole.file for whole in wholes]
    shape = Shape(Matter)
    rows = [_matter(file, flows[file.type]) for file in files]
    first = bulk.insert(Matter, shape.columns, shape.tuples(rows))
    dispatches = _dispatches(files, first)
    _children(Event, files, "lines", LINE, _Keys(first, dispatches), seq=True)
    _children(Clock, files, "watches", WATCH, _Keys(first, dispatches))
    _reporters(wholes, first)
    _turns(files, _Keys(first, dispatches))
    return first


def _matter(file: File, flow: int) -> dict[str, Any]:
    return {
        **file.columns,
        **{name: getattr(file, name) for name in OWN},
        "flow_id": flow,
        "version": len(file.lines),
    }


@dataclass(frozen=True, slots=True)
class _Keys:
    """How the rows of matters and their dispatches are numbered: each from the first on, in order."""

    matter: int
    dispatch: int

    def walk(self, files: Sequence[File]) -> Iterator[tuple[File, int, Callable[[int | None], int | None]]]:
        """Each file with its key, and how its dispatches' numbers become keys."""
        base = self.dispatch
        for place, file in enumerate(files):
            yield file, self.matter + place, _numbered(base)
            base += len(file.parts)


def _numbered(base: int) -> Callable[[int | None], int | None]:
    return lambda number: None if number is None else base + number


def _dispatches(files: Sequence[File], first: int) -> int:
    shape = Shape(Dispatch)
    rows = [
        {
            "matter_id": first + place,
            "unit_id": part.unit,
            "region_id": part.region,
            **{name: getattr(part, name) for name in PART},
        }
        for place, file in enumerate(files)
        for part in file.parts
    ]
    return bulk.load(Dispatch, shape.columns, shape.tuples(rows)) if rows else 0


def _children(
    model: type[models.Model], files: Sequence[File], held: str, names: Sequence[str], keys: _Keys, *, seq: bool = False
) -> None:  # fmt: skip
    columns = (*names, "matter_id", "dispatch_id", *(("seq",) if seq else ()))
    shape = Shape(model)
    rest = [column for column in shape.columns if column not in columns]
    blank = [shape.blank[column] for column in rest]
    rows = [
        [
            *(getattr(row, name) for name in names), matter, number(row.part),
            *((place,) if seq else ()), *blank,
        ]
        for file, matter, number in keys.walk(files)
        for place, row in enumerate(getattr(file, held), start=1)
    ]  # fmt: skip
    bulk.load(model, (*columns, *rest), rows)


def _reporters(wholes: Sequence[Whole], first: int) -> None:
    shape = Shape(Reporter)
    rows = [
        {**whole.reporter, "matter_id": first + place} for place, whole in enumerate(wholes) if whole.reporter
    ]
    if rows:
        bulk.load(Reporter, shape.columns, shape.tuples(rows))


def _turns(files: Sequence[File], keys: _Keys) -> None:
    """Turns are derived and not recorded, like those that `turns.renew` makes."""
    columns = ("id", *SEAT, *TURN_KEYS, "reason")
    rows = [
        (*(getattr(seat, name) for name in SEAT), matter, number(seat.part), seat.region, seat.unit, "")
        for file, matter, number in keys.walk(files)
        for seat in file.seats
    ]
    if rows:
        first = reserve_ids(Turn, len(rows))
        copy_rows(Turn, columns, ((first + i, *row) for i, row in enumerate(rows)))
