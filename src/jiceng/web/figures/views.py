"""Figures: the list of them, and for each its value, definition, trend, parts and the records behind it."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.indicators.answering.declared import declared, find
from jiceng.indicators.answering.question import points
from jiceng.indicators.definition import definition, name_of
from jiceng.indicators.figures import ANY, Question, answer, records
from jiceng.indicators.sections import Indicator
from jiceng.indicators.shapes import by_column
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.packs.filters.nodes import EVERYTHING
from jiceng.protection.scopes import TREES
from jiceng.reports.briefs.annexes import narrowed_in_words
from jiceng.web.coverage.mapping import by_size, drawing
from jiceng.web.figures.asking import Asked, asked_of, day_of
from jiceng.web.figures.describing import describe
from jiceng.web.figures.listing import catalogue_of, finding_words
from jiceng.web.figures.shaping import parts, shown, spark, troubled

PAGE = 50

PROPOSALS = {"split": "coverage:split"}
"""The pages that propose what to do about a record of a finding, by what the finding declares."""


def _asked(request: Any, key: str) -> tuple[Indicator, Asked, bool]:
    indicator = current().section("indicators").get(key)
    if indicator is None:
        raise Http404
    asked = asked_of(request, indicator)
    return indicator, asked, find(key).flow


@needs(P.FIGURES_VIEW)
@require_GET
def index(request: Any) -> HttpResponse:
    """Every figure of where the visitor looks with its value on a day, by theme; findings, which should be
    empty, first. The page comes at once, the values after it.
    """
    asked = {"q": request.GET.get("q", "").strip(), "day": day_of(request)}
    return render(request, "figures/index.html", asked | {"builds": request.access.may(P.FIGURES_BUILD)})


@needs(P.FIGURES_VIEW)
@require_GET
def values(request: Any) -> HttpResponse:
    """The values of the list, which its page asks for."""
    return render(request, "figures/values.html", catalogue_of(request))


@needs(P.FIGURES_VIEW)
@require_GET
def figure_page(request: Any, key: str) -> HttpResponse:
    """One figure: value, definition, trend, parts; each part opens to its own records."""
    indicator, asked, flow = _asked(request, key)
    known = declared(key, Question(**asked.question))
    value = answer(known, Question(by=asked.by, **asked.question))
    plain_question = {k: v for k, v in asked.question.items() if k not in ("as_of", "period")}
    when = "period" if flow else "as_of"
    moments: list[dict[str, Any]] = [{when: point} for point in points(flow, asked.day, asked.period)]
    course = [answer(known, Question(**plain_question, **point)) for point in moments]
    shares = parts(value, asked)
    context = {
        "key": key,
        "name": name_of(indicator),
        "indicator": indicator,
        "asked": asked,
        "flow": flow,
        "value": value,
        "shown": shown(value),
        "trouble": troubled([value]),
        "definition": definition(key),
        "trend": spark(course, asked),
        "parts": shares,
        "chosen": next((p for p in shares if p["key"] == request.GET.get("part")), None),
        "map_url": f"{reverse('figures:map', args=[key])}{asked.link()}" if asked.by == "territory" else "",
        "counted_link": asked.link(counted="1") if indicator.measure == "share" else "",
        "asks": finding_words(indicator),
        "narrowed": narrowed_in_words(known, asked.narrowed) if asked.narrowed != EVERYTHING else "",
        "choices": [(name, asked.link(by=name), name == asked.by) for name in TREES],
        "columns": [
            (gettext(c.label), asked.link(by=by_column(str(c))), by_column(str(c)) == asked.by)
            for c in indicator.breakdowns
        ],
        "maps": {name: asked.link(map=name) for name in ("then", "today")},
        "part": request.GET.get("part") if asked.has_part else None,
    }
    return render(request, "figures/figure.html", context)


@needs(P.FIGURES_VIEW)
@require_GET
def area_map(request: Any, key: str) -> JsonResponse:
    """The parts by territory for the map, placed by the regions of then or of today as the page asks."""
    _indicator, asked, _flow = _asked(request, key)
    value = answer(declared(key, Question(**asked.question)), Question(by="territory", **asked.question))
    codes = dict(
        Region.objects.filter(pk__in=[part.key for part in value.parts if part.key]).values_list("pk", "code")
    )
    page = reverse("figures:figure", args=[key])
    areas = [
        {
            "code": codes[part.key],
            "label": row["label"],
            "value": row["value"],
            "size": row["size"],
            "said": [f"{row['value']} {row['unit']}"]
            + ([f"{row['numerator']} ÷ {row['denominator']}"] if row["ratio"] else []),
            "link": f"{page}{row['link']}#records",
        }
        for part, row in zip(value.parts, parts(value, asked), strict=True)
        if part.key in codes and not part.beside
    ]
    return JsonResponse(drawing(areas, by_size, current()))


@needs(P.FIGURES_VIEW)
@require_GET
def records_part(request: Any, key: str) -> HttpResponse:
    """One page of the records behind the figure, or behind one of its parts; fetched after the figure's
    page, so that the figure does not wait for it.
    """
    indicator, asked, _flow = _asked(request, key)
    ratio = {"ratio": indicator.measure in ("share", "average")}
    context = {
        "key": key,
        "asked": asked,
        "shown": ratio,
        "share": indicator.measure == "share",
        "proposal": PROPOSALS.get(indicator.finding.proposes, "") if indicator.finding else "",
    } | _records(request, key, asked)
    return render(request, "figures/records.html", context)


def _records(request: Any, key: str, asked: Asked) -> dict[str, Any]:
    after = request.GET.get("after", "")
    found = records(
        key,
        by=asked.by if asked.has_part else "",
        part=asked.part if asked.has_part else ANY,
        counted=asked.counted,
        after=int(after) if after.isdigit() else 0,
        limit=PAGE,
        **asked.question,
    )
    rows = describe(found.model, found.rows, current(), request.permissions)
    last = found.rows[-1].id if found.more else None
    return {"records": rows, "next": last, "part": request.GET.get("part") if asked.has_part else None}
