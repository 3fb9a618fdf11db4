"""Looking before anything goes or comes: what of personal data may stand in a record that is to go out, and what a file
that came in would bring.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access
from jiceng.matters.models import Matter
from jiceng.matters.publicity import personal_in
from jiceng.people.models import Person
from jiceng.residents.models import Taken
from jiceng.residents.zones.gathering import Item
from jiceng.residents.zones.taking import checked, refuse_elsewhere, refuse_older

LONGEST_NAME = 4
"""So many characters the names have by which records are searched for them."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a package that came in would bring; nothing of it has been taken."""

    serial: int
    sender: str
    made_at: datetime | None
    items: Sequence[Item]
    known: frozenset[str]
    again: bool


def look_into(*, text: str, access: Access) -> Incoming:
    """What the file of a package would bring, once it is known to be the other zone's, unharmed, for this server, and
    newer than the last. Raises what `take_in` does for one that is not.
    """
    access.require(Permission.MATTERS_RELEASE)
    content, _written = checked(text)
    refuse_elsewhere(content, access)
    again = Taken.objects.filter(package=content["package"]).exists()
    if not again:
        refuse_older(content)
    items = [{key: value for key, value in item.items() if key != "sealed"} for item in content["items"]]
    here = Matter._base_manager.filter(uid__in=[item["uid"] for item in items]).values_list("uid", flat=True)
    return Incoming(
        content["serial"],
        content["from"],
        parse_datetime(content["made_at"]),
        items,
        frozenset(map(str, here)),
        again,
    )


def suspicions(items: Sequence[Item]) -> Mapping[str, list[str]]:
    """What a reviewer should look at twice, by the uid of the record: telephone and identity numbers, and whoever is
    called like a member or a holder of a post in the ledgers. Names are compared whole; it is a hint, not a proof.
    """
    told = {item["uid"]: " ".join(_words(item)) for item in items}
    named = _names_in(told.values())
    found: dict[str, list[str]] = {}
    for uid, text in told.items():
        said = list(personal_in(text, (), about_people=False))
        said += [_("与台账中的人同名：%(name)s") % {"name": name} for name in sorted(named) if name in text]
        if said:
            found[uid] = said
    return found


def _words(value: Any) -> Iterator[str]:
    """Everything that people have written into a record."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("title", "text", "lines", "values", "tells", "note", "given") or isinstance(
                inner, Mapping
            ):
                yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value


def _names_in(texts: Iterable[str]) -> set[str]:
    """Names of members and of holders of posts that stand in the texts."""
    pieces: set[str] = set()
    for text in texts:
        for size in range(2, LONGEST_NAME + 1):
            pieces.update(text[at : at + size] for at in range(len(text) - size + 1))
    pieces = {piece for piece in pieces if all("\u3400" <= sign <= "\u9fff" or sign == "·" for sign in piece)}
    ours = Q(memberships__isnull=False) | Q(appointments__isnull=False)
    names = Person._base_manager.filter(ours).order_by().values_list("name", flat=True).distinct()
    return {name for name in names.iterator(chunk_size=5_000) if name in pieces} if pieces else set()


def as_written(item: Item) -> str:
    """A record exactly as it will stand in the file, seals apart, set out to be read."""
    return json.dumps(item, ensure_ascii=False, indent=2)
