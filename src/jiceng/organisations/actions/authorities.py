"""The tree of industry authorities (行业主管部门).

A unit that others answer to is a node with a path segment of its own; all others stand at their authority's
path, so that one department can have any number of units. A unit becomes a node when the first other one
names it.
"""

from datetime import date

from django.utils.translation import gettext as _

from jiceng.organisations.models import Unit
from jiceng.organisations.spans import UNITS, change_many, locked
from jiceng.organisations.trees import Allocator, refuse_cycle, refuse_ended
from jiceng.protection.scopes import within
from jiceng.records import bulk
from jiceng.records.refusals import Refusal


def is_node(unit: Unit) -> bool:
    """Whether `unit` has a segment of its own in the authority tree."""
    above = unit.authority.authority_path if unit.authority_id and unit.authority else ""
    return unit.authority_path != above


def ensure_node(authority: Unit, allocator: Allocator) -> None:
    """Give `authority` its own segment if it has none yet; called inside `write(...)`."""
    row: Unit = locked(UNITS, [authority.pk])[authority.pk]
    if is_node(row):
        return
    base = row.authority.authority_path if row.authority_id and row.authority else ""
    row.authority_path = base + allocator.under(base)
    spans = [
        s
        for s in UNITS.span._base_manager.filter(unit=row)
        if s.authority_id == row.authority_id and s.authority_path == base
    ]
    for span in spans:
        span.authority_path = row.authority_path
    bulk.change(spans, ("authority_path",))
    bulk.change([row], ("authority_path",))
    allocator.forget(row)
    authority.authority_path = row.authority_path


def move_under(unit: Unit, authority: Unit | None, day: date) -> None:
    """Put `unit`, and every unit that answers to it, under another authority from `day` on; called inside
    `write(...)`.

    Raises Refusal for a cycle, an authority that no longer is, and as `spans.change_many` does.
    """
    allocator = Allocator(UNITS)
    row: Unit = locked(UNITS, [unit.pk])[unit.pk]
    if authority is not None:
        refuse_ended(authority, day, founded=False)
        if is_node(row) or authority.pk == row.pk:
            refuse_cycle(UNITS, row, authority)
        ensure_node(authority, allocator)
    base = (
        Unit._base_manager.values_list("authority_path", flat=True).get(pk=authority.pk) if authority else ""
    )
    place = {"authority_id": authority.pk if authority else None}
    if not is_node(row):
        change_many(UNITS, day, {row.pk: {**place, "authority_path": base}})
        return
    old, new = row.authority_path, base + allocator.under(base)
    below = Unit._base_manager.filter(within("authority_path", old)).exclude(pk=row.pk)
    moves = {
        u.pk: {"authority_path": new + u.authority_path[len(old) :]}
        for u in below.only("id", "authority_path")
    }
    change_many(UNITS, day, {row.pk: {**place, "authority_path": new}, **moves}, keep_later=True)


def refuse_while_authority(unit: Unit) -> None:
    """Raise Refusal where living units still answer to `unit`."""
    count = Unit._base_manager.filter(authority=unit, valid_to__isnull=True).count()
    if count:
        raise Refusal(
            _("%(name)s 仍是%(count)s家单位的行业主管部门") % {"name": unit, "count": count},
            remedy=_("先为这些单位另定主管部门"),
        )
