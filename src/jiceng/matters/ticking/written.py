"""What has been written since somebody last looked, read from the audit stream."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from jiceng.organisations.spans import chunks
from jiceng.records.models import AuditEntry, AuditRow, ChainHead

UNTOUCHING = ("read", "derive", "delete")


def head() -> int:
    """The last link of the audit chain; whatever lies behind it is there to be read."""
    return ChainHead.objects.values_list("seq", flat=True).first() or 0


@dataclass(slots=True)
class Written:
    """Records by table: single keys, and runs (first and last key) that were loaded at once."""

    keys: dict[str, set[int]] = field(default_factory=dict)
    runs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def among(self, rows: QuerySet[Any], column: str = "pk") -> set[int]:
        """The keys of `rows` whose `column` names a written record of the table that it leads to."""
        model = rows.model
        for step in column.split("__"):
            model = model if step == "pk" else model._meta.get_field(step).related_model
        table, found = model._meta.db_table, set[int]()
        for some in chunks(sorted(self.keys.get(table, ()))):
            found |= set(rows.filter(**{f"{column}__in": some}).values_list("pk", flat=True))
        for run in self.runs.get(table, ()):
            found |= set(rows.filter(**{f"{column}__range": run}).values_list("pk", flat=True))
        return found


def written(after: int, upto: int, tables: Collection[str]) -> Written:
    """What the entries with `after < seq <= upto` wrote to `tables`; what was deleted is left out."""
    found = Written()
    if after >= upto:
        return found
    entries = AuditEntry.objects.filter(Q(seq__gt=after) & Q(seq__lte=upto))
    rows = AuditRow.objects.filter(entry__in=entries.values("uid"), table__in=tables)
    rows = rows.exclude(verb__in=UNTOUCHING)
    for table, record, last in rows.values_list("table", "record", "last").iterator():
        if last is None:
            found.keys.setdefault(table, set()).add(record)
        else:
            found.runs.setdefault(table, []).append((record, last))
    return found
