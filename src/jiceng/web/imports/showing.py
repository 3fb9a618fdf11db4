"""The wizard's pages as their templates show them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jiceng.exchange.columns import SheetLayout
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.tables import Table, table_of
from jiceng.packs.catalogue import Catalogue, current

PAGE = 50
AT_ONCE = 6
"""Cells of a line that the preview shows at once."""
HOW: Mapping[str, str | Promise] = {
    "chosen": _("刚才选的"),
    "remembered": _("上次的对应"),
    "layout": _("已知版式"),
    "exact": _("列名相符"),
    "content": _("按内容认出"),
    "close": _("列名相近，请核对"),
    "left_out": _("认得，不导入"),
    "": _("没有认出"),
}

SKIPPED: Mapping[str, str | Promise] = {
    "blank": _("空行"),
    "total": _("合计行"),
    "footer": _("表尾"),
    "header": _("重复的表头"),
    "numbers": _("列号行"),
    "section": _("分节标题"),
}

VERDICTS = tuple(ImportRow.Verdict.values)


@dataclass(frozen=True, slots=True)
class Matched:
    """One column of a sheet on the page where columns are settled."""

    place: int
    title: str
    samples: str
    field: str
    how: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class SheetShown:
    """One sheet on that page; `at` is its place in the run. `like` names the sheet before it that has the same
    columns: what is settled there holds here too.
    """

    at: int
    name: str
    skipped: str
    layout: str
    columns: tuple[Matched, ...]
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    fills: str
    fill_label: str
    like: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: str
    must: bool


def sheets_shown(run: ImportRun) -> list[SheetShown]:
    """Every sheet of the file with the columns proposed or settled for it."""
    table = table_of(run.table)
    layouts = [SheetLayout.from_json(kept) for kept in run.sheets]
    return [
        _sheet(at, layout, table, like=layouts[first].sheet if first != at else "")
        for at, (layout, first) in enumerate(zip(layouts, _leaders(layouts), strict=True))
    ]


def _leaders(layouts: Sequence[SheetLayout]) -> list[int]:
    """For every sheet the first one with the same columns: a workbook with a sheet for each town is settled
    once.
    """
    first: dict[tuple[str, ...], int] = {}
    found = []
    for at, layout in enumerate(layouts):
        titles = tuple(column.title for column in layout.columns)
        found.append(at if layout.header is None else first.setdefault(titles, at))
    return found


def _sheet(at: int, layout: SheetLayout, table: Table, *, like: str) -> SheetShown:
    fill = layout.fills or next((r.fill for r in table.references if r.fill), "")
    return SheetShown(
        at=at,
        name=layout.sheet,
        skipped=layout.skipped,
        layout=layout.layout,
        columns=tuple(
            Matched(
                c.place,
                c.title,
                gettext("，").join(c.samples),
                c.field,
                str(HOW[c.how]),
                c.how in {"close", ""},
            )
            for c in layout.columns
            if c.title or c.field
        ),
        missing=tuple(gettext(label) for label in layout.missing),
        doubled=layout.doubled,
        fills=layout.fills,
        fill_label=gettext(table.field(fill).label) if fill and table.has(fill) else "",
        like=like,
    )


def choices(table: Table) -> list[Choice]:
    """The fields that a column may be matched with."""
    return [Choice(f.key, gettext(f.label), f.required) for f in table.fields]


def matching(run: ImportRun, asked: Any) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What a posted form says: sheet → the field of every column; sheet → what its name stands for."""
    matched: dict[str, list[str]] = {}
    fills: dict[str, str] = {}
    table = table_of(run.table)
    fill = next((r.fill for r in table.references if r.fill), "")
    layouts = [SheetLayout.from_json(kept) for kept in run.sheets]
    for at, (layout, first) in enumerate(zip(layouts, _leaders(layouts), strict=True)):
        if layout.header is None:
            continue
        places = range(len(layout.columns))
        matched[layout.sheet] = [asked.get(f"s{first}.c{place}", "") for place in places]
        fills[layout.sheet] = fill if asked.get(f"s{at}.fills") else ""
    return matched, fills


@dataclass(frozen=True, slots=True)
class RowShown:
    """One staged line of the preview: its first cells, and the `rest` of them to be opened."""

    sheet: str
    number: int
    verdict: str
    label: str
    light: str
    cells: str
    rest: str
    folded: int
    changes: list[dict[str, str]]
    faults: list[dict[str, str]]
    alike: list[dict[str, Any]]


LIGHTS = {"new": "good", "changed": "warn", "unchanged": "none", "bad": "bad"}


def rows_shown(run: ImportRun, verdict: str, after: int) -> tuple[list[RowShown], int]:
    """One page of staged lines behind the place `after`, and where the next page begins (0: nowhere)."""
    rows = run.rows.filter(place__gt=after).order_by("place")
    if verdict == "suspects":
        rows = rows.exclude(suspects="")
    elif verdict in VERDICTS:
        rows = rows.filter(verdict=verdict)
    found = list(rows[: PAGE + 1])
    shown = [_row(run, row) for row in found[:PAGE]]
    return shown, found[PAGE - 1].place if len(found) > PAGE else 0


def _row(run: ImportRun, row: ImportRow) -> RowShown:
    table = table_of(run.table)
    colon, means, catalogue = gettext("："), row.means(), current()
    cells = [
        f"{gettext(table.label_of(key))}{colon}{_understood(table, key, text, means, catalogue)}"
        for key, text in row.cells().items()
    ]
    return RowShown(
        sheet=run.sheets[row.sheet]["sheet"] if len(run.sheets) > 1 else "",
        number=row.number,
        verdict=row.verdict,
        label=str(ImportRow.Verdict(row.verdict).label),
        light=LIGHTS[row.verdict],
        cells=gettext("；").join(cells[:AT_ONCE]),
        rest=gettext("；").join(cells[AT_ONCE:]),
        folded=len(cells[AT_ONCE:]),
        changes=[{**change, "label": gettext(change["label"])} for change in row.changes()],
        faults=[{**fault, "label": gettext(fault["label"])} for fault in row.faults()],
        alike=row.alike(),
    )


def _understood(table: Table, key: str, text: str, means: Mapping[str, Any], catalogue: Catalogue) -> str:
    """A cell as written and, where that reads otherwise, as it was understood: `44270 → 2021-03-15`."""
    field = table.field(key) if table.has(key) else None
    if field is None or field.sensitive or means.get(field.stored) is None:
        return text
    value = means[field.stored]
    if isinstance(value, bool):
        said = pgettext("answer", "是") if value else pgettext("answer", "否")
    elif field.vocabulary:
        said = catalogue.label(str(value), vocabulary=field.vocabulary)
    else:
        said = str(value)
    return text if said == text else f"{text} → {said}"


def skipped_words(run: ImportRun) -> str:
    """How many lines were passed over, and why, in words."""
    skipped = run.counts.get("skipped", {})
    said = [f"{SKIPPED.get(why, why)} {number}" for why, number in skipped.items() if why != "blank"]
    return gettext("，").join(said)


def pasted(text: str) -> bytes:
    """What was copied from Excel or WPS (tab between cells, quoted around line breaks) as CSV."""
    rows = csv.reader(io.StringIO(text.replace("\r\n", "\n")), dialect="excel-tab")
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")
