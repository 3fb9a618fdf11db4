"""Superiors' forms: those in force and in the making, a new one from its blank, what they all cost."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.forms.actions.drafting import draft_form
from jiceng.forms.blanks.receiving import BLANK
from jiceng.forms.burden import Burden, board_of
from jiceng.forms.models import Form, Frequency
from jiceng.forms.queries import SEES, asked_of, forms_for
from jiceng.organisations.models import Region
from jiceng.organisations.queries import codes_upwards
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.shell.downloads import attachment_response
from jiceng.web.shell.territory import standing

LIGHTS = {Form.State.DRAFT: "none", Form.State.ISSUED: "good", Form.State.ENDED: "none"}


def region_of(request: Any) -> Region:
    """Where the visitor fills forms: the territory picked, or the own one. Raises Refusal where it must be picked."""
    region = standing(request)
    if region is None:
        raise Refusal(_("没有选定区域"), remedy=_("用顶部的区域选择选定一个地方"))
    return region


def form_of(request: Any, key: int) -> Form:
    """A form that the visitor sees, or 404."""
    found: Form = get_object_or_404(forms_for(request.access), pk=key)
    return found


@needs(*SEES)
@require_GET
def index(request: Any) -> HttpResponse:
    """The forms that hold where the visitor works, latest version first, and how much there is to answer."""
    forms = sorted(forms_for(request.access), key=lambda form: form.state == Form.State.ENDED)
    rows = [
        {
            "form": form,
            "light": LIGHTS[Form.State(form.state)] if not _is_late(form, request.today) else "warn",
            "late": _is_late(form, request.today),
            "burden": Burden.of(form.burden) if form.burden else None,
        }
        for form in forms
    ]
    context = {
        "rows": rows,
        "designs": request.access.may(P.FORMS_DESIGN),
        "asked": len(asked_of(request.access)) if request.access.may(P.FORMS_ANSWER) else 0,
    }
    return render(request, "forms/index.html", context)


def _is_late(form: Form, day: date) -> bool:
    return form.state == Form.State.ISSUED and form.expires < day


@takes_files(BLANK.most)
@needs(P.FORMS_DESIGN)
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Upload a superior's blank with its particulars; its cells are bound next."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            return HttpResponseRedirect(reverse("forms:design", args=[_drafted(request).pk]))
        except Refusals as several:
            refusals = several.refusals
        except Refusal as refusal:
            refusals = [refusal]
    context = {
        "said": request.POST,
        "area": standing(request),
        "refusals": refusals,
        **particulars_inputs(refusals),
    }
    return render(request, "forms/new.html", context, status=422 if refusals else 200)


def particulars_inputs(refusals: Iterable[Refusal] = ()) -> dict[str, Any]:
    """What the inputs of a form's particulars need, with what is wrong with each."""
    return {
        "frequencies": Frequency.choices,
        "accept": ",".join(BLANK.endings),
        "wrong": {refusal.where: refusal.what for refusal in refusals},
    }


def _drafted(request: Any) -> Form:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(_("没有选择文件"), "file", _("选择上级发来的空表"))
    form = draft_form(
        access=request.access, region=region_of(request), data=file.read(), name=file.name, said=request.POST
    )
    messages.success(request, _("已读入空表，按表头对好了能认出的格子；请逐格核对"))
    return form


@needs(*SEES)
@require_GET
def blank(request: Any, key: int) -> HttpResponse:
    """The blank as it came."""
    return attachment_response(form_of(request, key).blank)


@needs(*SEES)
@require_GET
def board(request: Any) -> HttpResponse:
    """What all forms in force cost: fields asked, share filled from the ledgers, minutes a month by level."""
    forms = forms_for(request.access).filter(state=Form.State.ISSUED, expires__gte=request.today)
    here = standing(request)
    if here is not None:
        above = codes_upwards(here, request.today)
        inside = [
            form for form in forms if form.region.path.startswith(here.path) or form.region.code in above
        ]
    else:
        inside = list(forms)
    found = board_of(inside)
    context = {"board": found, "levels": [(level_name(level.level), level) for level in found.levels]}
    return render(request, "forms/board.html", context)


def level_name(level: int) -> str:
    """What a level of the territory is called."""
    names = {
        1: _("省级"), 2: _("市级"), 3: _("县级"), 4: _("镇街"), 5: _("村（社区）"),
    }  # fmt: skip
    return names.get(level, _("网格和小区"))
