"""The matters that one hangs together with, as its card lists them."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import covers
from jiceng.matters.actions.beside import BY_HAND
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Matter, MatterLink
from jiceng.web.matters.cards.parts import LinkShown
from jiceng.web.matters.naming import address_of, specs_of, state_name, which

FROM: dict[str, Promise] = {
    LinkKind.SUPERVISES: _("督办的事项"),
    LinkKind.SERVES: _("一并解决的事项"),
    LinkKind.JOINS: _("并入的事项"),
    LinkKind.FOLLOWS: _("由来"),
    LinkKind.APPEALS: _("所申诉的事项"),
}
"""What the other is to a matter that does something to it."""

TO: dict[str, Promise] = {
    LinkKind.SUPERVISES: _("对本件的督办"),
    LinkKind.SERVES: _("由它一并解决"),
    LinkKind.JOINS: _("并入本件"),
    LinkKind.FOLLOWS: _("由本件而来"),
    LinkKind.APPEALS: _("对本件的申诉"),
}
"""What the other is to a matter that it does something to."""


def how_linked(link: MatterLink, matter: Matter) -> str:
    """What the other end of `link` is to `matter`."""
    return str((FROM if link.matter_id == matter.pk else TO)[link.kind])


def links_of(request: Any, matter: Matter) -> list[LinkShown]:
    """The matters on both ends of the links of `matter`: four queries, however many there are. Of those out of the
    visitor's sight only that there is one, and its number.
    """
    links = list(MatterLink.objects.filter(Q(matter=matter) | Q(other=matter)).order_by("pk"))
    if not links:
        return []
    keys = [link.other_id if link.matter_id == matter.pk else link.matter_id for link in links]
    others = Matter._base_manager.in_bulk(keys)
    seen = set(Matter.visible_to(request.access.scope()).filter(pk__in=keys).values_list("pk", flat=True))
    specs = specs_of(other.flow_id for other in others.values())
    undoes = request.access.may(P.MATTERS_ACT) and covers(request.access.scope(), matter)
    form = reverse("matters:beside", args=[which(matter.number, matter.uid), "unlink"])
    found = []
    for link, key in zip(links, keys, strict=True):
        other, visible = others[key], key in seen
        found.append(
            LinkShown(
                how=how_linked(link, matter),
                number=other.number,
                title=other.title if visible else "",
                state=state_name(specs[other.flow_id], other.state) if visible else "",
                url=address_of(other) if visible else "",
                undo=f"{form}?link={link.pk}" if undoes and visible and link.kind in BY_HAND else "",
            )
        )
    return found
