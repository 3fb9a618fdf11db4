"""A step while it is being taken: what it knows, and what its effects may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiceng.accounts.scoping import Access, actor_of
from jiceng.matters.enums import Hand
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.matters.values import RECORDS, SEVERAL, as_text
from jiceng.protection.actors import Actor


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts: a person with her rights, the reporter, or the system."""

    actor: Actor
    hand: Hand
    access: Access | None = None

    @classmethod
    def person(cls, access: Access) -> "Acting":
        """Someone with an account, within her rights."""
        return cls(actor_of(access.user), Hand.PERSON, access)

    @classmethod
    def system(cls, task: str) -> "Acting":
        """The machine itself."""
        return cls(Actor.system(task), Hand.SYSTEM)

    @classmethod
    def reporter(cls, key: str) -> "Acting":
        """Whoever reported it, known by a key that names nobody."""
        return cls(Actor(f"reporter:{key}", "反映人"), Hand.REPORTER)


@dataclass(slots=True)
class Turning:
    """One step in one matter, inside its write. Effects read it, change `matter` and `dispatch`, and add to
    `data`, which the timeline keeps. `at` is aware; `day` its local date, the day on which all of it happens.
    """

    matter: Matter
    spec: MatterSpec
    by: Acting
    at: datetime
    step: str
    dispatch: Dispatch | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    office: str = ""
    unit: int | None = None  # for which the person acts, where she acts for one
    event: Event | None = None

    def value(self, field: str) -> Any:
        """What a field holds now: as filled in at this step, or kept from an earlier one; None for nothing."""
        if not field or field in self.values:
            return self.values.get(field)
        spec = self.spec.fields[field]
        if spec.column is not None:
            return getattr(self.dispatch or self.matter, spec.column, None)
        kept = self.matter.values().get(field)
        model = RECORDS.get(spec.kind)
        if model is None or kept is None:
            return kept
        rows = model._base_manager.in_bulk(kept if spec.kind in SEVERAL else [kept])
        found = [rows[key] for key in (kept if spec.kind in SEVERAL else [kept]) if key in rows]
        return found if spec.kind in SEVERAL else next(iter(found), None)

    def keep(self, field: str, value: Any) -> None:
        """Let an effect fill a field of the type's own (one without a column): in the timeline and with the
        matter.
        """
        self.data[field] = value
        self.matter.data = as_text({**self.matter.values(), field: value})

    @property
    def day(self) -> date:
        """The local date of the step."""
        return timezone.localdate(self.at)
