"""What is done with a period: closed, submitted, accepted, returned."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.periods.closing import close
from jiceng.periods.models import Closing
from jiceng.periods.reporting import accept, give_back, require_accepting, require_closing, submit
from jiceng.web.periods.asking import area_of, closing_of, period_of

EXPLAINS = "explain:"
"""What the name of a field begins with that explains the check named behind it."""


@needs(P.PERIODS_CLOSE)
@require_POST
def close_period(request: Any, period: str, key: int) -> HttpResponse:
    """Close the period with the explanations given."""
    region = area_of(request, key)
    require_closing(request.access, region)
    explained = {
        name.removeprefix(EXPLAINS): text for name, text in request.POST.items() if name.startswith(EXPLAINS)
    }
    made = close(
        by=request.actor, region=region, period=period_of(period), day=request.today, explained=explained
    )
    messages.success(request, _("已关账，数字从此不变；上级要的，请上报"))
    return _to(made)


@needs(P.PERIODS_CLOSE)
@require_POST
def submit_closing(request: Any, key: int) -> HttpResponse:
    """Hand it to the level above."""
    closing = closing_of(request, key)
    require_closing(request.access, closing.region)
    submit(by=request.actor, closing=closing, day=request.today, remark=request.POST.get("remark", ""))
    messages.success(request, _("已上报，等上级审收"))
    return _to(closing)


@needs(P.PERIODS_ACCEPT)
@require_POST
def decide_closing(request: Any, key: int) -> HttpResponse:
    """Accept it, or return it with remarks."""
    closing = closing_of(request, key)
    require_accepting(request.access, closing)
    agreed = request.POST.get("agree") == "yes"
    (accept if agreed else give_back)(
        by=request.actor, closing=closing, remark=request.POST.get("remark", "")
    )
    messages.success(request, _("已审收") if agreed else _("已退回，下级改后重新关账"))
    return _to(closing)


def _to(closing: Closing) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("periods:period", args=[closing.period, closing.region_id]))
