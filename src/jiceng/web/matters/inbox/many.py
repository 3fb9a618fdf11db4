"""One step for several matters at once: each on its own, so that what cannot be done leaves the others done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.matters.actions import Acting, act
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Turn
from jiceng.matters.queries.inbox import turns_of
from jiceng.matters.sections import StepSpec
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.matters.forms.inputs import inputs_of, key_of_form
from jiceng.web.matters.forms.reading import given_by, wrong_in
from jiceng.web.matters.forms.sheets import Sheet
from jiceng.web.matters.forms.steps import key_in
from jiceng.web.matters.moments import now_for
from jiceng.web.matters.naming import address_of, said

MOST = 100


@dataclass(frozen=True, slots=True)
class Left:
    """A matter that is still to be done, and why it was not."""

    turn: Turn
    url: str
    expected: str
    why: str = ""


@needs(P.MATTERS_ACT)
@require_http_methods(["GET", "POST"])
def many(request: Any) -> HttpResponse:
    """The step's form for the marked matters; a POST takes it in each. Those refused stay, with the reason."""
    asked = request.POST if request.method == "POST" else request.GET
    type_key, _slash, key = asked.get("step", "").rpartition("/")
    rows = {int(row) for row in asked.getlist("row") if row.isdigit()}
    if request.method == "POST" and rows and not Turn.objects.filter(pk__in=rows).exists():  # sent twice
        return HttpResponseRedirect(reverse("matters:inbox"))
    turns = _marked(request, rows, type_key, key)
    step = spec_of(turns[0].matter.flow).steps[key]
    sheet = _sheet(request, turns[0], step)
    refusals: list[Refusal] = []
    left = [Left(t, address_of(t.matter), asked.get(f"v{t.pk}", str(t.matter.version))) for t in turns]
    if request.method == "POST":
        left, refusals = _done(request, left, key, sheet)
        if done := len(turns) - len(left):
            said_of = ngettext("已办理 %(n)s 件", "已办理 %(n)s 件", done)
            messages.success(request, said_of % {"n": done})
        if not left:
            return HttpResponseRedirect(reverse("matters:inbox"))
    faulty = request.method == "POST"
    context = {
        "step": step,
        "name": said(step),
        "step_key": asked.get("step", ""),
        "left": left,
        "inputs": inputs_of(sheet, request, request.POST if faulty else None, wrong_in(refusals)),
        "note": request.POST.get("note", ""),
        "key": request.POST.get("key") or key_of_form(),
        "region": turns[0].matter.region,
        "refusals": [r for r in refusals if not r.where],
    }
    return render(request, "matters/many.html", context, status=422 if faulty else 200)


def _marked(request: Any, keys: Collection[int], type_key: str, key: str) -> Sequence[Turn]:
    """The marked turns of the visitor that are for this step, of this type. Raises Refusal for none or too many, and
    Http404 for a step that is taken one by one.
    """
    rows = turns_of(request.access).filter(pk__in=keys, matter__type=type_key)
    turns = list(
        rows.select_related("matter__flow", "matter__region", "dispatch__unit").order_by("pk")[: MOST + 1]
    )
    if not turns or len(turns) > MOST:
        raise Refusal(_("没有选中事项，或选得太多"), remedy=_("在待办里勾选，一次最多%(n)s件") % {"n": MOST})
    steps = [spec_of(turn.matter.flow).steps.get(key) for turn in turns]
    if any(step is None or not step.bulk for step in steps):
        raise Http404(key)
    return turns


def _sheet(request: Any, turn: Turn, step: StepSpec) -> Sheet:
    day = timezone.localdate(now_for(request))
    return Sheet(spec_of(turn.matter.flow), turn.matter.region, day, step.fields, step.optional)


def _done(request: Any, wanted: Sequence[Left], key: str, sheet: Sheet) -> tuple[list[Left], list[Refusal]]:
    """Take the step in each; gives those refused with the reason, and what is wrong with the form itself, which is
    wrong for all of them.
    """
    try:
        given = given_by(request, sheet)
    except Refusals as several:
        return list(wanted), several.refusals
    fields = {sheet.spec.fields[each].label for each in sheet.keys}
    left: list[Left] = []
    for each in wanted:
        faults = _taken(request, each, key, given)
        if any(fault.where in fields for fault in faults):
            return [*left, *wanted[wanted.index(each) :]], faults
        if faults:
            left.append(Left(each.turn, each.url, each.expected, _("；").join(f.what for f in faults)))
    return left, []


def _taken(request: Any, each: Left, key: str, given: dict[str, Any]) -> list[Refusal]:
    matter, dispatch = each.turn.matter, each.turn.dispatch_id
    try:
        act(
            by=Acting.person(request.access), matter=matter.pk, step=key, given=given, dispatch=dispatch,
            note=request.POST.get("note", ""), at=now_for(request, matter),
            expected=int(each.expected) if each.expected.isdigit() else None,
            key=f"{key_in(request)}:{each.turn.pk}" if key_in(request) else "",
        )  # fmt: skip
    except Refusals as several:
        return several.refusals
    except Refusal as refusal:  # a right that is missing for one says nothing of the others
        return [refusal]
    return []
