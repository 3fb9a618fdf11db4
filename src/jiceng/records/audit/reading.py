"""The audit chain for readers: entries by actor, action and day, and what one of them touched."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from jiceng.records.models import AuditEntry, AuditRow

SEALED = {"citizen_id", "phone", "sealed_key", "citizen_id_index", "phone_index", "password"}
"""Columns whose stored form is never shown, not even sealed."""


@dataclass(frozen=True, slots=True)
class Touched:
    """One audit row as people read it: what happened to which record, and the columns that differ."""

    table: str
    record: int
    last: int | None
    verb: str
    changes: tuple[tuple[str, str, str], ...]


def entries(
    *, actor: str = "", action: str = "", first: date | None = None, last: date | None = None, before: int = 0
) -> QuerySet[AuditEntry]:
    """Entries, newest first, by actor's name or key, action and local days (both inclusive), paged by
    `seq`.
    """
    rows = AuditEntry.objects.order_by("-seq")
    if actor:
        rows = rows.filter(actor_name__contains=actor) | rows.filter(actor=actor)
    if action:
        rows = rows.filter(action__startswith=action)
    if first:
        rows = rows.filter(at__gte=_midnight(first))
    if last:
        rows = rows.filter(at__lt=_midnight(last + timedelta(days=1)))
    return rows.filter(seq__lt=before) if before else rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def touched(entry: AuditEntry, most: int = 500) -> list[Touched]:
    """What the entry touched, at most `most` rows; sealed columns are named but their content is not
    shown.
    """
    rows = AuditRow.objects.filter(entry=entry.uid).order_by("id")[:most]
    return [
        Touched(row.table, row.record, row.last, row.verb, tuple(_changes(row.before, row.after)))
        for row in rows
    ]


def _changes(before: str, after: str) -> list[tuple[str, str, str]]:
    old, new = (json.loads(text) if text else {} for text in (before, after))
    names = [*old, *(name for name in new if name not in old)]
    return [
        (name, _shown(name, old.get(name)), _shown(name, new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    return "••••••" if name in SEALED else str(value)
