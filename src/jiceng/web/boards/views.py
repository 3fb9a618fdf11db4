"""Boards: the list of those in force, and each as a page or on a whole screen. One request, however many tiles."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.indicators.answering.declared import codes_at
from jiceng.packs.catalogue import current
from jiceng.reports.boards.answering import answered, boards_at
from jiceng.reports.boards.declaring import Board
from jiceng.web.boards.asking import SPANS, asked_of
from jiceng.web.boards.drawing import maps_of
from jiceng.web.boards.shaping import Shaper, whole
from jiceng.web.shell.territory import standing

REFRESHES = 300
"""Seconds after which a whole screen fetches itself anew."""


@needs(P.FIGURES_VIEW)
@require_GET
def index(request: Any) -> HttpResponse:
    """The boards in force where the visitor looks."""
    found = [
        {"key": key, "board": board, "tiles": sum(1 for _tile in board.tiles())}
        for key, board in boards_at(_place(request)).items()
    ]
    return render(request, "boards/index.html", {"boards": found})


@needs(P.FIGURES_VIEW)
@require_GET
def board(request: Any, key: str) -> HttpResponse:
    """A board in the frame of the console."""
    return render(request, "boards/board.html", _context(request, key))


@needs(P.FIGURES_VIEW)
@require_GET
def screen(request: Any, key: str) -> HttpResponse:
    """The same without navigation, in large type; it fetches itself anew from time to time."""
    return render(request, "boards/screen.html", _context(request, key) | {"refreshes": REFRESHES})


def _place(request: Any) -> list[str] | None:
    """The codes of where the visitor looks, nearest first; None for someone who looks at several places."""
    here = standing(request)
    return codes_at("territory", here.pk) if here is not None else None


def _context(request: Any, key: str) -> dict[str, Any]:
    declared: Board | None = current().section("boards").get(key) or boards_at(_place(request)).get(key)
    if declared is None:
        raise Http404
    asked = asked_of(request, declared)
    rows = answered(declared, asked)
    shaper = Shaper(asked.span)
    tiles = [answer for row in rows for answer in row]
    drawn = maps_of(tiles, asked.catalogue)
    query = urlencode({"day": asked.now.day.isoformat(), "span": asked.span})
    return {
        "key": key,
        "board": declared,
        "asked": asked,
        "spans": SPANS,
        "place": standing(request),
        "rows": [
            {"label": row.heading, "tiles": [shaper.tile(answer) for answer in answers]}
            for row, answers in zip(declared.rows, rows, strict=True)
        ],
        "maps": drawn,
        "whole": whole(tiles),
        "page_url": f"{reverse('boards:board', args=[key])}?{query}",
        "screen_url": f"{reverse('boards:screen', args=[key])}?{query}",
    }
