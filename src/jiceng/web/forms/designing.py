"""Binding a form's cells on its blank, seeing what it costs, and putting it in force."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.accounts.scoping import covers
from jiceng.forms.actions.drafting import (
    amend_form,
    bind_cell,
    bind_rows,
    discard_form,
    end_form,
    issue_form,
    new_version,
    unbind_rows,
)
from jiceng.forms.bindings import ABOUTS, AREAS, KINDS, Bindings, Rows, Source, anchored
from jiceng.forms.blanks.grid import Blank, Page, Place, before_blanks, letters, place_of
from jiceng.forms.blanks.receiving import BLANK, blank_of
from jiceng.forms.burden import Burden, burden_of
from jiceng.forms.known import Known, fields_of, tables
from jiceng.forms.models import Form
from jiceng.forms.queries import SEES, known_at
from jiceng.indicators.definition import name_of
from jiceng.records.refusals import Refusal
from jiceng.web.forms.shaping import designed, label_of, pages
from jiceng.web.forms.views import form_of, level_name, particulars_inputs


@needs(*SEES)
@require_GET
def design(request: Any, key: int) -> HttpResponse:
    """The blank with what each cell is bound to; of a draft the chosen cell's choice, and the burden gate."""
    form = form_of(request, key)
    blank, bindings = blank_of(form.blank), Bindings.of(form.bindings)
    known = known_at(form.region, request.today)
    drafts = form.state == Form.State.DRAFT and covers(request.access.scope(P.FORMS_DESIGN), form.region)
    chosen = _chosen(request, blank) if drafts else None
    context = {
        "form": form,
        "pages": pages(
            blank,
            bindings,
            designed(blank, bindings, known, chosen),
            None if drafts and form.kind == "xlsx" else {},
        ),
        "hidden": [page.name for page in blank.pages if page.hidden],
        "drafts": drafts,
        "choice": _choice(chosen, blank, bindings, known) if chosen is not None else None,
        "may_issue": covers(request.access.scope(P.FORMS_ISSUE), form.region),
        "may_design": covers(request.access.scope(P.FORMS_DESIGN), form.region),
        "said": _said(form),
        **particulars_inputs(),
        **_gate(request, form),
    }
    return render(request, "forms/design.html", context)


def _said(form: Form) -> dict[str, Any]:
    """A form's particulars as its inputs show them."""
    return {
        "number": form.number, "title": form.title, "issuer": form.issuer, "approval": form.approval,
        "expires": form.expires.isoformat(), "frequency": form.frequency, "second_person": form.second_person,
    }  # fmt: skip


def _gate(request: Any, form: Form) -> dict[str, Any]:
    """What the form costs: of a draft worked out now, else as it was issued."""
    try:
        burden = Burden.of(form.burden) if form.burden else burden_of(form, access=request.access)
    except Refusal as refusal:
        return {"burden": None, "no_burden": refusal}
    return {"burden": burden, "levels": [(level_name(level.level), level) for level in burden.levels]}


def _chosen(request: Any, blank: Blank) -> Place | None:
    written = request.GET.get("at", "")
    return anchored(blank, place_of(written)) if written else None


def _choice(place: Place, blank: Blank, bindings: Bindings, known: Known) -> dict[str, Any]:
    """What the chosen cell may be bound to, and the list that it is part of or may begin."""
    rows, source = bindings.holding(place), bindings.bound(place)
    table = tables().get(rows.each) if rows is not None else None
    page = blank.page(place)
    return {
        "at": str(place),
        "where": blank.said(place),
        "text": page.text(place.row, place.column),
        "source": source,
        "question": source.key
        if source is not None and source.kind == "question"
        else _heading(page, place, rows),
        "label": label_of(source, rows, known) if source is not None else "",
        "in_list": rows is not None,
        "table": _(table.label) if table is not None else "",
        "figures": sorted((name_of(i), key) for key, i in known.indicators.items()) if table is None else [],
        "fields": [(f.key, _(f.label)) for f in fields_of(table)] if table is not None else [],
        "abouts": list(ABOUTS.items()),
        "rows": rows,
        "row": rows.row if rows is not None else place.row,
        "last": rows.last if rows is not None else place.row,
        "names": letters(rows.names) if rows is not None else letters(1),
        "eaches": [(AREAS, _("下级区域")), *((key, _(t.label)) for key, t in tables().items())],
        "among": sorted((name_of(i), key) for key, i in known.indicators.items() if i.measure == "count"),
        "may_list": not place.slot,
    }


def _heading(page: Page, place: Place, rows: Rows | None) -> str:
    """What to ask unless a person says it otherwise: the words that the cell stands under, or its blank follows."""
    if place.slot:
        return next(iter(before_blanks(page.text(*place.cell))[place.slot - 1 :]), "")
    return page.heading(rows.row if rows is not None else place.row, place.column, above=rows is not None)


def _back(form: Form, at: str = "") -> HttpResponse:
    address = reverse("forms:design", args=[form.pk])
    return HttpResponseRedirect(f"{address}?at={at}#choice" if at else address)


@needs(P.FORMS_DESIGN)
@require_POST
def bind(request: Any, key: int) -> HttpResponse:
    """Bind a cell, or a list's column; with nothing chosen it stays as it is."""
    form, said = form_of(request, key), request.POST
    place = place_of(said.get("at", ""))
    kind = said.get("kind", "")
    source = None
    if kind in KINDS:
        written = said.get(kind, "").strip()
        source = Source(kind, written, "optional" in said, said.get("despite", ""))
    bind_cell(access=request.access, form=form, at=place, source=source)
    messages.success(request, _("已保存"))
    return _back(form, str(place))


@needs(P.FORMS_DESIGN)
@require_POST
def rows(request: Any, key: int) -> HttpResponse:
    """Make some lines a list, change it, or dissolve it."""
    form, said = form_of(request, key), request.POST
    place = place_of(said.get("at", ""))
    known = Bindings.of(form.bindings).holding(place)
    if said.get("act") == "dissolve" and known is not None:
        unbind_rows(access=request.access, form=form, at=known.at)
        return _back(form, str(place))
    each = said.get("each", AREAS)
    named = said.get("names", "").strip().upper() if each == AREAS and "named" in said else ""
    made = Rows(
        page=place.page, row=_number(said.get("row")), last=_number(said.get("last")), each=each,
        columns={}, among=said.get("among", "") if each != AREAS else "",
        names=place_of(f"0!{named}1").column if named else 0,
    )  # fmt: skip
    if known is not None and known.each == each:
        made = replace(made, columns=known.columns)
    bind_rows(access=request.access, form=form, rows=made)
    messages.success(request, _("已保存"))
    return _back(form, str(place))


def _number(written: str | None) -> int:
    return int(written) if written and written.isdigit() else 0


@takes_files(BLANK.most)
@needs(P.FORMS_DESIGN)
@require_POST
def amend(request: Any, key: int) -> HttpResponse:
    """Correct a draft's particulars, give it another blank, or throw it away."""
    form = form_of(request, key)
    if request.POST.get("act") == "discard":
        discard_form(access=request.access, form=form)
        messages.success(request, _("草稿已删除"))
        return HttpResponseRedirect(reverse("forms:index"))
    file = request.FILES.get("file")
    brought = {"data": file.read(), "name": file.name} if file is not None else {}
    amend_form(access=request.access, form=form, said=request.POST, **brought)
    messages.success(request, _("已保存"))
    return _back(form)


@needs(P.FORMS_DESIGN, P.FORMS_ISSUE)
@require_POST
def step(request: Any, key: int) -> HttpResponse:
    """Put a draft in force, take a form out of force, or begin a new version of it."""
    form, act = form_of(request, key), request.POST.get("act", "")
    if act == "issue":
        issue_form(access=request.access, form=form)
        messages.success(request, _("已下发"))
    elif act == "end":
        end_form(access=request.access, form=form)
        messages.success(request, _("已停用"))
    else:
        form = new_version(access=request.access, form=form)
        messages.success(request, _("已建新版本，原版本照常使用到新版本下发"))
    return _back(form)
