"""Who told of a matter: masked, for those to whom its area is entrusted alone; in clear for a reason that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied
from jiceng.matters.actions.reporters import clear_reporter, read_reporter
from jiceng.matters.models import Matter, Reporter
from jiceng.matters.rights import held_over
from jiceng.protection.ciphers import UnreadableValueError
from jiceng.protection.masking import masked_name, masked_phone
from jiceng.records.refusals import Refusal
from jiceng.web.matters.finding import matter_of
from jiceng.web.registry.listing.terms import Words


@dataclass(frozen=True, slots=True)
class ReporterShown:
    """One who told of it, masked; `opens` whether there is more to be read."""

    key: int
    name: str
    phone: str
    kind: str
    opens: bool


def reporters_of(request: Any, matter: Matter, words: Words) -> Sequence[ReporterShown]:
    """Those who told of `matter`; nobody for a visitor to whom its area is not entrusted."""
    if held_over(request.access, P.REPORTERS_VIEW, matter) is None:
        return ()
    rows = Reporter._base_manager.filter(matter=matter).order_by("pk")
    return [_shown(reporter, words) for reporter in rows]


def _shown(reporter: Reporter, words: Words) -> ReporterShown:
    try:
        name, phone = clear_reporter(reporter)
    except UnreadableValueError:  # erased
        name = phone = ""
    return ReporterShown(
        key=reporter.pk,
        name=masked_name(name) if name else _("未留姓名"),
        phone=masked_phone(phone) if phone else "",
        kind=words.label(reporter.kind, "reporter_kinds"),
        opens=bool(name or phone),
    )


@needs(P.REPORTERS_VIEW)
@require_POST
def reveal(request: Any, which: str, key: int) -> HttpResponse:
    """Name and telephone in clear, for a reason that is kept. Raises Http404 for one of another matter, Denied for
    whom they are not meant for.
    """
    matter = matter_of(request, which)
    if not Reporter._base_manager.filter(matter=matter, pk=key).exists():
        raise Http404(key)
    value, refusals = "", []
    try:
        told = read_reporter(access=request.access, reporter=key, reason=request.POST.get("reason", ""))
        value = " ".join(part for part in told if part)
    except Denied:
        raise
    except Refusal as refusal:
        refusals = [refusal]
    context = {"value": value, "refusals": refusals}
    return render(request, "registry/unmasked.html", context, status=422 if refusals else 200)
