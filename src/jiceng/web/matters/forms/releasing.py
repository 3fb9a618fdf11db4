"""Making a matter public in a person's own words, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied
from jiceng.matters.actions.releasing import TEXT, TITLE, proposed, release, unrelease
from jiceng.matters.models import Matter
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.matters.finding import matter_of
from jiceng.web.matters.forms.reading import wrong_in
from jiceng.web.matters.moments import now_for
from jiceng.web.matters.naming import address_of


@needs(P.MATTERS_RELEASE)
@require_http_methods(["GET", "POST"])
def releasing(request: Any, which: str) -> HttpResponse:
    """The words in which a matter is public: proposed from its own, without personal data; a POST makes it so, or takes
    it back.
    """
    matter = matter_of(request, which)
    title, text = proposed(request.access, matter)
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            messages.success(request, _done(request, matter))
            return HttpResponseRedirect(address_of(matter))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    wrong = wrong_in(refusals)
    context = {
        "matter": matter,
        "address": address_of(matter),
        "title": request.POST.get("title", title),
        "text": request.POST.get("text", text),
        "reason": request.POST.get("reason", ""),
        "most": {"title": TITLE, "text": TEXT},
        "wrong": {key: wrong.get(label, "") for key, label in _labels().items()},
        "refusals": [refusal for refusal in refusals if refusal.where not in _labels().values()],
    }
    return render(request, "matters/release.html", context, status=422 if refusals else 200)


def _labels() -> dict[str, str]:
    """What the refusals call the two fields."""
    return {"title": _("公开标题"), "text": _("公开内容")}


def _done(request: Any, matter: Matter) -> str:
    post, at = request.POST, now_for(request, matter)
    if "back" in post:
        unrelease(access=request.access, matter=matter, reason=post.get("reason", ""), at=at)
        return _("已不再公开")
    release(
        access=request.access, matter=matter, title=post.get("title", ""), text=post.get("text", ""), at=at
    )
    return _("已公开")
