"""Registers of matters: problem and rectification lists, ledgers of what was struck off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from jiceng.accounts.days import moment_on
from jiceng.accounts.permissions import Permission
from jiceng.coverage.compiling import canonical
from jiceng.matters.flows import packs_kept, spec_of
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.matters.values import RECORDS
from jiceng.reports.asking import Asked
from jiceng.reports.sources import FIELD, Lists, Name, Rows, Source, Values, Wanted, register_source
from jiceng.reports.sources.matters import FACTS, facts_of, said

COLUMNS: Mapping[str, Name] = {
    **FACTS,
    "state": Name("状态"),
    "unit": Name("单位"),
    "party_org": Name("党组织"),
    "lead_person": Name("责任人"),
    "progress": Name("进展"),
    "progress_on": Name("进展日期", "day"),
    "steps_taken": Name("办理步骤数", "integer"),
}


def _gather(asked: Asked, wanted: Wanted) -> tuple[Values, Lists]:
    """The matters of the wanted type (of all types without one) that were open on the last day or closed within the
    period.
    """
    rows = Matter.objects.filter(asked.inside("region_path"), raised_on__lte=asked.last)
    rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=asked.first))
    if wanted.of:
        rows = rows.filter(type=canonical(asked.catalogue, "matters", wanted.of))
    found = list(rows.order_by("raised_on", "pk"))
    told = matter_rows(found, asked)
    shut = [m.closed_on is not None and m.closed_on <= asked.last for m in found]
    closed = [row for row, done in zip(told, shut, strict=True) if done]
    still = [row for row, done in zip(told, shut, strict=True) if not done]
    label = asked.label(wanted.of, "matters") if wanted.of else "事项"
    values = {"type": label, "open_count": len(still), "closed_count": len(closed)}
    return values, {"matters": told, "open": still, "closed": closed}


def matter_rows(matters: Sequence[Matter], asked: Asked) -> list[dict[str, Any]]:
    """What registers write of matters: their facts, their state, the last thing noted up to the last day, and every
    field of their type.
    """
    keys = [matter.pk for matter in matters]
    whole = Matter._base_manager.select_related(
        "flow", "region__parent", "unit", "party_org", "person", "lead_person"
    ).in_bulk(keys)
    parts: dict[int, list[Dispatch]] = defaultdict(list)
    for part in Dispatch._base_manager.filter(matter__in=keys).select_related("unit").order_by("pk"):
        parts[part.matter_id].append(part)
    events: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(matter__in=keys, on__lte=asked.last).order_by("seq"):
        events[event.matter_id].append(event)
    now = moment_on(asked.today)
    with packs_kept():
        return [_row(whole[key], parts[key], events[key], now) for key in keys]


def _row(matter: Matter, parts: list[Dispatch], events: list[Event], now: datetime) -> dict[str, Any]:
    spec = spec_of(matter.flow)
    state = spec.states.get(events[-1].after if events and events[-1].after else matter.state)
    noted = next((event for event in reversed(events) if event.note), None)
    return {
        **facts_of(matter, spec, parts, now),
        "state": state.label if state is not None else matter.state,
        "unit": str(matter.unit or ""),
        "party_org": str(matter.party_org or ""),
        "lead_person": str(matter.lead_person or ""),
        "progress": noted.note if noted is not None else "",
        "progress_on": noted.on if noted is not None else None,
        "steps_taken": len(events),
        **dict(_fields(matter, spec, parts)),
    }


def _fields(matter: Matter, spec: MatterSpec, parts: Iterable[Dispatch]) -> Iterable[tuple[str, str]]:
    own = matter.values()
    for key, field in spec.fields.items():
        value = own.get(key) if field.column is None else _of_column(matter, field, parts)
        yield FIELD + key, "" if value in (None, "", []) else said(spec, field, _plain(value))


def _of_column(matter: Matter, field: FieldSpec, parts: Iterable[Dispatch]) -> Any:
    """What a field's column holds, of the matter or of whoever it was given to last."""
    column = f"{field.column}_id" if field.kind in RECORDS else str(field.column)
    for holder in (matter, *reversed(list(parts))):
        if value := getattr(holder, column, None):
            return value
    return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


MATTERS = register_source(
    Source(
        key="matters",
        label="区域和时期的事项",
        names={
            "type": Name("事项类型"),
            "open_count": Name("未办结数", "integer"),
            "closed_count": Name("办结数", "integer"),
        },
        lists={
            "matters": Rows("时期末未办结和时期内办结的事项", COLUMNS, fields=True),
            "open": Rows("时期末未办结的事项", COLUMNS, fields=True),
            "closed": Rows("时期内办结的事项", COLUMNS, fields=True),
        },
        gather=_gather,
        permission=Permission.MATTERS_VIEW,
        table="matters",
    )
)  # fmt: skip
