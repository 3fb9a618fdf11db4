"""What matters, their states, steps and holders are called on a page, in the visitor's language."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from jiceng.accounts.models import User
from jiceng.accounts.roles import ROLES
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Flow, Matter, Turn
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import name_of_item
from jiceng.web.packs.shaping import english

OWN_STEPS = {
    "raise": pgettext_lazy("step", "提出"),
    "take": pgettext_lazy("step", "认领"),
    "nudge": pgettext_lazy("step", "催办"),
    "join": pgettext_lazy("step", "并案"),
    "link": pgettext_lazy("step", "关联"),
    "unlink": pgettext_lazy("step", "解除关联"),
    "release": pgettext_lazy("step", "公开"),
    "unrelease": pgettext_lazy("step", "撤回公开"),
    "late": pgettext_lazy("step", "超时"),
}
"""Steps that no flow lists, because every matter has them."""


def said(item: Any) -> str:
    """What a type, state, step, field or clock of a flow is called."""
    return name_of_item(item, english=english())


def described(spec: MatterSpec) -> str:
    """What a type is about, in a sentence; nothing in English where the pack says it in Chinese alone."""
    return spec.description_en if english() else spec.description


def step_name(spec: MatterSpec, key: str) -> str:
    """What a step of a timeline is called; its key where neither the flow nor the engine knows it."""
    if key in spec.steps:
        return said(spec.steps[key])
    return str(OWN_STEPS.get(key, key))


def state_name(spec: MatterSpec, key: str) -> str:
    """What a state of the matter is called."""
    return said(spec.states[key]) if key in spec.states else key


def role_name(key: str) -> str:
    """What a role is called; its key where it is no longer known."""
    return str(ROLES[key].label) if key in ROLES else key


def specs_of(flows: Iterable[int]) -> Mapping[int, MatterSpec]:
    """Key of a kept wording → the type as worded there: one query."""
    return {key: spec_of(flow) for key, flow in Flow.objects.in_bulk(set(flows)).items()}


def users_named(keys: Collection[int | None]) -> Mapping[int, str]:
    """What the users with these keys are called: one query, none for nobody."""
    wanted = {key for key in keys if key is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def holder(turn: Turn, users: Mapping[int, str]) -> str:
    """Who has a turn: the unit that was sent the matter, else the office, with its place where the flow names one;
    and who has taken it upon herself.
    """
    if turn.dispatch is not None:
        office = str(turn.dispatch.unit)
    else:
        place = f"{turn.region.name}{' ' if english() else ''}" if turn.at else ""
        office = f"{place}{role_name(turn.role)}"
    taken = users.get(turn.user or 0, "")
    return f"{office} · {taken}" if taken else office


def place_name(region: Region) -> str:
    """A region with the one above it, which says which of several of that name is meant."""
    return f"{region.parent.name} {region.name}" if region.parent is not None else region.name


def which(number: str, uid: Any) -> str:
    """How addresses name a matter: by its number, which people copy; by its uid where the number does not fit one."""
    return str(uid) if "/" in number else number


def card_address(number: str, uid: Any) -> str:
    """The page of the matter of this number and uid."""
    return reverse("matters:card", args=[which(number, uid)])


def address_of(matter: Matter) -> str:
    """The page of a matter."""
    return card_address(matter.number, matter.uid)
