"""The operations on imports: rows in, a look at what they would do, and then the writing, by the one import engine."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, File, Form, Header, Path, Query, Router, Schema, Status, UploadedFile

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.tables import importable, require_reach
from jiceng.api.rest.answering import Code, Day, Key, Line, NotFound, problems
from jiceng.api.rest.guarding import Bearer
from jiceng.api.rest.places import cut, region_asked, standing
from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRun
from jiceng.exchange.receiving import clear, receive, runs_of
from jiceng.exchange.staging import stage
from jiceng.exchange.tables import Table, all_tables
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.records.writing import AlreadyDoneError, done_before, write

router = Router(auth=Bearer(P.IMPORT), tags=["imports"])

PAGE = 500
ROWS = 20_000
COLUMNS = 100
"""So many rows and columns one request brings as JSON; more come as a file."""

Cell = str | int | float | bool | None

ONCE: Any = Header(
    "",
    alias="Idempotency-Key",
    max_length=80,
    pattern=r"^[\x21-\x7e]*$",
    description="A second request with the same key gets the first one's import.",
)


class Brought(Schema):
    """What comes with the rows."""

    table: Key = Field(description="Key of the table.")
    region: Code = Field(
        "", description="Code of the region in which names are looked up; default: the token's."
    )
    as_of: Day | None = Field(None, description="The day that the rows speak of; default: today.")


class Rows(Brought):
    """Rows as JSON: by the keys or titles of the table's columns. A cell that is left out or null changes nothing."""

    name: Line = Field("", max_length=80, description="What the import is called.")
    rows: list[dict[str, Cell]] = Field(min_length=1, max_length=ROWS)


class Counts(Schema):
    """How many rows are of each kind."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    suspects: int = 0


class Import(Schema):
    """An import. `left_out`: titles of columns that mean nothing here."""

    uid: UUID
    table: str
    name: str
    state: Literal["received", "staged", "applied", "discarded"]
    as_of: date
    region: str
    created_at: datetime
    applied_at: datetime | None
    counts: Counts
    columns: dict[str, str]
    left_out: list[str]


class RowFault(Schema):
    """What is wrong with a row."""

    field: str
    text: str


class Row(Schema):
    """A row and what it would do. `record`: the key of the record that it is about."""

    number: int
    verdict: Literal["new", "changed", "unchanged", "bad"]
    record: int | None
    faults: list[RowFault]
    changes: list[dict[str, str]]


class RowPage(Schema):
    """A page of rows; `next` is the `after` of the following page."""

    items: list[Row]
    next: int | None


class Apply(Schema):
    """How to write."""

    leave_out_bad: bool = Field(False, description="Write the good rows where some are bad.")
    reason: Line = Field("", max_length=200)


class Listed(Schema):
    """Which rows."""

    verdict: Literal["", "new", "changed", "unchanged", "bad"] = ""
    after: int = Field(0, ge=0, le=2**31 - 1)
    limit: int = Field(100, ge=1, le=PAGE)


RunKey = Path[UUID]


@router.post("/rows", response={200: Import, 201: Import, **problems(400, 413)}, summary="导入若干行（JSON）")
def import_rows(request: Any, said: Rows, once: str = ONCE) -> Any:
    """Stage rows: each is checked and compared with what is stored; nothing is written before `apply`.

    201 for a new import, 200 for one that the same Idempotency-Key has made.
    """
    table = _table(request, said.table)
    return _taken_in(request, table, said, _as_csv(said.rows), f"{said.name or _('接口')}.csv", once)


@router.post("/file", response={200: Import, 201: Import, **problems(400, 413)}, summary="导入一个文件")
def import_file(request: Any, said: Form[Brought], file: File[UploadedFile], once: str = ONCE) -> Any:
    """The same with a workbook (xlsx, xls, ods) or a CSV; its columns are matched by their titles."""
    return _taken_in(request, _table(request, said.table), said, file.read(), file.name or "", once)


def _table(request: Any, key: str) -> Table:
    """Raises NotFound for no table, Denied without the right to bring rows into it."""
    found = all_tables().get(key)
    if found is None:
        raise NotFound(
            _("没有叫“%(key)s”的表") % {"key": key}, "、".join(t.key for t in importable(request.access))
        )
    require_reach(request.access, found.key)
    return found


def _as_csv(rows: list[dict[str, Cell]]) -> bytes:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    if not titles or len(titles) > COLUMNS or any("\0" in title for title in titles):
        raise Refusal(
            _("没有列，或列太多"), "rows", _("每行写列的键和值，最多%(most)d列") % {"most": COLUMNS}
        )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([_cell(row.get(title)) for title in titles] for row in rows)
    return out.getvalue().encode()


def _cell(value: Cell) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value).replace("\0", "")


def _taken_in(request: Any, table: Table, said: Brought, data: bytes, name: str, once: str) -> Any:
    """The import that the data make, or the one that the same key has made before."""
    key = f"api:{request.access.user.pk}:{sha256(once.encode()).hexdigest()[:40]}" if once else ""
    if key and (known := done_before(key)):
        return Status(200, shown(_same(_run(request, UUID(known)), table, data)))
    region = region_asked(request, said.region)
    area = standing(request, region)
    run = receive(
        by=request.actor, table=table.key, data=data, name=name, as_of=said.as_of,
        region=area.code if area is not None else "", scope=_reach(request, table),
    )  # fmt: skip
    try:
        may_override = request.access.may(P.CODE_OVERRIDE)
        stage(run, by=request.actor, scope=_reach(request, table), may_override=may_override)
    except Refusal:
        clear(run)
        raise
    if key:
        try:
            with write(by=request.actor, action="api.import", key=key) as writing:
                writing.result = str(run.uid)
        except AlreadyDoneError as done:  # two arrived at once
            clear(run)
            return Status(200, shown(_same(_run(request, UUID(done.result)), table, data)))
    return Status(201, shown(run))


def _same(run: ImportRun, table: Table, data: bytes) -> ImportRun:
    """`run`, made of the same data. Raises Refusal for a key that was used for others."""
    if run.digest != sha256(data).hexdigest() or run.table != table.key:
        raise Refusal(_("同一个 Idempotency-Key 不能用于不同的内容"), "Idempotency-Key", _("换一个键"))
    return run


def _reach(request: Any, table: Table) -> Scope:
    return cut(request, require_reach(request.access, table.key), request.region)


def _run(request: Any, uid: UUID) -> ImportRun:
    """An import of the token's owner. Raises NotFound for another's."""
    found: ImportRun | None = runs_of(request.actor).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("没有这次导入"))
    require_reach(request.access, found.table)
    return found


def shown(run: ImportRun) -> dict[str, Any]:
    """An import as it is answered."""
    columns = [column for sheet in run.sheets for column in sheet["columns"]]
    return {
        "uid": run.uid,
        "table": run.table,
        "name": run.file_name,
        "state": run.state,
        "as_of": run.as_of,
        "region": run.region_code,
        "created_at": run.created_at,
        "applied_at": run.applied_at,
        "counts": {name: run.counts.get(name, 0) for name in Counts.model_fields},
        "columns": {column["title"]: column["field"] for column in columns if column["field"]},
        "left_out": [column["title"] for column in columns if column["title"] and not column["field"]],
    }


@router.get("/{uid}", response={200: Import, **problems()}, summary="一次导入")
def import_run(request: Any, uid: RunKey) -> Any:
    """How far an import has come."""
    return shown(_run(request, uid))


@router.get("/{uid}/rows", response={200: RowPage, **problems()}, summary="一次导入的各行")
def import_run_rows(request: Any, uid: RunKey, asked: Query[Listed]) -> Any:
    """What each row would do and what is wrong with it; sensitive values are masked."""
    rows = _run(request, uid).rows.filter(place__gt=asked.after).order_by("place")
    if asked.verdict:
        rows = rows.filter(verdict=asked.verdict)
    found = list(rows[: asked.limit + 1])
    items = [
        {
            "number": row.number,
            "verdict": row.verdict,
            "record": row.target,
            "faults": [{"field": fault["field"], "text": fault["text"]} for fault in row.faults()],
            "changes": [_texts(change) for change in row.changes()],
        }
        for row in found[: asked.limit]
    ]
    return {"items": items, "next": found[asked.limit - 1].place if len(found) > asked.limit else None}


def _texts(change: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in change.items()}


@router.post("/{uid}/apply", response={200: Import, **problems(400)}, summary="写入")
def import_apply(request: Any, uid: RunKey, said: Apply) -> Any:
    """Write what was staged, in one transaction and once: a second call gives the first one's counts.

    Refused where rows are bad (but for `leave_out_bad`), and where records have changed since.
    """
    run = _run(request, uid)
    scope = _reach(request, all_tables()[run.table])
    apply(run, by=request.actor, scope=scope, leave_out_bad=said.leave_out_bad, reason=said.reason)
    run.refresh_from_db()
    return shown(run)


@router.delete("/{uid}", response={204: None, **problems()}, summary="放弃")
def import_discard(request: Any, uid: RunKey) -> Any:
    """Give an import up: its rows and its file are taken away. What was written stays."""
    run = _run(request, uid)
    clear(run, state=run.state if run.state == ImportRun.State.APPLIED else ImportRun.State.DISCARDED)
    return Status(204, None)
