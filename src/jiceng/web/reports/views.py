"""Briefs and reports: the papers in force where the visitor looks, each read in the page and taken as a file."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import SEEING
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.indicators.definition import english
from jiceng.organisations.models import Region
from jiceng.records.refusals import Refusal
from jiceng.reports.briefs.issuing import Known, made, paper_named, papers_at, tables_in
from jiceng.reports.numerals import chinese_day
from jiceng.reports.papers import gaps
from jiceng.reports.sections.labels import KINDS
from jiceng.web.reports.asking import Question, choices, question_of
from jiceng.web.reports.shaping import Marks, shown
from jiceng.web.shell.downloads import word_response, workbook_response
from jiceng.web.shell.territory import allowed

RESPONSES = {"docx": word_response, "xlsx": workbook_response}


@needs(*sorted(SEEING))
@require_GET
def index(request: Any) -> HttpResponse:
    """The papers in force in the area, by kind."""
    question = _asked(request)
    kinds: dict[str, list[dict[str, Any]]] = {}
    for known in papers_at(question.asked):
        if known.permissions <= request.permissions:
            line = {"key": known.key, "name": name_of(known), "note": _note(known)}
            kinds.setdefault(known.document.kind, []).append(line)
    groups = [(KINDS[kind], kinds[kind]) for kind in KINDS if kind in kinds]
    return render(request, "reports/index.html", {"groups": groups} | _bar(request, question))


@needs(*sorted(SEEING))
@require_GET
def paper(request: Any, key: str) -> HttpResponse:
    """The paper as it would leave, every number of it a link."""
    question = _asked(request)
    known = known_of(request, key, question)
    marks = Marks(known.key)
    found = made(known, question.asked, annex=question.annex, mark=marks)
    context = {
        "known": known,
        "name": name_of(known),
        "figures": bool(known.document.figures or known.document.lists),
        "linked": marks.met,
        "tables": bool(tables_in(found)),
        "gaps": gaps(found),
        "may": {"export": request.access.may(P.EXPORT)},
        "dated": chinese_day(found.date) if found.date else "",
        "switched": question.address_of(annex="" if question.annex else "1"),
    }
    return render(request, "reports/paper.html", context | shown(found, marks) | _bar(request, question))


def name_of(known: Known) -> str:
    """What the paper is called in the visitor's language."""
    return known.document.en if english() and known.document.en else known.document.label


def _note(known: Known) -> str:
    """What the pack says of the paper, as far as it says it in the active language."""
    document = known.document
    return document.note_en or document.note if english() else document.note


def _asked(request: Any) -> Question:
    """The question; a page for a period that is none is one for no paper."""
    try:
        return question_of(request)
    except Refusal as refusal:
        raise Http404(str(refusal)) from refusal


def known_of(request: Any, key: str, question: Question) -> Known:
    """The paper of that key. Raises Denied where the visitor may not see what it is about."""
    try:
        known = paper_named(key, question.asked)
    except Refusal as refusal:
        raise Http404(str(refusal)) from refusal
    for permission in sorted(known.permissions):
        request.access.require(permission)
    return known


def _bar(request: Any, question: Question) -> dict[str, Any]:
    """What the page is for, and what else it may be for."""
    region = question.asked.region
    below = Region.objects.current().filter(parent=region).order_by("code")
    periods = list(choices(request.today))
    return {
        "question": question,
        "periods": periods,
        "usual": question.period in dict(periods),
        "region": region,
        "above": region.parent if region.parent and allowed(request.access, region.parent) else None,
        "below": list(below),
        "deeper": Region.objects.current().filter(parent__in=below).exists(),
    }
