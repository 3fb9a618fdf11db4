"""Where pack keys are stored, so that no pack takes away a key that a record still holds.

The columns of every declared fact are known already. A room whose tables hold keys elsewhere registers them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from jiceng.records.facts import Column, all_facts


@dataclass(frozen=True, slots=True)
class Usage:
    """A column (`column`, attribute name) of a model (`app.model`) holds keys of a vocabulary or keyed
    section.
    """

    kind: str
    model: str
    column: str


_usages: set[Usage] = set()


def register(kind: str, model: str, column: str) -> None:
    """Say that `column` of `model` (its label, `people.person`) holds keys of the vocabulary or section
    `kind`.
    """
    _usages.add(Usage(kind, model.lower(), column))


def all_usages() -> list[Usage]:
    """Every column known to hold pack keys: registered ones, and those that facts declare, spans included."""
    found = set(_usages) | set(_declared())
    return sorted(found, key=lambda u: (u.kind, u.model, u.column))


def _declared() -> Iterator[Usage]:
    tables = {model._meta.db_table: model._meta.label_lower for model in apps.get_models()}
    for fact in all_facts().values():
        for column in fact.columns:
            if not isinstance(column, Column) or not column.vocabulary:
                continue
            for table in (fact.table, fact.spans if column.dated else ""):
                label = tables.get(table)
                name = column.source or column.name
                if label and any(f.attname == name for f in apps.get_model(label)._meta.concrete_fields):
                    yield Usage(column.vocabulary, label, name)


def stored(kinds: Iterable[str], keys: Iterable[str]) -> dict[str, tuple[Usage, int]]:
    """Which of `keys` records hold, in a column of one of `kinds`: key → (a column that holds it, how many
    rows).
    """
    wanted, found = set(keys), dict[str, tuple[Usage, int]]()
    kept = set(kinds)
    for usage in all_usages():
        if usage.kind not in kept or not wanted:
            continue
        rows: models.QuerySet[models.Model] = models.QuerySet(apps.get_model(usage.model)).filter(
            **{f"{usage.column}__in": sorted(wanted)}
        )
        counted = rows.order_by().values(usage.column).annotate(rows=models.Count("pk"))
        for row in counted:
            found.setdefault(row[usage.column], (usage, row["rows"]))
    return found
