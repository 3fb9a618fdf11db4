"""The matter that an address names, where the visitor may see it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from jiceng.matters.models import Dispatch, Matter

JOINED = ("flow", "region__parent", "unit", "party_org", "person", "household", "lead_person")


def matter_of(request: Any, which: str) -> Matter:
    """The matter with this number or uid, in the visitor's sight. Raises Http404."""
    named = Q(number=which)
    with suppress(ValueError):
        named |= Q(uid=UUID(which))
    found: Matter | None = Matter.objects.filter(named).select_related(*JOINED).first()
    if found is None:
        raise Http404(which)
    return found


def dispatch_of(matter: Matter, key: str) -> Dispatch | None:
    """The dispatch of `matter` with this key; None for no key. Raises Http404 for one of another matter."""
    if not key:
        return None
    rows = Dispatch._base_manager.filter(matter=matter, pk=int(key) if key.isdigit() else 0)
    found: Dispatch | None = rows.select_related("unit").first()
    if found is None:
        raise Http404(key)
    return found
