"""What an address asks of the bulletin: period, region, type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jiceng.accounts.middleware import paths_of
from jiceng.indicators.answering.question import period_of
from jiceng.matters.flows import type_label, types_at
from jiceng.matters.queries.bulletin import Bulletin
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import Region
from jiceng.web.matters.moments import now_for
from jiceng.web.shell.territory import allowed, standing

MONTHS = 13
"""So many past months can be chosen without writing one."""


@dataclass(frozen=True, slots=True)
class Question:
    """A bulletin as the address names it. `region` None: all that the visitor sees."""

    bulletin: Bulletin
    period: str
    region: Region | None
    types: Mapping[str, str]

    @property
    def place(self) -> str:
        """What the area is called."""
        return self.region.name if self.region is not None else _("全部区域")

    @property
    def kind(self) -> str:
        """What the type is called; of all of them together 事项."""
        return type_label(self.bulletin.type) if self.bulletin.type else _("事项")

    @property
    def address(self) -> str:
        """The query of an address that asks the same."""
        return urlencode(self._said(PAGE))

    def behind(self, unit: int, count: str) -> str:
        """The query of the list behind a unit's number."""
        return urlencode(self._said(LIST) | {"receiver": unit, "count": count})

    def _said(self, names: "Names") -> dict[str, Any]:
        said = {"period": self.period, names.type: self.bulletin.type or ALL}
        return said | ({names.region: self.region.code} if self.region is not None else {})


@dataclass(frozen=True, slots=True)
class Names:
    """What addresses call the region and the type."""

    region: str
    type: str


PAGE = Names("region", "type")
LIST = Names("place", "kind")
"""A list has columns of the other names, by which it is filtered."""

ALL = "all"


def question_of(request: Any, names: Names = PAGE) -> Question:
    """What is asked, the last full month and the usual type unless said. Raises Refusal for what is no period, Http404
    for a region out of sight.
    """
    period = request.GET.get("period", "") or f"{_last_month(request.today):%Y-%m}"
    first, last = period_of(period)
    region = _region(request, request.GET.get(names.region, ""))
    specs = types_at(region, request.today) if region is not None else {}
    asked = request.GET.get(names.type, "")
    kind = asked if asked in specs else "" if asked == ALL else _usual(specs)
    paths = paths_of(region, request.access) if region is not None else ()
    bulletin = Bulletin(first, last, paths, now_for(request), kind)
    types = {key: type_label(key) for key, spec in specs.items() if _sends(spec)}
    return Question(bulletin, period, region, types)


def months(day: date) -> list[str]:
    """The months that may be chosen, the latest first."""
    found, at = [], day.replace(day=1)
    for _month in range(MONTHS):
        found.append(f"{at:%Y-%m}")
        at = _last_month(at)
    return found


def _last_month(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _region(request: Any, code: str) -> Region | None:
    if not code:
        return standing(request)
    found: Region | None = Region.objects.filter(code=code, valid_to__isnull=True).first()
    if found is None or not allowed(request.access, found):
        raise Http404(code)
    return found


def _usual(specs: Mapping[str, MatterSpec]) -> str:
    """The type that other systems' records are: the hotline's."""
    return next((key for key, spec in specs.items() if spec.imports), "")


def _sends(spec: MatterSpec) -> bool:
    return any(step.on == "dispatch" for step in spec.steps.values())
