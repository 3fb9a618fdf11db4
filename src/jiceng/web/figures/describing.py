"""The records behind a figure, named for people: read from the database, under scope, names masked where
the visitor may not see persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.tables import permission_for
from jiceng.indicators.about import about, loaded
from jiceng.indicators.figures import Record
from jiceng.matters.models import Clock, Dispatch, Event, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.packs.catalogue import Catalogue
from jiceng.people.models import Person
from jiceng.protection.masking import masked_name
from jiceng.records.facts import Column, Fact, all_facts
from jiceng.web.matters.naming import address_of, said, specs_of, step_name
from jiceng.web.registry.ledgers import ledger_tables

CODES = ("type", "post", "title", "form", "kind", "entry", "way", "channel", "item")
"""Columns whose term says what sort of record it is."""


@dataclass(frozen=True, slots=True)
class Described:
    """One record: its name with the page to open, what sort it is, where, since when, and what it adds."""

    key: int
    name: str
    url: str
    sort: str
    place: str
    begins: Any
    ends: Any
    counted: bool
    measured: Any


def describe(
    model: str, rows: Sequence[Record], catalogue: Catalogue, permissions: frozenset[P]
) -> list[Described]:
    """Every record of `rows` in their order; a record deleted since the snapshot is left out."""
    fact = next(fact for fact in all_facts().values() if fact.model == model)
    found = loaded(model, [row.id for row in rows])
    sees_persons = not permissions.isdisjoint({P.PEOPLE_VIEW, P.MEMBERS_VIEW})
    parts = [record for record in found.values() if isinstance(record, Event | Clock)]
    specs = specs_of({record.matter.flow_id for record in parts}) if parts else {}
    return [
        _described(found[row.id], row, fact, catalogue, permissions, sees_persons, specs)
        for row in rows
        if row.id in found
    ]


def _described(
    record: Any, row: Record, fact: Fact, catalogue: Catalogue, permissions: frozenset[P], sees_persons: bool,
    specs: Mapping[int, MatterSpec],
) -> Described:  # fmt: skip
    subject = about(record)
    person = subject if isinstance(subject, Person) else None
    name = str(subject)
    if person is not None and not sees_persons:
        name = masked_name(name)
    region = getattr(record, "region", None) or getattr(subject, "region", None)
    return Described(
        key=record.pk,
        name=name,
        url=_card(subject, permissions),
        sort=_sort(record, catalogue, specs),
        place=region.name if region is not None and region is not subject else "",
        begins=getattr(record, fact.begins or "valid_from", None),
        ends=getattr(record, fact.ends or "valid_to", None),
        counted=row.counted,
        measured=row.measured,
    )


def _sort(record: Any, catalogue: Catalogue, specs: Mapping[int, MatterSpec]) -> str:
    """What sort of record it is; of the parts of a matter: whose, which step, which limit."""
    if isinstance(record, Dispatch):
        return str(record.unit)
    if isinstance(record, Event):
        return step_name(specs[record.matter.flow_id], record.step)
    if isinstance(record, Clock):
        clock = specs[record.matter.flow_id].clocks.get(record.key)
        return said(clock) if clock is not None else record.key
    column = next((c for c in CODES if getattr(record, c, "")), "")
    return _label(record, column, catalogue) if column else ""


def _label(record: Any, column: str, catalogue: Catalogue) -> str:
    """The term in the vocabulary of its column: one key may mean different things in two of them."""
    facts = (fact for fact in all_facts().values() if fact.model == record._meta.label_lower)
    columns = (c for fact in facts for c in fact.columns if isinstance(c, Column))
    vocabulary = next((c.vocabulary for c in columns if c.name == column), "")
    return catalogue.label(str(getattr(record, column)), vocabulary=vocabulary)


def _card(subject: Any, permissions: frozenset[P]) -> str:
    """The page of the record, where it has one and the visitor may open it."""
    if isinstance(subject, Matter):
        return address_of(subject) if P.MATTERS_VIEW in permissions else ""
    for table in ledger_tables().values():
        if isinstance(subject, table.model) and permission_for(table.key) in permissions:
            return reverse("registry:card", args=[table.key, subject.pk])
    return ""
