"""Who acts, as a value: lower rooms know an actor, never a user of the web."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a write or the reader of a protected value.

    `key` is stable and goes into the audit chain (`user:12`, `os:root`, `system:refresh`); `name` is what
    people read.
    """

    key: str
    name: str

    @classmethod
    def system(cls, task: str) -> "Actor":
        """The machine itself, doing `task` without a person having asked for it at this moment."""
        return cls(f"system:{task}", task)
