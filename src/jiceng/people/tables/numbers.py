"""Citizen IDs and telephones of rows on their way into the sealed columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from jiceng.organisations.naming import clean_name, person_initials
from jiceng.organisations.terms import vocabulary
from jiceng.people import codes
from jiceng.people.sealing import index_of
from jiceng.protection.ciphers import encrypt, new_key

SEALED = ("citizen_id", "phone")


def indexes(given: Mapping[str, Any]) -> dict[str, str]:
    """The blind indexes of the cleaned numbers that a row gives; an emptied cell empties its index."""
    found = {}
    for name in SEALED:
        value = given.get(name)
        if value is not None:
            found[f"{name}_index"] = index_of(name, value) if type(value) is str else ""
    return found


def sealed(given: Mapping[str, Any], names: Iterable[str], key: bytes = b"") -> dict[str, bytes]:
    """The numbers `names` of a row, encrypted under a person's key (a new one if none is given), and that
    key.
    """
    written = {name: given.get(name) for name in names}
    own = key or (new_key() if written else b"")
    return {"sealed_key": own} | {n: encrypt(own, v) if type(v) is str else b"" for n, v in written.items()}


class Told:
    """What a citizen ID tells of its holder, in the packs' terms."""

    def __init__(self) -> None:
        terms = vocabulary("sexes").values()
        self._sexes = {str(term.attr("code")): term.key for term in terms if term.attr("code")}

    def complete(self, values: dict[str, Any], given: Mapping[str, Any]) -> str:
        """Fill in what follows from a row: clean name, initials, blind indexes, birth date, sex.

        Gives the field that contradicts the citizen ID, or nothing. A number that passed with a note tells
        nothing.
        """
        if name := values.get("name"):
            values["name"] = name = clean_name(name)
            values["initials"] = person_initials(name)[:60]
        values.update(indexes(given))
        number = given.get("citizen_id")
        told = codes.told_by(number) if type(number) is str and not given.get("citizen_id_note") else None
        if told is None:
            return ""
        facts = {"birth_date": told.birth_date, "sex": self._sexes.get(told.sex, "")}
        for column, fact in facts.items():
            if values.setdefault(column, fact) != fact:
                return column
        return ""
