"""The list of all matters in sight, and how people keep their own look at it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.actions.views import drop_view, keep_view
from jiceng.accounts.models import SavedView
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Access
from jiceng.accounts.tables import reaches
from jiceng.protection.scopes import Scope
from jiceng.web.matters.listing.source import Matters
from jiceng.web.matters.moments import now_for
from jiceng.web.registry.listing import building
from jiceng.web.registry.words import words_for


@needs(P.MATTERS_VIEW)
@require_GET
def listing(request: Any) -> HttpResponse:
    """Filtered, ordered and paged as the address says; for htmx only the part that changes."""
    source = Matters(now_for(request))
    found = building.build(source, request.GET, request.today, words_for(request))
    part = request.headers.get("HX-Request-Type") == "partial"
    kept = SavedView.objects.filter(user=request.access.user, table=source.key).order_by("name")
    context = {"list": found, "views": kept, "may": _may(request.access)}
    return render(request, "registry/list_part.html" if part else "matters/list.html", context)


@needs(P.MATTERS_VIEW)
@require_POST
def views(request: Any) -> HttpResponse:
    """Keep the list under a name, or give a kept one up; leads back to the list."""
    user, address = request.access.user, reverse("matters:list")
    if dropped := request.POST.get("drop", ""):
        view = get_object_or_404(SavedView, pk=dropped if dropped.isdigit() else 0, user=user)
        drop_view(user=user, view=view)
        return HttpResponseRedirect(address)
    query = request.POST.get("query", "")
    keep_view(user=user, table=Matters.key, name=request.POST.get("name", ""), query=query)
    return HttpResponseRedirect(f"{address}?{query}")


def _may(access: Access) -> dict[str, bool]:
    return {
        "act": access.may(P.MATTERS_ACT),
        "export": access.may(P.EXPORT),
        "import": reaches(access, Matters.key) != Scope(),
    }
