"""The units behind every number of the coverage board: page by page, and as a workbook."""

from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.deciding import Decision
from jiceng.accounts.exports import note_export
from jiceng.accounts.middleware import paths_of
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import union
from jiceng.coverage.models import Exclusion
from jiceng.coverage.picking import Found, found
from jiceng.exchange.tables import table_of
from jiceng.exchange.workbooks.writing import Book, widths
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import scoped
from jiceng.records.bases import valid_on
from jiceng.web.coverage.asking import LABELS, Asked, asked_of
from jiceng.web.coverage.shaping import unit_lines
from jiceng.web.shell.downloads import workbook_response

PAGE = 50


@needs(P.COVERAGE_VIEW)
@require_GET
def records(request: Any) -> HttpResponse:
    """The units that a number counts, with their state and the rule that says it."""
    asked = asked_of(request)
    if asked is None:
        return render(request, "coverage/empty.html")
    return render(request, "coverage/records.html", listed(request, asked))


def listed(request: Any, asked: Asked, size: int = PAGE) -> dict[str, Any]:
    """One page of what is asked for, of `size` units, with its count, as the templates show it."""
    leaf = Paginator(asked.pick.spans(), size).get_page(asked.page + 1)
    lines = unit_lines(found(list(leaf.object_list)))
    _say_who_excluded(asked, lines)
    return {
        "asked": asked,
        "leaf": leaf,
        "lines": lines,
        "what": in_words(asked),
        "choices": [(key, label, key == asked.pick.measure) for key, label in LABELS.items()],
        "rest": bool(asked.pick.beside),
        "previous_page": leaf.number - 2 if leaf.has_previous() else None,
        "next_page": leaf.number if leaf.has_next() else None,
        "may_export": request.access.may(P.EXPORT),
    }


def _say_who_excluded(asked: Asked, lines: list[dict[str, Any]]) -> None:
    """Give each line of a unit that was taken out the reason, and who approved it when."""
    out = [line["unit"].pk for line in lines if line["span"].excluded]
    rows = Exclusion.objects.filter(
        valid_on(asked.pick.day), unit__in=out, ledger=asked.choice.key, status=Decision.APPROVED
    )
    kept = {each.unit_id: each for each in rows.select_related("decided_by")} if out else {}
    for line in lines:
        if each := kept.get(line["unit"].pk):
            day = timezone.localtime(each.decided_at).date().isoformat() if each.decided_at else ""
            reason = current().label(each.reason)
            line["out"] = {"reason": reason, "note": each.note, "by": each.decided_by, "day": day}


def in_words(asked: Asked) -> str:
    """What the list holds, as its title and the audit of its export say it."""
    pick, parts = asked.pick, [asked.choice.label]
    if asked.area is not None:
        parts.append(asked.area.name)
    elif pick.beside:
        parts.append(_("其他（本级直属或未填）"))
    if pick.industry is not None:
        parts.append(current().label(pick.industry) if pick.industry else _("未填行业"))
    if pick.above_scale:
        parts.append(_("规上"))
    if pick.item:
        spec = current().section("completeness").get(pick.item)
        if spec is None:
            raise Http404(pick.item)
        english = (get_language() or "").startswith("en") and spec.label_en
        label = spec.label_en if english else spec.label
        parts.append(label if pick.clear else _("未达到：%(item)s") % {"item": label})
    else:
        parts.append(str(LABELS[pick.measure]))
    if pick.named:
        parts.append(f"“{pick.named}”")
    return " · ".join(parts)


@needs(P.EXPORT)
@require_POST
def export(request: Any) -> HttpResponse:
    """The same units as a workbook: those of them that the visitor may take out. Audited, with a watermark."""
    request.access.require(P.COVERAGE_VIEW)
    held = [h.scope for h in request.access.held if {P.EXPORT, P.COVERAGE_VIEW} <= h.role.permissions]
    scope = union(held)
    if request.region is not None:
        scope = scope.narrowed(*paths_of(request.region, request.access))
    with scoped(scope):
        asked = asked_of(request)
        if asked is None:
            raise Http404
        rows = found(list(asked.pick.spans()))
    what = in_words(asked)
    table = table_of("units")
    mark = note_export(access=request.access, table=table, rows=len(rows), what=f"{what} {asked.pick.day}")
    target = BytesIO()
    _write(target, what, mark, rows)
    return workbook_response(target, f"{asked.choice.label}-{timezone.localtime():%Y%m%d-%H%M}.xlsx")


def _write(target: BytesIO, what: str, mark: str, rows: list[Found]) -> None:
    heads = (
        _("序号"), _("统一社会信用代码"), _("单位名称"), _("属地"), _("职工人数"), _("党员"), _("正式党员"),
        _("状态"), _("应采取的措施"), _("依据"),
    )  # fmt: skip
    book = Book(target, constant_memory=True)
    sheet = book.sheet(_("覆盖清单"))
    sheet.write_string(0, 0, what, book.title)
    sheet.write_string(1, 0, _("水印：%(text)s") % {"text": mark}, book.note)
    for place, width in widths(dict(enumerate(heads))).items():
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, heads[place], book.header)
    sheet.freeze_panes(3, 0)
    for number, line in enumerate(unit_lines(rows), start=1):
        unit, span = line["unit"], line["span"]
        values = (
            number, unit.code, unit.name, unit.region.name, unit.employees, span.members,
            span.full_members, line["said"], line["text"], line["cites"],
        )  # fmt: skip
        for place, value in enumerate(values):
            book.write(sheet, 2 + number, place, value)
    book.close()
