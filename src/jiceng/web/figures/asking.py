"""What a visitor asks of a figure, read from the address of its page."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from jiceng.accounts.permissions import Permission as P
from jiceng.indicators.answering.values import part_of
from jiceng.indicators.figures import Period, period_of
from jiceng.indicators.sections import Indicator
from jiceng.indicators.shapes import by_column
from jiceng.organisations.models import Region
from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.protection.scopes import TREES, Scope
from jiceng.reports.briefs.figures import spec_written
from jiceng.web.shell.sight import sight
from jiceng.web.shell.territory import look_at, root_paths


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings of a figure page; `question` is what the engine is asked. `today` is the day of today's
    map; `counted` keeps only the records that the numerator counts, or does not. `region` is the code of the region
    that the address names, `written_in` the figure of a document whose narrowing holds: `core:brief/members`.
    """

    scope: Scope
    node: int | None
    day: date
    period: Period
    written_period: str
    map: str
    by: str
    today: date
    part: Any = field(default=None)
    has_part: bool = False
    counted: bool | None = None
    region: str = ""
    written_in: str = ""
    narrowed: Node = EVERYTHING

    @property
    def question(self) -> dict[str, Any]:
        """Arguments for `indicators.figures.figure`, without the parts."""
        return {
            "scope": self.scope,
            "node": self.node,
            "as_of": self.day,
            "period": self.period,
            "map": self.map,
            "today": self.today,
            "narrowed": self.narrowed,
        }

    def link(self, **changes: Any) -> str:
        """The query string of this page with some settings changed; empty ones are left out."""
        said = {
            "day": self.day.isoformat(),
            "period": self.written_period,
            "map": self.map,
            "by": self.by,
            "region": self.region,
            "in": self.written_in,
        } | changes
        return "?" + urlencode({name: value for name, value in said.items() if value not in ("", None)})


def asked_of(request: Any, indicator: Indicator) -> Asked:
    """The page's settings; what cannot be read falls back to today and the visitor's territory.

    Raises Refusal for a period that is none.
    """
    given = request.GET
    if given.get("region"):
        look_at(request, given["region"])
    day = day_of(request)
    spec = spec_written(given.get("in", ""))
    written = given.get("period", "").strip()
    period = period_of(written) if written else (day.replace(month=1, day=1), day)
    by = given.get("by", "")
    allowed = {*TREES, *(by_column(str(column)) for column in indicator.breakdowns)}
    return Asked(
        scope=sight(request, P.FIGURES_VIEW),
        node=node_of(request),
        day=day,
        period=period,
        written_period=written,
        map="today" if given.get("map") == "today" else "then",
        today=max(day, request.today),
        by=by if by in allowed else "territory",
        part=part_of(given.get("part", "")),
        has_part="part" in given,
        counted={"1": True, "0": False}.get(given.get("counted", "")),
        region=given.get("region", ""),
        written_in=given.get("in", "") if spec is not None else "",
        narrowed=spec.where if spec is not None else EVERYTHING,
    )


def day_of(request: Any) -> date:
    """The day that the page asks for; today where it asks for none or says nothing that is a day."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        today: date = request.today
        return today


def node_of(request: Any) -> int | None:
    """Where figures are asked for: the territory picked, else the visitor's own where it is one region."""
    if request.region is not None:
        return int(request.region.pk)
    roots = [path for path in root_paths(request.access) if path]
    if len(roots) != 1:
        return None
    return Region.objects.current().filter(path=roots[0]).values_list("pk", flat=True).first()
