"""Another system's numbers beside ours: uploaded, matched to figures, explained; and its lists beside our records."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.exchange.reading.sheets import MAX_BYTES
from jiceng.indicators.answering.values import Record
from jiceng.indicators.checks.running import number
from jiceng.indicators.definition import name_of
from jiceng.indicators.periods import CalendarPeriod
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.periods.frozen import values_of
from jiceng.periods.models import Reconciled
from jiceng.periods.reconciling import Number, compare_names, explain, keep_numbers, numbers_in
from jiceng.periods.reporting import require_closing
from jiceng.periods.returns import figures_of
from jiceng.records.refusals import Refusal
from jiceng.web.figures.checks import figure_url
from jiceng.web.figures.describing import describe
from jiceng.web.figures.shaping import NOTHING, plain
from jiceng.web.periods.asking import area_of, period_of
from jiceng.web.periods.shaping import signed
from jiceng.web.shell.sight import sight

SHOWN = 500


def _asked(request: Any, period: str, key: int) -> tuple[Region, CalendarPeriod]:
    region = area_of(request, key)
    require_closing(request.access, region)
    return region, period_of(period)


@needs(P.PERIODS_CLOSE)
@require_GET
def page(request: Any, period: str, key: int) -> HttpResponse:
    """Both numbers of each figure, the difference and its reason."""
    region, asked = _asked(request, period, key)
    return render(request, "periods/reconcile.html", _context(region, asked))


def _context(region: Region, asked: CalendarPeriod, **more: Any) -> dict[str, Any]:
    known, keys = current().section("indicators"), figures_of(region, asked.kind)
    rows = Reconciled.objects.filter(region=region, period=str(asked))
    ours = values_of(sorted({row.figure for row in rows if row.figure in known}), region.pk, asked)
    lines = [_line(row, ours[row.figure].value, asked) for row in rows if row.figure in ours]
    choices = [(key, name_of(known[key])) for key in keys]
    return {"region": region, "period": asked, "lines": lines, "choices": choices, **more}


def _line(row: Reconciled, ours: Any, asked: CalendarPeriod) -> dict[str, Any]:
    value = number(ours)
    gap = None if value is None else value - row.theirs
    return {
        "row": row,
        "name": name_of(current().section("indicators")[row.figure]),
        "url": f"{figure_url(row.figure, asked)}#records",
        "ours": plain(ours),
        "theirs": plain(row.theirs),
        "gap": NOTHING if gap is None else signed(gap),
        "same": gap == 0,
    }


@needs(P.PERIODS_CLOSE)
@takes_files(MAX_BYTES)
@require_POST
def upload(request: Any, period: str, key: int) -> HttpResponse:
    """Take in a workbook of numbers; rows that no figure is called like are asked for."""
    region, asked = _asked(request, period, key)
    data, name = _file(request)
    system = request.POST.get("system", "")
    numbers = numbers_in(data, name, figures_of(region, asked.kind))
    kept = keep_numbers(by=request.actor, region=region, period=asked, system=system, numbers=numbers)
    unknown = [each for each in numbers if not each.figure]
    messages.success(request, _("对上 %(n)d 个指标") % {"n": kept})
    if not unknown:
        return _to(region, asked)
    return render(request, "periods/reconcile.html", _context(region, asked, unknown=unknown, system=system))


@needs(P.PERIODS_CLOSE)
@require_POST
def assign(request: Any, period: str, key: int) -> HttpResponse:
    """Keep the rows for which somebody has said which figure they mean."""
    region, asked = _asked(request, period, key)
    given = request.POST
    rows = zip(given.getlist("label"), given.getlist("value"), given.getlist("figure"), strict=False)
    known = set(figures_of(region, asked.kind))
    try:
        numbers = [Number(label, Decimal(value), figure) for label, value, figure in rows if figure in known]
    except InvalidOperation:
        raise Refusal(_("不是数"), remedy=_("重新上传")) from None
    keep_numbers(
        by=request.actor, region=region, period=asked, system=given.get("system", ""), numbers=numbers
    )
    return _to(region, asked)


@needs(P.PERIODS_CLOSE)
@require_POST
def give_reasons(request: Any, period: str, key: int) -> HttpResponse:
    """Say why numbers differ."""
    region, asked = _asked(request, period, key)
    for row in Reconciled.objects.filter(region=region, period=str(asked)):
        said = request.POST.get(f"reason:{row.pk}")
        if said is not None and said.strip() != row.reason:
            explain(by=request.actor, row=row, reason=said)
    messages.success(request, _("已保存"))
    return _to(region, asked)


@needs(P.PERIODS_CLOSE)
@takes_files(MAX_BYTES)
@require_POST
def names(request: Any, period: str, key: int) -> HttpResponse:
    """Who stands in one list and not in the other. Nothing of the file is kept."""
    region, asked = _asked(request, period, key)
    figure = request.POST.get("figure", "")
    if figure not in figures_of(region, asked.kind):
        raise Http404
    data, name = _file(request)
    scope = sight(request, P.FIGURES_VIEW)
    found = compare_names(data=data, name=name, figure=figure, region=region, period=asked, scope=scope)
    rows = [Record(each, True, 1) for each in found.here_only[:SHOWN]]
    lists = {
        "name": name_of(current().section("indicators")[figure]),
        "here": describe(found.model, rows, current(), request.permissions),
        "here_number": len(found.here_only),
        "there": found.there_only[:SHOWN],
        "there_number": len(found.there_only),
        "both": found.both,
    }
    return render(request, "periods/reconcile.html", _context(region, asked, lists=lists))


def _file(request: Any) -> tuple[bytes, str]:
    sent = request.FILES.get("file")
    if sent is None:
        raise Refusal(_("没有选择文件"), remedy=_("选择工作簿"))
    return sent.read(), sent.name


def _to(region: Region, asked: CalendarPeriod) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("periods:reconcile", args=[asked, region.pk]))
