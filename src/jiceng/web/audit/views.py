"""Audit pages: who did what when, what it touched, and whether the chain is whole."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.records.audit.reading import entries as entries_of
from jiceng.records.audit.reading import touched
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry
from jiceng.web.audit.wording import worded
from jiceng.web.shell.wording import ACTIONS, action_words

PAGE = 50


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@needs(P.AUDIT_VIEW)
@require_GET
def entries(request: Any) -> HttpResponse:
    """The chain, newest first, filtered by person, action and days."""
    asked = {name: request.GET.get(name, "").strip() for name in ("actor", "action", "first", "last")}
    before = request.GET.get("before", "")
    found = entries_of(
        actor=asked["actor"],
        action=asked["action"],
        first=_day(asked["first"]),
        last=_day(asked["last"]),
        before=int(before) if before.isdigit() else 0,
    )
    rows = list(found[: PAGE + 1])
    shown = [{"entry": row, "what": action_words(row.action)} for row in rows[:PAGE]]
    actions = sorted(ACTIONS, key=str)
    context = {
        "rows": shown,
        "asked": asked,
        "actions": [(key, str(ACTIONS[key]), key == asked["action"]) for key in actions],
        "other": asked["action"] not in ACTIONS and asked["action"],
        "next": rows[PAGE - 1].seq if len(rows) > PAGE else None,
    }
    return render(request, "audit/entries.html", context)


@needs(P.AUDIT_VIEW)
@require_GET
def entry(request: Any, seq: int) -> HttpResponse:
    """One entry and the records it touched."""
    found = get_object_or_404(AuditEntry, pk=seq)
    context = {
        "entry": found,
        "what": action_words(found.action),
        "touched": [worded(row) for row in touched(found)],
    }
    return render(request, "audit/entry.html", context)


@needs(P.AUDIT_VERIFY)
@require_POST
def verify_chain(request: Any) -> HttpResponse:
    """Read the whole chain again and say whether it is whole."""
    return render(request, "audit/verdict.html", {"verdict": verify()})
