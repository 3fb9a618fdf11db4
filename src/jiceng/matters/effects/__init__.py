"""What a step may bring about. Each is general; packs name it by `do` and set it."""

from jiceng.matters.effects import appointing, dispatching, drafting, escalating, linking, organising

__all__ = ["appointing", "dispatching", "drafting", "escalating", "linking", "organising"]
