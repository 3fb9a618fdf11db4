"""The bulletin by unit: its page, the matters behind a number, the workbook and the paper."""

from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.matters.queries.bulletin import COUNTS, Bulletin, UnitLine, lines, matters_of, total
from jiceng.organisations.models import Unit
from jiceng.organisations.queries import codes_upwards
from jiceng.protection.scopes import active_scope
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from jiceng.reports.documents import filled
from jiceng.reports.numerals import chinese_period
from jiceng.reports.papers import docx
from jiceng.reports.sheets import workbook
from jiceng.reports.sources.bulletin import BASIS, bulletin_table, bulletin_values
from jiceng.web.matters.bulletin import shaping
from jiceng.web.matters.bulletin.asking import ALL, LIST, Question, months, question_of
from jiceng.web.matters.listing.source import Matters
from jiceng.web.matters.moments import now_for
from jiceng.web.registry.listing import building
from jiceng.web.registry.words import words_for
from jiceng.web.shell.downloads import word_response, workbook_response


@needs(P.MATTERS_VIEW)
@require_GET
def bulletin(request: Any) -> HttpResponse:
    """Unit by unit what became of what it was sent in the period."""
    try:
        question = question_of(request)
    except Refusal as refusal:
        return render(request, "matters/bulletin.html", {"refusals": [refusal], "all": ALL}, status=422)
    units, whole = _counted(question)
    context = {
        "question": question,
        "heads": [label for _key, label in shaping.HEADS],
        "lines": shaping.shown(question, units),
        "total": shaping.line_of(question, whole),
        "period_said": chinese_period(question.bulletin.first, question.bulletin.last),
        "months": months(request.today),
        "query": question.address,
        "all": ALL,
        "basis": BASIS,
        "may": {"export": request.access.may(P.EXPORT)},
    }
    return render(request, "matters/bulletin.html", context)


def _counted(question: Question) -> tuple[list[UnitLine], UnitLine]:
    units = lines(question.bulletin, active_scope())
    return units, total(units, _("合计"))


class Behind(Matters):
    """The matters behind one number of the bulletin, with all that the list of matters can do."""

    def __init__(self, bulletin: Bulletin, unit: Unit, count: str, now: Any) -> None:
        super().__init__(now)
        self._bulletin, self._unit, self._count = bulletin, unit, count

    @property
    def label(self) -> str:
        period = chinese_period(self._bulletin.first, self._bulletin.last)
        return f"{self._unit.name} · {period} · {shaping.LABELS[self._count]}"

    @property
    def address(self) -> str:
        return reverse("matters:bulletin_list")

    def visible(self) -> QuerySet[Any]:
        return matters_of(self._bulletin, active_scope(), self._unit.pk, self._count)


@needs(P.MATTERS_VIEW)
@require_GET
def behind(request: Any) -> HttpResponse:
    """The very matters that a number counts."""
    try:
        question = question_of(request, LIST)
    except Refusal as refusal:
        raise Http404(str(refusal)) from refusal
    key, count = request.GET.get("receiver", ""), request.GET.get("count", "")
    if count not in COUNTS or not key.isdigit():
        raise Http404(count)
    if not matters_of(question.bulletin, active_scope(), int(key), "sent").exists():  # nor is its name told
        raise Http404(key)
    unit = Unit._base_manager.get(pk=key)
    source = Behind(question.bulletin, unit, count, now_for(request))
    found = building.build(source, request.GET, request.today, words_for(request))
    part = request.headers.get("HX-Request-Type") == "partial"
    context = {
        "list": found,
        "fixed": True,  # nobody keeps a look at one number
        "kept": {
            name: request.GET.get(name, "") for name in ("period", "kind", "place", "receiver", "count")
        },
        "back": f"{reverse('matters:bulletin')}?{question.address}",
    }
    return render(request, "registry/list_part.html" if part else "matters/bulletin_list.html", context)


@needs(P.EXPORT)
@require_GET
def as_workbook(request: Any) -> HttpResponse:
    """The same as a workbook laid out for people."""
    request.access.require(P.MATTERS_VIEW)
    question = question_of(request)
    units, whole = _counted(question)
    title = _title(question)
    _note(request, title, len(units))
    return workbook_response(BytesIO(workbook(bulletin_table(units, whole, title=title))), f"{title}.xlsx")


@needs(P.EXPORT)
@require_GET
def as_paper(request: Any) -> HttpResponse:
    """The same as the Word file of the document `bulletin` that holds in the region."""
    request.access.require(P.MATTERS_VIEW)
    question = question_of(request)
    units, whole = _counted(question)
    values, lists = bulletin_values(
        question.bulletin, units, whole, region=question.place, kind=question.kind
    )
    at = codes_upwards(question.region) if question.region is not None else ()
    paper = filled("bulletin", values, lists, at=at, day=request.today, dated=request.today)
    title = _title(question)
    _note(request, title, len(units))
    return word_response(BytesIO(docx(paper)), f"{title}.docx")


def _title(question: Question) -> str:
    period = chinese_period(question.bulletin.first, question.bulletin.last)
    return f"{question.place}{question.kind}{period}办理情况通报"


def _note(request: Any, title: str, rows: int) -> None:
    """What leaves is recorded."""
    with write(by=request.actor, action="export.bulletin", reason=title) as writing:
        writing.note("matters_dispatch", 0, "read", None, {"rows": rows})
