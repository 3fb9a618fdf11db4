"""What identifies a person, sealed under the person's own key and found by blind index."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.codes import passed
from jiceng.organisations.spans import chunks
from jiceng.people import codes
from jiceng.people.models import Person
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import blind_index, decrypt, encrypt, new_key
from jiceng.records.refusals import Refusal

PURPOSES = {"citizen_id": "citizen id", "phone": "phone"}
"""The sealed columns, and what their blind indexes are keyed by."""


def index_of(column: str, value: str) -> str:
    """The blind index of a clear value; old and new form of one citizen ID have the same."""
    if column == "citizen_id":
        value = codes.lengthened(codes.folded(value))
    return blind_index(PURPOSES[column], value)


def seal(person: Person, column: str, value: str) -> None:
    """Put a clear value into `person` (not stored yet): sealed, with its index. An empty one empties the
    column.

    The bytes stay as they are where the value has not changed, so that nothing is recorded as a change.
    """
    index = index_of(column, value)
    if index == getattr(person, f"{column}_index"):
        return
    if value and not person.sealed_key:
        person.sealed_key = new_key()
    setattr(person, column, encrypt(bytes(person.sealed_key), value) if value else b"")
    setattr(person, f"{column}_index", index)


def clear(person: Person, column: str) -> str:
    """The clear value; callers record the reading. Raises UnreadableValueError once the key was destroyed."""
    return decrypt(bytes(person.sealed_key), bytes(getattr(person, column)))


def checked_citizen_id(value: str, note: str, by: Actor, today: date) -> tuple[str, str, str]:
    """A citizen ID as it is sealed, with the note and author under which a failing one passes.

    Raises Refusal for a failing one without a note; the refusal never repeats the number.
    """
    folded = codes.folded(value)
    if not folded:
        return "", "", ""
    fault = codes.citizen_id_fault(folded, today)
    kept, author = passed(_("公民身份号码"), fault, note=note, by=by)
    return codes.lengthened(folded) if not fault else folded, kept, author


def duplicates_by_index(people: Iterable[Person]) -> dict[str, int]:
    """Of the citizen-ID indexes of `people`, those that other persons bear: index → the other's key."""
    listed = list(people)
    own = {p.pk for p in listed if p.pk}
    held: dict[str, int] = {}
    for some in chunks({p.citizen_id_index for p in listed if p.citizen_id_index}):
        rows: Any = Person._base_manager.filter(citizen_id_index__in=some).exclude(pk__in=own)
        held |= dict(rows.values_list("citizen_id_index", "pk"))
    return held


def same_citizen_id(other: int, where: str = "") -> Refusal:
    """The refusal of a citizen ID that another person bears: says which by number, never by name."""
    return Refusal(
        _("该公民身份号码已登记在人员 #%(id)s") % {"id": other},
        where,
        _("核对号码；同一人的，更新原记录或申请合并"),
    )
