"""A staged run becomes records: prepared outside, written in one short transaction, once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.receiving import context_of
from jiceng.exchange.tables import table_of
from jiceng.exchange.writing.writers import Writer
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.engine import take_turn
from jiceng.records.models import AuditRow
from jiceng.records.refusals import Refusal
from jiceng.records.writing import AlreadyDoneError, write

READ = 2_000
TOUCHED = 20_000
"""So many changes since the preview are compared with it one by one; beyond that it has to be made again."""


@dataclass(slots=True)
class Prepared:
    """What a run would write: new records by place (with the places of new rows they name), changed ones by
    key.
    """

    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    own: dict[int, dict[str, int]] = field(default_factory=dict)
    drafts: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)
    changed: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def apply(
    run: ImportRun, *, by: Actor, scope: Scope | None = None, leave_out_bad: bool = False, reason: str = ""
) -> dict[str, Any]:
    """Write what was staged, in one transaction and once; gives the run's counts.

    With bad rows it raises Refusal, unless `leave_out_bad` asks to leave these out. It also raises where
    records the preview was about have changed since, and where another run took a code in the meantime. A
    second call gives the first one's counts. A process that dies in between leaves nothing behind.
    """
    if run.state == ImportRun.State.APPLIED:
        return dict(run.counts)
    if run.state != ImportRun.State.STAGED:
        raise Refusal(_("还没有核对"), where=run.file_name, remedy=_("先核对，再导入"))
    bad = run.counts.get("bad", 0)
    if bad and not leave_out_bad:
        raise Refusal(
            _("有 %(count)s 行有误，没有导入") % {"count": bad}, where=run.file_name,
            remedy=_("下载带问题的表格，改好后重新导入；或选择跳过这些行"),
        )  # fmt: skip
    table = table_of(run.table)
    writer = table.writer(table, context_of(run, by=by, scope=scope or Scope.all()))
    prepared = _prepared(run, writer)
    said = reason or f"{run.file_name} {run.digest[:16]}"
    try:
        with write(by=by, action=f"import.{table.key}", reason=said, key=f"import:{run.uid}") as writing:
            take_turn("import")
            _refuse_stale(run, writer, prepared)
            _insert(writer, prepared)
            writer.update(prepared.changed)
            applied = timezone.now()
            ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLIED, applied_at=applied)
            writing.result = json.dumps(run.counts)
    except AlreadyDoneError as done:
        run.refresh_from_db()
        return dict(json.loads(done.result or "{}"))
    except IntegrityError as error:
        raise _stale(run) from error
    run.state, run.applied_at = ImportRun.State.APPLIED, applied
    return dict(run.counts)


def _prepared(run: ImportRun, writer: Writer) -> Prepared:
    """The staged rows as columns to store, read before the transaction begins."""
    prepared = Prepared()
    for place, verdict, target, text in _staged(run):
        kept: dict[str, Any] = {}
        if text.startswith('{"@own"'):
            kept = json.loads(text)
            text = kept["@values"]
        values = writer.shape.decode(text)
        if verdict == ImportRow.Verdict.NEW:
            prepared.new.append((place, values))
            if kept.get("@own"):
                prepared.own[place] = kept["@own"]
            if kept.get("@drafts"):
                prepared.drafts[place] = kept["@drafts"]
        elif target is not None:
            prepared.changed.append((target, values))
    writer.prepare(prepared.new)
    return prepared


def _staged(run: ImportRun) -> Iterator[tuple[int, str, int | None, str]]:
    wanted = (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED)
    rows = run.rows.filter(verdict__in=wanted).order_by("place")
    yield from rows.values_list("place", "verdict", "target", "values").iterator(chunk_size=READ)


def _insert(writer: Writer, prepared: Prepared) -> None:
    """New records, those that others of the same file name before the others."""
    keys: dict[int, int] = {}
    stored = {r.key: r.stored for r in writer.table.references}
    drafted = writer.draft(prepared.drafts) if prepared.drafts else {}
    for place, values in prepared.new if drafted else ():
        for reference, key in drafted.get(place, {}).items():
            values[stored[reference]] = key
    waiting = prepared.new
    while waiting:
        ready = [
            row for row in waiting if all(above in keys for above in prepared.own.get(row[0], {}).values())
        ]
        for place, values in ready:
            for reference, above in prepared.own.get(place, {}).items():
                values[stored[reference]] = keys[above]
        keys |= writer.insert(ready)
        done = {place for place, _values in ready}
        waiting = [row for row in waiting if row[0] not in done] if len(done) < len(waiting) else []


# ---------------------------------------------------------------------------------- since the preview
def _stale(run: ImportRun) -> Refusal:
    return Refusal(
        _("核对之后，有关记录已有改动，没有导入"), where=run.file_name, remedy=_("重新核对一次，再导入")
    )


def _refuse_stale(run: ImportRun, writer: Writer, prepared: Prepared) -> None:
    """Raise Refusal where the preview no longer holds: a record it changes or names was changed since, or a
    record that it would add has been added.
    """
    watched = writer.watched()
    since = AuditRow.objects.filter(id__gt=run.mark, table__in=watched)
    touched = list(since.values_list("table", "record", "last")[: TOUCHED + 1])
    if not touched:
        return
    if len(touched) > TOUCHED or any(last is not None or not record for _table, record, last in touched):
        raise _stale(run)
    by_table: dict[str, set[int]] = {}
    for name, record, _last in touched:
        by_table.setdefault(name, set()).add(record)
    if _touches(writer, by_table, prepared) or writer.added_meanwhile(prepared.new):
        raise _stale(run)


def _touches(writer: Writer, by_table: Mapping[str, set[int]], prepared: Prepared) -> bool:
    own = by_table.get(writer.table.model._meta.db_table, set())
    if any(key in own for key, _values in prepared.changed):
        return True
    named = writer.named_tables()
    rows: Sequence[tuple[int, dict[str, Any]]] = [*prepared.new, *prepared.changed]
    for column, table in named.items():
        changed = by_table.get(table)
        if changed and any(values.get(column) in changed for _key, values in rows):
            return True
    return False
