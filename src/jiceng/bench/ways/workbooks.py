"""Some of the battery's figures as an office makes them: pandas over workbooks, which openpyxl reads.

In the workbooks' favour: one workbook a table with only the columns that are looked at, days as text that needs no
parsing, each workbook opened once for all figures.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import rustpy_xlsxwriter

from jiceng.bench.ground.drawn import Drawn
from jiceng.bench.ground.prefecture import TODAY
from jiceng.bench.ground.terms import term
from jiceng.bench.ways.by_hand import ROOT, SINCE
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.protection.scopes import SEGMENT

LOOKED_AT = {
    "region_spans": ("of", "valid_from", "valid_to", "path"),
    "party_org_spans": ("of", "valid_from", "valid_to", "region", "sector"),
    "membership": ("party_org", "person", "valid_from", "valid_to"),
    "person": ("id", "valid_from", "valid_to", "sex", "region"),
    "matter": ("id", "raised_on", "closed_on", "region"),
    "matter_event": ("matter", "on", "step"),
}
Tables = dict[str, Any]
Part = tuple[Any, Any]


def write(drawn: Drawn, home: Path) -> int:
    """Write the workbooks; gives their rows."""
    written = 0
    for name, columns in LOOKED_AT.items():
        names = [column.name for column in all_relations()[name].columns]
        places = [names.index(column) for column in columns]
        rows = [
            {column: _cell(row[place]) for column, place in zip(columns, places, strict=True)}
            for row in drawn.all_rows(name)
        ]
        rustpy_xlsxwriter.write_worksheet(rows, str(home / f"{name}.xlsx"))
        written += len(rows)
    return written


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)


def answers(home: Path, levels: Iterable[int]) -> dict[tuple[str, int], dict[str, Part]]:
    """The figures, from the workbooks as they lie there."""
    import pandas  # noqa: PLC0415 - only this baseline wants it, and it is no part of the program

    texts = dict.fromkeys(("path", "valid_from", "valid_to", "raised_on", "closed_on", "on"), str)
    read = {
        name: pandas.read_excel(home / f"{name}.xlsx", engine="openpyxl", dtype=texts) for name in LOOKED_AT
    }
    return {
        (key, level): dict(_parts(count(read), len(ROOT) + SEGMENT * level))
        for key, count in FIGURES.items()
        for level in levels
    }


def _parts(rows: Any, length: int) -> Iterator[tuple[str, Part]]:
    """The rows, which have a path each, counted by what it begins with."""
    paths = rows["path"]
    counted = paths[paths.str.len() >= length].str[:length].value_counts()
    return ((path, (int(number), None)) for path, number in counted.items())


def _holding(table: Any, first: str = "valid_from", last: str = "valid_to") -> Any:
    day = str(TODAY)
    return table[(table[first] <= day) & (table[last].isna() | (table[last] > day))]


def _within(table: Any, column: str) -> Any:
    return table[(table[column] >= str(SINCE)) & (table[column] <= str(TODAY))]


def _placed(rows: Any, read: Tables, day: str = "") -> Any:
    """The rows with their region's path: of today, or of the day in the column `day`."""
    if not day:
        return rows.merge(_holding(read["region_spans"])[["of", "path"]], left_on="region", right_on="of")
    found = rows.merge(read["region_spans"], left_on="region", right_on="of")
    return found[
        (found["valid_from"] <= found[day]) & (found["valid_to"].isna() | (found["valid_to"] > found[day]))
    ]


def _members(read: Tables) -> Any:
    orgs = _holding(read["party_org_spans"])[["of", "region", "sector"]]
    return _holding(read["membership"]).merge(orgs, left_on="party_org", right_on="of").drop(columns="of")


def _women(read: Tables) -> Any:
    people = read["person"][["id", "sex"]]
    found = _members(read).merge(people, left_on="person", right_on="id")
    return found[found["sex"] == term("female")]


def _in_two_new(read: Tables) -> Any:
    found = _members(read)
    return found[found["sector"] == term("two_new")]


def _steps(read: Tables) -> Any:
    signed = _within(read["matter_event"], "on")
    signed = signed[signed["step"] == "sign"]
    return signed.merge(read["matter"][["id", "region"]], left_on="matter", right_on="id")


FIGURES: dict[str, Callable[[Tables], Any]] = {
    "members": lambda read: _placed(_members(read), read),
    "members_female": lambda read: _placed(_women(read), read),
    "members_in_two_new": lambda read: _placed(_in_two_new(read), read),
    "residents": lambda read: _placed(
        _holding(read["person"]).drop(columns=["valid_from", "valid_to"]), read
    ),
    "matters_open": lambda read: _placed(_holding(read["matter"], "raised_on", "closed_on"), read),
    "matters_raised": lambda read: _placed(_within(read["matter"], "raised_on"), read, "raised_on"),
    "steps_signed": lambda read: _placed(_steps(read), read, "on"),
}
"""By the battery's key: the rows that the figure counts, with their region's path."""
