"""What an address asks of a paper: the area and the period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import Http404
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jiceng.indicators.answering.question import period_of
from jiceng.organisations.models import Region
from jiceng.records.calendar import months_later
from jiceng.reports.asking import Asked, Sight
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import look_at, root_paths, standing

MONTHS = 6
"""So many past months can be chosen without writing one."""


@dataclass(frozen=True, slots=True)
class Question:
    """A paper as the address names it."""

    asked: Asked
    period: str
    annex: bool

    @property
    def address(self) -> str:
        """The query of an address that asks the same."""
        return self.address_of()

    def address_of(self, **changes: str) -> str:
        """The same with some of it changed; what is empty is left out."""
        said = {"period": self.period, "region": self.asked.region.code, "annex": "1" if self.annex else ""}
        return urlencode({name: value for name, value in (said | changes).items() if value})


def question_of(request: Any, sees: Sight | None = None) -> Question:
    """What is asked: where the visitor stands, the year up to today, unless said; in the visitor's sight, unless `sees`
    is another. Raises Refusal for what is no period, Http404 for a region out of sight.
    """
    if code := request.GET.get("region", ""):
        look_at(request, code)
    region = standing(request) or _first(request)
    written = request.GET.get("period", "").strip() or next(choices(request.today))[0]
    first, last = period_of(written)
    asked = Asked(region, first, last, request.today, sees or partial(sight, request))
    return Question(asked, written, request.GET.get("annex") == "1")


def _first(request: Any) -> Region:
    """The first of the regions where the visitor has rights."""
    roots = root_paths(request.access)
    found: Region | None = Region.objects.current().filter(path__in=roots).order_by("path").first()
    if found is None:
        raise Http404
    return found


def choices(day: date) -> Iterator[tuple[str, str]]:
    """The periods that may be chosen as (address, name): this year so far, the last months and quarters, years."""
    yield f"{day.year}-01-01..{day.isoformat()}", _("%(year)d 年至今") % {"year": day.year}
    month = day.replace(day=1)
    if (day + timedelta(days=1)).day == 1:
        month = months_later(month, 1)
    for back in range(1, MONTHS + 1):
        at = months_later(month, -back)
        yield f"{at:%Y-%m}", f"{at:%Y-%m}"
    quarter = date(month.year, month.month - (month.month - 1) % 3, 1)
    for back in range(1, 5):
        at = months_later(quarter, -3 * back)
        said = f"{at.year}Q{(at.month + 2) // 3}"
        yield said, said
    for back in range(1, 3):
        yield f"{day.year - back}", f"{day.year - back}"
