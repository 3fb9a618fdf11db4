"""The board of periods, a period's page, its corrections, and the records behind a figure as it was reported."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.indicators.answering.declared import find
from jiceng.indicators.definition import name_of
from jiceng.indicators.figures import list_records
from jiceng.indicators.periods import period_before
from jiceng.packs.catalogue import current
from jiceng.periods.closing import refuse_out_of_order, results
from jiceng.periods.corrections import corrections
from jiceng.periods.frozen import as_closed, in_the_words_of, question_of
from jiceng.periods.growth import courses
from jiceng.periods.models import Closing, State
from jiceng.periods.reporting import may_accept, may_close
from jiceng.periods.returns import due_of, figures_of, kinds_at, lower_of, returns_at, standings, upper_of
from jiceng.records.refusals import Refusal
from jiceng.web.figures.describing import describe
from jiceng.web.periods.asking import area_of, closing_of, period_of, sees
from jiceng.web.periods.shaping import board, cell, correction_lines, explained, figure_lines, stopping
from jiceng.web.periods.wording import kind_words, return_name
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import standing

COLUMNS = 6
PAGE = 50


@needs(P.FIGURES_VIEW)
@require_GET
def index(request: Any) -> HttpResponse:
    """Where the visitor looks and the areas below: how far each has come with the last periods of a kind."""
    here = standing(request)
    if here is not None and not sees(request, here):
        here = None
    kinds = kinds_at(here) if here is not None else []
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else next(iter(kinds), "")
    context: dict[str, Any] = {
        "here": here,
        "kinds": [(each, kind_words(each), each == kind) for each in kinds],
    }
    if here is not None and kind:
        last = period_before(request.today, kind)
        periods = [last.before(back) for back in range(COLUMNS)]
        regions = [here, *lower_of(here, last)]
        lines = board(regions, periods, request.today)
        context |= {"periods": periods[: len(lines[0]["cells"])], "lines": lines}
    return render(request, "periods/index.html", context)


@needs(P.FIGURES_VIEW)
@require_GET
def period_page(request: Any, period: str, key: int) -> HttpResponse:
    """A period of an area: what is or was reported, beside what it was before, and what may be done with it."""
    region, asked = area_of(request, key), period_of(period)
    if not returns_at(region, asked.kind):
        raise Http404
    own, *below = standings([region, *lower_of(region, asked)], asked, request.today)
    closing = own.closing
    context = {
        "region": region,
        "period": asked,
        "around": (asked.before(), asked.before(-1)),
        "own": cell(own, asked),
        "due": due_of(region, asked),
        "returns": [return_name(one) for one in returns_at(region, asked.kind)],
        "closing": closing,
        "may_reconcile": may_close(request.access, region),
        "lower": [(one.region, cell(one, asked)) for one in below],
        "steps": closing.steps.all() if closing else (),
    }
    standing_one = closing if closing and closing.state != State.RETURNED else None
    if closing is not None:
        context |= _closed(request, closing)
    if standing_one is None:
        context |= _open(request, region, asked)
    return render(request, "periods/period.html", context)


def _closed(request: Any, closing: Closing) -> dict[str, Any]:
    """What was reported, as the kept snapshot has it."""
    keys = [one["key"] for one in closing.figures]
    with as_closed(closing):
        lines = figure_lines(courses(keys, closing.region_id, closing.calendar), closing.calendar, closing)
    may = {
        "submit": closing.state == State.CLOSED
        and may_close(request.access, closing.region)
        and upper_of(closing.region, closing.kind) is not None,
        "decide": closing.state == State.SUBMITTED
        and closing.submitted_by != request.actor.key
        and may_accept(request.access, closing),
    }
    return {"figures": lines, "explained": explained(closing), "may": may}


def _open(request: Any, region: Any, asked: Any) -> dict[str, Any]:
    """What would be reported, and what stands in the way of closing."""
    try:
        refuse_out_of_order(region, asked, request.today)
        why = ""
    except Refusal as refusal:
        why = str(refusal)
    keys = figures_of(region, asked.kind)
    return {
        "figures": figure_lines(courses(keys, region.pk, asked), asked, None),
        "stopping": stopping(results(region, asked, request.today), asked),
        "not_yet": why,
        "may_close": not why and may_close(request.access, region),
        "opened": True,
    }


@needs(P.FIGURES_VIEW)
@require_GET
def corrections_part(request: Any, period: str, key: int) -> HttpResponse:
    """What was corrected since the period was closed; fetched after its page."""
    region, asked = area_of(request, key), period_of(period)
    closing = Closing.objects.filter(region=region, period=str(asked)).order_by("pk").last()
    if closing is None:
        raise Http404
    found = corrections(closing, sight(request, P.FIGURES_VIEW))
    with in_the_words_of(closing):
        words = dict(current().section("indicators"))
    lines = correction_lines(found, words, request.permissions)
    return render(request, "periods/corrections.html", {"lines": lines})


@needs(P.FIGURES_VIEW)
@require_GET
def records_page(request: Any, key: int, figure: str) -> HttpResponse:
    """The records behind a figure as it was reported."""
    closing = closing_of(request, key)
    kept = next((one for one in closing.figures if one["key"] == figure), None)
    if kept is None:
        raise Http404
    after = request.GET.get("after", "")
    question = question_of(closing.region_id, closing.calendar, sight(request, P.FIGURES_VIEW))
    with as_closed(closing):
        asked = find(figure)
        found = list_records(asked, question, after=int(after) if after.isdigit() else 0, limit=PAGE)
        name, share = name_of(asked.indicator), asked.indicator.measure in ("share", "average")
    context = {
        "closing": closing,
        "name": name,
        "kept": kept,
        "shown": {"ratio": share},
        "records": describe(found.model, found.rows, current(), request.permissions),
        "next": found.rows[-1].id if found.more else None,
    }
    return render(request, "periods/records.html", context)
