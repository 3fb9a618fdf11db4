"""What a pack says of matters: types with their forms, states, steps, clocks and routing."""

from jiceng.matters.sections.clocks import ClockSpec, LimitSpec
from jiceng.matters.sections.fields import FieldSpec
from jiceng.matters.sections.flows import MatterSpec
from jiceng.matters.sections.steps import DoerSpec, EffectSpec, RouteSpec, StateSpec, StepSpec
from jiceng.packs.sections import Section, register_section

MATTERS = register_section(
    Section(
        key="matters",
        model=MatterSpec,
        keyed=True,
        label="事项类型",
        description="在人手之间一步步办理的事：表单、状态、步骤、时限、派单",
    )
)

__all__ = [
    "MATTERS",
    "ClockSpec",
    "DoerSpec",
    "EffectSpec",
    "FieldSpec",
    "LimitSpec",
    "MatterSpec",
    "RouteSpec",
    "StateSpec",
    "StepSpec",
]
