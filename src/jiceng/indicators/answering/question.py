"""A question for a figure: what is asked, what it comes to, and what the engine is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.indicators.answering.trees import AFTER_ALL, BEFORE_ALL
from jiceng.indicators.answering.values import Period
from jiceng.indicators.sections import Indicator
from jiceng.indicators.shapes import NODES, Shape, What
from jiceng.packs.filters.nodes import EVERYTHING
from jiceng.packs.filters.nodes import Node as Filter
from jiceng.protection.scopes import TREES, Scope, upper_bound
from jiceng.records.calendar import months_later
from jiceng.records.refusals import Refusal

Map = Literal["then", "today"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an indicator.

    `node` is a key in `tree`; without one everything is meant. A stock is asked for as of a day (default:
    today), a flow within a period (default: the year of `as_of` up to that day). `map` "today" places rows
    by the tree of the day `today` (default: really today), "then" by that of the day counted for. `by`: a
    tree's name (its nodes `steps` below the node asked for) or a column of the fact. `narrowed` is a
    further condition on the rows.
    """

    scope: Scope
    node: int | None = None
    tree: str = "territory"
    as_of: date | None = None
    period: Period | None = None
    map: Map = "then"
    today: date | None = None
    by: str = ""
    steps: int = 1
    narrowed: Filter = field(default=EVERYTHING)

    def __post_init__(self) -> None:
        if self.tree not in NODES:
            raise Refusal(_("没有“%(tree)s”这棵树") % {"tree": self.tree}, remedy="、".join(NODES))
        if self.period is not None and self.period[1] < self.period[0]:
            raise Refusal(_("时期的末日早于首日"), remedy=_("先写首日，再写末日"))

    @property
    def day(self) -> date:
        """The day asked for."""
        return self.as_of or timezone.localdate()

    @property
    def between(self) -> Period:
        """The period asked for."""
        return self.period or (self.day.replace(month=1, day=1), self.day)

    def map_day(self, flow: bool) -> date | None:
        """The day whose tree places the rows; None where each row has its own."""
        if self.map == "today":
            return self.today or timezone.localdate()
        return None if flow else self.day


def before(question: Question, years: int) -> tuple[date, Period]:
    """The same day and period so many years earlier; a 29 February becomes the 28th."""
    return _years_before(question.day, years), _period_before(question.between, years)


def points(flow: bool, day: date, period: Period, number: int = 6) -> list[date | Period]:
    """The points of a trend up to what is asked for: the same period of earlier years for a flow, the day and the ends
    of the months before it for a stock.
    """
    if flow:
        return [_period_before(period, back) for back in range(number - 1, -1, -1)]
    days = [day]
    while len(days) < number:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return list(reversed(days))


def _period_before(period: Period, years: int) -> Period:
    return _years_before(period[0], years), _years_before(period[1], years)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def shape_of(question: Question, indicator: Indicator, what: What, scoped: bool, by: str) -> Shape:
    """The shape in which the question asks for the indicator, with parts by `by`."""
    flow = indicator.time == "flow"
    tree = question.tree if question.node is not None else ""
    # on one day's map every shape is the same, so there is one query for both maps
    placed = bool(tree) or by in NODES
    return Shape(what, tree, by, placed and flow and question.map == "then", scoped)


def bound(question: Question, shape: Shape) -> dict[str, Any]:
    """What the engine is told: every parameter that a query of this shape may name."""
    since, until = question.between
    told: dict[str, Any] = {"as_of": question.day, "since": since, "until": until}
    return {**told, **_scope(question.scope)} if shape.scoped else told


def _scope(scope: Scope) -> Mapping[str, Any]:
    """The scope's subtrees, held records and area. One that sees everything is only ever cut down by an
    area.
    """
    paths = [(tree, path) for tree in TREES for path in getattr(scope, tree) if path]
    held = [(model, record) for model, records in scope.held.items() for record in records]
    area = [(path, upper_bound(path)) for path in scope.area] or [(BEFORE_ALL, AFTER_ALL)]
    return {
        "scope_tree": [tree for tree, _path in paths],
        "scope_lo": [path for _tree, path in paths],
        "scope_hi": [upper_bound(path) for _tree, path in paths],
        "held_model": [model for model, _record in held],
        "held_record": [record for _model, record in held],
        "area_lo": [low for low, _high in area],
        "area_hi": [high for _low, high in area],
    }


# --------------------------------------------------------------------------------------------- periods
def period_of(written: str) -> Period:
    """The period that `2021`, `2021-03`, `2021Q1`, `2021H1` or `2021-01-01..2021-06-30` means, both days
    included.

    Raises Refusal for anything else.
    """
    first, dots, last = written.partition("..")
    try:
        if dots:
            return date.fromisoformat(first), date.fromisoformat(last)
        year, months, number = int(f"{written[:4]:x<4}"), *_part_of_year(written[4:])
        start = date(year, months * (number - 1) + 1, 1)
        return start, months_later(start, months) - timedelta(days=1)
    except (ValueError, KeyError):
        raise Refusal(
            _("“%(text)s”不是时期") % {"text": written[:40]},
            remedy="2021, 2021-03, 2021Q1, 2021H1, 2021-01-01..2021-06-30",
        ) from None


def _part_of_year(written: str) -> tuple[int, int]:
    """How many months the part has, and which of the year it is."""
    if not written:
        return 12, 1
    return {"-": 1, "Q": 3, "H": 6}[written[0].upper()], int(written[1:])
