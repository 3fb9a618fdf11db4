"""What one person may do with a matter now: its buttons, and those of its dispatches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from jiceng.accounts.scoping import Access
from jiceng.matters.actions.stepping import ended_before
from jiceng.matters.enums import Hand, Phase
from jiceng.matters.flows import holds
from jiceng.matters.inputs import MatterRow
from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.rights import Standing
from jiceng.matters.sections import MatterSpec, StepSpec
from jiceng.packs.catalogue import name_of_item
from jiceng.packs.filters.nodes import AllOf, Node, columns


@dataclass(frozen=True, slots=True)
class Button:
    """A step that the person's office takes from where the matter (or this dispatch of it) is now.

    `why` says what stands in its way for the moment; empty where nothing does.
    """

    key: str
    step: StepSpec
    dispatch: Dispatch | None = None
    why: str = ""


def buttons(
    access: Access, matter: Matter, spec: MatterSpec, dispatches: Iterable[Dispatch], at: datetime
) -> Sequence[Button]:
    """The buttons of `matter` for the person of `access` at the moment `at`, in the order of the flow: those of the
    matter itself first, then those of each of its `dispatches`. As many queries for many dispatches as for one.
    """
    day = timezone.localdate(at)
    standing, row = Standing(access, matter), MatterRow(matter, day, at)
    asked: list[tuple[str, StepSpec, Dispatch | None]] = [
        (key, step, None)
        for key, step in spec.steps.items()
        if step.on == "matter" and step.by == Hand.PERSON and matter.state in step.of
    ]
    asked += [
        (key, step, dispatch)
        for dispatch in dispatches
        for key, step in spec.steps.items()
        if step.on == "dispatch" and step.by == Hand.PERSON and ready(step, matter, dispatch)
    ]
    found = []
    for key, step, dispatch in asked:
        if standing.entitled(step, dispatch) is None:
            continue
        why = ""
        if took := standing.took(step):
            why = _("你办过“%(step)s”，这一步须换人办理") % {"step": _named(spec, took)}
        elif not holds(step.when, row, day):
            why = _("还不具备条件：%(what)s") % {"what": _unmet(step.when, row, day)}
        found.append(Button(key, step, dispatch, why))
    return found


def ready(step: StepSpec, matter: Matter, dispatch: Dispatch) -> bool:
    """Whether a step on a dispatch leads on from where it and its matter are."""
    if dispatch.state not in step.of or ended_before(matter, dispatch):
        return False
    return matter.state in step.in_ if step.in_ else matter.phase != Phase.DONE


def _unmet(node: Node, row: MatterRow, day: date) -> str:
    """The names of what a condition that does not hold looks at: of a conjunction the parts that fail."""
    parts = node.parts if isinstance(node, AllOf) else (node,)
    failing = [part for part in parts if not holds(part, row, day)]
    names = dict.fromkeys(gettext(column.label) for part in failing for column in columns(part))
    return _("、").join(names)


def _named(spec: MatterSpec, key: str) -> str:
    """What a step is called that another person must have taken: one of this flow, raising, or one of another
    matter's.
    """
    if key == "raise":
        return _("提出")
    return (
        name_of_item(spec.steps[key], english=(get_language() or "").startswith("en"))
        if key in spec.steps
        else _("所关联的事项")
    )
