"""Figures of one's own, by mouse: what is counted, which of it, how and when; tried at once, kept under a name."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.indicators.answering.declared import codes_at
from jiceng.indicators.definition import sentences
from jiceng.indicators.figures import Question, answer
from jiceng.indicators.own import as_yaml, drop, keep, own_of, pack_of, tried
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.packs.filters.resolving import column_of
from jiceng.records.facts import all_facts
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.figures.asking import node_of
from jiceng.web.figures.building.columns import (
    OPERATORS,
    VALUELESS,
    columns_of,
    facts_for,
    measured_by,
    named,
    terms_of,
)
from jiceng.web.figures.building.drafting import GROUPS, MOST, Draft, Row, posted, read, written
from jiceng.web.figures.shaping import shown
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import standing

MEASURES = (
    ("count", gettext_lazy("计数")),
    ("distinct", gettext_lazy("去重计数")),
    ("sum", gettext_lazy("求和")),
    ("average", gettext_lazy("平均")),
    ("minimum", gettext_lazy("最小")),
    ("share", gettext_lazy("占比")),
)
SCOPES = (("scope", gettext_lazy("权限内")), ("place", gettext_lazy("本地")))
GROUP_WORDS = {
    "all": gettext_lazy("都要满足"),
    "any": gettext_lazy("至少满足一项"),
    "part": gettext_lazy("分子另外要满足"),
}


def _here(request: Any) -> Region:
    """The region that the figures are of. Raises PermissionDenied where the visitor may not build for it, and Refusal
    for someone who looks at several places.
    """
    region = standing(request)
    if region is None:
        raise Refusal(_("请先选一个区域"), remedy=_("在上方选择"))
    mine = request.access.scope(P.FIGURES_BUILD).territory
    if not any(region.path.startswith(path) for path in mine):
        raise PermissionDenied
    return region


@needs(P.FIGURES_BUILD)
@require_GET
def own(request: Any) -> HttpResponse:
    """The region's own figures."""
    region = _here(request)
    pack = pack_of(region)
    lines = [
        {
            "key": key,
            "qualified": f"{pack}:{key}",
            "name": item.get("name", key),
            "unit": item.get("unit", ""),
        }
        for key, item in own_of(region).items()
    ]
    return render(request, "figures/building/own.html", {"region": region, "lines": lines})


@needs(P.FIGURES_BUILD)
def build(request: Any) -> HttpResponse:
    """The form, empty or with a figure that there is; sent, it keeps the figure."""
    region, key = _here(request), request.GET.get("key", "")
    if request.method == "POST":
        draft = posted(request.POST)
        _may_count(request, draft)
        try:
            if not draft["name"]:
                raise Refusal(_("还没有名称"), remedy=_("起一个别人看得懂的名称"))
            found = keep(by=request.actor, region=region, written=written(draft), key=key)
        except (Refusal, Refusals) as wrong:
            told = _form(request, draft, key) | {"refusals": _all(wrong)}
            return render(request, "figures/building/build.html", told, status=422)
        messages.success(request, _("已保存"))
        return HttpResponseRedirect(reverse("figures:figure", args=[found]))
    kept = own_of(region)
    if key and key not in kept:
        raise Http404
    draft = read(kept[key]) if key else Draft()
    return render(request, "figures/building/build.html", _form(request, draft, key))


@needs(P.FIGURES_BUILD)
@require_POST
def draft(request: Any) -> HttpResponse:
    """The form as it stands with what it comes to; nothing is kept."""
    said = posted(request.POST)
    _may_count(request, said)
    return render(request, "figures/building/form.html", _form(request, said, request.GET.get("key", "")))


@needs(P.FIGURES_BUILD)
@require_GET
def text(request: Any, key: str) -> HttpResponse:
    """The figure as a pack writes it."""
    kept = own_of(_here(request))
    if key not in kept:
        raise Http404
    answer = HttpResponse(as_yaml(key, kept[key]), content_type="text/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}.yaml"'
    return answer


@needs(P.FIGURES_BUILD)
@require_POST
def remove(request: Any, key: str) -> HttpResponse:
    """Take a figure away."""
    try:
        drop(by=request.actor, region=_here(request), key=key)
        messages.success(request, _("已删去"))
    except (Refusal, Refusals) as wrong:
        messages.error(request, _all(wrong)[0].what)
    return HttpResponseRedirect(reverse("figures:own"))


def _may_count(request: Any, draft: Draft) -> None:
    """Raises PermissionDenied for a fact that the visitor is not offered."""
    if draft["fact"] and draft["fact"] not in dict(facts_for(request)):
        raise PermissionDenied


# ------------------------------------------------------------------------------------------------ the form
def _form(request: Any, draft: Draft, key: str) -> dict[str, Any]:
    """What the form shows of a draft, and what the draft comes to."""
    fact, catalogue = all_facts().get(draft["fact"]), current()
    context: dict[str, Any] = {
        "key": key,
        "region": standing(request),
        "draft": draft,
        "said": draft.said,
        "facts": facts_for(request),
        "measures": MEASURES,
        "scopes": SCOPES,
    }
    if fact is None:
        return context
    columns = columns_of(fact)
    dates = [c for c in columns if c.kind == "date" and not c.through and not c.dated]
    at = codes_at("territory", node_of(request)) if node_of(request) is not None else None
    shown_groups = GROUPS if draft["measure"] == "share" else GROUPS[:2]
    labels = named(columns, fact, catalogue)

    def row(group: str, number: int, said: Row) -> dict[str, Any]:
        column = column_of(fact, said.column) if said.column else None
        return {
            "name": f"{group}-{number}",
            "said": said,
            "operators": OPERATORS[column.kind] if column else (),
            "terms": terms_of(column, catalogue, at) if column else (),
            "input": "" if column is None or said.operator in VALUELESS else INPUTS.get(column.kind, ""),
        }

    return context | {
        "columns": labels,
        "events": named([c for c in dates if str(c) != fact.begins], fact, catalogue),
        "ends": bool(fact.ends),
        "of": named(measured_by(fact, draft["measure"]), fact, catalogue),
        "parts": named([c for c in columns if c.kind in ("code", "boolean")], fact, catalogue),
        "groups": [
            {
                "key": group,
                "label": GROUP_WORDS[group],
                "rows": [
                    row(group, number, said)
                    for number, said in enumerate([*draft.rows.get(group, ()), Row()][:MOST])
                ],
            }
            for group in shown_groups
        ],
        **_tried(request, draft),
    }


INPUTS = {"code": "terms", "integer": "number", "number": "number", "date": "date"}
"""How a column's value is put in."""


def _tried(request: Any, draft: Draft) -> dict[str, Any]:
    """What the draft comes to where the visitor looks, and its definition; or what is wrong with it."""
    declaration = written(draft)
    told = {"name": _("未命名"), **declaration}
    try:
        found = tried(told, _here(request))
        question = Question(scope=sight(request, P.FIGURES_VIEW), node=node_of(request), as_of=request.today)
        value = answer(found, question)
        return {"value": value, "shown": shown(value), "definition": list(sentences(found))}
    except (Refusal, Refusals) as wrong:
        return {"refusals": _all(wrong)}


def _all(wrong: Refusal | Refusals) -> list[Refusal]:
    return wrong.refusals if isinstance(wrong, Refusals) else [wrong]
