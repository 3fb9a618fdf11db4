"""A paper as its page shows it: the same words, every number a link to its figure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from jiceng.organisations.models import Region
from jiceng.reports.briefs.figures import Origin
from jiceng.reports.papers import Annex, Block, Chart, Form, Heading, Paper, Paragraph, Roll, Table
from jiceng.reports.papers.blocks import Count, ended
from jiceng.reports.papers.paper import GAP
from jiceng.reports.tables import text_of
from jiceng.reports.tracing import Traced
from jiceng.web.reports.drawing import drawn

OPEN, BETWEEN, CLOSE = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{OPEN}(\\d+){BETWEEN}([^{CLOSE}]*){CLOSE}")

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `url` where it is a number that opens, `gap` where it is still to be filled in."""

    text: str
    url: str = ""
    gap: bool = False


class Marks:
    """Puts marks around the numbers of a paper, and finds them again."""

    def __init__(self, document: str) -> None:
        self._document = document
        self.met: list[Traced] = []
        self._urls: list[str] = []

    def __call__(self, text: str, traced: Traced) -> str:
        self.met.append(traced)
        return f"{OPEN}{len(self.met) - 1}{BETWEEN}{text}{CLOSE}"

    def settle(self) -> None:
        """Find the address of every number, once the paper is made: one query for all of them."""
        origins = [traced.origin for traced in self.met]
        parts = {
            int(o.part.key) for o in origins if isinstance(o, Origin) and o.part is not None and o.part.key
        }
        codes = dict(Region._base_manager.filter(pk__in=parts).values_list("pk", "code"))
        self._urls = [self._url(o, codes) if isinstance(o, Origin) else "" for o in origins]

    def _url(self, origin: Origin, codes: Mapping[Any, str]) -> str:
        first, last = origin.question.between
        part = origin.part.key if origin.part is not None else None
        said = {
            "day": origin.question.day.isoformat(),
            "period": f"{first.isoformat()}..{last.isoformat()}",
            "region": codes.get(part, origin.region.code),
            "in": f"{self._document}/{origin.name}",
        }
        if origin.part is not None and part is None:
            said["part"] = "-"
        return f"{reverse('figures:figure', args=[origin.asked.key])}?{urlencode(said)}"

    def pieces(self, text: str) -> list[Piece]:
        """The text in pieces, numbers and gaps apart."""
        found: list[Piece] = []
        at = 0
        for match in MARKED.finditer(text):
            found += _plain(text[at : match.start()])
            found.append(Piece(match[2], self._urls[int(match[1])]))
            at = match.end()
        return [*found, *_plain(text[at:])]


def _plain(text: str) -> Iterator[Piece]:
    at = 0
    for match in GAP.finditer(text):
        if before := text[at : match.start()]:
            yield Piece(before)
        yield Piece(match[0], gap=True)
        at = match.end()
    if rest := text[at:]:
        yield Piece(rest)


# ------------------------------------------------------------------------------------------------- shown
def shown(paper: Paper, marks: Marks) -> Shown:
    """The paper for its template."""
    marks.settle()
    several = len(paper.annexes) > 1
    return {
        "paper": paper,
        "title": marks.pieces(paper.title),
        "addressee": marks.pieces(paper.addressee),
        "blocks": list(_blocks(paper.body, marks)),
        "annexes": [
            {
                "number": number if several else "",
                "title": marks.pieces(annex.title),
                "blocks": list(_blocks(annex.blocks, marks)),
            }
            for number, annex in enumerate(paper.annexes, start=1)
        ],
    }


def _blocks(given: Sequence[Block], marks: Marks) -> Iterator[Shown]:
    count = Count()
    for block in given:
        match block:
            case Heading(text=text, level=level, then=then):
                head = f"{count.next(level)}{ended(text) if then else text}"
                yield {
                    "kind": "heading",
                    "level": level,
                    "text": marks.pieces(head),
                    "then": marks.pieces(then),
                }
            case Paragraph():
                for line in block.text.splitlines():
                    yield {"kind": "text", "text": marks.pieces(line)}
            case Table():
                yield {"kind": "table"} | _table(block, marks)
            case Chart():
                yield {"kind": "chart"} | _chart(block, marks)
            case Form():
                yield {"kind": "form", "rows": _form(block, marks)}
            case Roll():
                yield {"kind": "text", "text": [Piece(f"{block.label}："), *marks.pieces(block.text)]}
            case Annex():
                pass


def _heads(table: Table) -> list[list[tuple[str, int, int]]]:
    """The rows of a table's head as (text, columns, rows): what has no group reaches through both."""
    if not table.grouped:
        return [[(column.heading, 1, 1) for column in table.columns]]
    upper = [
        (group or table.columns[first].heading, size, 1 if group else 2)
        for group, first, size in table.groups()
    ]
    return [upper, [(column.heading, 1, 1) for column in table.columns if column.group]]


def _chart(chart: Chart, marks: Marks) -> Shown:
    longest = max(bar.size for bar in chart.bars)
    return {
        "title": marks.pieces(chart.heading),
        "longest": longest,
        "bars": [
            {"label": marks.pieces(bar.label), "size": bar.size, "text": marks.pieces(bar.text)}
            for bar in chart.bars
        ],
    }


def _form(form: Form, marks: Marks) -> list[list[tuple[str, list[Piece], int]]]:
    """The rows of a form, each cell with the columns that it takes: the last of a row reaches to the edge."""
    widest = max(sum(1 + bool(field.label) for field in row) for row in form.rows)
    rows = []
    for row in form.rows:
        left = widest - sum(1 + bool(field.label) for field in row)
        last = len(row) - 1
        rows.append(
            [(f.label, marks.pieces(f.text), 1 + (left if at == last else 0)) for at, f in enumerate(row)]
        )
    return rows


MOST = 200
"""So many rows of a table stand in the page; the file has them all."""


def _table(table: Table, marks: Marks) -> Shown:
    kept = table.rows[:MOST]
    rows = [*kept, *([table.total] if table.total is not None else [])]
    aligned = [
        [
            (column.align, marks.pieces(text_of(cell, column)))
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in rows
    ]
    return {
        "title": marks.pieces(table.title),
        "above": marks.pieces(table.above),
        "unit": table.unit,
        "heads": _heads(table),
        "drawn": drawn(table.tree),
        "rows": aligned[: len(kept)],
        "total": aligned[len(kept)] if table.total is not None else [],
        "left": len(table.rows) - len(kept),
        "count": len(table.rows),
        "notes": [marks.pieces(note) for note in table.notes],
    }
