"""Whom the type's rules propose, put into the form of a step that sends a matter out; a person corrects it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from jiceng.matters.enums import Part
from jiceng.matters.models import Matter
from jiceng.matters.queries.proposing import Proposal, proposals
from jiceng.matters.registry import all_effects
from jiceng.matters.sections import StepSpec
from jiceng.web.matters.forms.sheets import Proposed, Sheet

LEADS, SUPPORTS = ("lead", "to"), ("support",)
"""What the settings of effects call the fields that name who is to have a matter."""


def with_proposals(request: Any, sheet: Sheet, step: StepSpec, matter: Matter) -> Sheet:
    """`sheet` with the units proposed for `matter`, where `step` sends it out: offered beside the fields, and in them
    where nothing stands there yet.
    """
    fields = dict(_fields(sheet, step))
    if not fields:
        return sheet
    found = proposals(sheet.spec, matter, sheet.day, request.access.scope())
    if not found:
        return sheet
    offered = [Proposed(each.unit.pk, each.unit.name, each.why) for each in found]
    stands: dict[str, Any] = {
        key: _standing(part, found) for key, part in fields.items() if not sheet.stands.get(key)
    }
    return replace(sheet, stands={**sheet.stands, **stands}, proposed=dict.fromkeys(fields, offered))


def _fields(sheet: Sheet, step: StepSpec) -> Iterator[tuple[str, Part]]:
    """The fields of the form that name who is to have the matter, and as what."""
    for effect in step.does:
        if not all_effects()[effect.do].sends:
            continue
        for names, part in ((LEADS, Part.LEAD), (SUPPORTS, Part.SUPPORT)):
            for name in names:
                if (key := getattr(effect.settings, name, "")) and key in sheet.keys:
                    yield key, part


def _standing(part: Part, found: Sequence[Proposal]) -> Any:
    keys = [each.unit.pk for each in found if each.part == part]
    return keys if part == Part.SUPPORT else next(iter(keys), None)
