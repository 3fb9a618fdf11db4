"""What must hold of every dated entity after whatever was done to it."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from jiceng.organisations.models import RegionSpan
from jiceng.organisations.spans import Dating
from jiceng.protection.scopes import SEGMENT


def spans_of(dating: Dating, entity: Any) -> list[Any]:
    return list(dating.span._base_manager.filter(**{dating.key: entity.pk}).order_by("valid_from"))


def assert_whole(dating: Dating, entities: Iterable[Any] | None = None) -> None:
    """Spans follow each other without gap or overlap; the last one equals the row; ends agree."""
    rows, spans = dating.model._base_manager.all(), dating.span._base_manager.order_by("valid_from")
    if entities is not None:
        keys = [e.pk for e in entities]
        rows, spans = rows.filter(pk__in=keys), spans.filter(**{f"{dating.key}__in": keys})
    lives: dict[int, list[Any]] = {}
    for span in spans:
        lives.setdefault(getattr(span, dating.key), []).append(span)
    for row in rows:
        assert_one_whole(dating, row, lives.get(row.pk, []))


def assert_one_whole(dating: Dating, row: Any, spans: list[Any]) -> None:
    assert spans, f"{row} has no span"
    for before, after in pairwise(spans):
        assert before.valid_to == after.valid_from, f"{row}: gap or overlap at {after.valid_from}"
    last = spans[-1]
    for column in dating.shared:
        assert getattr(last, column) == getattr(row, column), f"{row}: {column}"
    if not dating.positions:
        assert last.valid_to == row.valid_to
        return
    assert last.valid_to is None
    assert last.living == (row.valid_to is None)
    assert any(s.valid_from == row.valid_from and s.living for s in spans)
    ended = next((s for s in spans if not s.living and s.valid_from >= row.valid_from), None)
    assert (ended and ended.valid_from) == row.valid_to


def assert_tree(day: Any) -> None:
    """On that day every region's path is its parent's and one segment more, and no two regions share one."""
    spans = [
        s
        for s in RegionSpan._base_manager.filter(valid_from__lte=day)
        if s.valid_to is None or s.valid_to > day
    ]
    by_region = {s.region_id: s for s in spans}
    assert len({s.path for s in spans}) == len(spans)
    for span in spans:
        if span.parent_id is None:
            assert len(span.path) == SEGMENT
        elif span.parent_id in by_region:
            assert span.path[:-SEGMENT] == by_region[span.parent_id].path, span.name
        if span.living and span.parent_id is not None:
            assert by_region[span.parent_id].living, f"{span.name} lives under an ended region"
