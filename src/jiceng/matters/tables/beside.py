"""What exports tell of matters besides their own columns: the words of their type, and their receivers' part."""

from collections.abc import Mapping, Sequence
from typing import Any

from jiceng.matters.enums import COUNTED, Part
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch, Flow, Matter
from jiceng.matters.tables.telling import result_term

JOINT = "、"
NOTHING = dict.fromkeys(("@lead", "@support", "@sent_at", "@signed_at", "@answered_at", "@answer"))


def beside(keys: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """By matter: type, state and result in the words that an import understands; who had it, when it was sent, signed
    for and answered (by the first of them), and the answer.
    """
    listed = list(Matter._base_manager.filter(pk__in=keys).values_list("pk", "flow", "state", "outcome"))
    flows = {flow.pk: spec_of(flow) for flow in Flow.objects.filter(pk__in={row[1] for row in listed})}
    found: dict[int, dict[str, Any]] = {}
    for pk, flow, state, outcome in listed:
        spec = flows[flow]
        label = spec.states[state].label if state in spec.states else state
        found[pk] = {**NOTHING, "@type": spec.label, "@state": label, "@outcome": result_term(outcome)}
    parts = Dispatch._base_manager.filter(matter__in=keys, state__in=COUNTED).order_by("pk")
    columns = ("matter_id", "unit__name", "part", "sent_at", "signed_at", "answered_at", "answer")
    for matter, unit, part, sent, signed, answered, answer in parts.values_list(*columns):
        told = found[matter]
        name = "@lead" if part == Part.LEAD and told["@lead"] is None else "@support"
        told[name] = JOINT.join(filter(None, (told[name], unit)))
        if told["@sent_at"] is None:
            told |= {"@sent_at": sent, "@signed_at": signed, "@answered_at": answered}
        told["@answer"] = told["@answer"] or answer
    return found
