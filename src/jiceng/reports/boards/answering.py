"""What a board's tiles come to. Every question is asked once, however many tiles ask it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from jiceng.indicators.answering.declared import Declared, codes_at
from jiceng.indicators.answering.values import Amount, Part, Value
from jiceng.indicators.definition import Words, name_of
from jiceng.indicators.figures import ANY, Question, answer
from jiceng.indicators.shapes import by_column
from jiceng.packs.catalogue import Catalogue, current
from jiceng.packs.filters.resolving import column_of
from jiceng.protection.scopes import Scope
from jiceng.records.facts import all_facts
from jiceng.records.refusals import Refusal
from jiceng.reports.boards.declaring import (
    AREAS,
    BarsTile,
    Board,
    FunnelTile,
    MapTile,
    NumberTile,
    TableTile,
    Tile,
    TrendTile,
)
from jiceng.reports.boards.folding import Compared, compared
from jiceng.reports.boards.own import OWN, own_board
from jiceng.reports.boards.times import Moment, Span, before, course, year_before

SECTION = "boards"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a board, and the question that opens it: `part` is one of those `by` something, or ANY. Without an
    amount it is told with others, or cannot be told.
    """

    key: str
    moment: Moment
    amount: Amount | None
    label: str = ""
    by: str = ""
    part: Any = ANY
    marks: Part | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: an area, and its numbers in the order of the columns; None where there is none."""

    label: str
    numbers: tuple[Number | None, ...]
    marks: Part | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A tile with its numbers.

    `names` are those of its indicators, `by` is in words what its parts are made by. `earlier` is what a number is
    compared with, `lines` the rows of a table, the whole first. `others` says how many parts are told together in the
    last number or line. `why` stands for all of it where nothing can be told.
    """

    tile: Tile
    names: tuple[str, ...]
    units: tuple[str, ...]
    numbers: tuple[Number, ...] = ()
    earlier: Number | None = None
    lines: tuple[Line, ...] = ()
    others: int = 0
    by: str = ""
    why: str = ""


@dataclass(frozen=True)
class Asked:
    """Who asks for a board, of where, and for when."""

    scope: Scope
    node: int | None
    now: Moment
    span: Span
    today: date
    catalogue: Catalogue = field(default_factory=current)

    @cached_property
    def at(self) -> list[str] | None:
        """The codes of where is looked at, nearest first; None for everywhere."""
        return codes_at("territory", self.node) if self.node is not None else None

    @cached_property
    def _nearest(self) -> dict[str, str]:
        """The indicators that hold where is looked at, by their bare keys."""
        return {key.partition(":")[2]: key for key in self.catalogue.section("indicators", self.at)}

    def indicator(self, key: str) -> Declared:
        """The indicator that a tile names: where it is a base pack's, the one that the place puts in its stead."""
        pack, _colon, bare = key.partition(":")
        if self.at is not None and self.catalogue.packs[pack].base:
            key = self._nearest.get(bare, key)
        return Declared(key, self.catalogue.item("indicators", key), self.catalogue)


def boards_at(at: Sequence[str] | None) -> dict[str, Board]:
    """The boards in force at a place, those of the nearest pack first, and that of its own figures; without a place,
    those of every pack.
    """
    catalogue = current()
    own = own_board(catalogue, at)
    return {**catalogue.section(SECTION, at), **({OWN: own} if own is not None else {})}


def answered(board: Board, asked: Asked) -> list[list[Answer]]:
    """The board's rows of tiles. Raises Refusal without a snapshot; a tile that cannot be told says why itself."""
    answers = _Answers(asked, board.fewest)
    tiles = sorted(board.tiles(), key=lambda tile: not isinstance(tile, (BarsTile, TableTile, MapTile)))
    found = {id(tile): answers.of(tile) for tile in tiles}  # those with parts first: they tell the whole, too
    return [[found[id(tile)] for tile in row.tiles] for row in board.rows]


class _Answers:
    """Answers tiles, and remembers what has been asked."""

    def __init__(self, asked: Asked, fewest: int) -> None:
        self._asked = asked
        self._fewest = fewest
        self._known: dict[tuple[str, Moment], dict[str, Value]] = {}

    def of(self, tile: Tile) -> Answer:
        """The tile with its numbers, or with the reason why there are none."""
        told = [self._asked.indicator(key) for key in tile.indicators()]
        names = tuple(name_of(one.indicator) for one in told)
        units = tuple(one.indicator.unit for one in told)
        try:
            return Answer(tile, names, units, **self._told(tile, told))
        except Refusal as refusal:
            return Answer(tile, names, units, why=refusal.what)

    def _told(self, tile: Tile, told: list[Declared]) -> dict[str, Any]:
        now = self._asked.now
        match tile:
            case NumberTile():
                return self._number(tile, told[0])
            case TrendTile(points=points):
                moments = course(now, self._asked.span, points)
                return {"numbers": tuple(self._whole(told[0], then) for then in moments)}
            case FunnelTile():
                return {"numbers": tuple(self._whole(one, now) for one in told)}
            case BarsTile(by=column, most=most):
                return self._bars(told[0], column, most)
            case MapTile():
                return self._bars(told[0], AREAS, None)
            case TableTile():
                return self._table(told)
        raise AssertionError(tile)

    # ------------------------------------------------------------------------------------------- questions
    def _value(self, one: Declared, moment: Moment, by: str = "") -> Value:
        known = self._known.setdefault((one.key, moment), {})
        if not by and known:
            return next(iter(known.values()))
        if by not in known:
            asked = self._asked
            known[by] = answer(
                one,
                Question(
                    scope=asked.scope,
                    node=asked.node,
                    as_of=moment.day,
                    period=moment.period,
                    today=max(moment.day, asked.today),
                    by=by,
                ),
            )
        return known[by]

    def _whole(self, one: Declared, moment: Moment, label: str = "") -> Number:
        return Number(one.key, moment, self._value(one, moment), label or name_of(one.indicator))

    def _part(self, one: Declared, by: str, part: Part) -> Number:
        return Number(one.key, self._asked.now, part, part.label, by, part.key, part)

    def _few(self, one: Declared, by: str, part: Part) -> Number:
        """What stands for a part that is told with others."""
        return Number(one.key, self._asked.now, None, part.label, by, part.key, part)

    def _rest(self, one: Declared, by: str, found: Compared) -> Number:
        label = _("其余 %(n)d 个") % {"n": len(found.others)}
        return Number(one.key, self._asked.now, found.rest, label, by)

    # ----------------------------------------------------------------------------------------------- tiles
    def _number(self, tile: NumberTile, one: Declared) -> dict[str, Any]:
        now = self._asked.now
        then = {"period": before(now, self._asked.span), "year": year_before(now)}.get(tile.against)
        earlier = self._whole(one, then) if then is not None else None
        return {"numbers": (self._whole(one, now),), "earlier": earlier}

    def _bars(self, one: Declared, column: str, most: int | None) -> dict[str, Any]:
        by = column if column == AREAS else by_column(column)
        parts = list(self._value(one, self._asked.now, by).parts)
        if most is not None and (by == AREAS or len(parts) > most):
            parts.sort(key=_size, reverse=True)
        fewest = self._fewest if by == AREAS else 0
        found = compared(parts, one.indicator.measure, fewest=fewest, most=most)
        numbers = [self._part(one, by, part) for part in found.kept]
        if found.others and most is not None:
            numbers.append(self._rest(one, by, found))
        elif found.others:  # a map has a place for each, and says that it tells nothing of it alone
            numbers += [self._few(one, by, part) for part in found.others]
        words = _("区域") if by == AREAS else _words(one, column)
        return {"numbers": tuple(numbers), "others": len(found.others), "by": words}

    def _table(self, told: list[Declared]) -> dict[str, Any]:
        now = self._asked.now
        values = [self._value(one, now, AREAS) for one in told]
        columns = [
            compared(value.parts, one.indicator.measure, fewest=self._fewest)
            for one, value in zip(told, values, strict=True)
        ]
        cells = [
            {part.key: self._part(one, AREAS, part) for part in column.kept}
            | {part.key: self._few(one, AREAS, part) for part in column.others}
            for one, column in zip(told, columns, strict=True)
        ]
        areas = {part.key: part for value in values for part in value.parts}
        lines = [Line(_("全部"), tuple(self._whole(one, now) for one in told))]
        for key, area in areas.items():
            lines.append(Line(area.label, tuple(mine.get(key) for mine in cells), area))
        others = max((len(column.others) for column in columns), default=0)
        if others:
            rest = [
                self._rest(one, AREAS, column) if column.others else None
                for one, column in zip(told, columns, strict=True)
            ]
            lines.append(Line(_("合并计算"), tuple(rest)))
        return {"lines": tuple(lines), "others": others}


def _words(one: Declared, by: str) -> str:
    """What the column that parts are made by is called."""
    fact = all_facts()[one.indicator.fact]
    return Words(one.catalogue).column(column_of(fact, by), fact)


def _size(part: Part) -> float:
    """By what bars stand: the largest first, what has no value last."""
    value = part.value
    return float(value) if isinstance(value, int | float | Decimal) else float("-inf")
