"""Following a report by its code. The code is posted, never part of an address: it stands in no log and no history."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiceng.accounts.routes import open_to_all
from jiceng.matters.models import Reporter
from jiceng.records.refusals import Refusal, Refusals
from jiceng.residents.following import answer, reported_by, story_of
from jiceng.residents.throttling import WRONG_CODES_ADDRESS, WRONG_CODES_VISIT, Throttled
from jiceng.web.residents.inputs import asked, given, wrong_in
from jiceng.web.residents.visiting import (
    english,
    form_again,
    form_of,
    new_form,
    page,
    refuse_both,
    spend_both,
)


@open_to_all
@require_http_methods(["GET", "POST"])
def follow(request: Any) -> HttpResponse:
    """Where a report stands, by its code."""
    if request.method == "GET":
        return page(request, "residents/follow.html", {"code": ""})
    try:
        return _story(request, _found(request))
    except Throttled as refusal:
        return _asked_again(request, refusal, 429)
    except Refusal as refusal:
        return _asked_again(request, refusal, 422)


@open_to_all
@require_POST
def step(request: Any) -> HttpResponse:
    """Take one of the reporter's own steps: rate, reopen, withdraw."""
    try:
        reporter = _found(request)
    except Throttled as refusal:
        return _asked_again(request, refusal, 429)
    except Refusal as refusal:
        return _asked_again(request, refusal, 422)
    refusals: Sequence[Refusal] = []
    try:
        form = form_of(request)
        key = request.POST.get("step", "")
        own = next((may for may in story_of(reporter.matter).may if may.key == key), None)
        if own is None:
            raise Refusal(_("现在不能这样做了"), remedy=_("看看最新的办理情况"))
        values = given(own.spec, dict.fromkeys([*own.step.fields, *own.step.optional]), request.POST)
        note = request.POST.get("note", "")
        answer(reporter=reporter, step=key, given=values, note=note, key=f"step:{form.key}")
    except Refusal as refusal:
        refusals = [refusal]
    except Refusals as several:
        refusals = several.refusals
    if not refusals:
        reporter.matter.refresh_from_db()
    return _story(request, reporter, refusals, done=not refusals)


def _found(request: Any) -> Reporter:
    """The report that the code posted belongs to. Wrong ones cost; raises Refusal for one, Throttled after many."""
    refuse_both(request, WRONG_CODES_ADDRESS, WRONG_CODES_VISIT)
    reporter = reported_by(request.POST.get("code", "")[:60])
    if reporter is None:
        spend_both(request, WRONG_CODES_ADDRESS, WRONG_CODES_VISIT)
        raise Refusal(_("没有这个查询码"), remedy=_("对照记下的10位字母和数字再输一遍；忘了可以打服务电话"))
    return reporter


def _asked_again(request: Any, refusal: Refusal, status: int) -> HttpResponse:
    context = {"code": request.POST.get("code", "")[:60], "refusals": [refusal]}
    return page(request, "residents/follow.html", context, status=status)


def _story(
    request: Any, reporter: Reporter, refusals: Sequence[Refusal] = (), *, done: bool = False
) -> HttpResponse:
    matter, pressed = reporter.matter, request.POST.get("step", "") if refusals else ""
    story, day = story_of(matter, english=english()), timezone.localdate()
    steps = []
    for may in story.may:
        keys = {**dict.fromkeys(may.step.fields, True), **dict.fromkeys(may.step.optional, False)}
        post = request.POST if may.key == pressed else None
        wrong = wrong_in(refusals) if post is not None else {}
        fields = asked(may.spec, keys, matter.region, day, post, wrong)
        form = form_again(request) if post is not None else new_form()
        steps.append(
            {
                "key": may.key,
                "label": may.label,
                "asked": fields,
                "note": may.step.note,
                "form": form,
                "typed": request.POST.get("note", "") if post is not None else "",
                "open": post is not None,
            }
        )
    context = {
        "story": story,
        "steps": steps,
        "code": request.POST.get("code", ""),
        "refusals": refusals,
        "done": done,
        "place": matter.region.name,
    }
    return page(request, "residents/story.html", context, status=422 if refusals else 200)
