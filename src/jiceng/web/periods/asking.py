"""Which area, period and closing a page means, as far as the visitor may see them."""

from typing import Any

from django.http import Http404

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import covers
from jiceng.indicators.periods import CalendarPeriod, calendar_period
from jiceng.organisations.models import Region
from jiceng.periods.models import Closing


def area_of(request: Any, key: int) -> Region:
    """The region. Raises Http404 for one out of the visitor's sight."""
    region: Region | None = Region.objects.filter(pk=key).first()
    if region is None or not sees(request, region):
        raise Http404
    return region


def sees(request: Any, region: Region) -> bool:
    """Whether the visitor sees the figures of the whole region, not only of some records in it."""
    return covers(request.access.scope(P.FIGURES_VIEW), region)


def period_of(written: str) -> CalendarPeriod:
    """The period that an address names. Raises Refusal for what is none."""
    return calendar_period(written)


def closing_of(request: Any, key: int) -> Closing:
    """The closing. Raises Http404 for one out of the visitor's sight."""
    closing: Closing | None = Closing.objects.filter(pk=key).select_related("region").first()
    if closing is None or not sees(request, closing.region):
        raise Http404
    return closing
