"""Matters that hang together: one that serves several, and whoever is next in line."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.recording import locked, not_before
from jiceng.matters.actions.stepping import finish, in_hand, run_automatic, take_step
from jiceng.matters.enums import LinkKind, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Matter, MatterLink
from jiceng.matters.registry import Effect, Names, register_effect
from jiceng.packs.sections import PackModel
from jiceng.records.refusals import Refusal


class LinkSettings(PackModel):
    """How this matter hangs together with those that a field names."""

    field: Annotated[str, Names("fields", ("matters",))] = Field(description="取自哪个字段（kind: matters）")
    kind: LinkKind = Field(LinkKind.SERVES, description="关系：serves 一并解决、follows 由来")


class NextSettings(PackModel):
    """Who is next: the first of those that wait in a state takes a step."""

    waiting: Annotated[str, Names("states")] = Field(description="在哪个状态候补")
    step: Annotated[str, Names("steps")] = Field(
        description="递补者自动做哪一步（by: system、automatic: false）"
    )
    same: Annotated[str, Names("fields")] = Field(
        "", description="只在这个字段相同的事项之间递补，如同一批次"
    )
    best: Annotated[str, Names("fields", ("integer", "number"))] = Field(
        "", description="按这个数字字段从高到低；不写则按提出先后"
    )


def link(turning: Turning, settings: LinkSettings) -> None:
    """Let the matter serve (or follow) those named: when it ends they look at their own conditions again. Raises
    Refusal for one that has ended, and for one that already does so to this one.
    """
    matter, named = turning.matter, [other.pk for other in turning.value(settings.field) or []]
    locked(matter.pk, *named)  # so that none ends meanwhile
    for other in Matter._base_manager.filter(pk__in=named).order_by("pk"):
        if other.pk == matter.pk or other.phase == Phase.DONE:
            raise Refusal(_("只能关联另一件未办结的事项"), str(other), _("去掉它"))
        if MatterLink.objects.filter(matter=other, other=matter).exists():
            raise Refusal(_("那件事项已经反过来关联本件"), str(other), _("去掉它"))
        if not MatterLink.objects.filter(kind=settings.kind, matter=matter, other=other).exists():
            MatterLink(kind=settings.kind, matter=matter, other=other).save()


def next_in_line(turning: Turning, settings: NextSettings) -> None:
    """Let the best of those who wait move up; where nobody waits nothing happens."""
    matter = turning.matter
    rows = Matter._base_manager.select_for_update(no_key=True).filter(
        type=matter.type, state=settings.waiting
    )
    waiting = [
        other for other in rows.exclude(pk__in=in_hand()).order_by("pk") if _alike(other, turning, settings)
    ]
    if not waiting:
        return
    best = min(waiting, key=lambda other: (-(other.values().get(settings.best) or 0), other.pk))
    turning.data["moved_up"] = best.pk
    spec = spec_of(best.flow)
    best, at = locked(best.pk), not_before(best, turning.at)
    take_step(Turning(best, spec, Acting.system("matters"), at, settings.step))
    run_automatic(best, spec, at)
    finish(best, spec, at)


def _alike(other: Matter, turning: Turning, settings: NextSettings) -> bool:
    """Whether the other stands in the same line, by a wording of the type that knows the step."""
    mine = turning.matter.values().get(settings.same) if settings.same else None
    return settings.step in spec_of(other.flow).steps and other.values().get(settings.same) == mine


register_effect(Effect("link", gettext_noop("关联其他事项"), link, LinkSettings))
register_effect(Effect("next_in_line", gettext_noop("候补递补"), next_in_line, NextSettings))
