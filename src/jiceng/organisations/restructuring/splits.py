"""What a split leaves over: records of the region that came apart, until someone says which part they
belong to.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations import copies
from jiceng.organisations.models import PartyOrg, Region, RegionSpan, Unit
from jiceng.organisations.spans import change_many, dating_of
from jiceng.protection.actors import Actor
from jiceng.records import bulk
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def pending_span(region: Region) -> RegionSpan | None:
    """The span since which `region` waits for its records to be assigned, or None."""
    return RegionSpan._base_manager.filter(region=region, valid_to__isnull=True, pending=True).first()


def placed_models() -> list[type[Any]]:
    """The models whose records sit in a region by themselves (column `region`, with a copy of its path); those
    that sit where another record does (`region_follows`) go along with that one.
    """
    return [model for model in _placed() if not getattr(model, "region_follows", "")]


def _placed() -> list[type[Any]]:
    return [copy.model for copy in copies.copies() if copy.relation == "region"]


def left_over(region: Region) -> dict[str, int]:
    """How many records still sit in `region`, by model label; models without any are left out."""
    counted = {m._meta.label: m._base_manager.filter(region=region).count() for m in placed_models()}
    return {label: count for label, count in counted.items() if count}


def assign(*, by: Actor, records: Sequence[Any], region: Region, reason: str = "") -> Counter[str]:
    """Assign left-over records to `region`, a part of what they sat in; gives how many of each model.

    Units and party organisations belong there from the day of the split on; other records, which have one
    place, are simply put there. A region that has nothing left no longer waits. Raises Refusal for a record
    that does not sit in a waiting region, and a part that has ended.
    """
    if region.valid_to is not None:
        raise Refusal(
            _("%(name)s 已于 %(to)s 终止") % {"name": region, "to": region.valid_to},
            remedy=_("选择现存的区域"),
        )
    sources = Region._base_manager.in_bulk({r.region_id for r in records})
    since = {key: _waiting_since(source) for key, source in sources.items()}
    done: Counter[str] = Counter()
    with write(by=by, action="restructuring.assign", reason=reason):
        for model in {type(r) for r in records}:
            own = [r for r in records if type(r) is model]
            if model in (Unit, PartyOrg):
                _assign_dated(own, region, since)
            else:
                _assign_plain(own, region)
            _bring_along(model, own, region)
            done[model._meta.label] += len(own)
        for source in sources.values():
            if not left_over(source):
                _settled(source)
    return done


def _waiting_since(source: Region) -> date:
    span = pending_span(source)
    if span is None:
        raise Refusal(_("%(name)s 没有待分配的记录") % {"name": source}, remedy=_("核对记录所在区域"))
    return span.valid_from


def _assign_dated(records: Iterable[Any], region: Region, since: dict[int, date]) -> None:
    by_day: dict[date, list[Any]] = {}
    for record in records:
        by_day.setdefault(max(since[record.region_id], record.valid_from), []).append(record)
    values = {"region_id": region.pk, "region_path": region.path}
    for day, some in by_day.items():
        change_many(dating_of(some[0]), day, {r.pk: values for r in some}, keep_later=True)


def _assign_plain(records: Sequence[Any], region: Region) -> None:
    for record in records:
        record.region_id, record.region_path = region.pk, region.path
    bulk.change(records, ("region", "region_path"))


def _bring_along(model: type[Any], records: Sequence[Any], region: Region) -> None:
    """Put what sits where one of `records` (of `model`) sat into `region`, too."""
    for follower in _placed():
        relation = getattr(follower, "region_follows", "")
        if relation and follower._meta.get_field(relation).related_model is model:
            rows = follower._base_manager.filter(**{f"{relation}__in": [r.pk for r in records]})
            stays = rows.filter(region__valid_to__isnull=True).exclude(region__spans__pending=True)
            _assign_plain(list(rows.exclude(pk__in=stays.values("pk"))), region)


def settle(*, by: Actor, region: Region, reason: str) -> RegionSpan:
    """What is left in a region that lived on after its split stays there: it no longer waits.

    Raises Refusal for a region that does not wait, and for one that has ended with records in it.
    """
    _waiting_since(region)
    left = left_over(region) if region.valid_to is not None else {}
    if left:
        raise Refusal(
            _("%(name)s 还有%(count)s条记录没有分配") % {"name": region, "count": sum(left.values())},
            remedy=_("逐一分配后再结清"),
        )
    with write(by=by, action="restructuring.settle", reason=reason):
        return _settled(region)


def _settled(region: Region) -> RegionSpan:
    span = RegionSpan._base_manager.get(region=region, valid_to__isnull=True)
    span.pending = False
    span.save()
    return span
