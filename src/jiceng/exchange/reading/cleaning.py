"""The cells of a line become values, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from jiceng.exchange.reading import values
from jiceng.exchange.reading.sheets import Cell
from jiceng.exchange.tables import Field, Table
from jiceng.exchange.words import Words

REPEATED = frozenset(("term", "boolean", "date", "region", "unit", "party_org", "text"))
"""Kinds whose cells repeat from line to line, so that each text is cleaned once."""

CACHE = 20_000


@dataclass(frozen=True, slots=True)
class Step:
    """How one column is cleaned."""

    place: int
    key: str
    clean: values.Cleaner
    cache: dict[Cell, Any] | None


@dataclass(frozen=True, slots=True)
class CleanError:
    """Why a cell is no value; `stored` as in `FaultyCodeError`."""

    key: str
    text: str
    stored: str = ""


def cleaner(field: Field, words: Words, most: int = 200) -> values.Cleaner:
    """The cleaner for cells of `field`, whose column holds `most` characters."""
    plain: Mapping[str, values.Cleaner] = {
        "integer": values.integer,
        "number": values.number,
        "date": values.day,
        "moment": values.moment,
    }
    if field.kind in plain:
        return plain[field.kind]
    if field.kind == "boolean":
        return values.boolean(words.yes_no())
    if field.kind == "term":
        return _term(field, words)
    if field.kind in ("code", "uscc", "area_code", "citizen_id", "phone"):
        clean = values.phone if field.kind == "phone" else values.code
        return values.checked_code(field.fold, field.fault, values.at_most(most, clean))
    return values.at_most(most, values.text)


def most_of(table: Table, field: Field) -> int:
    """How many characters the field's column holds."""
    if field.most or not field.stored:
        return field.most or 200
    column = table.model._meta.get_field(field.stored)
    return column.max_length or 200 if isinstance(column, models.CharField) else 200


def _term(field: Field, words: Words) -> values.Cleaner:
    def clean(cell: Cell) -> Any:
        written = values.text(cell)
        if type(written) is not str:
            return written
        if key := words.term(field.vocabulary, written):
            return key
        near = _("、").join(words.near(field.vocabulary, written))
        raise values.BadValueError(_("没有“%(text)s”；可填：%(near)s") % {"text": written[:30], "near": near})

    return clean


def plan(table: Table, words: Words, fields: Sequence[str]) -> list[Step]:
    """The steps for a sheet whose columns are these fields, in order."""
    steps = []
    for place, key in enumerate(fields):
        if key:
            field = table.field(key)
            cache: dict[Cell, Any] | None = {} if field.kind in REPEATED else None
            steps.append(Step(place, key, cleaner(field, words, most_of(table, field)), cache))
    return steps


def clean_line(steps: Sequence[Step], cells: Sequence[Cell]) -> tuple[dict[str, Any], list[CleanError]]:
    """The values of a line by field, blanks left out, and what is wrong with its cells."""
    given: dict[str, Any] = {}
    wrong: list[CleanError] = []
    width = len(cells)
    for step in steps:
        if step.place >= width:
            continue
        cell = cells[step.place]
        if cell == "" or cell is None:
            continue
        try:
            value = _cleaned(step, cell)
        except values.FaultyCodeError as error:
            wrong.append(CleanError(step.key, str(error), error.stored))
        except values.BadValueError as error:
            wrong.append(CleanError(step.key, str(error)))
        else:
            if value is not None:
                given[step.key] = value
    return given, wrong


def _cleaned(step: Step, cell: Cell) -> Any:
    cache = step.cache
    if cache is None or type(cell) is not str:
        return step.clean(cell)
    try:
        return cache[cell]
    except KeyError:
        value = step.clean(cell)
        if len(cache) < CACHE:
            cache[cell] = value
        return value
