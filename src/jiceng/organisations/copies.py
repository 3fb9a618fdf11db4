"""Tree paths that records carry as copies, renewed by one UPDATE a table when the tree has changed.

Found by walking the models, so that a room above needs to declare nothing: a table with `region` and
`region_path` copies its region's path, one with `party_org` and `region_path` or `party_path` its party
organisation's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Subquery

from jiceng.organisations.models import PartyOrg, Region
from jiceng.records import bulk


@dataclass(frozen=True, slots=True)
class Copy:
    """A column that repeats a path of the record which `relation` points to."""

    model: type[models.Model]
    relation: str
    column: str
    source: str


class _PathOf(Subquery):
    """The path to copy; says in the audit where it comes from."""

    def __init__(self, copy: Copy) -> None:
        target = copy.model._meta.get_field(copy.relation).related_model
        rows = target._base_manager.filter(pk=OuterRef(f"{copy.relation}_id"))  # type: ignore[union-attr]
        super().__init__(rows.values(copy.source)[:1])
        self.said = f"{copy.relation}.{copy.source}"

    def __str__(self) -> str:
        return self.said


@cache
def copies() -> tuple[Copy, ...]:
    """Every copied path, those first from which others are copied again."""
    found = list(_walk())
    return tuple(sorted(found, key=lambda c: (c.model is not PartyOrg, c.model._meta.label, c.column)))


def copied(model: type[models.Model]) -> bool:
    """Whether other tables copy paths of `model`'s records."""
    return any(copy.model._meta.get_field(copy.relation).related_model is model for copy in copies())


def _walk() -> Iterator[Copy]:
    for model in apps.get_models():
        columns = {f.name: f for f in model._meta.concrete_fields}
        if "region_path" in columns:
            if _points(columns.get("region"), Region):
                yield Copy(model, "region", "region_path", "path")
            elif _points(columns.get("party_org"), PartyOrg):
                yield Copy(model, "party_org", "region_path", "region_path")
        if "party_path" in columns and _points(columns.get("party_org"), PartyOrg):
            yield Copy(model, "party_org", "party_path", "path")


def _points(column: Any, model: type[models.Model]) -> bool:
    return column is not None and column.is_relation and column.related_model is model


def renew(changed: models.QuerySet[Any]) -> int:
    """Bring copies of the paths of `changed` regions or party organisations up to date; gives how many rows
    differed.

    Called inside `write(...)`, after the entities' own rows are stored.
    """
    total, renewed_orgs = 0, None
    for copy in copies():
        target = copy.model._meta.get_field(copy.relation).related_model
        rows: Any = changed if target is changed.model else renewed_orgs if target is PartyOrg else None
        if rows is None:
            continue
        stale: Any = copy.model._base_manager.filter(**{f"{copy.relation}__in": rows.values("pk")})
        if copy.model is PartyOrg:
            renewed_orgs = PartyOrg._base_manager.filter(region__in=rows.values("pk"))
        stale = stale.exclude(**{copy.column: F(f"{copy.relation}__{copy.source}")})
        total += bulk.set_where(stale, {copy.column: _PathOf(copy)}, f"{copy.relation}.{copy.source}")
    return total
