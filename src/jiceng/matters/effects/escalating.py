"""A matter whose clock has run out, brought before somebody more."""

from django.utils.translation import gettext_noop

from jiceng.matters.actions.context import Turning
from jiceng.matters.registry import Effect, register_effect
from jiceng.matters.sections.steps import DoerSpec
from jiceng.matters.turns import ESCALATE


class EscalateSettings(DoerSpec):
    """Before whom: a role, at the nearest region of a kind above the matter (`at`)."""


def escalate(turning: Turning, settings: EscalateSettings) -> None:
    """Tell the timeline. That the matter is before them follows from the clock, for as long as it runs
    (`turns`).
    """
    turning.data.setdefault("escalated", []).append({"role": settings.role, "at": settings.at or ""})


register_effect(Effect(ESCALATE, gettext_noop("报上一级"), escalate, EscalateSettings, late=True))
