"""Giving a matter to units, and passing it on."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from jiceng.matters.actions.context import Turning
from jiceng.matters.clocks import follow
from jiceng.matters.enums import DispatchState, LinkKind, Part
from jiceng.matters.holding import living, store
from jiceng.matters.models import Dispatch, MatterLink
from jiceng.matters.registry import Effect, Names, NoSettings, register_effect
from jiceng.organisations.models import Unit
from jiceng.packs.sections import PackModel
from jiceng.records.refusals import Refusal

MOST_PASSES = 9


class SendSettings(PackModel):
    """Which fields name the receivers, filled in at the step or before."""

    lead: Annotated[str, Names("fields", ("unit",))] = Field(
        "", description="主办单位取自哪个字段（kind: unit）"
    )
    support: Annotated[str, Names("fields", ("units",))] = Field(
        "", description="协办单位取自哪个字段（kind: units）"
    )
    of: LinkKind | None = Field(
        None, description="没有填主办单位时，派给所关联事项的承办单位，如督办派给被督办事项的承办单位"
    )


class PassSettings(PackModel):
    """Which field of the step names who is to have it instead."""

    to: Annotated[str, Names("fields", ("unit",))] = Field(description="转给的单位取自哪个字段（kind: unit）")


def send(turning: Turning, settings: SendSettings) -> None:
    """Give the matter to the units named. Raises Refusal without any, and for one that has it already."""
    receivers = named(turning, settings.lead, settings.support)
    if settings.of is not None and Part.LEAD not in receivers.values():
        receivers = receivers_of(turning, settings.of) | receivers
    if not receivers:
        raise Refusal(_("没有选承办单位"), str(turning.matter), _("至少选一个"))
    for unit, part in receivers.items():
        give(turning, unit, part)


def named(turning: Turning, lead: str, support: str) -> dict[Unit, Part]:
    """The units that two fields name, each once, with their parts."""
    first, others = turning.value(lead), turning.value(support) or []
    return {**dict.fromkeys(others, Part.SUPPORT), **({first: Part.LEAD} if first else {})}


def receivers_of(turning: Turning, kind: LinkKind) -> dict[Unit, Part]:
    """The units that still have the matter that this one hangs on, with their parts."""
    others = MatterLink.objects.filter(matter=turning.matter, kind=kind).values("other")
    rows = Dispatch._base_manager.filter(matter__in=others, ended_on__isnull=True).select_related("unit")
    return {row.unit: Part(row.part) for row in rows.order_by("pk")}


class AssignSettings(PackModel):
    """Which fields name who does what from now on."""

    lead: Annotated[str, Names("fields", ("unit",))] = Field(description="主办单位取自哪个字段（kind: unit）")
    support: Annotated[str, Names("fields", ("units",))] = Field(
        "", description="协办单位取自哪个字段（kind: units）"
    )


def assign(turning: Turning, settings: AssignSettings) -> None:
    """Say who of those called leads and who supports; who was not called yet is now, and who is named for neither
    has done its part.
    """
    wanted = named(turning, settings.lead, settings.support)
    rows = Dispatch._base_manager.filter(matter=turning.matter, ended_on__isnull=True)
    for dispatch in rows.select_related("unit").order_by("pk"):
        part = wanted.pop(dispatch.unit, None)
        if part is None:
            dispatch.state, dispatch.ended_on = DispatchState.ACCEPTED, turning.day
            dispatch.save()
            follow(turning.matter, turning.spec, turning.step, turning.at, turning.day, dispatch)
        elif part != dispatch.part:
            dispatch.part = part
            dispatch.save()
    for unit, part in wanted.items():
        give(turning, unit, part)


def rework(turning: Turning, _settings: NoSettings) -> None:
    """Give it back to all who have answered: each goes on from where it had signed for it."""
    rows = Dispatch._base_manager.filter(matter=turning.matter, ended_on__isnull=True)
    for dispatch in rows.filter(state=DispatchState.ANSWERED).order_by("pk"):
        dispatch.state = DispatchState.SIGNED
        dispatch.answered_at = dispatch.answered_on = dispatch.late = None
        dispatch.save()
        follow(turning.matter, turning.spec, turning.step, turning.at, turning.day, dispatch)


def claim(turning: Turning, _settings: NoSettings) -> None:
    """Take the matter on for the unit that one acts for: its dispatch, signed for. Raises Refusal for who acts for
    none.
    """
    unit = Unit._base_manager.filter(pk=turning.unit or 0).first()
    if unit is None:
        raise Refusal(_("你不代表任何单位，不能认领"), str(turning.matter), _("由承接单位的经办人认领"))
    made = give(turning, unit, Part.LEAD)
    made.state, made.signed_at = DispatchState.SIGNED, turning.at
    made.save()
    follow(turning.matter, turning.spec, turning.step, turning.at, turning.day, made)


def give(turning: Turning, unit: Unit, part: str, before: Dispatch | None = None) -> Dispatch:
    """One dispatch to `unit`, sent by who takes the step, its clocks running."""
    if unit.valid_from > turning.day or (unit.valid_to is not None and unit.valid_to <= turning.day):
        raise Refusal(_("单位在%(day)s不存在") % {"day": turning.day}, str(unit), _("另选单位"))
    if any(dispatch.unit_id == unit.pk for dispatch in living(turning.matter)):
        raise Refusal(_("已经派给该单位"), str(unit), _("另选单位"))
    made = Dispatch(
        matter=turning.matter,
        unit=unit,
        region_id=unit.region_id,
        region_path=unit.region_path,
        part=part,
        before=before,
        passes=before.passes + 1 if before else 0,
        sent_by=turning.by.actor.key,
        sent_by_name=turning.by.actor.name,
        sent_at=turning.at,
        sent_on=turning.day,
    )
    store(turning.matter, made)
    follow(turning.matter, turning.spec, turning.step, turning.at, turning.day, made)
    return made


def pass_on(turning: Turning, settings: PassSettings) -> None:
    """Offer one's dispatch to another unit. Until that signs for it the first receiver stays responsible: its
    own dispatch ends only then.
    """
    mine, unit = turning.dispatch, turning.values[settings.to]
    assert mine is not None
    if mine.passes >= MOST_PASSES:
        raise Refusal(_("已流转%(n)s次，不能再转") % {"n": mine.passes}, str(mine), _("退回派单人"))
    if Dispatch._base_manager.filter(before=mine, state=DispatchState.SENT).exists():
        raise Refusal(_("已转出，等待对方签收"), str(mine), _("对方退回后才能再转"))
    give(turning, unit, mine.part, before=mine)
    turning.matter.passes += 1


NEW, SIGNED = frozenset({DispatchState.SENT}), frozenset({DispatchState.SIGNED})
ASSIGNED = NEW | {DispatchState.ACCEPTED}

register_effect(Effect("dispatch", gettext_noop("派单"), send, SendSettings, sends=True, brings=NEW))
register_effect(Effect("pass_on", gettext_noop("转派"), pass_on, PassSettings, sends=True, brings=NEW))
register_effect(
    Effect("assign", gettext_noop("明确主办和协办"), assign, AssignSettings, sends=True, brings=ASSIGNED)
)
register_effect(Effect("rework", gettext_noop("全部发回重办"), rework, brings=SIGNED))
register_effect(Effect("claim", gettext_noop("认领"), claim, sends=True, brings=SIGNED))
