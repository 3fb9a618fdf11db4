"""Pages from constant rows: everything that a request costs besides its own rows.

The real view runs once; what it handed to its template is kept and rendered again at every further request,
behind the same gate, in the same frame. The benchmark compares both under one server; no installation has
these addresses.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.web.boards import views as boards
from jiceng.web.figures import views as figures
from jiceng.web.matters.inbox import views as inboxes
from jiceng.web.matters.listing import views as matters
from jiceng.web.registry import views as registry

_kept: dict[str, tuple[str, dict[str, Any]]] = {}


def _constant(request: Any, module: ModuleType, view: Callable[[Any], HttpResponse]) -> HttpResponse:
    """What `view` of `module` renders, from the context of its first request."""
    path = request.get_full_path()
    if path not in _kept:
        drawn: list[tuple[str, dict[str, Any]]] = []

        def draw(_request: Any, template: str, context: dict[str, Any], **more: Any) -> HttpResponse:
            drawn.append((template, context))
            return HttpResponse()

        ordinary = module.render
        module.render = draw  # type: ignore[attr-defined]
        try:
            view(request)
        finally:
            module.render = ordinary  # type: ignore[attr-defined]
        _kept[path] = drawn[0]
    return render(request, *_kept[path])


@needs(P.REGISTRY_VIEW)
def units(request: Any) -> HttpResponse:
    """The unit list."""
    return _constant(request, registry, lambda asked: registry.listing(asked, "units"))


@needs(P.FIGURES_VIEW)
def figure(request: Any, key: str) -> HttpResponse:
    """A figure's page."""
    return _constant(request, figures, lambda asked: figures.figure_page(asked, key))


@needs(P.FIGURES_VIEW)
def board(request: Any, key: str) -> HttpResponse:
    """A board."""
    return _constant(request, boards, lambda asked: boards.board(asked, key))


@needs(P.MATTERS_VIEW)
def inbox(request: Any) -> HttpResponse:
    """A pile of the inbox."""
    return _constant(request, inboxes, inboxes.inbox)


@needs(P.MATTERS_VIEW)
def all_matters(request: Any) -> HttpResponse:
    """The list of matters."""
    return _constant(request, matters, matters.listing)
