"""Founding, changing, ending regions one by one; whole reforms go through `organisations.restructuring`."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict, Unpack

from django.utils.translation import gettext as _

from jiceng.organisations import codes
from jiceng.organisations.actions.ends import end_record, refuse_not_there, refuse_overlap
from jiceng.organisations.models import Region, RegionHolding
from jiceng.organisations.naming import clean_name, initials
from jiceng.organisations.restructuring import steps
from jiceng.organisations.restructuring.applying import carry_out
from jiceng.organisations.spans import (
    REGIONS,
    begin_many,
    by_column,
    change_many,
    no_later_than_today,
    redate,
)
from jiceng.organisations.terms import level_of_kind
from jiceng.organisations.trees import Allocator, refuse_ended
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


class RegionChanges(TypedDict, total=False):
    """What may be changed about a region; what is left out stays."""

    name: str
    kind: str
    code: str
    code_note: str
    parent: Region


def found_region(
    *,
    by: Actor,
    code: str,
    name: str,
    kind: str,
    parent: Region | None,
    day: date,
    level: int | None = None,
    until: date | None = None,
    code_note: str = "",
) -> Region:
    """Add a node that exists from `day` (to `until`, exclusive) under `parent`; `level` defaults to its
    kind's.

    Raises Refusal for a failing code without a note, a code in use on one of those days, a parent that does
    not live, and an empty name.
    """
    no_later_than_today(until or day)
    code = codes.folded(code)
    note, author = codes.passed(code, codes.area_fault(code), note=code_note, by=by)
    refuse_code_in_use(code, day, until)
    if parent is not None and until is None:
        refuse_ended(Region._base_manager.get(pk=parent.pk), day)
    with write(by=by, action="region.found"):
        path, stretches = Allocator(REGIONS).place(parent, day)
        region = Region(
            code=code,
            name=named(name),
            initials=initials(name)[:80],
            kind=kind,
            parent=parent,
            path=path,
            level=level if level is not None else level_of_kind(kind, parent.level if parent else 0),
            valid_from=day,
            valid_to=until,
            code_note=note,
            code_noted_by=author,
        )
        begin_many(REGIONS, [region], histories={0: stretches})
    return region


def named(name: str) -> str:
    """`name` as it is stored. Raises Refusal for an empty one."""
    clean = clean_name(name)
    if not clean:
        raise Refusal(_("缺少名称"), remedy=_("填写名称"))
    return clean


def refuse_code_in_use(
    code: str, day: date, until: date | None = None, other_than: Region | None = None
) -> None:
    """Raise Refusal where another region bears `code` on a day from `day` on (before `until`)."""
    spans = REGIONS.span._base_manager.filter(code=code, living=True).exclude(region=other_than)
    spans = spans.exclude(valid_to__lte=day)
    taken = (spans.filter(valid_from__lt=until) if until else spans).select_related("region").first()
    if taken is not None:
        raise Refusal(
            _("区划代码 %(code)s 自 %(from)s 起已是%(name)s的代码")
            % {"code": code, "from": taken.valid_from, "name": taken.name},
            remedy=_("核对代码；确为同一区域的，直接变更该区域"),
        )


def change_region(
    *, by: Actor, region: Region, day: date, reason: str = "", **changes: Unpack[RegionChanges]
) -> Region:
    """Rename, recode, convert or move a region from `day` on.

    Raises Refusal as `spans.change_many` does, for a code in use, and for a parent that does not live or
    stands below.
    """
    values: dict[str, Any] = dict(changes)
    parent = values.pop("parent", region.parent)
    note = values.pop("code_note", "")
    with write(by=by, action="region.change", reason=reason):
        if parent is not None and parent.pk != region.parent_id:
            carry_out(REGIONS, day, [steps.Reparent(region.code, parent.code)])
        if "name" in values:
            values["name"] = named(values["name"])
            values["initials"] = initials(values["name"])[:80]
        if "kind" in values:
            values["level"] = level_of_kind(values["kind"], parent.level if parent else 0)
        if "code" in values:
            values["code"] = codes.folded(values["code"])
            refuse_code_in_use(values["code"], day, other_than=region)
            values |= _noted(values["code"], note, by)
        dated = by_column(REGIONS, values)
        if dated:
            change_many(REGIONS, day, {region.pk: dated})
    return Region._base_manager.get(pk=region.pk)


def _noted(code: str, note: str, by: Actor) -> Mapping[str, str]:
    kept, author = codes.passed(code, codes.area_fault(code), note=note, by=by)
    return {"code_note": kept, "code_noted_by": author}


def redate_region(*, by: Actor, region: Region, founded: date, reason: str = "") -> Region:
    """Correct the day from which `region` exists."""
    with write(by=by, action="region.redate", reason=reason):
        if region.parent is not None:
            refuse_ended(region.parent, founded)
        return redate(REGIONS, region, founded)  # type: ignore[no-any-return]


def end_region(
    *, by: Actor, region: Region, day: date, into: Region | None = None, reason: str = ""
) -> Region:
    """End a region on `day`: merged into `into`, whose part it is from then on, or dissolved without a
    successor.
    """
    with write(by=by, action="region.end", reason=reason):
        step = steps.Merge(into.code, (region.code,)) if into is not None else steps.Dissolve(region.code)
        carry_out(REGIONS, day, [step])
    return Region._base_manager.get(pk=region.pk)


# --------------------------------------------------------------------------------------------- holdings
def hold(*, by: Actor, holder: Region, held: Region, day: date, until: date | None = None) -> RegionHolding:
    """Let a functional area hold a node of the tree from `day` on; the node keeps its place there.

    Raises Refusal where the area held it on one of those days already, and where either does not live on
    `day`.
    """
    for region in (holder, held):
        refuse_not_there(region, day)
    if holder.pk == held.pk:
        raise Refusal(_("功能区不能托管自己"), remedy=_("另选托管区域"))
    refuse_overlap(RegionHolding._base_manager.filter(holder=holder, held=held), day, until)
    with write(by=by, action="region.hold"):
        holding = RegionHolding(holder=holder, held=held, valid_from=day, valid_to=until)
        holding.save()
    return holding


def release(*, by: Actor, holding: RegionHolding, day: date) -> RegionHolding:
    """End a holding on `day`."""
    with write(by=by, action="region.release"):
        end_record(holding, day)
    return holding
