"""The form of a step, made from the flow itself; sending it takes the step."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.accounts.scoping import Denied
from jiceng.matters.actions import Acting, act
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.queries.buttons import Button, buttons
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import current
from jiceng.records.attachments import DOCUMENT
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.matters.cards.locating import outline_of
from jiceng.web.matters.finding import dispatch_of, matter_of
from jiceng.web.matters.forms.drafts import drafted, sent
from jiceng.web.matters.forms.inputs import inputs_of, key_of_form
from jiceng.web.matters.forms.proposed import with_proposals
from jiceng.web.matters.forms.reading import given_by, wrong_in
from jiceng.web.matters.forms.sheets import Sheet, sheet_of_step
from jiceng.web.matters.moments import now_for
from jiceng.web.matters.naming import address_of, place_name, said, state_name
from jiceng.web.registry.listing.terms import Words

MOST_BYTES = 6 * DOCUMENT.most
"""Bytes of the files that may come along with one form; with scripts they come one by one before it."""


@needs(P.MATTERS_ACT)
@takes_files(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def step(request: Any, which: str, step: str) -> HttpResponse:
    """A step in a matter, or on the dispatch that the address or the form names."""
    matter = matter_of(request, which)
    spec = spec_of(matter.flow)
    if step not in spec.steps:
        raise Http404(step)
    dispatch = dispatch_of(matter, request.POST.get("dispatch") or request.GET.get("dispatch", ""))
    sheet = sheet_of_step(matter, spec, step, dispatch, timezone.localdate(now_for(request)))
    draft = f"{matter.pk}:{step}:{dispatch.pk if dispatch else ''}"
    refusals: list[Refusal] = []
    if request.method == "POST" and "refresh" not in request.POST:
        try:
            _taken(request, matter, step, dispatch, sheet)
            sent(request, draft)
            messages.success(request, _("已办理：%(step)s") % {"step": said(spec.steps[step])})
            return HttpResponseRedirect(address_of(matter))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    elif request.method == "GET":
        _require_button(request, matter, spec, step, dispatch)
    sheet = with_proposals(request, sheet, spec.steps[step], matter)
    return _form(request, matter, spec, step, dispatch, sheet, draft, refusals)


def _taken(request: Any, matter: Matter, step: str, dispatch: Dispatch | None, sheet: Sheet) -> None:
    """Take the step with what the form says. Raises Denied, Refusal or Refusals."""
    given = given_by(request, sheet)
    expected = request.POST.get("expected", "")
    act(
        by=Acting.person(request.access),
        matter=matter.pk,
        step=step,
        given=given,
        note=request.POST.get("note", ""),
        dispatch=dispatch.pk if dispatch else None,
        expected=int(expected) if expected.isdigit() else None,
        at=now_for(request, matter),
        key=key_in(request),
    )


def gist_of(matter: Matter, spec: MatterSpec) -> list[tuple[str, str]]:
    """What one must know of a matter while filling in a form about it."""
    words = Words(current(), codes_upwards(matter.region))
    lines = (
        (pgettext("matter", "类别"), words.label(matter.category, spec.categories)),
        (_("分级"), words.label(matter.grade, spec.grades)),
        (_("区域"), place_name(matter.region)),
        (_("单位"), str(matter.unit or "")),
    )
    return [(label, text) for label, text in lines if text]


def key_in(request: Any) -> str:
    """The key under which the form happens once: of this visitor's, so that nobody's key is another's."""
    given = request.POST.get("key", "")[:64]
    return f"{request.actor.key}:{given}" if given else ""


def _require_button(
    request: Any, matter: Matter, spec: MatterSpec, step: str, dispatch: Dispatch | None
) -> Button:
    """The visitor's button for the step. Raises Refusal where there is none now, or something stands in its way."""
    parts = [dispatch] if dispatch is not None else []
    found = next(
        (b for b in buttons(request.access, matter, spec, parts, now_for(request, matter)) if b.key == step),
        None,
    )
    if found is None:
        what = _("现在是“%(state)s”，你不能办“%(step)s”")
        said_of = {"state": state_name(spec, matter.state), "step": said(spec.steps[step])}
        raise Refusal(what % said_of, matter.number, _("回到事项，看现在可以办什么"))
    if found.why:
        raise Refusal(found.why, matter.number, _("回到事项，看现在可以办什么"))
    return found


def _form(
    request: Any,
    matter: Matter,
    spec: MatterSpec,
    step: str,
    dispatch: Dispatch | None,
    sheet: Sheet,
    draft: str,
    refusals: list[Refusal],
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else drafted(request, draft)
    wrong = wrong_in(refusals)
    inputs = inputs_of(sheet, request, asked, wrong)
    beside = {spec.fields[key].label for key in sheet.keys}
    context = {
        "matter": matter,
        "address": address_of(matter),
        "type": said(spec),
        "step": spec.steps[step],
        "name": said(spec.steps[step]),
        "dispatch": dispatch,
        "inputs": inputs,
        "note": asked.get("note", "") if asked is not None else "",
        "draft": draft,
        "restored": request.method == "GET" and asked is not None,
        "key": request.POST.get("key") or key_of_form(),
        "expected": request.POST.get("expected") or matter.version,
        "region": matter.region,
        "gist": gist_of(matter, spec),
        "outline": outline_of(matter.region) if any(each.kind == "point" for each in inputs) else None,
        "refusals": [refusal for refusal in refusals if refusal.where not in beside],
        "faulty": bool(refusals),
    }
    return render(request, "matters/step.html", context, status=422 if refusals else 200)
