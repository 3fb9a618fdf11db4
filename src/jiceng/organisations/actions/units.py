"""Founding, changing and closing units."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from django.utils.translation import gettext as _

from jiceng.organisations import codes
from jiceng.organisations.actions.authorities import ensure_node, move_under, refuse_while_authority
from jiceng.organisations.actions.ends import end_record, missing, refuse_not_there
from jiceng.organisations.models import Designation, PartyOrgCover, Region, Unit
from jiceng.organisations.naming import clean_name, initials
from jiceng.organisations.queries import paths_today
from jiceng.organisations.spans import (
    UNITS,
    Stretches,
    begin_many,
    by_column,
    change_many,
    chunks,
    end_many,
    no_later_than_today,
    redate,
)
from jiceng.organisations.terms import require_all, usual_status
from jiceng.organisations.trees import Allocator, refuse_ended
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write


class UnitChanges(TypedDict, total=False):
    """What may be changed about a unit; what is left out stays."""

    name: str
    code: str
    code_note: str
    kind: str
    industry: str
    status: str
    region: Region
    authority: Unit | None
    gathered_in: Unit | None
    employees: int | None
    above_scale: bool | None
    principal: str
    address: str
    surveyed_on: date | None
    survey_source: str


class UnitFields(UnitChanges, total=False):
    """What a new unit has: what may be changed, and the day on which a former unit ended."""

    until: date | None


def drafted_unit(*, by: Actor, day: date, **fields: Unpack[UnitFields]) -> Unit:
    """A new unit, checked by itself but not stored; `found_units` stores many. `name`, `kind` and `region`
    are needed.

    Raises Refusal for a failing code without a note, an unknown term, a head count below zero, a region
    that had ended.
    """
    values: dict[str, Any] = dict(fields)
    until, note = values.pop("until", None), values.pop("code_note", "")
    no_later_than_today(until or day)
    values = _checked(values, by, note, day)
    for column in ("name", "kind", "region"):
        if not values.get(column):
            raise missing(Unit, column)
    values.setdefault("status", usual_status())
    return Unit(**values, valid_from=day, valid_to=until)


def found_units(*, by: Actor, units: Sequence[Unit], reason: str = "") -> None:
    """Store drafted units with their first spans in one write; sets their keys.

    Raises Refusals naming, by their place in `units` (first is 1), those whose code another living unit
    bears.
    """
    _refuse_codes_in_use(units)
    with write(by=by, action="unit.found", reason=reason):
        allocator = Allocator(UNITS)
        histories: dict[int, Stretches] = {}
        nodes: set[int] = set()
        paths = paths_today(u.region_id for u in units)
        for place, unit in enumerate(units):
            unit.region_path = paths[unit.region_id]
            if unit.authority_id and unit.authority is not None:
                if unit.authority_id not in nodes:
                    ensure_node(unit.authority, allocator)
                    nodes.add(unit.authority_id)
                unit.authority_path, histories[place] = allocator.place(
                    unit.authority, unit.valid_from, leaf=True
                )
        begin_many(UNITS, units, histories=histories)


def found_unit(*, by: Actor, day: date, reason: str = "", **fields: Unpack[UnitFields]) -> Unit:
    """Add a unit that exists from `day` on; raises what `drafted_unit` and `found_units` raise."""
    unit = drafted_unit(by=by, day=day, **fields)
    try:
        found_units(by=by, units=[unit], reason=reason)
    except Refusals as refusals:
        raise Refusal(refusals.refusals[0].what, remedy=refusals.refusals[0].remedy) from None
    return unit


def change_unit(
    *, by: Actor, unit: Unit, day: date, reason: str = "", **changes: Unpack[UnitChanges]
) -> Unit:
    """Change a unit from `day` on; what is not dated (code, principal, address, survey) changes at once.

    Raises Refusal as `drafted_unit` and `spans.change_many` do, and for a cycle of authorities.
    """
    values: dict[str, Any] = dict(changes)
    moves = "authority" in values and _key(values["authority"]) != unit.authority_id
    authority = values.pop("authority", None)
    note = values.pop("code_note", "")
    values = _checked(values, by, note, day)
    if "region" in values:
        values["region_path"] = paths_today([values["region"].pk])[values["region"].pk]
    if values.get("code"):
        _refuse_codes_in_use([Unit(pk=unit.pk, code=values["code"])])
    with write(by=by, action="unit.change", reason=reason):
        if moves:
            move_under(unit, authority, day)
        if values:
            change_many(UNITS, day, {unit.pk: by_column(UNITS, values)})
    return Unit._base_manager.get(pk=unit.pk)


def redate_unit(*, by: Actor, unit: Unit, founded: date, reason: str = "") -> Unit:
    """Correct the day from which `unit` exists."""
    with write(by=by, action="unit.redate", reason=reason):
        return redate(UNITS, unit, founded)  # type: ignore[no-any-return]


def close_unit(
    *, by: Actor, unit: Unit, day: date, status: str = "", successor: Unit | None = None, reason: str = ""
) -> Unit:
    """End a unit on `day`, perhaps with a last `status`; ends who covers it and the standings it holds, too.
    What it still had to do falls to its `successor` (`queries.heir_of`).

    Raises Refusal while other units answer to it, for a successor that is itself or does not live on `day`, and
    as `spans.end_many` does.
    """
    require_all("unit", {"status": status})
    last: dict[str, Any] = {"status": status} if status else {}
    if successor is not None:
        if successor.pk == unit.pk:
            raise Refusal(_("单位不能由自己承接"), str(unit), _("另选承接单位，或不填"))
        refuse_not_there(Unit._base_manager.get(pk=successor.pk), day)
        last["successor_id"] = successor.pk
    with write(by=by, action="unit.close", reason=reason):
        refuse_while_authority(unit)
        row: Unit = end_many(UNITS, day, {unit.pk: last})[0]
        for held in (PartyOrgCover, Designation):
            for record in held._base_manager.filter(unit=unit, valid_to__isnull=True, valid_from__lt=day):
                end_record(record, day)
    return row


def _key(record: Any) -> int | None:
    return record.pk if record is not None else None


def _checked(values: dict[str, Any], by: Actor, note: str, day: date) -> dict[str, Any]:
    """The values as they are stored. Raises Refusal for one that cannot be."""
    require_all("unit", values)
    if "name" in values:
        values["name"] = clean_name(values["name"])
        if not values["name"]:
            raise missing(Unit, "name")
        values["initials"] = initials(values["name"])[:160]
    if values.get("code"):
        values["code"] = codes.folded(values["code"])
        fault = codes.uscc_fault(values["code"])
        values["code_note"], values["code_noted_by"] = codes.passed(values["code"], fault, note=note, by=by)
    if (values.get("employees") or 0) < 0:
        raise Refusal(_("职工人数不能小于零"), remedy=_("更正人数；不清楚的留空"))
    region = values.get("region")
    if region is not None and region.valid_to is not None and region.valid_to <= day:
        refuse_ended(region, day, founded=False)
    return values


def _refuse_codes_in_use(units: Sequence[Unit]) -> None:
    """Raise Refusals for codes that a living unit bears, or two of `units`."""
    coded = [(n, u) for n, u in enumerate(units, start=1) if u.code and u.valid_to is None]
    twice = {code for code, count in Counter(u.code for _n, u in coded).items() if count > 1}
    own = {u.pk for _n, u in coded if u.pk}
    held: dict[str, str] = {}
    for some in chunks({u.code for _n, u in coded}):
        rows = Unit._base_manager.filter(code__in=some, valid_to__isnull=True).exclude(pk__in=own)
        held |= dict(rows.values_list("code", "name"))
    faults = [
        Refusal(
            _("统一社会信用代码 %(code)s 已有：%(name)s")
            % {"code": u.code, "name": held.get(u.code, u.name)},
            _("第%(n)s条") % {"n": n},
            _("核对代码；同一单位的，更新原记录"),
        )
        for n, u in coded
        if u.code in held or u.code in twice
    ]
    if faults:
        raise Refusals(faults)
