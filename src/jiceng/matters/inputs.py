"""What conditions of flows may name: the matter as it stands, its receivers, and what is known of its subject."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from jiceng.coverage.models import CoverageSpan
from jiceng.matters.enums import COUNTED, WORKING, DispatchState, Hand, LinkKind, Outcome, Part, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.holding import clocks_of, dispatches_of, held
from jiceng.matters.models import Event, Matter, MatterLink
from jiceng.records.bases import valid_on
from jiceng.records.facts import Column, Fact, Reference, register_fact

INPUT = register_fact(
    Fact(
        key="matter_input",
        table="",
        label=_("事项情况"),
        model="matters.matter",
        columns=(
            Column("category", "code", _("类别"), vocabulary="matter_categories"),
            Column("grade", "code", _("分级"), vocabulary="matter_grades"),
            Column("channel", "code", _("来源"), vocabulary="matter_channels"),
            Column("means", "code", _("办理方式"), vocabulary="matter_means"),
            Column("satisfaction", "code", _("满意度"), vocabulary="satisfactions"),
            Column("households", "integer", _("涉及户数")),
            Column("solved", "boolean", _("反映人认为已解决")),
            Column("reached", "boolean", _("已联系上")),
            Column("reopened", "integer", _("重办次数")),
            Column("passes", "integer", _("流转次数")),
            Column("outcome", "text", _("结果")),
            Column("public", "boolean", _("已公开")),
            Column("led", "boolean", _("已明确责任人")),
            Reference("region", "region", _("所在区域")),
            Reference("unit", "unit", _("单位")),
            Reference("party_org", "party_org", _("党组织")),
            Column("receivers", "integer", _("承办单位数")),
            Column("receivers_sent", "integer", _("尚未签收的承办单位数")),
            Column("receivers_working", "integer", _("尚未答复的承办单位数")),
            Column("receivers_answered", "integer", _("已答复的承办单位数")),
            Column("receivers_arrived", "integer", _("已到场的承办单位数")),
            Column("receivers_unmarked", "integer", _("尚未评价的承办单位数")),
            Column("leads", "integer", _("主办单位数")),
            Column("leads_answered", "integer", _("已答复的主办单位数")),
            Column("late", "boolean", _("事项时限已过")),
            Column("serving", "integer", _("服务本件、尚未办结的事项数")),
            Column("served", "boolean", _("服务本件的事项已解决")),
            Column("appeal_upheld", "boolean", _("对本件的申诉已成立")),
            Column("other_done", "boolean", _("所关联的事项已办结")),
            Column("organised", "boolean", _("单位已有党组织覆盖")),
            Column("worked", "boolean", _("单位已有党的工作覆盖")),
            Column("in_scope", "boolean", _("单位在覆盖范围内")),
            Column("members", "integer", _("单位党员数")),
            Column("full_members", "integer", _("单位正式党员数")),
        ),
        countable=False,
    )
)
"""The columns a flow's conditions may name; not a countable fact of its own."""

PLAIN = (
    "category", "grade", "channel", "means", "satisfaction", "households", "solved", "reached", "reopened",
    "passes", "outcome",
)  # fmt: skip

WORLD = frozenset({"organised", "worked", "in_scope", "members", "full_members"})
"""What changes without anybody touching the matter: what `_coverage` finds."""


class MatterRow(Mapping[str, Any]):
    """A matter's columns as conditions see them on `day`, at the moment `at` (default: now); what needs a query is
    asked when it is first looked at.
    """

    def __init__(self, matter: Matter, day: date, at: datetime | None = None) -> None:
        self._matter, self._day, self._at = matter, day, at or timezone.now()
        self._found: dict[str, Any] = {
            "id": matter.pk,
            "public": matter.released_at is not None,
            "led": matter.lead_person_id is not None,
            "region": matter.region_id,
            "unit": matter.unit_id,
            "party_org": matter.party_org_id,
            **{name: getattr(matter, name) for name in PLAIN},
        }

    def __getitem__(self, name: str) -> Any:
        if name not in self._found:
            INPUT.column(name)  # raises KeyError for what is no column
            asked = next(ask for names, ask in ASKED if name.startswith(names))
            self._found |= asked(self._matter, self._day, self._at)
        return self._found[name]

    def __iter__(self) -> Any:
        return (column.name for column in INPUT.columns)

    def __len__(self) -> int:
        return len(INPUT.columns)


def reopened_at(matter: Matter) -> datetime | None:
    """When the matter was last reopened: who was given it before has no part in it now. None where it never was."""
    if not matter.reopened:
        return None
    states = spec_of(matter.flow).states
    done = [key for key, state in states.items() if state.phase == Phase.DONE]
    moved = Event.objects.filter(matter=matter.pk, dispatch__isnull=True, before__in=done).exclude(
        after__in=done
    )
    return moved.order_by("-seq").values_list("at", flat=True).first()


def _receivers(matter: Matter, _day: date, _at: datetime) -> dict[str, Any]:
    anew = reopened_at(matter)
    rows = [d for d in dispatches_of(matter) if d.state in COUNTED and (anew is None or d.sent_at >= anew)]
    answered = [row for row in rows if row.state in (DispatchState.ANSWERED, DispatchState.ACCEPTED)]
    return {
        "receivers": len(rows),
        "receivers_sent": sum(row.state == DispatchState.SENT for row in rows),
        "receivers_working": sum(row.state in WORKING for row in rows),
        "receivers_answered": len(answered),
        "receivers_arrived": sum(row.arrived_at is not None for row in rows),
        "receivers_unmarked": sum(not (row.coming and row.cooperation and row.effect) for row in rows),
        "leads": sum(row.part == Part.LEAD for row in rows),
        "leads_answered": sum(row.part == Part.LEAD for row in answered),
    }


def _late(matter: Matter, _day: date, at: datetime) -> dict[str, Any]:
    running = (c for c in clocks_of(matter) if c.dispatch_id is None and c.stopped_at is None)
    return {"late": any(clock.due_at is not None and clock.due_at < at for clock in running)}


def _neighbours(matter: Matter, _day: date, _at: datetime) -> dict[str, Any]:
    """What became of the matters that this one hangs together with. One that has served it, or an appeal that was
    upheld, counts until a person moves this one again: then it has had its effect.
    """
    if (holding := held(matter)) is not None and holding.alone:
        return {"serving": 0, "served": False, "appeal_upheld": False, "other_done": False}
    links = MatterLink.objects.filter(Q(matter=matter.pk) | Q(other=matter.pk))
    rows = links.values_list(
        "kind", "matter", "matter__outcome", "matter__closed_at", "matter__phase", "other__phase", named=True
    )
    moved = Event.objects.filter(matter=matter.pk).exclude(hand=Hand.SYSTEM).exclude(before=F("after"))
    last = moved.order_by("-seq").values_list("at", flat=True).first() if rows else None
    came = {
        row.kind
        for row in rows
        if row.matter != matter.pk
        and row.matter__outcome == Outcome.SOLVED
        and (last is None or row.matter__closed_at >= last)
    }
    hung = [row.other__phase for row in rows if row.matter == matter.pk]
    serving = [row for row in rows if row.matter != matter.pk and row.kind == LinkKind.SERVES]
    return {
        "serving": sum(row.matter__phase != Phase.DONE for row in serving),
        "served": LinkKind.SERVES in came,
        "appeal_upheld": LinkKind.APPEALS in came,
        "other_done": bool(hung) and all(phase == Phase.DONE for phase in hung),
    }


def _coverage(matter: Matter, day: date, _at: datetime) -> dict[str, Any]:
    """What the coverage rules say of the subject on the day; nothing where no ledger looks at it."""
    spans = CoverageSpan.objects.filter(valid_on(day), unit=matter.unit_id)
    found = list(spans.values("organised", "worked", "in_scope", "members", "full_members"))
    return {
        **{name: any(row[name] for row in found) for name in ("organised", "worked", "in_scope")},
        **{name: max((row[name] for row in found), default=0) for name in ("members", "full_members")},
    }


ASKED: tuple[tuple[tuple[str, ...], Callable[[Matter, date, datetime], dict[str, Any]]], ...] = (
    (("receivers", "leads"), _receivers),
    (("late",), _late),
    (("serving", "served", "appeal_upheld", "other_done"), _neighbours),
    (("",), _coverage),
)
"""By the beginnings of their names: who finds the columns that need a query."""
