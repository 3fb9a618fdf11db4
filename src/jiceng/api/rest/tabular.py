"""Tables for other programs: CSV (RFC 4180) with what its columns mean beside it (CSV on the Web)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language

from jiceng.api.rest.answering import number, problems

METADATA = "-metadata.json"
"""What follows the address of a table in the address of its description, as CSV on the Web has it."""


def _answers(media: str, kind: str) -> dict[str, Any]:
    answer = {"description": "OK", "content": {media: {"schema": {"type": kind}}}}
    return {"response": problems(), "openapi_extra": {"responses": {200: answer}}}


CSV, CSVW = _answers("text/csv", "string"), _answers("application/csvm+json", "object")
"""How operations that answer a table, and what it means, say so."""

RISKY = re.compile(r"^[=+\-@\t\r]")
"""How a text begins that a spreadsheet would take for a formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the header, what people call it, its kind of values (of XML Schema), what it means."""

    name: str
    title: str
    datatype: str = "string"
    note: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table and what it says of itself. `said` are further properties by their names in Dublin Core."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    description: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    following: str = ""


def as_csv(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The table. The answer names its description, and where the next rows are."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in sheet.columns])
    writer.writerows([_cell(value) for value in row] for row in sheet.rows)
    response = HttpResponse(out.getvalue().encode(), content_type="text/csv; charset=utf-8; header=present")
    described = f"<{request.path}{METADATA}{_query(request)}>"
    links = [f'{described}; rel="describedby"; type="application/csvm+json"']
    if sheet.following:
        links.append(f'<{sheet.following}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    response.headers["Content-Disposition"] = "attachment"
    return response


def as_metadata(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """What the table's columns mean. Its rows are not looked at."""
    language = (get_language() or "zh")[:2]
    table = request.path.removesuffix(METADATA).rpartition("/")[2] + _query(request)
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": table,
        "dc:title": sheet.title,
        "dc:description": sheet.description,
        **{f"dc:{name}": value for name, value in sheet.said.items()},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"'},
        "tableSchema": {"columns": [_described(column) for column in sheet.columns]},
    }
    return JsonResponse(
        content, content_type="application/csvm+json", json_dumps_params={"ensure_ascii": False}
    )


def _described(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "datatype": column.datatype,
    }
    if column.note:
        found["dc:description"] = column.note
    if column.unit:
        found["schema:unitText"] = column.unit
    return found


def _cell(value: Any) -> Any:
    """A value as a cell: a text that a spreadsheet would run is kept from it by an apostrophe."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f"'{value}" if RISKY.match(value) else value
    return number(value)


def _query(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def next_page(request: HttpRequest, after: int | None) -> str:
    """The address of the page behind the record with the key `after`; empty for none."""
    if after is None:
        return ""
    asked = request.GET.copy()
    asked["after"] = str(after)
    return f"{request.path}?{asked.urlencode()}"
