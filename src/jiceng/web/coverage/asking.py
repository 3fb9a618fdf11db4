"""What a visitor asks of the coverage pages, read from their address, and the addresses of what they show."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.coverage.board import LedgerChoice, ledger_named
from jiceng.coverage.picking import Pick, areas_of
from jiceng.coverage.queries import MEASURES
from jiceng.organisations.models import Region
from jiceng.web.shell.territory import allowed, root_paths

REST = "rest"
"""The area of what lies in none of those listed."""

LABELS: dict[str, str | Promise] = {
    "unorganised": _("缺口（组织未覆盖）"),
    "obliged_open": _("应建未建"),
    "bare": _("两个覆盖均无"),
    "worked_only": _("仅工作覆盖"),
    "organised": _("已建组织"),
    "worked": _("工作已覆盖"),
    "unworked": _("工作未覆盖"),
    "obliged": _("应建"),
    "obliged_organised": _("应建已建"),
    "in_scope": _("纳入范围"),
    "out_of_scope": _("不在口径内"),
    "excluded": _("已剔除"),
    "known": _("台账单位"),
}
"""The measures in words, in the order in which they are offered."""


def day_of(text: str) -> date | None:
    """A day as an address writes it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def roots_of(request: Any) -> list[Region]:
    """The region picked, else the visitor's own; none for someone who may see everything."""
    if request.region is not None:
        return [request.region]
    paths = [path for path in root_paths(request.access) if path]
    return list(Region.objects.current().filter(path__in=paths).order_by("path"))


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of the units behind the numbers of one ledger on one day."""

    ledger: str
    day: date

    def units(self, measure: str, **more: str) -> str:
        """Of the units that `measure` counts; `more`: area, industry, scale, item, clear."""
        told = {"ledger": self.ledger, "day": self.day.isoformat(), "measure": measure} | more
        return f"{reverse('coverage:records')}?{urlencode(told)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of units behind a number: which ones, of which ledger and area."""

    choice: LedgerChoice
    pick: Pick
    area: Region | None
    areas: tuple[Region, ...]
    page: int


def asked_of(request: Any) -> Asked | None:
    """What the address asks for; None where no pack keeps a ledger. Raises Http404 for an unknown measure, and
    for an area that the visitor may not look at.
    """
    said = request.GET
    choice = ledger_named(said.get("ledger", ""))
    measure = said.get("measure", "unorganised")
    if choice is None:
        return None
    if measure not in MEASURES:
        raise Http404(measure)
    day = day_of(said.get("day", "")) or request.today
    areas = areas_of(roots_of(request), day)
    area = _area(request, said.get("area", ""), areas)
    page = said.get("page", "")
    pick = Pick(
        ledger=choice.key,
        day=day,
        measure=measure,
        inside=area.path if area else "",
        beside=tuple(each.path for each in areas) if said.get("area") == REST else (),
        industry=said.get("industry"),
        above_scale=said.get("scale") == "1",
        item=said.get("item", ""),
        clear=said.get("clear", "1") == "1",
        named=said.get("q", "").strip(),
    )
    return Asked(choice, pick, area, tuple(areas), int(page) if page.isdigit() else 0)


def _area(request: Any, key: str, areas: list[Region]) -> Region | None:
    if key in ("", REST):
        return None
    area = next((each for each in areas if str(each.pk) == key), None)
    if area is None and key.isdigit():
        other = Region.objects.filter(pk=int(key)).first()
        area = other if other is not None and allowed(request.access, other) else None
    if area is None:
        raise Http404(key)
    return area
