"""What a form of a matter asks, and what stands in it at first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.matters.sections.fields import OF_DISPATCH
from jiceng.matters.values import RECORDS
from jiceng.organisations.models import Region


@dataclass(frozen=True, slots=True)
class Proposed:
    """A record that one tap puts into a field, and why it is offered."""

    key: int
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the inputs of a form are made for: fields of `spec` for a matter at `region` on `day`. `stands` says what
    stands in them at first: values by field key. `proposed` are records by field key.
    """

    spec: MatterSpec
    region: Region
    day: date
    required: Sequence[str]
    optional: Sequence[str]
    stands: Mapping[str, Any] = field(default_factory=dict)
    proposed: Mapping[str, Sequence[Proposed]] = field(default_factory=dict)

    @property
    def keys(self) -> Sequence[str]:
        """The fields that it asks, those that must be filled in first."""
        return [*self.required, *self.optional]


def sheet_of_step(matter: Matter, spec: MatterSpec, step: str, dispatch: Dispatch | None, day: date) -> Sheet:
    """The form of a step, with what the matter and the dispatch hold of its fields."""
    asked = spec.steps[step]
    keys = [*asked.fields, *asked.optional]
    stands = {key: held(matter, dispatch, spec, key) for key in keys}
    return Sheet(spec, matter.region, day, asked.fields, asked.optional, stands)


def held(matter: Matter, dispatch: Dispatch | None, spec: MatterSpec, key: str) -> Any:
    """What a matter (its dispatch) holds of a field: keys for records, None for nothing."""
    column = spec.fields[key].column
    if column is None:
        own = json.loads(dispatch.data) if dispatch is not None else {}
        return own.get(key, matter.values().get(key) if dispatch is None else None)
    if column == "point":
        return None if matter.longitude is None else (matter.longitude, matter.latitude)
    if column in OF_DISPATCH:
        return getattr(dispatch, column) if dispatch is not None else None
    return getattr(matter, f"{column}_id" if spec.fields[key].kind in RECORDS else column)
