"""The effects that steps may have: declared in `effects`, named in packs by `do`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from jiceng.packs.sections import PackModel

if TYPE_CHECKING:
    from jiceng.matters.actions.context import Turning


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a setting that names something of the type itself: a field (of one of `kinds`), a step, a state:
    `lead: Annotated[str, Names("fields", ("unit",))]`. Checking a pack follows it.
    """

    part: Literal["fields", "steps", "states"]
    kinds: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What is looked for, in words."""
        what = {"fields": _("字段"), "steps": _("步骤"), "states": _("状态")}[self.part]
        return f"{'/'.join(self.kinds)} {what}" if self.kinds else what


class NoSettings(PackModel):
    """An effect that needs no more than its name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """`run` does it, inside the step's own transaction; what it raises undoes the step.

    `settings` says what a pack may set, `label` (Chinese) what it is, for the drawn flow and the reference.
    `sends` marks effects by which receivers come into being, `brings` names the states in which they leave a
    dispatch, `late` marks those that only follow from a clock that has run out: for checks of the flow.
    """

    key: str
    label: str
    run: "Callable[[Turning, Any], None]"
    settings: type[PackModel] = NoSettings
    sends: bool = False
    brings: frozenset[str] = frozenset()
    late: bool = False


_effects: dict[str, Effect] = {}


def register_effect(effect: Effect) -> Effect:
    """Let packs name this effect. Raises ValueError where another holds the key."""
    if effect.key in _effects and _effects[effect.key] != effect:
        raise ValueError(f"effect {effect.key} is declared twice")
    _effects[effect.key] = effect
    return effect


def all_effects() -> Mapping[str, Effect]:
    """Every registered effect by key."""
    return _effects
