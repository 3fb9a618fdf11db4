"""What conditions of flows see of a matter in the making: the columns of `inputs.INPUT`, without a query."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jiceng.coverage.compiling import Lookup
from jiceng.matters.bulk.files import File, day_of
from jiceng.matters.enums import COUNTED, WORKING, DispatchState
from jiceng.matters.enums import Part as Parts
from jiceng.matters.inputs import INPUT, PLAIN
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.filters.matching import matches
from jiceng.packs.filters.nodes import EVERYTHING, Node

UNKNOWN = {column.name: None for column in INPUT.columns}
"""What nobody has told yet, and what only the world beyond the file knows."""

ANSWERED = frozenset({DispatchState.ANSWERED, DispatchState.ACCEPTED})


class Conditions:
    """Judges by the packs in force when it was made: asked a hundred thousand times, it asks no database."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._lookup = Lookup(catalogue)

    def fits(self, file: File, at: datetime) -> Callable[[Node], bool]:
        """Says whether a condition of the flow holds for the file as it stands at `at`, now."""
        rows: list[Mapping[str, Any]] = []

        def holds(node: Node) -> bool:
            if node == EVERYTHING:
                return True
            if not rows:  # most limits ask nothing
                rows.append(row_of(file, at))
            return matches(node, rows[0], day_of(at), self._lookup)

        return holds


def row_of(file: File, at: datetime) -> Mapping[str, Any]:
    """The columns that conditions may name. Nothing serves, appeals against or covers what is only in the making."""
    columns = file.columns
    counted = [part for part in file.parts if part.state in COUNTED]
    answered = [part for part in counted if part.state in ANSWERED]
    own = [watch for watch in file.running() if watch.part is None]
    return UNKNOWN | {name: columns.get(name) for name in PLAIN} | {
        "id": 0,
        "region": columns["region_id"],
        "unit": columns.get("unit_id"),
        "reopened": file.reopened,
        "passes": 0,
        "outcome": file.outcome,
        "public": False,
        "led": False,
        "receivers": len(counted),
        "receivers_sent": sum(part.state == DispatchState.SENT for part in counted),
        "receivers_working": sum(part.state in WORKING for part in counted),
        "receivers_answered": len(answered),
        "receivers_arrived": 0,
        "receivers_unmarked": len(counted),
        "leads": sum(part.part == Parts.LEAD for part in counted),
        "leads_answered": sum(part.part == Parts.LEAD for part in answered),
        "late": any(watch.due_at is not None and watch.due_at < at for watch in own),
        "serving": 0,
        "served": False,
        "appeal_upheld": False,
        "other_done": False,
    }  # fmt: skip
