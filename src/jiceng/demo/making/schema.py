"""The registry's tables as the scenario sees them: which columns are links, days, terms."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from jiceng.records.facts import Column, all_facts

TABLES = {
    "region": "organisations.region",
    "unit": "organisations.unit",
    "party_org": "organisations.partyorg",
    "cover": "organisations.partyorgcover",
    "tie": "organisations.partyorgtie",
    "designation": "organisations.designation",
    "competence": "organisations.competence",
    "household": "people.household",
    "person": "people.person",
    "membership": "people.membership",
    "participation": "people.participation",
    "appointment": "people.appointment",
    "charge": "people.charge",
    "employment": "people.employment",
    "team": "people.team",
    "post_slot": "people.postslot",
    "standing": "people.standing",
    "qualification": "people.qualification",
    "experience": "people.experience",
    "matter": "matters.matter",
    "dispatch": "matters.dispatch",
    "matter_event": "matters.event",
    "matter_clock": "matters.clock",
    "matter_link": "matters.matterlink",
    "reporter": "matters.reporter",
    "turn": "matters.turn",
}
"""Every table a cohort can make, in an order in which links point to earlier ones."""

LOCATED = frozenset(
    {"unit", "party_org", "household", "person", "appointment", "team", "post_slot", "matter"}
)
"""Tables whose `region` says where the row lies; elsewhere `region` is what the row is about."""

DERIVED = frozenset({"id", "uid", "path", "region_path", "party_path", "authority_path", "initials", "level",
                     "sealed_key", "citizen_id", "citizen_id_index", "phone", "phone_index"})  # fmt: skip
"""Columns that follow from others and cannot be given."""

WALKED = frozenset({
    "number", "type", "flow", "version", "state", "phase", "outcome", "data", "raised_at", "raised_by",
    "raised_by_name", "amber_at", "due_at", "closed_at", "closed_on", "days_taken", "reopened", "passes",
    "asked_on", "released_at", "public_title", "public_text",
})  # fmt: skip
"""Columns of matters that follow from the way they go."""

_UNCOUNTED = {("tie", "kind"): "tie_kinds"}
"""Vocabularies of columns that no fact declares."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One table's columns that a cohort may give; links by the table they lead to, terms by vocabulary."""

    table: str
    columns: frozenset[str]
    links: dict[str, str]
    days: frozenset[str]
    terms: dict[str, str]
    flags: frozenset[str]


@cache
def schema(table: str) -> Schema:
    """The schema of one of `TABLES`."""
    model: Any = apps.get_model(TABLES[table])
    names = {label: name for name, label in TABLES.items()}
    links, days, flags, columns = {}, set(), set(), set()
    for field in model._meta.concrete_fields:
        if field.name in DERIVED or (table == "matter" and field.name in WALKED):
            continue
        columns.add(field.name)
        if isinstance(field, models.ForeignKey):
            links[field.name] = names[field.related_model._meta.label_lower]
        elif isinstance(field, models.DateTimeField):
            continue
        elif isinstance(field, models.DateField):
            days.add(field.name)
        elif isinstance(field, models.BooleanField):
            flags.add(field.name)
    return Schema(table, frozenset(columns), links, frozenset(days), _terms(table, columns), frozenset(flags))


def _terms(table: str, columns: set[str]) -> dict[str, str]:
    found = {column: vocabulary for (of, column), vocabulary in _UNCOUNTED.items() if of == table}
    fact = all_facts().get(table)
    for column in fact.columns if fact else ():
        if isinstance(column, Column) and column.vocabulary and column.name in columns:
            found[column.name] = column.vocabulary
    return found


def target(table: str, column: str) -> str | None:
    """The table that a link column leads to; None for a column that is no link."""
    return schema(table).links.get(column)
