"""What a visitor asks of a board, read from the address of its page, and the addresses of its numbers."""

from typing import Any, get_args
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import Permission as P
from jiceng.indicators.answering.values import written
from jiceng.indicators.figures import ANY
from jiceng.reports.boards.answering import Asked, Number
from jiceng.reports.boards.declaring import Board
from jiceng.reports.boards.times import Span, moment
from jiceng.web.figures.asking import day_of, node_of
from jiceng.web.shell.sight import sight

SPANS: dict[Span, str | Promise] = {
    "month": _("本月"),
    "quarter": _("本季度"),
    "half": _("本半年"),
    "year": _("全年"),
    "ytd": _("年初至今"),
}
"""The periods that a board can be asked for, in words."""


def asked_of(request: Any, board: Board) -> Asked:
    """The board's day and period; what cannot be read falls back to today and the board's own."""
    said = request.GET.get("span", "")
    span: Span = said if said in get_args(Span) else board.span
    return Asked(
        scope=sight(request, P.FIGURES_VIEW),
        node=node_of(request),
        now=moment(day_of(request), span, request.today),
        span=span,
        today=request.today,
    )


def address(number: Number, **more: str) -> str:
    """Where the number opens: its figure's page, asked the same question."""
    first, last = number.moment.period
    told = {"day": number.moment.day.isoformat(), "period": f"{first.isoformat()}..{last.isoformat()}"}
    if number.by:
        told["by"] = number.by
    if number.part is not ANY:
        told["part"] = written(number.part)
    page = f"{reverse('figures:figure', args=[number.key])}?{urlencode(told | more)}"
    return page if number.part is ANY and not more else f"{page}#records"
