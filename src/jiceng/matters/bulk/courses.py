"""The known moments of a matter that was handled elsewhere, told in the words of a flow: which of its steps raised,
sent, signed for, answered and closed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jiceng.matters.enums import DispatchState, Hand, Outcome, Phase
from jiceng.matters.registry import all_effects
from jiceng.matters.sections import EffectSpec, MatterSpec, StepSpec

IMPORTED = "import"
"""The step of a timeline that says what another system told where the flow has no step for it."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A unit that was given the matter, and where it stands."""

    unit: int
    region: int
    region_path: str
    part: str


@dataclass(slots=True)
class Told:
    """What another system says of a matter's course: aware moments in their order, None for what it does not say.

    `state` is a state of the flow that it names (empty: what follows from the moments), `outcome` an `Outcome`.
    """

    raised_at: datetime
    sent_at: datetime | None = None
    signed_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    receivers: Sequence[Receiver] = field(default_factory=list)
    answer: str = ""
    state: str = ""
    outcome: str = ""


class Steps:
    """The steps of one type by what they bring about; None where the flow has none."""

    def __init__(self, spec: MatterSpec) -> None:
        self.spec = spec
        self.send = next((key for key, step in spec.steps.items() if self._sends(step)), None)
        self.sign = self._on_dispatch(DispatchState.SENT, DispatchState.SIGNED)
        self.answer = self._on_dispatch(DispatchState.SIGNED, DispatchState.ANSWERED)

    def _sends(self, step: StepSpec) -> bool:
        out = step.on == "matter" and self.spec.start in step.of
        return out and step.by == Hand.PERSON and self.sending(step) is not None

    @staticmethod
    def sending(step: StepSpec) -> EffectSpec | None:
        """The effect of a step by which it names receivers; None where it has none."""
        found = (effect for effect in step.does if all_effects()[effect.do].sends)
        return next((effect for effect in found if getattr(effect.settings, "lead", "")), None)

    def _on_dispatch(self, of: str, to: str) -> str | None:
        for key, step in self.spec.steps.items():
            if step.on == "dispatch" and step.side == "receiver" and of in step.of and step.to == to:
                return key
        return None

    def closing(self, state: str, outcome: str, to: str = "") -> str | None:
        """The step that closes with this outcome (solved, where it is not known), in the state `to` where that is
        named: one that leads on from `state`, else any; None where the flow has none.
        """
        ends = {
            key: step
            for key, step in self.spec.steps.items()
            if step.on == "matter"
            and step.to is not None
            and self.spec.states[step.to].phase == Phase.DONE
            and to in ("", step.to)
        }
        fitting = {key: step for key, step in ends.items() if step.outcome == (outcome or Outcome.SOLVED)}
        chosen = fitting or (ends if to else {})
        here = [key for key, step in chosen.items() if state in step.of]
        return next(iter(here or chosen), None)

    def ended(self, to: str) -> str:
        """The state in which a matter ends where no step tells which: `to`, where that is named."""
        return to or next(key for key, state in self.spec.states.items() if state.phase == Phase.DONE)
