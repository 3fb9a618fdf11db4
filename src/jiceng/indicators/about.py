"""What a record behind a figure is about: its own name, or that of the foremost record it points at."""

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from jiceng.matters.models import Matter

NAMED_BY = ("matter", "person", "household", "unit", "appointment", "party_org", "region", "holder")
"""Relations that say what a record without a name of its own is about, the foremost first."""


def loaded(model: str, keys: Collection[int]) -> Mapping[int, Any]:
    """The records of `model` (its label) with these keys, with what they are about and its region, in one query."""
    kind: type[models.Model] = apps.get_model(model)
    names = {f.name for f in kind._meta.concrete_fields if f.is_relation}
    joined = [n for n in (*NAMED_BY, "region") if n in names]
    nested = [f"{n}__person" for n in joined if n == "appointment"]
    nested += [f"{n}__region" for n in joined if hasattr(kind._meta.get_field(n).related_model, "region")]
    return kind._base_manager.select_related(*joined, *nested).in_bulk(list(keys))


def about(record: Any) -> Any:
    """The record that `record` is about: itself, where it has a name of its own."""
    if getattr(record, "name", "") or isinstance(record, Matter):
        return record
    for relation in NAMED_BY:
        other = getattr(record, relation, None)
        if other is not None:
            return other.person if relation == "appointment" else other
    return record
