"""Validating a received file line by line into staged rows, outside any long transaction."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiceng.exchange.columns import SheetLayout, refuse_unfit
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.reading.cleaning import CleanError, clean_line, plan
from jiceng.exchange.reading.headers import Sieve
from jiceng.exchange.reading.merging import MergedDown, filled
from jiceng.exchange.reading.sheets import Cell, Sheet, sheets_of
from jiceng.exchange.reading.values import plain
from jiceng.exchange.receiving import context_of, wanted
from jiceng.exchange.tables import Field, Table, table_of
from jiceng.exchange.writing.references import Context
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import as_json
from jiceng.exchange.writing.writers import Writer
from jiceng.protection.actors import Actor
from jiceng.protection.masking import masked_text
from jiceng.protection.scopes import Scope
from jiceng.records.engine import copy_rows
from jiceng.records.models import AuditRow
from jiceng.records.refusals import Refusal

BATCH = 1_000
SKIPPED_KEPT = 200  # line numbers of skipped lines that the preview lists

COLUMNS = (
    *("run_id", "place", "sheet", "number", "verdict", "target"),
    *("raw", "values", "errors", "differences", "suspects"),
)

Progress = Callable[[int, int], None]
"""Called with (lines done, lines expected)."""


@dataclass(slots=True)
class Counts:
    """How many lines a run has of each kind; `skipped` are totals, footers and the like, with their lines."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    suspects: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    skipped_lines: list[dict[str, Any]] = field(default_factory=list)

    def row(self, row: Row) -> None:
        """Count a settled row."""
        verdict = row.verdict
        setattr(self, verdict, getattr(self, verdict) + 1)
        self.suspects += bool(row.suspects)

    def skip(self, sheet: str, number: int, why: str) -> None:
        """Count a line that is no record."""
        self.skipped[why] = self.skipped.get(why, 0) + 1
        if why != "blank" and len(self.skipped_lines) < SKIPPED_KEPT:
            self.skipped_lines.append({"sheet": sheet, "row": number, "why": why})

    def as_json(self) -> dict[str, Any]:
        """As `ImportRun.counts` keeps it."""
        return {
            "new": self.new, "changed": self.changed, "unchanged": self.unchanged, "bad": self.bad,
            "rows": self.new + self.changed + self.unchanged + self.bad, "suspects": self.suspects,
            "skipped": self.skipped, "skipped_lines": self.skipped_lines,
        }  # fmt: skip


def stage(
    run: ImportRun,
    *,
    by: Actor,
    scope: Scope | None = None,
    may_override: bool = True,
    progress: Progress | None = None,
) -> ImportRun:
    """Read the file again with the columns that were settled, and find out for every line what it would do.

    Rows are stored as they come; `run.counts` says how many are new, changed, unchanged and bad. `scope`
    bounds what the importer may touch, `may_override` whether a code that fails its check may pass with a
    note. Staging again starts afresh. Raises Refusal for an applied run and for columns that are missing or
    doubled.
    """
    if run.state in (ImportRun.State.APPLIED, ImportRun.State.DISCARDED):
        raise Refusal(_("这次导入已经结束"), where=run.file_name, remedy=_("重新上传"))
    layouts = [SheetLayout.from_json(kept) for kept in run.sheets]
    for layout in layouts:
        if layout.header is not None:
            refuse_unfit(layout, run.file_name)
    context = context_of(run, by=by, scope=scope or Scope.all(), may_override=may_override)
    data = run.content()
    run.rows.all().delete()
    run.mark = AuditRow.objects.aggregate(last=Max("id"))["last"] or 0
    run.state = ImportRun.State.RECEIVED
    run.save(update_fields=["mark", "state"])
    stager = _Stager(run, table_of(run.table), context, layouts, progress)
    stager.run_through(sheets_of(data, run.file_name))
    run.counts, run.state = stager.counts.as_json(), ImportRun.State.STAGED
    run.save(update_fields=["counts", "state"])
    return run


class _Stager:
    """One walk through the file."""

    def __init__(
        self,
        run: ImportRun,
        table: Table,
        context: Context,
        layouts: Sequence[SheetLayout],
        progress: Progress | None,
    ) -> None:
        self.run, self.table, self.context, self.layouts = run, table, context, layouts
        self.writer: Writer = table.writer(table, context)
        self.counts = Counts()
        self._progress, self._done = progress, 0
        self._expected = sum(layout.height for layout in layouts if layout.header)

    def run_through(self, sheets: Iterator[Sheet]) -> None:
        """Stage every line of every sheet that has a header."""
        place = 0
        for index, sheet in enumerate(wanted(sheets, self.run)):
            layout = self.layouts[index]
            if layout.header is None:
                continue
            batch: list[Row] = []
            for number, cells, inherited in self._records(sheet, layout):
                place += 1
                batch.append(Row(place, index, number, cells, inherited))
                if len(batch) == BATCH:
                    self._stage(batch, layout)
                    batch = []
            if batch:
                self._stage(batch, layout)
        self._store(self.writer.settle())

    def _records(
        self, sheet: Sheet, layout: SheetLayout
    ) -> Iterator[tuple[int, list[Cell], Collection[int]]]:
        """The lines below the header that are records, with their numbers as the workbook counts, and the
        columns that they have from cells merged with lines above.
        """
        assert layout.header is not None
        sieve, merged = Sieve(layout.header), MergedDown(sheet.merged, layout.header.last)
        for number, cells in enumerate(sheet.rows()):
            if number <= layout.header.last:
                continue
            inherited = merged.inherited(number, cells)
            if why := sieve.why_not(cells):
                self.counts.skip(sheet.name, number + 1, why)
            else:
                yield number + 1, filled(cells, inherited) if inherited else cells, inherited

    def _stage(self, batch: list[Row], layout: SheetLayout) -> None:
        steps = self._steps(layout)
        fill = {layout.fills: layout.sheet} if layout.fills else {}
        for row in batch:
            given, wrong = clean_line(steps, row.cells)
            for key, text in fill.items():
                given.setdefault(key, plain(text))
            row.given = given
            for error in wrong:
                self._note(row, error)
            if row.inherited:
                self._refuse_shared_numbers(row, layout)
        self._store(self.writer.check(batch))
        self._done += len(batch)
        if self._progress:
            self._progress(self._done, max(self._expected, self._done))

    def _refuse_shared_numbers(self, row: Row, layout: SheetLayout) -> None:
        """A name that is merged over lines holds for each of them; nobody knows how a number is shared out."""
        for column in layout.columns:
            shared = column.field and column.place in row.inherited
            if shared and self.table.field(column.field).kind in ("integer", "number"):
                row.refuse(column.field, _("与上面的行合并成一格，看不出各是多少；取消合并，逐行填写"))

    def _steps(self, layout: SheetLayout) -> Any:
        if not hasattr(self, "_plans"):
            self._plans: dict[str, Any] = {}
        if layout.sheet not in self._plans:
            self._plans[layout.sheet] = plan(self.table, self.context.words, layout.fields)
        return self._plans[layout.sheet]

    def _note(self, row: Row, error: CleanError) -> None:
        """A code that fails its check passes with a note by someone entitled; everything else is a fault."""
        note = f"{error.key}_note"
        if error.stored and self.context.may_override and type(row.given.get(note)) is str:
            row.given[error.key] = error.stored
            return
        remedy = ""
        if error.stored and self.table.has(note):
            remedy = _("；确属实际代码的，在“%(label)s”列写明原因") % {"label": self.table.field(note).label}
        row.refuse(error.key, error.text + remedy)

    # --------------------------------------------------------------------------------------- storing
    def _store(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        for row in rows:
            self.counts.row(row)
        with transaction.atomic():
            copy_rows(ImportRow, COLUMNS, (self._staged(row) for row in rows))

    def _staged(self, row: Row) -> tuple[Any, ...]:
        verdict = row.verdict
        values: Mapping[str, Any] = row.values if verdict in ("new", "changed") else {}
        text = self.writer.shape.encode(values)
        if (row.own or row.drafts) and verdict != "bad":
            text = as_json({"@own": row.own, "@drafts": row.drafts, "@values": text})
        return (
            self.run.pk,
            row.place,
            row.sheet,
            row.number,
            verdict,
            row.kept["id"] if row.kept is not None else None,
            self._raw(row),
            text,
            as_json([self._said(f.field, text=f.text) for f in row.faults]) if row.faults else "",
            as_json([self._said(d.field, old=d.old, new=d.new) for d in row.differences])
            if row.differences
            else "",
            as_json(row.suspects) if row.suspects else "",
        )

    def _said(self, key: str, **words: str) -> dict[str, str]:
        return {"field": key, "label": self.table.label_of(key), **words}

    def _raw(self, row: Row) -> str:
        """The cells as written, by label; sensitive ones masked."""
        kept = {}
        for column in self.layouts[row.sheet].columns:
            if column.field and column.place < len(row.cells):
                text = plain(row.cells[column.place])
                if text:
                    kept[column.field] = (
                        masked_text(text) if self.table.field(column.field).sensitive else text
                    )
        return as_json(kept)


def is_personal(field: Field) -> bool:
    """Whether cells of the field must not be shown as they are."""
    return field.sensitive
