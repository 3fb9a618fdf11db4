"""The import wizard: choose a workbook, settle its columns, look at what it would do, apply."""

from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.accounts.scoping import Denied
from jiceng.accounts.tables import importable, reaches, require_reach
from jiceng.exchange.applying import apply as apply_run
from jiceng.exchange.models import ImportRun
from jiceng.exchange.reading.sheets import MAX_BYTES
from jiceng.exchange.receiving import clear, correct, receive, runs_of
from jiceng.exchange.staging import stage
from jiceng.exchange.tables import table_of
from jiceng.exchange.workbooks.returning import error_workbook
from jiceng.exchange.workbooks.templates import template as write_template
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.imports import showing
from jiceng.web.registry.ledgers import title_of
from jiceng.web.shell.downloads import workbook_response
from jiceng.web.shell.territory import standing

RECENT = 10


@needs(P.IMPORT)
@takes_files(MAX_BYTES)
@require_http_methods(["GET", "POST"])
def start(request: Any) -> HttpResponse:
    """Choose a table and a workbook, or paste rows; a POST takes the file in."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            run = _received(request)
            return HttpResponseRedirect(reverse("imports:columns", args=[run.uid]))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    tables = [
        {"key": t.key, "label": title_of(t.key), "note": gettext(t.note) if t.note else ""}
        for t in importable(request.access)
    ]
    asked = request.POST or request.GET
    context = {
        "tables": tables,
        "table": asked.get("table", "units"),
        "as_of": asked.get("as_of") or request.today.isoformat(),
        "area": standing(request),
        "pasted": asked.get("pasted", ""),
        "pastes": "paste" in asked or bool(asked.get("pasted")),
        "runs": [_recent(run) for run in runs_of(request.actor)[:RECENT]],
        "refusals": refusals,
    }
    return render(request, "imports/start.html", context, status=422 if refusals else 200)


def _received(request: Any) -> ImportRun:
    """The file or the pasted rows, taken in. Raises Refusal for neither, or a day that is none."""
    scope = require_reach(request.access, request.POST.get("table", ""))
    sent, text = request.FILES.get("file"), request.POST.get("pasted", "").strip("\r\n")
    if sent is None and not text:
        raise Refusal(_("没有选择文件，也没有粘贴内容"), remedy=_("选择工作簿，或把表格连同表头粘贴进来"))
    try:
        as_of = date.fromisoformat(request.POST.get("as_of", ""))
    except ValueError:
        raise Refusal(_("数据日期不是日期"), remedy=_("选择数据截止的日期")) from None
    area = standing(request)
    return receive(
        by=request.actor,
        table=request.POST["table"],
        data=sent.read() if sent is not None else showing.pasted(text),
        name=sent.name if sent is not None else f"{_('粘贴的内容')}.csv",
        as_of=as_of,
        region=area.code if area else "",
        scope=scope,
    )


def _recent(run: ImportRun) -> dict[str, Any]:
    open_at = {"received": "imports:columns", "staged": "imports:preview", "applied": "imports:done"}
    route = open_at.get(run.state, "")
    return {
        "run": run,
        "table": title_of(run.table),
        "state": run.get_state_display(),
        "url": reverse(route, args=[run.uid]) if route else "",
    }


def _run(request: Any, uid: Any) -> ImportRun:
    """A run that the visitor has started. Raises Http404 for another's."""
    run: ImportRun | None = runs_of(request.actor).filter(uid=uid).first()
    if run is None:
        raise Http404(uid)
    require_reach(request.access, run.table)
    return run


@needs(P.IMPORT)
@require_http_methods(["GET", "POST"])
def columns(request: Any, uid: Any) -> HttpResponse:
    """Which column is which; a POST settles it and checks every line."""
    run = _run(request, uid)
    if run.state in (ImportRun.State.APPLIED, ImportRun.State.DISCARDED):
        return HttpResponseRedirect(reverse("imports:done", args=[uid]))
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            matched, fills = showing.matching(run, request.POST)
            correct(run, by=request.actor, matched=matched, fills=fills, keep=False)
            may_override = request.access.may(P.CODE_OVERRIDE)
            stage(run, by=request.actor, scope=reaches(request.access, run.table), may_override=may_override)
            correct(run, by=request.actor, matched=matched, fills=fills)  # it works: remember it
            return HttpResponseRedirect(reverse("imports:preview", args=[uid]))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    context = {
        "run": run,
        "sheets": showing.sheets_shown(run),
        "choices": showing.choices(table_of(run.table)),
        "table_label": title_of(run.table),
        "refusals": refusals,
    }
    return render(request, "imports/columns.html", context, status=422 if refusals else 200)


@needs(P.IMPORT)
@require_GET
def preview(request: Any, uid: Any) -> HttpResponse:
    """What the file would do, line by line; `show` narrows it to one kind of line."""
    run = _run(request, uid)
    if run.state != ImportRun.State.STAGED:
        return HttpResponseRedirect(reverse("imports:columns", args=[uid]))
    return _preview(request, run, [])


def _preview(request: Any, run: ImportRun, refusals: list[Refusal]) -> HttpResponse:
    counts = run.counts
    show = request.GET.get("show", "bad" if counts["bad"] else "")
    after = request.GET.get("after", "")
    rows, following = showing.rows_shown(run, show, int(after) if after.isdigit() else 0)
    context = {
        "run": run,
        "counts": counts,
        "writes": counts["new"] + counts["changed"],
        "show": show,
        "rows": rows,
        "following": following,
        "skipped": showing.skipped_words(run),
        "table_label": title_of(run.table),
        "refusals": refusals,
    }
    part = request.headers.get("HX-Request-Type") == "partial"
    template = "imports/preview_rows.html" if part else "imports/preview.html"
    return render(request, template, context, status=422 if refusals else 200)


@needs(P.IMPORT)
@require_GET
def errors(request: Any, uid: Any) -> HttpResponse:
    """The same workbook with a column that says what is wrong."""
    run = _run(request, uid)
    target = BytesIO()
    error_workbook(run, target)
    return workbook_response(target, f"{run.file_name.rpartition('.')[0]}-{_('问题')}.xlsx")


@needs(P.IMPORT)
@require_GET
def template(request: Any, table: str) -> HttpResponse:
    """An empty workbook to fill in."""
    require_reach(request.access, table)
    target = BytesIO()
    write_template(table_of(table), target)
    return workbook_response(target, f"{title_of(table)}-{_('模板')}.xlsx")


@needs(P.IMPORT)
@require_POST
def apply(request: Any, uid: Any) -> HttpResponse:
    """Write what was staged; `leave_out` takes bad lines as left out."""
    run = _run(request, uid)
    try:
        apply_run(
            run,
            by=request.actor,
            scope=reaches(request.access, run.table),
            leave_out_bad=bool(request.POST.get("leave_out")),
        )
    except Refusal as refusal:
        return _preview(request, run, [refusal])
    return HttpResponseRedirect(reverse("imports:done", args=[uid]))


@needs(P.IMPORT)
@require_GET
def done(request: Any, uid: Any) -> HttpResponse:
    """What an applied run has written, and where to go on."""
    run = _run(request, uid)
    if run.state != ImportRun.State.APPLIED:
        return HttpResponseRedirect(reverse("imports:start"))
    onward = (
        [{"url": reverse("coverage:board"), "label": _("看两个覆盖")}]
        if request.access.may(P.COVERAGE_VIEW)
        else []
    )
    context = {"run": run, "counts": run.counts, "table_label": title_of(run.table), "onward": onward}
    return render(request, "imports/done.html", context)


@needs(P.IMPORT)
@require_POST
def discard(request: Any, uid: Any) -> HttpResponse:
    """Give a run up: nothing is written, and its file is taken away."""
    run = _run(request, uid)
    if run.state != ImportRun.State.APPLIED:
        clear(run)
        messages.success(request, _("已放弃这次导入，文件已清除"))
    return HttpResponseRedirect(reverse("imports:start"))
