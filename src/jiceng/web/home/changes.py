"""What changed in the visitor's area: the audit stream, as far as its records may be seen, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from jiceng.accounts.tables import permission_for
from jiceng.exchange.tables import all_tables
from jiceng.exchange.writing.scoping import visible_keys
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.web.registry.ledgers import ledger_tables, table_of_model
from jiceng.web.shell.sight import sight
from jiceng.web.shell.wording import action_words

LOOKED_BACK = 400
"""So many audit rows are looked through; a large import fills them, which is then what changed."""

SHOWN = 12
NAMED = 3
READING = frozenset({"read", "derive", "sign_in", "sign_out", "refused"})


@dataclass(frozen=True, slots=True)
class Change:
    """One write, or several of a kind in a row: when the last was, by whom, what, and the records touched that
    the visitor may see.
    """

    at: datetime
    by: str
    what: str
    reason: str
    records: tuple[tuple[str, str], ...]
    others: int
    tables: str


def changes(request: Any) -> list[Change]:
    """The latest writes to records that the visitor may see, newest first."""
    known = {
        table.model._meta.db_table: table.model
        for key, table in ledger_tables().items()
        if request.access.may(permission_for(key))
    }
    rows = AuditRow.objects.filter(table__in=known).exclude(verb__in=READING).order_by("-id")
    found = list(rows.values_list("entry", "table", "record", "last")[:LOOKED_BACK])
    seen = _seen(request, known, found)
    touched: dict[Any, dict[tuple[str, int], int]] = {}
    for entry, table, record, last in found:
        if record in seen.get(table, {}):
            touched.setdefault(entry, {})[table, record] = (last or record) - record + 1
    entries = AuditEntry.objects.filter(uid__in=list(touched)).order_by("-seq")
    rows_of_a_kind = (list(some) for _kind, some in groupby(entries, key=_kind))
    return [_change(some, touched, known, seen) for some in islice(rows_of_a_kind, SHOWN)]


def _kind(entry: AuditEntry) -> tuple[Any, ...]:
    """What writes in a row have in common that are told as one: somebody's day of the same work."""
    return entry.actor, entry.action, entry.reason, timezone.localtime(entry.at).date()


def _seen(
    request: Any, known: dict[str, type[Model]], rows: Iterable[tuple[Any, str, int, int | None]]
) -> dict[str, dict[int, str]]:
    """Table → the records among `rows` that the visitor may see, with their names."""
    wanted: dict[str, set[int]] = {}
    for _entry, table, record, _last in rows:
        wanted.setdefault(table, set()).add(record)
    found = {}
    for db_table, keys in wanted.items():
        model = known[db_table]
        key = table_of_model(model)
        scope = sight(request, permission_for(key))
        visible = visible_keys(all_tables()[key], scope, sorted(keys))
        found[db_table] = {r.pk: _named(r) for r in model._base_manager.filter(pk__in=visible)}
    return found


def _named(record: Any) -> str:
    return getattr(record, "name", "") or getattr(record, "head_name", "") or ""


def _change(
    entries: Sequence[AuditEntry],
    touched_by: dict[Any, dict[tuple[str, int], int]],
    known: dict[str, type[Model]],
    seen: dict[str, dict[int, str]],
) -> Change:
    entry, records = entries[0], []
    touched: dict[tuple[str, int], int] = {}
    for each in entries:
        touched |= touched_by[each.uid]
    for table, record in touched:
        if name := seen[table][record]:
            address = reverse("registry:card", args=[table_of_model(known[table]), record])
            records.append((name, address))
    total = sum(touched.values())
    return Change(
        at=timezone.localtime(entry.at),
        by=entry.actor_name,
        what=action_words(entry.action),
        reason=entry.reason if entry.actor.startswith("user:") else "",  # others' are notes of the machine
        records=tuple(records[:NAMED]),
        others=max(0, total - min(len(records), NAMED)),
        tables=gettext("、").join(sorted({_label(known[table]) for table, _record in touched})),
    )


def _label(model: type[Model]) -> str:
    return gettext(all_tables()[table_of_model(model)].label)
