"""What the visitor is asked by forms, and answers: each thing once."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.exchange.tables import Field
from jiceng.forms.actions.asking import answer
from jiceng.forms.known import tables
from jiceng.forms.models import Ask
from jiceng.forms.queries import asked_of
from jiceng.records.refusals import Refusal
from jiceng.web.registry.words import words_for

PAGE = 60
NAMED = "answer-"


@needs(P.FORMS_ANSWER)
@require_http_methods(["GET", "POST"])
def answers(request: Any) -> HttpResponse:
    """Everything that is open, by form and area; a POST answers what is filled in and leaves the rest open."""
    wrong: dict[int, str] = {}
    if request.method == "POST":
        said = {
            int(name.removeprefix(NAMED)): text
            for name, text in request.POST.items()
            if name.startswith(NAMED) and name.removeprefix(NAMED).isdigit() and text.strip()
        }
        wrong = dict(answer(access=request.access, said=said))
        done = len(said) - len(wrong)
        if done:
            messages.success(request, ngettext("已收到 %(n)s 处", "已收到 %(n)s 处", done) % {"n": done})
        if not wrong:
            return HttpResponseRedirect(reverse("forms:answers"))
    found = asked_of(request.access)
    shown = found[:PAGE]
    names = _records(shown)
    groups = [
        {
            "form": form,
            "lines": [_line(ask, names, wrong, request) for ask in asks],
        }
        for form, asks in groupby(shown, key=lambda ask: ask.form)
    ]
    context = {
        "groups": groups,
        "count": len(found),
        "left": len(found) - len(shown),
        "refusals": [Refusal(text) for text in sorted(set(wrong.values()))],
    }
    return render(request, "forms/answers.html", context, status=422 if wrong else 200)


def _records(asks: list[Ask]) -> dict[tuple[str, int], Any]:
    """The records that are asked about."""
    found: dict[tuple[str, int], Any] = {}
    for key, table in tables().items():
        keys = [ask.record for ask in asks if ask.table == key and ask.record is not None]
        for pk, record in (table.model._base_manager.in_bulk(keys) if keys else {}).items():
            found[key, pk] = record
    return found


def _line(ask: Ask, names: dict[tuple[str, int], Any], wrong: dict[int, str], request: Any) -> dict[str, Any]:
    record = names.get((ask.table, ask.record or 0))
    table = tables().get(ask.table)
    field = table.field(ask.field) if table is not None and ask.field and table.has(ask.field) else None
    said = request.POST.get(f"{NAMED}{ask.pk}", "")
    return {
        "ask": ask,
        "text": _(field.label) if field is not None else ask.text,
        "about": str(record) if record is not None else ask.region.name,
        "url": reverse("registry:card", args=[ask.table, ask.record]) if record is not None else "",
        "ledger": _(table.label) if field is not None and table is not None else "",
        "options": _options(field, said, request),
        "kind": {"date": "date", "integer": "number", "number": "number"}.get(
            field.kind if field else "", "text"
        ),
        "name": f"{NAMED}{ask.pk}",
        "said": said,
        "wrong": wrong.get(ask.pk, ""),
    }


def _options(field: Field | None, said: str, request: Any) -> Any:
    """What there is to choose from, as options of a page; nothing where one writes freely."""
    if field is not None and field.kind == "term":
        return words_for(request).options(field.vocabulary, said)
    if field is not None and field.kind == "boolean":
        choices = [("", "—"), ("是", _("是")), ("否", _("否"))]
        return format_html_join("", '<option value="{}">{}</option>', choices)
    return ""
