"""Forms of matters keep themselves while they are filled in, and forget themselves once they are sent."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.records.drafts import draft_of, drop_draft, keep_draft

KIND = "matter"
UNKEPT = frozenset({"csrfmiddlewaretoken", "draft", "key", "expected", "refresh", "forget"})
"""What belongs to one sending of a form, not to what somebody is writing."""


@needs(P.MATTERS_ACT)
@require_POST
def keep(request: Any) -> HttpResponse:
    """Keep what stands in a form, or forget it; says when it was kept."""
    key = request.POST.get("draft", "")[:120]
    if "forget" in request.POST:
        drop_draft(by=request.actor, kind=KIND, key=key)
        return HttpResponse("")
    content = {name: texts for name, texts in request.POST.lists() if name not in UNKEPT}
    at = keep_draft(by=request.actor, kind=KIND, key=key, content=content)
    return render(request, "matters/draft.html", {"at": timezone.localtime(at)})


def drafted(request: Any, key: str) -> QueryDict | None:
    """What the visitor had begun to write in the form called `key`, as the form would send it; None for nothing."""
    content = draft_of(by=request.actor, kind=KIND, key=key)
    if not content:
        return None
    asked = QueryDict(mutable=True)
    for name, texts in content.items():
        asked.setlist(name, [str(text) for text in texts])
    return asked


def sent(request: Any, key: str) -> None:
    """The form called `key` was sent: nothing of it is left to finish."""
    drop_draft(by=request.actor, kind=KIND, key=key)
