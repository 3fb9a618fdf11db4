"""The home page's figures with their course, and the findings: figures whose records should be none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiceng.indicators.definition import name_of
from jiceng.indicators.figures import trend
from jiceng.indicators.sections import Indicator
from jiceng.records.refusals import Refusal
from jiceng.web.figures.asking import asked_of
from jiceng.web.figures.checks import failing
from jiceng.web.figures.listing import Line, findings_on, indicators_of
from jiceng.web.figures.shaping import shown

POINTS = 6
"""Points of a course: the day itself and the ends of the quarters before it."""

WIDTH, HEIGHT = 100.0, 24.0
"""The box into which a course is drawn."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of the home page. `course` are the points of its line, empty where there is none."""

    name: str
    value: str
    unit: str
    url: str
    course: str
    since: str


def headlines(request: Any) -> list[Headline] | None:
    """The figures that packs put on the home page, of where the visitor looks, as of today there, each with
    its last quarters; None where no pack puts any.
    """
    known = indicators_of(request)
    ranked = sorted((said.headline, key) for key, said in known.items() if said.headline is not None)
    return [line for _rank, key in ranked for line in _headline(request, key, known[key])] if ranked else None


def findings(request: Any) -> list[Line] | None:
    """What is not as it should be where the visitor looks: lists that are not empty, in the order of the packs,
    then figures that do not agree; None where nothing has been counted yet.
    """
    lines = findings_on(request)
    if not any("why" not in line for line in lines):
        return None
    return [line for line in lines if not line["nothing"]] + failing(request)


def _headline(request: Any, key: str, indicator: Indicator) -> list[Headline]:
    """The figure, or nothing where it cannot be told (no snapshot yet)."""
    asked, days = asked_of(request, indicator), quarters(request.today)
    try:
        course = trend(key, points=days, scope=asked.scope, node=asked.node, today=asked.today)
    except Refusal:
        return []
    value = shown(course[-1])
    return [
        Headline(
            name=name_of(indicator),
            value=value["value"],
            unit=value["unit"],
            url=reverse("figures:figure", args=[key]),
            course=line([each.value for each in course]),
            since=_("自 %(day)s") % {"day": days[0].isoformat()},
        )
    ]


def quarters(day: date) -> list[date]:
    """`day` and the ends of the quarters before it, oldest first."""
    found = [day]
    for _step in range(POINTS - 1):
        first = found[-1].replace(month=3 * ((found[-1].month - 1) // 3) + 1, day=1)
        found.append(first - timedelta(days=1))
    return list(reversed(found))


def line(values: Sequence[Any]) -> str:
    """The points of a line through `values`, drawn into the box; '' where there are not two of them."""
    known = [
        (place, float(value))
        for place, value in enumerate(values)
        if isinstance(value, int | float | Decimal)
    ]
    if len(known) < 2:
        return ""
    low, high = min(value for _place, value in known), max(value for _place, value in known)
    span = (high - low) or 1.0
    step = WIDTH / (len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - 2 - (value - low) / span * (HEIGHT - 4):.1f}" for place, value in known
    )
