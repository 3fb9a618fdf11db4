"""The timeline of a record: what happened to the thing itself, and what was done to its record by whom."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import ForeignKey, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.organisations.queries import changed_columns, history
from jiceng.organisations.spans import dating_of
from jiceng.people.models import Person
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.web.registry.cards.parts import Change, Event
from jiceng.web.registry.listing.terms import Words
from jiceng.web.shell.wording import action_words

MOST = 40
"""So many entries of the audit chain a timeline reads back."""

SILENT = frozenset(
    {"id", "uid", "path", "region_path", "party_path", "authority_path", "initials", "level"}
    | {"sealed_key", "citizen_id_index", "phone_index", "restructuring_id", "pending", "living"}
)
"""Columns that follow from others, or serve the machine only."""

SEALED = frozenset({"citizen_id", "phone"})

Raw = tuple[str, Any, Any]
"""A changed column with its values as stored."""


def chronicle(record: Model, words: Words, until: date | None) -> tuple[Event, ...]:
    """Everything known about `record`, up to `until` if given, newest first."""
    dated = isinstance(record, (Region, Unit, PartyOrg))
    life = _life(record) if dated else _plain_life(record)
    hand = _by_hand(record, frozenset(dating_of(record).shared) if dated else frozenset())
    names = _names(type(record), [raw for _event, raws in [*life, *hand] for raw in raws])
    events = [_worded(record, event, raws, words, names) for event, raws in [*life, *hand]]
    shown = [event for event in events if until is None or event.day <= until]
    return tuple(sorted(shown, key=lambda e: (e.day, e.at is not None, str(e.at or "")), reverse=True))


def _life(record: Any) -> list[tuple[Event, list[Raw]]]:
    """Founded, changed, ended: read off the spans."""
    dating, before = dating_of(record), None
    found: list[tuple[Event, list[Raw]]] = []
    for span in history(record):
        if before is None:
            found.append((Event(span.valid_from, _("设立")), []))
        elif not getattr(span, "living", True):
            found.append((Event(span.valid_from, _("终止")), []))
        else:
            columns = [c for c in changed_columns(dating, before, span) if c not in SILENT]
            raws = [(c, getattr(before, c), getattr(span, c)) for c in columns]
            if raws:
                found.append((Event(span.valid_from, _("变更")), raws))
        before = span
    if record.valid_to and not any(event.day == record.valid_to for event, _raws in found):
        found.append((Event(record.valid_to, _("终止")), []))
    return found


def _plain_life(record: Any) -> list[tuple[Event, list[Raw]]]:
    person = isinstance(record, Person)
    begun, over = (_("入册"), _("去世或离开")) if person else (_("开始"), _("结束"))
    found: list[tuple[Event, list[Raw]]] = []
    if begins := getattr(record, "valid_from", None):
        found.append((Event(begins, begun), []))
    if ends := getattr(record, "valid_to", None):
        found.append((Event(ends, over), []))
    return found


def _by_hand(record: Model, dated: frozenset[str]) -> list[tuple[Event, list[Raw]]]:
    """Who touched the record when. Dated columns are left to the life that they are part of."""
    rows = list(AuditRow.objects.filter(table=record._meta.db_table, record=record.pk).order_by("-id")[:MOST])
    if not any(row.verb in {"insert", "load"} for row in rows):
        rows += _loaded(record)
    entries = {e.uid: e for e in AuditEntry.objects.filter(uid__in={row.entry for row in rows})}
    found = []
    for row in rows:
        entry = entries.get(row.entry)
        if entry is None:
            continue
        at = timezone.localtime(entry.at)
        raws = [raw for raw in _changed(row) if raw[0] not in dated] if row.verb == "update" else []
        event = Event(
            day=at.date(), what=action_words(entry.action), life=False, at=at, by=entry.actor_name,
            reason=entry.reason if entry.actor.startswith("user:") else "",  # others' are notes of the machine
        )  # fmt: skip
        found.append((event, raws))
    return found


def _loaded(record: Model) -> list[AuditRow]:
    """The run of records in which this one came in, if it came so: the last run that begins before it."""
    runs = AuditRow.objects.filter(table=record._meta.db_table, verb="load", record__lte=record.pk)
    run = runs.order_by("-record").first()
    return [run] if run is not None and (run.last or 0) >= record.pk else []


def _changed(row: AuditRow) -> list[Raw]:
    before = json.loads(row.before) if row.before else {}
    after = json.loads(row.after) if row.after else {}
    columns = [*before, *(c for c in after if c not in before)]
    return [
        (c, before.get(c), after.get(c)) for c in columns if before.get(c) != after.get(c) and c not in SILENT
    ]


def _names(model: type[Model], raws: Iterable[Raw]) -> Mapping[tuple[str, Any], str]:
    """(column, key) → what the record behind a changed relation is called; one query a kind of record."""
    relations = {f.attname: f for f in model._meta.concrete_fields if isinstance(f, ForeignKey)}
    wanted: dict[type[Model], set[Any]] = {}
    for column, before, after in raws:
        if column in relations:
            related = relations[column].related_model
            if isinstance(related, type):
                wanted.setdefault(related, set()).update(key for key in (before, after) if key)
    known = {m: {r.pk: str(r) for r in m._base_manager.filter(pk__in=keys)} for m, keys in wanted.items()}
    return {
        (column, key): known[relation.related_model].get(key, "")
        for column, relation in relations.items()
        if relation.related_model in known
        for key in known[relation.related_model]
    }


def _worded(
    record: Model, event: Event, raws: list[Raw], words: Words, names: Mapping[tuple[str, Any], str]
) -> Event:
    changes = tuple(
        Change(_label(record, c), _value(c, before, words, names), _value(c, after, words, names))
        for c, before, after in raws
    )
    return Event(event.day, event.what, changes, event.life, event.at, event.by, event.reason)


def _label(record: Model, column: str) -> str:
    named = next((f for f in record._meta.concrete_fields if column in (f.attname, f.column)), None)
    return str(named.verbose_name) if named else column


def _value(column: str, value: Any, words: Words, names: Mapping[tuple[str, Any], str]) -> str:
    if value is None or value == "":
        return _("（空）")
    if column in SEALED:
        return _("（已加密）")
    if (column, value) in names:
        return names[column, value]
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return words.label(value) if isinstance(value, str) and ":" in value else str(value)
