"""Which names a document uses, where, and whether what it is about offers them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from pydantic_core import InitErrorDetails

from jiceng.packs.filters.resolving import meant
from jiceng.packs.references import refuse
from jiceng.reports.sections.blocks import (
    AnnexBlock,
    ChartBlock,
    Conditional,
    FormBlock,
    HeadingBlock,
    RollBlock,
    TableBlock,
    TextBlock,
)
from jiceng.reports.sections.conditions import Condition
from jiceng.reports.sources import AREA, COMMON, SERIAL, Name, Source
from jiceng.reports.templates import names_in

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A template, the name of a list, or a condition, where it stands; `rows` is the list whose rows it is
    written for.
    """

    place: Place
    written: str
    what: Literal["text", "list", "when"] = "text"
    rows: str = ""


def names_at(source: Source, rows: str = "") -> Mapping[str, Name]:
    """The names that may be written: the document's, and within a list also its rows'."""
    names = {**COMMON, **(AREA if source.gather else {}), **source.names}
    if rows in source.lists:
        names |= {SERIAL: Name("序号", "integer"), **source.lists[rows].columns}
    return names


def faults(uses: Iterator[Use], source: Source) -> list[InitErrorDetails]:
    """What the source does not offer, each at its place."""
    found = []
    for use in uses:
        if use.rows and use.rows not in source.lists:
            continue  # the list itself has been said
        if use.what == "list":
            unknown = [use.written] if use.written not in source.lists else []
            what, offered = _("“%(source)s”没有清单“%(name)s”"), list(source.lists)
        elif use.what == "when":
            offered = [*names_at(source, use.rows), *source.lists]
            unknown = [use.written] if use.written not in offered else []
            what = _("“%(source)s”没有名称或清单“%(name)s”")
        else:
            offered = list(names_at(source, use.rows))
            unknown = [name for name in dict.fromkeys(names_in(use.written)) if name not in offered]
            what = _("“%(source)s”没有名称“%(name)s”")
        for name in unknown:
            fault = refuse(what % {"source": source.key, "name": name[:60]}, meant(name, offered))
            found.append(InitErrorDetails(type=fault, loc=use.place, input=use.written))
    return found


def uses_in(blocks: Sequence[Conditional], place: Place) -> Iterator[Use]:
    """What the blocks use; `place` is where they stand."""
    for number, block in enumerate(blocks):
        at = (*place, number)
        for word, condition in (("when", block.when), ("unless", block.unless)):
            if isinstance(condition, Condition):
                yield from (Use((*at, word), name, "when") for name in condition.names())
            elif condition:
                yield Use((*at, word), condition, "when")
        match block:
            case HeadingBlock(each=each) | TextBlock(each=each):
                rows = each or ""
                if each:
                    yield Use((*at, "each"), each, "list")
                if isinstance(block, HeadingBlock):
                    yield Use((*at, "heading"), block.heading, rows=rows)
                yield Use((*at, "text"), block.text, rows=rows)
            case TableBlock():
                yield from _in_table(block, at)
            case FormBlock():
                for row, fields in enumerate(block.form):
                    for column, field in enumerate(fields):
                        yield Use((*at, "form", row, column, "text"), field.text)
            case ChartBlock():
                yield Use((*at, "chart"), block.chart, "list")
                yield Use((*at, "title"), block.title)
                for name in ("label", "value"):
                    yield Use((*at, name), getattr(block, name), rows=block.chart)
            case RollBlock():
                yield Use((*at, "text"), block.text)
            case AnnexBlock():
                yield Use((*at, "annex"), block.annex)
                yield from uses_in(block.blocks, (*at, "blocks"))


def _in_table(block: TableBlock, at: Place) -> Iterator[Use]:
    yield Use((*at, "table"), block.table, "list")
    for name in ("title", "above", "empty"):
        yield Use((*at, name), getattr(block, name))
    if block.tree:
        yield Use((*at, "tree"), block.tree + "{depth}", rows=block.table)
    for number, note in enumerate(block.notes):
        yield Use((*at, "notes", number), note)
    for number, column in enumerate(block.columns):
        yield Use((*at, "columns", number, "text"), column.text, rows=block.table)
