"""Papers on their way out: one as a file, or one for each area below, zipped."""

from functools import partial
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.organisations.models import Region
from jiceng.reports.briefs.bundles import Bundle, begin, bundle, go_on
from jiceng.reports.briefs.issuing import FILES, made, record_leaving
from jiceng.web.reports.asking import question_of
from jiceng.web.reports.views import RESPONSES, known_of
from jiceng.web.shell.sight import sight_of_both

STEP = 2.0
"""Seconds of work between two looks at the bar."""


@needs(P.EXPORT)
@require_GET
def file(request: Any, key: str, ending: str) -> HttpResponse:
    """The paper as a Word file, or its tables as a workbook; what leaves is recorded."""
    name, content, _records = _made(request, key, ending, 0)
    return RESPONSES[ending](BytesIO(content), name)


def _made(request: Any, key: str, ending: str, records: int) -> tuple[str, bytes, int]:
    """The file's name, its content and how many records it holds; `records` have left with it already."""
    question = question_of(request, partial(sight_of_both, request, P.EXPORT))
    known = known_of(request, key, question)
    paper = made(known, question.asked, annex=question.annex)
    content = FILES[ending](paper)
    rows = record_leaving(
        known, paper, question.asked, by=request.actor, access=request.access, before=records
    )
    title = paper.title.replace("\n", "")
    return f"{title}.{ending}", content, rows


# ----------------------------------------------------------------------------------------------- bundles
@needs(P.EXPORT)
@require_POST
def begin_bundle(request: Any, key: str, ending: str) -> HttpResponse:
    """Begin a bundle of one file for each area so many steps below."""
    question = question_of(request)
    known = known_of(request, key, question)
    areas = _below(question.asked.region, int(request.POST.get("steps") == "2") + 1)
    codes = list(areas.values_list("code", flat=True))
    query = question.address_of(region="")
    made_ = begin(asker=request.user.pk, key=known.key, ending=ending, query=query, areas=codes)
    return HttpResponseRedirect(reverse("reports:bundle", args=[made_.token]))


def _below(region: Region, steps: int) -> Any:
    """The living areas so many steps below, in the order of the tree."""
    rows = Region.objects.current().order_by("path")
    return rows.filter(parent=region) if steps == 1 else rows.filter(parent__parent=region)


@needs(P.EXPORT)
@require_GET
def bundle_page(request: Any, token: str) -> HttpResponse:
    """How far a bundle is; the page goes on with it by itself."""
    return render(request, "reports/bundle.html", _shown(_own(request, token)))


@needs(P.EXPORT)
@require_POST
def bundle_step(request: Any, token: str) -> HttpResponse:
    """Make the next few files."""
    given = _own(request, token)

    def make(code: str, records: int) -> tuple[str, bytes, int]:
        asked = QueryDict(given.query, mutable=True)
        asked["region"] = code
        request.GET = asked
        return _made(request, given.key, given.ending, records)

    now = go_on(given, make, STEP)
    part = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "reports/bundle_part.html" if part else "reports/bundle.html", _shown(now))


@needs(P.EXPORT)
@require_GET
def bundle_file(request: Any, token: str) -> HttpResponse | FileResponse:
    """The zip of a finished bundle."""
    found = _own(request, token)
    if not found.finished:
        raise Http404
    name = f"{found.key.partition(':')[2]}-{timezone.localtime():%Y%m%d-%H%M}.zip"
    return FileResponse(found.content.open("rb"), as_attachment=True, filename=name)


def _own(request: Any, token: str) -> Bundle:
    found = bundle(token, request.user.pk)
    if found is None:
        raise Http404
    return found


def _shown(found: Bundle) -> dict[str, Any]:
    region = Region.objects.current().filter(code=found.areas[min(found.done, len(found.areas) - 1)]).first()
    return {"bundle": found, "total": len(found.areas), "next": region}
