"""A board of a place's own figures: nobody has to declare it, it follows from the figures."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiceng.indicators.definition import name_of
from jiceng.indicators.own import PREFIX
from jiceng.indicators.persons import is_of_a_person
from jiceng.indicators.sections import Indicator
from jiceng.packs.catalogue import Catalogue
from jiceng.reports.boards.declaring import Board

OWN = "own"
"""The key of the board."""

MOST = 12
"""So many figures it shows, the latest first."""


def own_board(catalogue: Catalogue, at: Sequence[str] | None) -> Board | None:
    """The board of the figures that the place, and those above it, have of their own; None where there are none."""
    if at is None:
        return None
    own = [(key, one) for key, one in catalogue.section("indicators", at).items() if key.startswith(PREFIX)]
    rows = [{"label": name_of(one)[:40], "tiles": list(_tiles(key, one))} for key, one in own[::-1][:MOST]]
    if not rows:
        return None
    return Board.model_validate({"label": _("自建指标"), "note": _("本地自建的指标"), "rows": rows})


def _tiles(key: str, indicator: Indicator) -> Iterator[dict[str, Any]]:
    """The figure with its course and its areas, and by the first column that it is broken down by."""
    yield {"number": key, "against": "year"}
    yield {"trend": key}
    yield {"bars": key, "width": 3}
    for column in indicator.breakdowns[:1]:
        if not (column.to and is_of_a_person(column.to)):
            yield {"bars": key, "by": str(column), "width": 3}
