"""Records as a workbook with the columns an import takes: exactly the rows a scope and a filter allow,
audited.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.exchange.tables import Field, Table
from jiceng.exchange.words import Words
from jiceng.exchange.workbooks.templates import AS_TEXT
from jiceng.exchange.workbooks.writing import Book, widths
from jiceng.exchange.writing.scoping import condition
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import UnreadableValueError, decrypt
from jiceng.protection.masking import masked_citizen_id, masked_phone
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

READ = 2_000
KEY = "sealed_key"
BESIDE = "@"


@dataclass(frozen=True, slots=True)
class Size:
    """How much an export would take out: for deciding who must agree to it."""

    rows: int
    sensitive: bool


def rows_of(table: Table, scope: Scope, filters: Q | None = None) -> QuerySet[Any]:
    """The records an export writes: those `scope` sees and `filters` keeps, in the table's order."""
    rows = table.model._base_manager.filter(condition(table, scope))
    return (rows.filter(filters) if filters is not None else rows).order_by(*table.order)


def size_of(table: Table, scope: Scope, filters: Q | None = None) -> Size:
    """How many rows an export would have, and whether they are sensitive (as the table or one of its
    columns is).
    """
    sensitive = table.sensitive or any(f.sensitive for f in table.offered())
    return Size(rows_of(table, scope, filters).count(), sensitive)


def export(
    table: Table,
    target: Path | BytesIO,
    *,
    by: Actor,
    scope: Scope,
    filters: Q | None = None,
    watermark: str = "",
    unmasked: bool = False,
    reason: str = "",
    words: Words | None = None,
) -> int:
    """Write the records of `table` that `scope` and `filters` allow; gives how many. The export is audited.

    The columns are those an import takes. Sealed values are masked unless `unmasked`, which asks for a
    `reason`. `watermark` stands in a line above the header and on every printed page. Whether a second
    person has to agree first is decided by the caller (`size_of`). Raises Refusal for unmasking without a
    reason.
    """
    if unmasked and not reason.strip():
        raise Refusal(_("导出完整证件号和电话须写明事由"), remedy=_("写明事由"))
    words = words or Words()
    book = Book(target, constant_memory=True)
    sheet = book.sheet(table.label)
    fields = columns_of(table)
    start = 0
    if watermark:
        sheet.write_string(0, 0, _("水印：%(text)s") % {"text": watermark}, book.note)
        sheet.set_header(f"&C{_plain(watermark)}")
        sheet.set_footer(f"&L{_plain(watermark)}&R&P / &N")
        start = 1
    labels = {place: field.label for place, field in enumerate(fields)}
    for place, width in widths(labels).items():
        sheet.set_column(place, place, width, book.text if fields[place].kind in AS_TEXT else None)
    for place, label in labels.items():
        sheet.write_string(start, place, label, book.header)
    sheet.freeze_panes(start + 1, 0)
    count = 0
    for values in lines(table, rows_of(table, scope, filters), words, unmasked=unmasked):
        count += 1
        for place, value in enumerate(values):
            if value is not None and value != "":
                book.write(sheet, start + count, place, value)
    book.close()
    with write(by=by, action=f"export.{table.key}", reason=reason) as writing:
        said = {
            "rows": count,
            "watermark": watermark,
            "unmasked": unmasked,
            "where": str(filters or "")[:500],
        }
        writing.note(table.model._meta.db_table, 0, "read", None, said)
    return count


def _plain(text: str) -> str:
    """A watermark as a page header takes it: an ampersand begins a command there."""
    return text.replace("&", "&&")[:200]


Teller = Callable[[Mapping[str, Any]], Any]
"""From a record's looked-up values to the cell."""


def columns_of(table: Table) -> list[Field]:
    """The columns of an export: those that an import takes and a record can tell."""
    return [field for field in table.offered() if field.read_from]


def lines(table: Table, rows: QuerySet[Any], words: Words, *, unmasked: bool = False) -> Iterator[list[Any]]:
    """Records as an export tells them, a value for each of `columns_of`; sealed values masked unless `unmasked`."""
    yield from lines_of(table, columns_of(table), rows, words, unmasked=unmasked)


def lines_of(
    table: Table, fields: Sequence[Field], rows: QuerySet[Any], words: Words, *, unmasked: bool
) -> Iterator[list[Any]]:
    """The cells of `rows` in the order of `fields`, as a workbook shows them; sealed ones masked unless `unmasked`."""
    tellers = [_teller(field, words, unmasked=unmasked) for field in fields]
    lookups = {lookup for field in fields for lookup in field.read_from.split("|")}
    lookups |= {_key_of(field) for field in fields if field.sensitive}
    own = sorted(lookup for lookup in {*lookups, "pk"} if not lookup.startswith(BESIDE))
    for records in batched(rows.values(*own).iterator(chunk_size=READ), READ):
        beside = table.beside([record["pk"] for record in records]) if table.beside is not None else {}
        for record in records:
            whole = {**record, **beside.get(record["pk"], {})}
            yield [tell(whole) for tell in tellers]


def batched(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """`rows` in lists of so many."""
    while some := list(islice(rows, size)):
        yield some


def _key_of(field: Field) -> str:
    """The lookup to the key under which a sensitive value is sealed."""
    before, joint, _last = field.read_from.rpartition("__")
    return f"{before}{joint}{KEY}"


def _teller(field: Field, words: Words, *, unmasked: bool) -> Teller:
    lookups = field.read_from.split("|")
    first = lookups[0]
    if field.sensitive:
        key, mask = _key_of(field), masked_phone if field.kind == "phone" else masked_citizen_id
        return lambda record: _opened(record[key], record[first], mask, unmasked=unmasked)
    if field.kind == "term":
        return lambda record: words.label(field.vocabulary, record[first], "zh") if record[first] else None
    if field.kind == "boolean":
        said = {True: "是", False: "否", None: None}
        return lambda record: said[record[first]]
    if field.kind == "moment":
        return lambda record: _local(record.get(first))
    if first.startswith(BESIDE):
        return lambda record: record.get(first)
    if len(lookups) > 1:
        return lambda record: next((str(record[lookup]) for lookup in lookups if record[lookup]), None)
    if field.kind == "code":
        return lambda record: str(record[first]) if record[first] else None
    return lambda record: record[first]


def _local(moment: Any) -> Any:
    """A moment as the place's clock shows it; a workbook knows no time zones."""
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment is not None else None


def _opened(key: Any, sealed: Any, mask: Callable[[str], str], *, unmasked: bool) -> str:
    try:
        value = decrypt(bytes(key or b""), bytes(sealed or b""))
    except UnreadableValueError:
        return ""
    return value if unmasked else mask(value)
