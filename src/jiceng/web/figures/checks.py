"""The checks of where the visitor looks, for a calendar period: each failure opens to its records."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.indicators.answering.declared import codes_at
from jiceng.indicators.answering.values import Value
from jiceng.indicators.checking import check, places
from jiceng.indicators.checks.published import Consistency, consistencies, said
from jiceng.indicators.checks.running import Checking, Outcome, comparisons, outcomes, records_behind
from jiceng.indicators.definition import measured, name_of
from jiceng.indicators.periods import CalendarPeriod, calendar_period, period_before
from jiceng.packs.catalogue import current
from jiceng.web.figures.asking import node_of
from jiceng.web.figures.describing import describe
from jiceng.web.figures.shaping import plain, shown
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import standing

PAGE = 50


def checking_of(request: Any) -> Checking:
    """Where the visitor looks, in the period of the address; the last month where it names none. Raises
    Refusal for what is no calendar period.
    """
    written = request.GET.get("period", "").strip()
    period = calendar_period(written) if written else period_before(request.today, "month")
    return Checking(period, node_of(request), sight(request, P.FIGURES_VIEW))


@needs(P.FIGURES_VIEW)
@require_GET
def index(request: Any) -> HttpResponse:
    """The page of all checks; it comes at once, what they come to after it."""
    asked = checking_of(request)
    context = {"period": asked.period, "around": around(asked.period), "published": bool(_places(request))}
    return render(request, "figures/checks.html", context)


@needs(P.FIGURES_VIEW)
@require_GET
def results(request: Any) -> HttpResponse:
    """What every check comes to: those that fail, those that cannot be told, those that hold."""
    asked = checking_of(request)
    lines = [_line(one, asked.period) for one in outcomes(asked)]
    context = {
        "failed": [line for line in lines if line["holds"] is False],
        "unknown": [line for line in lines if line["holds"] is None],
        "held": [line for line in lines if line["holds"]],
    }
    return render(request, "figures/check_results.html", context)


@needs(P.FIGURES_VIEW)
@require_GET
def check_page(request: Any, key: str) -> HttpResponse:
    """One check: its figures, each of which opens, and the records that make it fail."""
    asked = checking_of(request)
    found = next((one for one in outcomes(asked) if one.key == key), None)
    if found is None:
        raise Http404
    after = request.GET.get("after", "")
    behind = records_behind(key, asked, after=int(after) if after.isdigit() else 0, limit=PAGE)
    context = {
        "line": _line(found, asked.period),
        "period": asked.period,
        "figures": figure_lines(found.figures, asked.period),
        "records": None
        if behind is None
        else describe(behind.model, behind.rows, current(), request.permissions),
        "next": behind.rows[-1].id if behind and behind.more else None,
    }
    return render(request, "figures/check.html", context)


@needs(P.FIGURES_VIEW)
@require_GET
def published_page(request: Any) -> HttpResponse:
    """What follows from the figures that were published of where the visitor looks, and what the records say."""
    found = [
        (current().packs[place].name, [_published(one) for one in consistencies(check(place))])
        for place in _places(request)
    ]
    return render(
        request, "figures/published.html", {"places": [(name, lines) for name, lines in found if lines]}
    )


def _places(request: Any) -> list[str]:
    """The packs with published figures that hold where the visitor looks."""
    here = standing(request)
    at = current().packs_at(codes_at("territory", here.pk)) if here is not None else current().packs
    return [place for place in places() if place in at]


def _published(one: Consistency) -> dict[str, Any]:
    return {
        "what": one.what,
        "printed": _result(one.printed.value),
        "computed": _result(one.computed.value) if one.computed else "",
        "unit": measured(one.unit) if isinstance(one.printed.value, Decimal) else "",
        "holds": one.printed.holds,
        "differs": one.computed is not None and one.computed.holds is False,
        "note": one.note,
        "sound": one.sound,
    }


def _result(value: Decimal | bool | None) -> str:
    return plain(value) if isinstance(value, Decimal) else said(value)


def failing(request: Any) -> list[dict[str, Any]]:
    """The comparisons and jumps that fail in the last month, as lines beside the findings."""
    asked = checking_of(request)
    return [_line(one, asked.period) for one in comparisons(asked) if one.failed]


def figure_lines(figures: Mapping[str, Value], period: CalendarPeriod) -> list[dict[str, Any]]:
    """Figures by key with name, value and the page that opens each, as of the period."""
    known = current().section("indicators")
    return [
        shown(value) | {"key": key, "name": name_of(known[key]), "url": figure_url(key, period)}
        for key, value in figures.items()
    ]


def figure_url(key: str, period: CalendarPeriod) -> str:
    """The page of a figure as it stands for the period."""
    first, last = period.days
    address = reverse("figures:figure", args=[key])
    return f"{address}?day={last.isoformat()}&period={first.isoformat()}..{last.isoformat()}"


def around(period: CalendarPeriod) -> tuple[CalendarPeriod, CalendarPeriod]:
    """The periods before and after."""
    return period.before(), period.before(-1)


def _line(one: Outcome, period: CalendarPeriod) -> dict[str, Any]:
    address = f"{reverse('figures:check', args=[one.key])}?period={period}"
    return {
        "key": one.key,
        "name": one.name,
        "holds": one.holds,
        "said": one.said,
        "asks": one.asks,
        "cites": one.cites,
        "closing": one.closing,
        "url": address,
    }
