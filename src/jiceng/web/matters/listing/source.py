"""All matters as one list, made the way the registry's lists are made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiceng.matters.enums import Outcome, Phase
from jiceng.matters.models import Matter
from jiceng.matters.queries.inbox import holders
from jiceng.matters.sections import MatterSpec
from jiceng.web.matters.inbox.asking import LIGHTS, lit
from jiceng.web.matters.moments import countdown
from jiceng.web.matters.naming import card_address, holder, specs_of, state_name, users_named
from jiceng.web.registry.listing.columns import Column
from jiceng.web.registry.listing.lines import LONG, main_of, text_of, yes_and_no
from jiceng.web.registry.listing.paging import Order
from jiceng.web.registry.listing.source import Cell, Line
from jiceng.web.registry.listing.terms import Words

LIVES: Mapping[str, Promise] = {"": _("全部事项"), "open": _("未办结的"), "done": _("已办结的")}


class Matters:
    """The matters in sight, newest first, their lights as of `now`."""

    key = "matters"
    counts = False  # a list of a million is not counted to be read
    lives = LIVES
    hint = _("把顶部的区域改大一级，或提出第一件")
    extras = ("number", "uid", "flow_id", "amber_at", "due_at")

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.columns = _columns(now)

    @property
    def label(self) -> str:
        """What the list is called."""
        return gettext("全部事项")

    @property
    def address(self) -> str:
        """The list's own page."""
        return reverse("matters:list")

    def lived(self, life: str, _day: date) -> Q:
        """Open ones, closed ones, or all."""
        return {"open": ~Q(phase=Phase.DONE), "done": Q(phase=Phase.DONE)}.get(life, Q())

    def order(self) -> Order:
        """Newest first."""
        return Order("pk", down=True)

    def visible(self) -> QuerySet[Any]:
        """What the scope in force shows."""
        rows: QuerySet[Any] = Matter.objects.all()
        return rows

    def lines(
        self, columns: Sequence[Column], rows: Iterable[tuple[Any, ...]], words: Words
    ) -> Iterable[Line]:
        """The rows with what a matter's own row does not say: its state's name, its light, who has it."""
        listed = [_Row(row, columns) for row in rows]
        held = holders([row.key for row in listed]) if any(c.key == HOLDER for c in columns) else {}
        users = users_named({turn.user for turns in held.values() for turn in turns})
        specs, shown, main = specs_of(row.flow for row in listed), yes_and_no(), main_of(columns)
        labels = [gettext(str(column.label)) for column in columns]
        for row in listed:
            by = _("、").join(dict.fromkeys(holder(turn, users) for turn in held.get(row.key, ())))
            url = card_address(row.number, row.uid)
            cells = []
            for place, (column, value) in enumerate(zip(columns, row.values, strict=True)):
                light, text = self._said(column, value, row, specs[row.flow], by)
                text = text_of(column, value, words, shown) if text is None else text
                title = text if len(text) > LONG else ""
                link = url if place == main else ""
                cells.append(Cell(text, labels[place], column.kind, link, place == main, title, light))
            yield Line(row.key, tuple(cells), url)

    def _said(
        self, column: Column, value: Any, row: "_Row", spec: MatterSpec, by: str
    ) -> tuple[str, str | None]:
        """The light and the words of a column that says more than its value; no words for the others."""
        if column.key == HOLDER:
            return "", by
        if column.key == "state":
            return "", state_name(spec, value)
        if column.key == "outcome":
            return "", str(Outcome(value).label) if value else ""
        if column.key == "light":
            light, left = countdown(row.amber_at, row.due_at, self.now)
            return (light, left) if left else ("", "")
        return "", None


HOLDER = "holder"


class _Row:
    """A row as it was looked up, by name."""

    __slots__ = ("amber_at", "due_at", "flow", "key", "number", "uid", "values")

    def __init__(self, row: tuple[Any, ...], columns: Sequence[Column]) -> None:
        _sorted_by, self.key, *rest = row
        self.values, extras = rest[: len(columns)], rest[-len(Matters.extras) :]
        self.number, self.uid, self.flow, self.amber_at, self.due_at = extras


def _columns(now: datetime) -> tuple[Column, ...]:
    outcomes = [(outcome.value, outcome.label) for outcome in Outcome]
    return (
        Column("light", _("时限"), "choice", "due_at", sort="due_at", nullable=True,
               choices=list(LIGHTS.items()), asks=lambda word: lit(word, now) & ~Q(phase=Phase.DONE)),
        Column("number", _("编号"), "code", "number", sort="number"),
        Column("title", _("标题"), "text", "title"),
        Column("type", _("类型"), "term", "type", vocabulary="matters"),
        Column("state", _("状态"), "plain", "state"),
        Column(
            "category", pgettext_lazy("matter", "类别"), "term", "category", vocabulary="matter_categories", shown=False
        ),
        Column("region", _("区域"), "reference", "region__name"),
        Column(HOLDER, _("在谁手里"), "plain", "pk"),
        Column("raised_on", _("提出日期"), "date", "raised_on", sort="raised_on", shown=False),
        Column("grade", _("分级"), "term", "grade", vocabulary="matter_grades", shown=False),
        Column("channel", _("来源"), "term", "channel", vocabulary="matter_channels", shown=False),
        Column("means", _("办理方式"), "term", "means", vocabulary="matter_means", shown=False),
        Column("unit", _("单位"), "reference", "unit__name", shown=False),
        Column("households", _("涉及户数"), "integer", "households", shown=False),
        Column("passes", _("流转次数"), "integer", "passes", shown=False),
        Column("reopened", _("重办次数"), "integer", "reopened", shown=False),
        Column("closed_on", _("办结日期"), "date", "closed_on", sort="closed_on", nullable=True, shown=False),
        Column("days_taken", _("办理天数"), "integer", "days_taken", sort="days_taken", nullable=True, shown=False),
        Column("outcome", _("结果"), "choice", "outcome", choices=outcomes, shown=False),
        Column("solved", _("反映人认为已解决"), "boolean", "solved", shown=False),
        Column("satisfaction", _("满意度"), "term", "satisfaction", vocabulary="satisfactions", shown=False),
        Column("raised_by_name", _("提出人"), "text", "raised_by_name", shown=False),
    )  # fmt: skip
