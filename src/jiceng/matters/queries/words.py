"""Matters found by words in their title, their text or their number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from jiceng.matters.models import Dispatch, Matter
from jiceng.protection.scopes import Scope
from jiceng.protection.scopes import within as within_path
from jiceng.records.search import Asked, Within, WordIndex, asked, hits, key_of, order_of

INDEX = WordIndex("matters_words", "matters_matter", ("title", "text", "number"), "raised_on", "region_path")

FEW = 20_000
"""So many matters are read through, where an area does not say which they are."""

MOST_PLACES = 40
"""Subtrees that are named to the index."""


@dataclass(frozen=True, slots=True)
class Found:
    """Matters with all the words, the latest first; `after` is where to go on, None where there are no more."""

    matters: Sequence[Matter]
    after: int | None


def find(
    text: str,
    rows: QuerySet[Any],
    scope: Scope,
    *,
    since: date | None = None,
    until: date | None = None,
    after: int | None = None,
    most: int = 25,
) -> Found:
    """The first `most` of `rows` (matters that `scope` sees, with whatever other conditions) that have every word of
    `text`, raised from `since` to `until`, behind the place `after` of an earlier answer. They come in the order of the
    day on which they were raised, the last first; how many there are in all is not counted.

    Raises Refusal for words too short to be looked for.
    """
    question = asked(text)
    kept = _found(rows, scope, question, Within((), since, until, after))
    matters = list(islice(kept, most + 1))
    if len(matters) <= most:
        return Found(matters, None)
    return Found(matters[:most], _order(matters[most - 1]))


def _found(rows: QuerySet[Any], scope: Scope, question: Asked, within: Within) -> Iterator[Matter]:
    """By whatever costs least: the index knows where matters lie, but not who else may see them."""
    if scope.everything:
        return _by_index(rows, question, within)
    if scope.party or scope.industry or scope.held:
        return _read_through(rows, question, within) if _few(rows) else _by_index(rows, question, within)
    places = _places(scope)
    sent = Dispatch._base_manager.filter(replace(scope, area=()).condition(Dispatch))
    if len(places) > MOST_PLACES or not _few(sent):
        return _by_index(rows, question, within)
    here = _by_index(rows, question, replace(within, places=places)) if places else iter(())
    elsewhere = rows.filter(pk__in=sent.values("matter"))
    for path in places:
        elsewhere = elsewhere.exclude(within_path("region_path", path))
    return merge(here, _read_through(elsewhere, question, within), key=lambda matter: -_order(matter))


def _order(matter: Matter) -> int:
    return order_of(matter.raised_on, matter.pk)


def _places(scope: Scope) -> tuple[str, ...]:
    """The territory subtrees that `scope` is made of, cut down to the area that was picked."""
    area = scope.area
    inner = (path for path in scope.territory if not area or any(path.startswith(a) for a in area))
    outer = (path for path in area if any(path.startswith(mine) for mine in scope.territory))
    return tuple(dict.fromkeys((*inner, *outer)))


def _few(rows: QuerySet[Any]) -> bool:
    return rows.order_by().values("pk")[: FEW + 1].count() <= FEW


def _by_index(rows: QuerySet[Any], question: Asked, within: Within) -> Iterator[Matter]:
    """Those of the index's hits that are among `rows` and do have the words. Where ever so many are not, because of
    conditions that the index does not know, the rest is read through if these leave few.
    """
    seen = 0
    for orders in hits(INDEX, question, within):
        keys = [key_of(order) for order in orders]
        found = {matter.pk: matter for matter in rows.filter(pk__in=keys)}
        for key in keys:
            if key in found and question.in_(*_texts(found[key])):
                yield found[key]
        if seen <= FEW < seen + len(keys) and _few(rows):
            yield from _read_through(rows, question, replace(within, after=orders[-1]))
            return
        seen += len(keys)


def _read_through(rows: QuerySet[Any], question: Asked, within: Within) -> Iterator[Matter]:
    """The same without the index: where few are in sight, but for other reasons than where they lie."""
    for word in question.words:
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(number__icontains=word))
    if within.since:
        rows = rows.filter(raised_on__gte=within.since)
    if within.until:
        rows = rows.filter(raised_on__lte=within.until)
    for matter in rows.order_by("-raised_on", "-pk").iterator(chunk_size=100):
        if within.after is None or _order(matter) < within.after:
            yield matter


def _texts(matter: Matter) -> tuple[str, str, str]:
    return matter.title, matter.text, matter.number
