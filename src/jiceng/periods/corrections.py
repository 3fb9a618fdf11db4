"""What has been corrected since a period was closed: figures that differ now, and by whose writes.

The closed figures are asked again over today's records, in the words of then. Records that only one of the two
snapshots counts, or counts otherwise, make the difference; the audit chain behind the closing says who wrote them, or
what they point at, when and why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from jiceng.indicators.answering.declared import Declared, find
from jiceng.indicators.answering.question import Question
from jiceng.indicators.answering.tracing import pointed_at, tables_of
from jiceng.indicators.answering.values import Record, Value
from jiceng.indicators.engine import Engine, engine
from jiceng.indicators.figures import answer, list_records
from jiceng.periods.frozen import as_closed, in_the_words_of, question_of
from jiceng.periods.models import Closing
from jiceng.protection.scopes import Scope
from jiceng.records.facts import all_facts
from jiceng.records.models import AuditEntry, AuditRow

EVERY = 100_000
SHOWN = 100
"""So many records of a figure are traced to their writes."""


@dataclass(frozen=True, slots=True)
class Written:
    """One write behind the closing: who, when, what, why."""

    seq: int
    at: datetime
    by: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that is counted otherwise than then: what it added then and adds now, and the writes that did it."""

    id: int
    was: Any
    now: Any
    writes: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A closed figure that is another one over today's records."""

    key: str
    was: Value
    now: Value
    model: str = ""
    records: tuple[Changed, ...] = field(default=())
    others: int = 0  # records beyond those that are shown

    @property
    def difference(self) -> Any:
        """By how much it differs; None where one of them has no value."""
        known = self.was.value is not None and self.now.value is not None
        return self.now.value - self.was.value if known else None


def corrections(closing: Closing, scope: Scope | None = None) -> list[Correction]:
    """The figures of the closing that differ now, each with the records that `scope` shows (default: all).

    Raises Refusal where the snapshot or the packs of then are gone.
    """
    keys = [kept["key"] for kept in closing.figures]
    everything = question_of(closing.region_id, closing.calendar, Scope.all())
    with in_the_words_of(closing):
        found = {key: find(key) for key in keys}
        now = {key: answer(found[key], everything) for key in keys}
    with as_closed(closing):
        was = {key: answer(found[key], everything) for key in keys}
    different = [key for key in keys if _counted(was[key]) != _counted(now[key])]
    question = question_of(closing.region_id, closing.calendar, scope or Scope.all())
    return [_correction(closing, found[key], question, was[key], now[key]) for key in different]


def _counted(value: Value) -> tuple[Any, ...]:
    return value.numerator, value.denominator, value.rows


def _correction(closing: Closing, asked: Declared, question: Question, was: Value, now: Value) -> Correction:
    if asked.indicator.measure == "change":
        return Correction(asked.key, was, now)
    with as_closed(closing):
        old, then = _records(asked, question), engine()
    with in_the_words_of(closing):
        new, today = _records(asked, question), engine()
    changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    shown = changed[:SHOWN]
    traced = _writes(closing, asked.indicator.fact, shown, (then, today))
    records = tuple(
        Changed(key, _adds(old.get(key)), _adds(new.get(key)), traced.get(key, ())) for key in shown
    )
    fact = all_facts()[asked.indicator.fact]
    return Correction(asked.key, was, now, fact.model, records, len(changed) - len(shown))


def _records(asked: Declared, question: Question) -> dict[int, Record]:
    found: dict[int, Record] = {}
    after, more = 0, True
    while more:
        page = list_records(asked, question, after=after, limit=EVERY)
        found |= {record.id: record for record in page.rows}
        more, after = page.more, page.rows[-1].id if page.rows else 0
    return found


def _adds(record: Record | None) -> Any:
    """What a record adds: nothing where it is not there, False where a share only counts it below the line."""
    if record is None:
        return None
    return record.measured if record.counted else 0


# ---------------------------------------------------------------------------------------------- writes
def _writes(
    closing: Closing, fact: str, keys: Iterable[int], engines: tuple[Engine, Engine]
) -> Mapping[int, tuple[Written, ...]]:
    """The writes behind the closing that touched each record; where none did, those that touched what it
    points at.
    """
    touched = {key: {(fact, key)} for key in keys}
    found = _touching(closing, touched)
    without = [key for key in touched if not found.get(key)]
    around = {key: {at for each in engines for at in pointed_at(each, fact, key)} for key in without}
    return found | _touching(closing, around)


def _touching(closing: Closing, wanted: Mapping[int, set[tuple[str, int]]]) -> dict[int, tuple[Written, ...]]:
    """By record, the writes behind the closing that touched any of the facts' records wanted for it."""
    by_fact: dict[str, set[int]] = {}
    for facts in wanted.values():
        for fact, key in facts:
            by_fact.setdefault(fact, set()).add(key)
    seen: dict[tuple[str, int], set[Any]] = {}
    for fact, keys in by_fact.items():
        for entry, key in _rows(fact, keys):
            seen.setdefault((fact, key), set()).add(entry)
    entries = {uid for uids in seen.values() for uid in uids}
    rows = AuditEntry.objects.filter(uid__in=entries, seq__gt=closing.seq)
    known = {row.uid: Written(row.seq, row.at, row.actor_name, row.action, row.reason) for row in rows}
    return {
        record: tuple(
            sorted({known[uid] for each in facts for uid in seen.get(each, ()) if uid in known}, key=_order)
        )
        for record, facts in wanted.items()
    }


def _order(written: Written) -> int:
    return written.seq


def _rows(fact: str, keys: set[int]) -> Iterator[tuple[Any, int]]:
    """The audit rows of the fact's records, and of their spans, as entry and record."""
    for table, found in tables_of(engine(), fact, keys):
        if not found:
            continue
        touched = Q(record__in=found, last=None) | Q(last__gte=min(found), record__lte=max(found))
        rows = AuditRow.objects.filter(touched, table=table).values_list("entry", "record", "last")
        for entry, record, last in rows:
            yield from ((entry, found[key]) for key in found if record <= key <= (last or record))
