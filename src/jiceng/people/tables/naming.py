"""Rows that name persons: somebody the ledgers do not know yet is entered along the way."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jiceng.exchange.reading.values import CLEAR
from jiceng.exchange.tables import Reference, Table
from jiceng.exchange.writing.references import Context, Found
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import Shape
from jiceng.exchange.writing.writers import Writer
from jiceng.people.models import Person
from jiceng.people.tables.fields import TRAITS
from jiceng.people.tables.numbers import SEALED, Told, sealed
from jiceng.records import bulk


class NamingWriter(Writer):
    """Enters an unknown person whom a row names, with what the row says of them, where the row's body is."""

    homes = ("region", "party_org", "unit")
    """References whose region a new person is entered under, the first that is there."""

    def __init__(self, table: Table, context: Context) -> None:
        super().__init__(table, context)
        self._told = Told()

    def absent(self, row: Row, reference: Reference) -> bool:
        if reference.kind != "person" or not row.given.get(reference.key):
            return super().absent(row, reference)
        row.drafts[reference.key] = {}
        return True

    def _begin(self, row: Row) -> None:
        for key in list(row.drafts):
            home = self.home_of(row)
            if home is None:
                row.drafts.pop(key)
            elif not row.faults:
                row.drafts[key] = self._drafted(row, key, home)
        super()._begin(row)

    def home_of(self, row: Row) -> Found | None:
        """The record whose region a new person is entered under."""
        return next((row.found[key] for key in self.homes if key in row.found), None)

    def _drafted(self, row: Row, key: str, home: Found) -> dict[str, Any]:
        """The columns of the new person, in the form a staged row keeps them."""
        given = row.given
        values: dict[str, Any] = {
            name: given[name] for name in TRAITS if given.get(name) not in (None, CLEAR)
        }
        values |= {"name": given[key], "valid_from": self.context.as_of}
        values |= {
            "region_id": home.values.get("region_id") or home.id,
            "region_path": home.values["region_path"],
        }
        if contradicting := self._told.complete(values, given):
            row.refuse(contradicting, _("与公民身份号码不一致；以号码为准的，请留空"))
        values |= sealed(given, [name for name in SEALED if type(given.get(name)) is str])
        who = values.get("citizen_id_index") or f"{given[key]}@{values['region_id']}"
        return {"as": who, "values": PERSON.encode(values)}

    def draft(self, drafts: Mapping[int, Mapping[str, dict[str, Any]]]) -> dict[int, dict[str, int]]:
        """New persons, each once, however many rows name them."""
        texts: dict[str, str] = {}
        for named in drafts.values():
            for person in named.values():
                texts.setdefault(person["as"], person["values"])
        columns = PERSON.columns
        first = bulk.insert(Person, columns, PERSON.tuples([PERSON.decode(text) for text in texts.values()]))
        keys = {who: first + i for i, who in enumerate(texts)}
        return {place: {ref: keys[p["as"]] for ref, p in named.items()} for place, named in drafts.items()}


PERSON = Shape(Person)
