"""Answers to fields of records go back into the ledgers, the way of every import: checked, compared, written once."""

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO

from jiceng.exchange import applying, receiving, staging
from jiceng.exchange.columns import SheetLayout
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.reading.values import plain
from jiceng.exchange.tables import Field, Table
from jiceng.exchange.words import Words
from jiceng.exchange.workbooks.exporting import lines_of
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope

FILE = "一表通.csv"


def naming(table: Table) -> list[Field]:
    """The fields by which a line of an import names a record of `table`: its identities, and what a line cannot do
    without.
    """
    wanted = {field.key for field in table.fields if field.required}
    for reference in table.references:
        if reference.required or reference.fill:
            wanted.update(reference.parts)
    wanted.update(column for identity in table.identities for column in identity.columns)
    return [f for f in table.fields if f.key in wanted and f.read_from and not f.sensitive]


def takes_back(table: Table, key: str) -> bool:
    """Whether an import can write the field `key` into records of `table` that are there."""
    return table.has(key) and not table.field(key).sensitive and table.field(key).kind != "moment"


def return_answers(
    table: Table, key: str, said: Mapping[int, str], *, by: Actor, scope: Scope, day: date, reason: str
) -> Mapping[int, str]:
    """Write answers about the field `key` into records of `table`, those by key that `scope` allows.

    Gives, for those that could not be written, why; the others are in the records. An answer that another import
    has overtaken raises Refusal.
    """
    data, order = _as_file(table, key, said)
    run = receiving.receive(by=by, table=table.key, data=data, name=FILE, as_of=day, scope=scope)
    try:
        sheet = SheetLayout.from_json(run.sheets[0])
        fields = [field.key for field in _columns(table, key)]
        receiving.correct(run, by=by, matched={sheet.sheet: fields}, keep=False)
        staging.stage(run, by=by, scope=scope, may_override=False)
        refused = _refused(run, order)
        if len(refused) < len(order):
            applying.apply(run, by=by, scope=scope, leave_out_bad=True, reason=reason)
    finally:
        receiving.clear(run, state=run.state)
    return refused


def _columns(table: Table, key: str) -> list[Field]:
    named = [field for field in naming(table) if field.key != key]
    return [*named, table.field(key)]


def _as_file(table: Table, key: str, said: Mapping[int, str]) -> tuple[bytes, list[int]]:
    """Lines that name the records, each with the answer, and the records in the order of the lines."""
    fields = _columns(table, key)[:-1]
    rows = table.model._base_manager.filter(pk__in=said).order_by("pk")
    target, order = StringIO(), []
    writer = csv.writer(target)
    writer.writerow([*(field.label for field in fields), table.field(key).label])
    keyed = [Field("", "", source="pk"), *fields]
    for record, *values in lines_of(table, keyed, rows, Words(), unmasked=False):
        order.append(record)
        writer.writerow([*map(plain, values), said[record]])
    return target.getvalue().encode("utf-8-sig"), order


def _refused(run: ImportRun, order: list[int]) -> dict[int, str]:
    """Which records' lines were refused, and why; a line that would make a new record is refused as well."""
    rows = {row.number - 2: row for row in run.rows.all()}
    found = {}
    for index, record in enumerate(order):
        row = rows.get(index)
        if row is None or row.verdict == ImportRow.Verdict.NEW or row.target not in (record, None):
            found[record] = FILE
        elif row.verdict == ImportRow.Verdict.BAD:
            found[record] = "；".join(fault["text"] for fault in row.faults())
    if any(row.verdict == ImportRow.Verdict.NEW for row in rows.values()):
        return dict.fromkeys(order, FILE)
    return found
