"""What became of the matters that each unit was sent in a period: the hotline's monthly bulletin (月通报).

A unit is counted for every matter it was sent and neither sent back nor was taken out of, once for each matter. What a
number counts and what a list of its matters shows is one condition (`COUNTS`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet

from jiceng.matters.enums import COUNTED, DispatchState, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch, Flow, Matter
from jiceng.organisations.terms import vocabulary
from jiceng.protection.scopes import Scope, within

DONE = Q(matter__phase=Phase.DONE)
IN_TIME = Q(late=False) | Q(late__isnull=True)

COUNTS = (
    "sent", "on_time", "late", "open", "dissatisfied", "rated", "satisfied", "judged", "solved", "unreached", "due",
    "responded",
)  # fmt: skip
"""What is counted of each unit: sent to it; closed, its answer in time or late; not closed; of the call-backs that were
answered those that gave a verdict on the result or said whether it is solved; call-backs nobody answered; receipts
that were due, and those signed for in time.
"""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is asked: a period, both days included; the territory subtrees; one type, or all; and the moment at which
    what has not been signed for counts as overdue.
    """

    first: date
    last: date
    paths: Sequence[str]
    now: datetime
    type: str = ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's numbers by what they count; `unit` is its key, None in a line that adds others up."""

    unit: int | None
    name: str
    counts: Mapping[str, int] = field(default_factory=dict)

    def share(self, part: str, *wholes: str) -> tuple[int, int]:
        """Numerator and denominator, the latter added up of several counts."""
        return self.counts[part], sum(self.counts[whole] for whole in wholes)

    @property
    def closed(self) -> tuple[int, int]:
        """办结率: closed ones of those sent."""
        return self.counts["on_time"] + self.counts["late"], self.counts["sent"]

    @property
    def closed_on_time(self) -> tuple[int, int]:
        """按时办结率: closed in time of those sent."""
        return self.share("on_time", "sent")

    @property
    def dissatisfied(self) -> tuple[int, int]:
        """不满意率: of those who said how satisfied they are."""
        return self.share("dissatisfied", "rated")

    @property
    def responded(self) -> tuple[int, int]:
        """响应率: signed for in time of those whose time to sign for it is over."""
        return self.share("responded", "due")

    @property
    def solved(self) -> tuple[int, int]:
        """解决率: solved ones of those whose reporter said whether it is."""
        return self.share("solved", "judged")

    @property
    def satisfied(self) -> tuple[int, int]:
        """满意率: satisfied ones of those who said."""
        return self.share("satisfied", "rated")


def lines(asked: Bulletin, scope: Scope) -> list[UnitLine]:
    """A line for every unit that was sent something, in the order of their names; one query."""
    counted = {
        key: Count("matter", distinct=True, filter=condition) for key, condition in conditions(asked).items()
    }
    rows: Any = (
        _sent(asked, scope).values("unit", "unit__name").annotate(**counted).order_by("unit__name", "unit")
    )
    return [UnitLine(row["unit"], row["unit__name"], {key: row[key] for key in counted}) for row in rows]


def total(units: Sequence[UnitLine], name: str) -> UnitLine:
    """All units' numbers added up: a matter that several had counts for each of them."""
    return UnitLine(None, name, {key: sum(unit.counts[key] for unit in units) for key in COUNTS})


def matters_of(asked: Bulletin, scope: Scope, unit: int, count: str) -> QuerySet[Matter]:
    """The very matters behind a unit's number. Raises KeyError for nothing that is counted."""
    found = _sent(asked, scope).filter(conditions(asked)[count], unit=unit)
    return Matter._base_manager.filter(pk__in=found.values("matter"))


def conditions(asked: Bulletin) -> Mapping[str, Q]:
    """What each count asks of a dispatch."""
    terms = vocabulary("satisfactions")
    good = [key for key, term in terms.items() if term.attr("satisfied") is True]
    bad = [key for key, term in terms.items() if term.attr("satisfied") is False]
    return {
        "sent": Q(pk__isnull=False),
        "on_time": DONE & IN_TIME,
        "late": DONE & Q(late=True),
        "open": ~DONE,
        "dissatisfied": Q(matter__satisfaction__in=bad),
        "rated": Q(matter__satisfaction__in=[*good, *bad]),
        "satisfied": Q(matter__satisfaction__in=good),
        "judged": Q(matter__solved__isnull=False),
        "solved": Q(matter__solved=True),
        "unreached": Q(matter__reached=False),
        "due": Q(receipt__stopped_at__isnull=False) | Q(receipt__due_at__lt=asked.now),
        "responded": Q(receipt__kept=True),
    }


def receipts() -> list[str]:
    """The clocks by which the kept wordings time how soon a dispatch is signed for."""
    found = {
        key
        for flow in Flow.objects.all()
        for key, clock in spec_of(flow).clocks.items()
        if clock.on == "dispatch" and DispatchState.SENT in clock.starts
    }
    return sorted(found)


def _sent(asked: Bulletin, scope: Scope) -> QuerySet[Dispatch]:
    """The dispatches that count, in period, territory and sight, each with the clock of its receipt (`receipt`)."""
    inside = reduce(or_, (within("matter__region_path", path) for path in asked.paths), Q())
    rows: QuerySet[Dispatch] = Dispatch._base_manager.filter(
        _visible(scope), inside, state__in=COUNTED, sent_on__gte=asked.first, sent_on__lte=asked.last
    )
    rows = rows.annotate(receipt=FilteredRelation("clocks", condition=Q(clocks__key__in=receipts())))
    return rows.filter(matter__type=asked.type) if asked.type else rows


def _visible(scope: Scope) -> Q:
    """Dispatches that one sees themselves, or whose matter lies in one's territory."""
    if scope.everything:
        return Q()
    found = replace(scope, area=()).condition(Dispatch)
    for path in scope.territory:
        found |= within("matter__region_path", path)
    if scope.area:
        found &= reduce(or_, (within("matter__region_path", path) for path in scope.area))
    return found
