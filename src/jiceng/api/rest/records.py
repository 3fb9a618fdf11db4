"""The operations on records: what the registry's tables hold, in the columns of an export."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.tables import permission_for, take_out_scope
from jiceng.api.rest.answering import Code, Day, Key, Line, NotFound, Number, number, problems
from jiceng.api.rest.guarding import Bearer
from jiceng.api.rest.places import cut, region_asked, today
from jiceng.api.rest.reading import counted_reading
from jiceng.api.rest.tabular import CSV, CSVW, Column, Sheet, as_csv, as_metadata, next_page
from jiceng.exchange.tables import Field as TableField
from jiceng.exchange.tables import Table, all_tables
from jiceng.exchange.words import Words
from jiceng.exchange.workbooks.exporting import columns_of, lines
from jiceng.exchange.writing.scoping import condition
from jiceng.protection.scopes import Scope
from jiceng.records.bases import Dated, valid_on
from jiceng.records.refusals import Refusal

router = Router(auth=Bearer(P.EXPORT), tags=["records"])

PAGE = 500
"""So many records a page has at most."""

DATATYPES: Mapping[str, str] = {
    "integer": "integer",
    "number": "decimal",
    "date": "date",
    "moment": "datetime",
}
"""Kinds of columns that are no texts, in the words of XML Schema."""

TableKey = Path[Annotated[Key, Field(description="Key of the table, as `GET /records` lists it.")]]


class Described(Schema):
    """A column. `sensitive` ones are masked unless `unmasked` is asked for."""

    key: str
    title: str
    datatype: str
    sensitive: bool
    note: str


class TableAbout(Schema):
    """A table of the registry. `limited`: how many of its records a day may be read is bounded."""

    key: str
    title: str
    limited: bool
    columns: list[Described]


class Tables(Schema):
    """The tables that the token may read."""

    items: list[TableAbout]


class Record(Schema):
    """A record: `values` by the keys of the table's columns, as an export writes them."""

    id: int
    uid: str | None
    values: dict[str, Number]


class Page(Schema):
    """A page of records by key; `next` is the `after` of the following page."""

    table: str
    items: list[Record]
    next: int | None


class Opened(Schema):
    """Whether sealed values are shown."""

    unmasked: bool = Field(False, description="Show sealed values: needs the permission `people.unmask`.")
    reason: Line = Field("", max_length=200, description="What for; must be said with `unmasked`.")


class Asked(Opened):
    """Which records."""

    region: Code = Field("", description="Code of a region; default: all that the token shows.")
    as_of: Day | None = Field(None, description="Only records that hold on that day; default: today.")
    after: int = Field(0, ge=0, le=2**62, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=PAGE)


@router.get("", response={200: Tables, **problems()}, summary="台账")
def tables(request: Any) -> Any:
    """The tables that the token may read, with their columns."""
    return {"items": [_about(table) for table in readable(request.permissions).values()]}


def readable(permissions: frozenset[P]) -> Mapping[str, Table]:
    """The tables of the registry that may be read with `permissions`."""
    return {
        key: table
        for key, table in all_tables().items()
        if table.ledger and permission_for(key) in permissions
    }


def _about(table: Table) -> dict[str, Any]:
    columns = [
        {
            "key": field.key,
            "title": _(field.label),
            "datatype": DATATYPES.get(field.kind, "string"),
            "sensitive": field.sensitive,
            "note": _(field.note) if field.note else "",
        }
        for field in columns_of(table)
    ]
    return {"key": table.key, "title": _(table.label), "limited": table.sensitive, "columns": columns}


def _table(key: str) -> Table:
    found = all_tables().get(key)
    if found is None or not found.ledger:
        raise NotFound(_("没有叫“%(key)s”的表") % {"key": key}, "GET /records")
    return found


@router.get("/{table}", response={200: Page, **problems()}, summary="一张台账的记录")
def table_records(request: Any, table: TableKey, asked: Query[Asked]) -> Any:
    """Records of a table by key, in the columns of an export, sealed values masked.

    Of tables that are `limited`, and of all with `unmasked`, no more may be read in a day than may be exported
    without a second person.
    """
    found = _table(table)
    items, following = _page(request, found, asked)
    return {"table": found.key, "items": items, "next": following}


@router.get("/{table}/rows.csv", summary="一张台账的记录（CSV）", **CSV)
def table_csv(request: Any, table: TableKey, asked: Query[Asked]) -> HttpResponse:
    """A page of records as a table; the answer's links name the next page."""
    found = _table(table)
    items, following = _page(request, found, asked)
    names = [field.key for field in columns_of(found)]
    rows = [[item["id"], item["uid"], *(item["values"][name] for name in names)] for item in items]
    return as_csv(request, Sheet("", _columns(found), rows, following=next_page(request, following)))


@router.get("/{table}/rows.csv-metadata.json", summary="台账各列的含义", **CSVW)
def table_metadata(request: Any, table: TableKey, asked: Query[Asked]) -> HttpResponse:
    """What the columns of the table mean (CSV on the Web)."""
    found = _table(table)
    reach = take_out_scope(request.access, found.key)
    region = region_asked(request, asked.region)
    cut(request, reach, region)
    said = {
        "identifier": found.key,
        "source": "Jiceng",
        "temporal": (asked.as_of or today(request, region)).isoformat(),
        "spatial": region.code if region is not None else "",
    }
    return as_metadata(
        request, Sheet(_(found.label), _columns(found), (), _(found.note) if found.note else "", said)
    )


@router.get("/{table}/{uid}", response={200: Record, **problems()}, summary="一条记录")
def table_record(
    request: Any,
    table: TableKey,
    uid: Path[
        Annotated[str, Field(pattern=r"^[0-9a-f-]{1,36}$", description="`uid`, or `id` where it has none.")]
    ],
    asked: Query[Opened],
) -> Any:
    """One record, also one that holds no longer."""
    found = _table(table)
    inside = _inside(found, cut(request, take_out_scope(request.access, found.key), request.region))
    items = _told(request, found, inside.filter(_named(found, uid)), asked)
    if not items:
        raise NotFound(_("没有这条记录，或不在令牌的范围内"))
    return items[0]


def _named(table: Table, uid: str) -> Q:
    if not hasattr(table.model, "uid"):
        return Q(pk=int(uid)) if uid.isdigit() and len(uid) <= 18 else Q(pk__in=[])
    try:
        return Q(uid=UUID(uid))
    except ValueError:
        return Q(pk__in=[])


# ----------------------------------------------------------------------------------------------- reading
def _page(request: Any, table: Table, asked: Asked) -> tuple[list[dict[str, Any]], int | None]:
    """A page, and the key it ends with where more follow."""
    region = region_asked(request, asked.region)
    rows = _inside(table, cut(request, take_out_scope(request.access, table.key), region))
    if issubclass(table.model, Dated):
        rows = rows.filter(valid_on(asked.as_of or today(request, region)))
    keys = list(
        rows.filter(pk__gt=asked.after).order_by("pk").values_list("pk", flat=True)[: asked.limit + 1]
    )
    shown = keys[: asked.limit]
    items = _told(request, table, table.model._base_manager.filter(pk__in=shown), asked)
    return items, shown[-1] if len(keys) > asked.limit else None


def _inside(table: Table, scope: Scope) -> QuerySet[Any]:
    return table.model._base_manager.filter(condition(table, scope))


def _told(request: Any, table: Table, rows: QuerySet[Any], asked: Opened) -> list[dict[str, Any]]:
    """Records in their columns, noted as read. Raises Denied for sealed values without the right, Refusal without a
    reason and beyond the day's bound.
    """
    if asked.unmasked:
        request.access.require(P.UNMASK)
        if not asked.reason.strip():
            raise Refusal(_("查看完整证件号和电话须写明事由"), "reason", _("写明事由"))
    rows = rows.order_by("pk")
    names = ["pk", "uid"] if hasattr(table.model, "uid") else ["pk"]
    keys = list(rows.values_list(*names))
    counted_reading(
        request, table.model._meta.label_lower, len(keys), what=f"{table.key} {request.GET.urlencode()}",
        unmasked=asked.unmasked, reason=asked.reason,
    )  # fmt: skip
    fields = columns_of(table)
    values = lines(table, rows, Words(), unmasked=asked.unmasked)
    return [
        {"id": key[0], "uid": str(key[1]) if len(key) > 1 else None, "values": _values(fields, line)}
        for key, line in zip(keys, values, strict=True)
    ]


def _values(fields: Sequence[TableField], line: Sequence[Any]) -> dict[str, Number]:
    return {field.key: number(value) for field, value in zip(fields, line, strict=True)}


def _columns(table: Table) -> list[Column]:
    known = [
        Column(
            field.key,
            _(field.label),
            DATATYPES.get(field.kind, "string"),
            _(field.note) if field.note else "",
        )
        for field in columns_of(table)
    ]
    return [Column("_id", _("键"), "integer"), Column("_uid", _("唯一标识")), *known]
