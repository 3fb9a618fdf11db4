"""Periods as people read them: lights, figures beside earlier ones, corrections with their writes."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jiceng.accounts.permissions import Permission as P
from jiceng.indicators.answering.values import Record
from jiceng.indicators.definition import name_of
from jiceng.indicators.periods import CalendarPeriod
from jiceng.indicators.sections import Indicator
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.periods.closing import LOWER, Result
from jiceng.periods.corrections import Changed, Correction
from jiceng.periods.growth import Course, Growth
from jiceng.periods.models import Closing, State
from jiceng.periods.returns import Standing, begun, standings
from jiceng.web.figures.checks import figure_url
from jiceng.web.figures.describing import describe
from jiceng.web.figures.shaping import NOTHING, plain, shown
from jiceng.web.shell.wording import action_words

LIGHTS = {
    State.ACCEPTED: "good",
    State.SUBMITTED: "good",
    State.CLOSED: "warn",
    State.RETURNED: "bad",
    "": "none",
}


def cell(one: Standing, period: CalendarPeriod) -> dict[str, Any]:
    """How far an area has come with a period, as a light that leads to its page."""
    light = "bad" if one.missing else "warn" if one.late else LIGHTS[one.state]
    return {"light": light, "said": one.said, "url": reverse("periods:period", args=[period, one.region.pk])}


def board(regions: Sequence[Region], periods: Sequence[CalendarPeriod], day: date) -> list[dict[str, Any]]:
    """A line for each area: its name and how far it has come with each of the periods, the last one first.
    Nothing is said of those before anyone began.
    """
    since = begun(regions, periods[0].kind) or periods[0].first
    columns = [standings(regions, period, day) for period in periods if period.first >= since]
    return [
        {
            "region": region,
            "cells": [cell(column[place], period) for column, period in zip(columns, periods, strict=False)],
        }
        for place, region in enumerate(regions)
    ]


def figure_lines(
    found: Sequence[Course], period: CalendarPeriod, closing: Closing | None
) -> list[dict[str, Any]]:
    """Reported figures with their two comparisons; each opens to its records, those of then where it is closed."""
    known = current().section("indicators")
    return [
        shown(one.value)
        | {
            "name": name_of(known[one.key]),
            "url": reverse("periods:records", args=[closing.pk, one.key])
            if closing
            else figure_url(one.key, period),
            "last": _compared(one.last),
            "year": _compared(one.year),
        }
        for one in found
    ]


def _compared(growth: Growth) -> dict[str, str]:
    difference, share = growth.difference, growth.share
    if difference is None:
        return {"was": plain(growth.then.value), "change": NOTHING, "share": ""}
    return {
        "was": plain(growth.then.value),
        "change": signed(difference),
        "share": f"{signed(share.quantize(Decimal('0.1')))}%" if share is not None else "",
    }


def signed(value: Any) -> str:
    """A change with its sign."""
    return f"+{plain(value)}" if value > 0 else plain(value)


def stopping(checked: Sequence[Result], period: CalendarPeriod) -> list[dict[str, Any]]:
    """The checks that stand in the way of closing, each with the page that opens it."""
    return [_check(one.key, one.name, one.said, period) | {"asks": one.asks} for one in checked if one.stops]


def explained(closing: Closing) -> list[dict[str, Any]]:
    """The checks that failed when the period was closed, each with its explanation."""
    return [
        _check(one["key"], one["name"], one["said"], closing.calendar) | {"text": one["explained"]}
        for one in closing.checks
        if one["holds"] is False and one["closing"]
    ]


def _check(key: str, name: str, said: str, period: CalendarPeriod) -> dict[str, Any]:
    url = "#lower" if key == LOWER else f"{reverse('figures:check', args=[key])}?period={period}"
    return {"key": key, "name": name, "said": said, "url": url}


def correction_lines(
    found: Sequence[Correction], words: Mapping[str, Indicator], permissions: frozenset[P]
) -> list[dict[str, Any]]:
    """Corrected figures: then, now, the difference, and the records with who wrote them, when and why."""
    return [
        {
            "name": name_of(words[one.key]),
            "was": plain(one.was.value),
            "now": plain(one.now.value),
            "change": NOTHING if one.difference is None else signed(one.difference),
            "unit": one.now.unit,
            "records": _records(one, permissions),
            "others": one.others,
        }
        for one in found
    ]


def _records(one: Correction, permissions: frozenset[P]) -> list[dict[str, Any]]:
    """A record that is gone has no name any more: its number stands for it."""
    if not one.records:
        return []
    rows = [Record(each.id, True, each.now) for each in one.records]
    named = {each.key: each for each in describe(one.model, rows, current(), permissions)}
    return [_record(each, named.get(each.id)) for each in one.records]


def _record(each: Changed, named: Any) -> dict[str, Any]:
    writes = [
        {
            "at": timezone.localtime(w.at),
            "by": w.by,
            "what": action_words(w.action),
            "why": w.reason,
        }
        for w in each.writes
    ]
    return {
        "name": named.name if named else f"#{each.id}",
        "url": named.url if named else "",
        "was": plain(each.was),
        "now": plain(each.now),
        "writes": writes,
    }
