"""Cases taken all the way through the actions, one process alone, against the same rows written by plain INSERTs.

The baseline writes what the actions wrote, row by row and in as many transactions: matters, dispatches, timeline,
clocks, turns, command keys, audit rows and the entries of the chain, into the same tables, under the same constraints
and triggers, with keys of their own. It checks nothing, changes nothing and digests nothing.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, models, transaction

from jiceng.bench.ground.cases import STEPS, Cases
from jiceng.bench.ground.places import hotline, install_bases
from jiceng.bench.ground.prefecture import Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Turn
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry, AuditRow, ChainHead, CommandKey
from jiceng.records.uids import new_uid

CASES = {"county": 60, "prefecture": 300}
ROUNDS = 3
"""So often both are measured, in turn."""

WARM = 5
"""Cases that are not counted."""

APART = 10_000_000
"""How far the keys of the plain rows lie behind those of the actions' own."""

RECORDED: tuple[type[models.Model], ...] = (Matter, Dispatch, Event, Clock)
"""What the actions write and audit, in an order in which rows find what they point at."""

Row = Mapping[str, Any]
Rows = list[tuple[type[models.Model], Row]]
"""What one transaction wrote: tables and values by column."""


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Seconds that so many cases take by the actions and by plain INSERTs: the middle one of three rounds."""
    with scratch():
        Prefecture("county").store()
        install_bases()
        cases = Cases(hotline())
        _take(cases, "warm", WARM)
        if not verify().whole:
            raise RuntimeError("the audit chain is broken")
        count = CASES[scale] // ROUNDS
        rounds = [_round(cases, number, count) for number in range(1, ROUNDS + 1)]
    own, plain = sorted(rounds, key=lambda taken: taken[0] / taken[1])[ROUNDS // 2]
    steps = count * STEPS
    return {
        "name": "matters",
        "scale": scale,
        "rows": count,
        "seconds": round(own, 3),
        "baseline": "the same rows by plain INSERTs in as many transactions",
        "baseline_seconds": round(plain, 3),
        "ratio": round(own / plain, 2),
        "parts": [
            {"name": f"one step ({steps / own:.0f} a second)", "seconds": round(own / steps, 5)},
            {"name": f"its rows alone ({steps / plain:.0f} a second)", "seconds": round(plain / steps, 5)},
        ],
    }


def _round(cases: Cases, number: int, count: int) -> tuple[float, float]:
    """Seconds of both, once: what the actions wrote is written again."""
    last: int = ChainHead.objects.values_list("seq", flat=True).get()
    own, turns = _take(cases, f"round {number}", count)
    return own, _write_plainly(list(_written(last, turns)), APART * number)


def _take(cases: Cases, name: str, count: int) -> tuple[float, list[list[Row]]]:
    """Seconds that so many cases take; and the turns that each of their steps made, which are not audited."""
    seconds = 0.0
    turns: list[list[Row]] = []
    for number in range(count):
        seen: set[int] = set()
        began = time.perf_counter()
        for matter in cases.take(f"{name}: {number}"):
            seconds += time.perf_counter() - began
            rows = Turn.objects.filter(matter=matter).exclude(pk__in=seen).order_by("pk").values()
            turns.append([{**row, "role": f"{row['role']} {len(seen)} {i}"} for i, row in enumerate(rows)])
            seen.update(row["id"] for row in rows)
            began = time.perf_counter()
    return seconds, turns


# ------------------------------------------------------------------------------------------ the baseline
def _written(last: int, turns: Sequence[Sequence[Row]]) -> Iterator[Rows]:
    """The rows of each transaction behind the entry `last`. Raises RuntimeError where that is not one for each step."""
    own = AuditEntry.objects.filter(seq__gt=last, seq__lte=last + len(turns))
    entries = list(own.order_by("seq").values())
    keys = list(CommandKey.objects.order_by("at").values())[-len(entries) :]
    audit: dict[Any, list[Row]] = defaultdict(list)
    for row in AuditRow.objects.filter(entry__in=own.values("uid")).values():
        audit[row["entry"]].append(row)
    made = {
        (row["table"], row["record"]) for rows in audit.values() for row in rows if row["verb"] == "insert"
    }
    kept = {
        (model._meta.db_table, row["id"]): row
        for model in RECORDED
        for row in model._base_manager.filter(
            pk__in=[k for t, k in made if t == model._meta.db_table]
        ).values()
    }
    if not len(entries) == len(keys) == len(turns) or set(kept) != made:
        raise RuntimeError(f"{len(turns)} steps, {len(entries)} entries; {len(made)} rows, {len(kept)} found")
    for entry, key, those in zip(entries, keys, turns, strict=True):
        rows: Rows = [(CommandKey, key)]
        mine = [(row["table"], row["record"]) for row in audit[entry["uid"]] if row["verb"] == "insert"]
        for model in RECORDED:
            rows += [(model, kept[each]) for each in mine if each[0] == model._meta.db_table]
        rows += [(Turn, row) for row in those]
        rows += [(AuditRow, row) for row in audit[entry["uid"]]]
        yield [*rows, (AuditEntry, entry)]


def _write_plainly(written: Sequence[Rows], apart: int) -> float:
    """Seconds that these transactions take as INSERTs and nothing else, each row with keys so far behind its own."""
    moved = _Moved(apart)
    prepared = [[moved.statement(model, row) for model, row in rows] for rows in written]
    began = time.perf_counter()
    for statements in prepared:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in statements:
                cursor.execute(statement, values)
    return time.perf_counter() - began


class _Moved:
    """Rows as statements that write them beside those that are there."""

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._uids: dict[Any, Any] = {}
        self._anew: Mapping[tuple[type[models.Model], str], Callable[[Any], Any]] = {
            (Matter, "uid"): self._uid, (Dispatch, "uid"): self._uid, (AuditEntry, "uid"): self._uid,
            (AuditRow, "entry"): self._uid, (AuditEntry, "seq"): self._key,
            (Matter, "number"): self._text, (CommandKey, "key"): self._text,
        }  # fmt: skip

    def statement(self, model: type[models.Model], row: Row) -> tuple[str, list[Any]]:
        """An INSERT and its values."""
        quoted = connection.ops.quote_name
        fields: list[Any] = list(model._meta.concrete_fields)
        names = ", ".join(quoted(field.column) for field in fields)
        marks = ", ".join("%s" for _field in fields)
        values = [field.get_db_prep_save(self._value(model, field, row), connection) for field in fields]
        return f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({marks})", values

    def _value(self, model: type[models.Model], field: Any, row: Row) -> Any:
        value = row[field.attname]
        if field.attname in ("id", "matter_id", "dispatch_id"):
            return self._key(value)
        anew = self._anew.get((model, field.attname))
        return anew(value) if anew is not None else value

    def _key(self, key: int | None) -> int | None:
        return None if key is None else key + self._apart

    def _text(self, text: str) -> str:
        return f"{text} {self._apart}"

    def _uid(self, uid: Any) -> Any:
        return self._uids.setdefault(uid, new_uid())
