"""Fields of matters as they are written on a command line: `key=value`, records by what people call them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model, Q

from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.matters.values import RECORDS, SEVERAL
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Household, Person
from jiceng.records.refusals import Refusal

CALLED: Mapping[type[Model], tuple[str, ...]] = {
    Unit: ("code", "name"),
    PartyOrg: ("code", "name"),
    Region: ("code",),
    Household: ("code",),
    Matter: ("number",),
    Person: ("pk",),
}
"""By which columns a record is named, the first that fits. A person's name is nobody's alone."""

LISTS = SEVERAL | {"terms", "photo", "file"}


def given_for(spec: MatterSpec, written: Sequence[str]) -> dict[str, Any]:
    """The values by field key, for the action to check; records by their keys. Raises Refusal for what is no
    `key=value`, for an unknown field, and for a name that no record bears, or several do.
    """
    given: dict[str, Any] = {}
    for pair in written:
        key, sign, value = pair.partition("=")
        if not sign:
            raise Refusal(f"“{pair}”不是 字段=值", "--field", "例如 --field text=路灯不亮")
        if key not in spec.fields:
            raise Refusal(f"没有字段“{key}”", "--field", f"有：{'、'.join(spec.fields)}")
        kind = spec.fields[key].kind
        found = _record(RECORDS[kind], value, key) if kind in RECORDS else value
        if kind in LISTS:
            given.setdefault(key, []).append(found)
        else:
            given[key] = found
    return given


def _record(model: type[Model], value: str, key: str) -> int:
    """The key of the record that `value` names."""
    for column in CALLED[model]:
        if column == "pk" and not value.isdecimal():
            continue
        rows = model._base_manager.filter(**{column: value})
        if hasattr(model, "valid_to"):
            rows = rows.filter(valid_to__isnull=True)
        keys = list(rows.values_list("pk", flat=True)[:2])
        if len(keys) == 2:
            raise Refusal(f"有几个“{value}”", f"--field {key}", "改用代码")
        if keys:
            return int(keys[0])
    raise Refusal(f"没有“{value}”", f"--field {key}", "核对名称或代码")


def dispatch_of(matter: Matter, unit: str) -> int:
    """The living dispatch of `matter` to the unit of that code or name; without one, the only one there is. Raises
    Refusal where that says none, or several.
    """
    rows = Dispatch._base_manager.filter(matter=matter, ended_on__isnull=True).select_related("unit")
    found = list(rows.filter(Q(unit__code=unit) | Q(unit__name=unit)) if unit else rows)
    if len(found) == 1:
        return int(found[0].pk)
    names = "、".join(dispatch.unit.name for dispatch in rows)
    what = f"没有派给“{unit}”" if unit else "没有写明是哪张派单" if found else "没有在办的派单"
    raise Refusal(what, matter.number, f"用 --dispatch 写承办单位：{names}" if names else "")
