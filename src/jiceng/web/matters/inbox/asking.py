"""What an address asks of the inbox: which pile, and which of its matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import Permission as P
from jiceng.matters.clocks import Light
from jiceng.matters.queries.inbox import TOLD, of_office, open_at, taken_by, with_others
from jiceng.protection.scopes import within
from jiceng.web.registry.listing.paging import Order
from jiceng.web.shell.sight import sight

MINE, OURS, AREA, WAITING = "mine", "ours", "area", "waiting"

PILES: Mapping[str, Promise] = {
    MINE: _("我认领的"),
    OURS: _("本单位待办"),
    AREA: _("区域内未办结"),
    WAITING: _("等别人办"),
}
"""The piles of the inbox, in the order of its tabs."""

BY_DUE = Order("due_at", nullable=True)
"""What is late or due comes first; what never falls due last."""

LIGHTS: Mapping[str, Promise] = {
    Light.RED.value: _("已超时"),
    Light.AMBER.value: _("快到期"),
    Light.GREEN.value: _("未到期"),
    Light.STANDS.value: _("不计时"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A pile, what of it, and from where on."""

    pile: str
    type: str = ""
    light: str = ""
    place: str = ""
    words: str = ""
    after: str = ""
    before: str = ""

    @property
    def of_turns(self) -> bool:
        """Whether the pile holds turns; the others hold matters."""
        return self.pile in (MINE, OURS)

    @property
    def sifted(self) -> bool:
        """Whether anything but the pile is asked for."""
        return bool(self.type or self.light or self.place or self.words)

    def where(self, now: datetime) -> Q:
        """The condition for what is asked for of the pile's rows."""
        to = "matter__" if self.of_turns else ""
        found = lit(self.light, now)
        if self.type:
            found &= Q(**{f"{to}type": self.type})
        if self.place:
            found &= Q(**{f"{to}region__name__contains": self.place})
        if self.words:
            texts = ("title", "text", "number")
            found &= _any(*(Q(**{f"{to}{column}__contains": self.words}) for column in texts))
        return found


def read(request: Any) -> Asked:
    """What the address says; without a pile the first of one's own that holds anything."""
    asked: QueryDict = request.GET
    pile = asked.get("pile", "")
    if pile not in PILES:
        pile = MINE if rows_of(request, MINE).exists() else OURS
    light = asked.get("light", "")
    return Asked(
        pile=pile,
        type=asked.get("type", "")[:60],
        light=light if light in LIGHTS else "",
        place=asked.get("place", "").strip()[:40],
        words=asked.get("q", "").strip()[:60],
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )


def rows_of(request: Any, pile: str) -> "QuerySet[Any]":
    """The turns or matters of a pile, within the territory picked."""
    rows: QuerySet[Any, Model]
    if pile in (MINE, OURS):
        rows = taken_by(request.access) if pile == MINE else of_office(request.access)
        return rows.filter(_picked(request, "matter__region_path"))
    if pile == WAITING:
        return with_others(request.access).filter(_picked(request, "region_path"))
    return open_at(sight(request, P.MATTERS_VIEW))


def told(request: Any) -> Mapping[str, str]:
    """How many rows each pile has, as its tab says it: exact up to `TOLD`."""
    found = {}
    for pile in PILES:
        rows: Any = rows_of(request, pile)
        number = rows.order_by().values("pk")[: TOLD + 1].count()
        found[pile] = f"{TOLD}+" if number > TOLD else str(number)
    return found


def _picked(request: Any, column: str) -> Q:
    return within(column, request.region.path) if request.region is not None else Q()


def lit(shown: str, now: datetime, prefix: str = "") -> Q:
    """The rows with this light now, over `due_at` and `amber_at` reached through `prefix`."""
    due, amber = f"{prefix}due_at", f"{prefix}amber_at"
    late = Q(**{f"{due}__lt": now})
    soon = Q(**{f"{due}__gte": now, f"{amber}__lte": now})
    return {
        Light.RED.value: late,
        Light.AMBER.value: soon,
        Light.GREEN.value: Q(**{f"{due}__gte": now}) & ~Q(**{f"{amber}__lte": now}),
        Light.STANDS.value: Q(**{f"{due}__isnull": True}),
    }.get(shown, Q())


def _any(*conditions: Q) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found
