"""The home page: mine and due at once; what changed, figures and findings as soon as they are worked out."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import SEEING
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, signed_in
from jiceng.web.home import changes, due, figures


@signed_in
@require_GET
def home(request: Any) -> HttpResponse:
    """The page itself; its slower parts come after it."""
    may = {
        "changes": request.access.may(P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW),
        "figures": request.access.may(P.FIGURES_VIEW),
        "import": request.access.may(P.IMPORT),
    }
    return render(request, "home/home.html", {"groups": due.due(request), "may": may})


@needs(P.FIGURES_VIEW)
@require_GET
def headlines(request: Any) -> HttpResponse:
    """The figures with their course."""
    return render(request, "home/headlines.html", {"headlines": figures.headlines(request)})


@needs(P.FIGURES_VIEW)
@require_GET
def findings(request: Any) -> HttpResponse:
    """The records that fail a check."""
    return render(request, "home/findings.html", {"findings": figures.findings(request)})


@needs(*SEEING)
@require_GET
def changed(request: Any) -> HttpResponse:
    """What changed in the visitor's area."""
    return render(request, "home/changes.html", {"changes": changes.changes(request)})
