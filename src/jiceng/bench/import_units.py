"""Units from a workbook, validated, matched, stored with their spans and audit rows, against the least it
can take: reading the same file with calamine and `bulk_create` of the same unit rows and audit rows.
"""

import random
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import models, transaction
from python_calamine import CalamineWorkbook

from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.terms import term
from jiceng.exchange.applying import apply
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.organisations.codes import uscc_check_character
from jiceng.organisations.models import Region, Unit
from jiceng.organisations.spans import REGIONS, begin_many
from jiceng.protection.actors import Actor
from jiceng.records.models import AuditRow
from jiceng.records.writing import write

ROWS = {"county": 10_000, "prefecture": 100_000}
BY = Actor.system("bench")
BEGAN, AS_OF = date(2012, 1, 1), date(2021, 12, 31)
TITLES = (
    "序号", "统一社会信用代码", "企业名称", "企业类型", "所属镇街", "村（社区）", "所属行业", "经营状态",
    "从业人数", "是否规上", "法定代表人", "经营地址", "成立时间",
)  # fmt: skip
Places = Sequence[tuple[str, str]]


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Both ways on the same workbook in one run; seconds, their ratio, and how long each part took."""
    count = ROWS[scale]
    with scratch() as home:
        path = home / "units.xlsx"
        write_workbook(path, count, territory())
        parts = _import(path)
        units = list(Unit._base_manager.order_by("id").values())
        audit = list(AuditRow.objects.filter(table=Unit._meta.db_table).order_by("id").values())
        content = path.read_bytes()
    assert len(units) == len(audit) == count
    with scratch() as home:
        path = home / "units.xlsx"
        path.write_bytes(content)
        territory()
        plain = _baseline(path, units, audit)
    seconds = sum(parts.values())
    baseline_seconds = sum(plain.values())
    return {
        "name": "import-units",
        "scale": scale,
        "rows": count,
        "seconds": round(seconds, 2),
        "baseline": "calamine + bulk_create of the same unit rows and audit rows",
        "baseline_seconds": round(baseline_seconds, 2),
        "ratio": round(seconds / baseline_seconds, 2),
        "parts": [{"name": name, "seconds": round(value, 2)} for name, value in (parts | plain).items()],
    }


def _import(path: Path) -> dict[str, float]:
    """What `jiceng import units` does."""
    start = time.perf_counter()
    run = receive(by=BY, table="units", data=path.read_bytes(), name=path.name, as_of=AS_OF)
    received = time.perf_counter()
    stage(run, by=BY)
    staged = time.perf_counter()
    assert run.counts["bad"] == 0
    apply(run, by=BY)
    applied = time.perf_counter()
    return {"receive": received - start, "stage": staged - received, "apply": applied - staged}


def _baseline(path: Path, units: Sequence[Any], audit: Sequence[Any]) -> dict[str, float]:
    start = time.perf_counter()
    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    read = time.perf_counter()
    with transaction.atomic():
        models.QuerySet[Any](Unit).bulk_create([Unit(**values) for values in units])
        models.QuerySet[Any](AuditRow).bulk_create([AuditRow(**values) for values in audit])
    stored = time.perf_counter()
    return {"baseline: read": read - start, "baseline: bulk_create": stored - read}


# ------------------------------------------------------------------------------------------ made-up input
def territory() -> list[tuple[str, str]]:
    """A prefecture of ten counties, 150 towns and 1,800 villages under an unassigned code; (town, village)
    of each.
    """
    levels: list[list[Region]] = [[], [], [], [], []]
    begun: dict[str, Any] = {"valid_from": BEGAN}
    _add(levels[0], "98", "演示省", term("province"), None, 1, begun)
    _add(levels[1], "9801", "演示市", term("prefecture"), levels[0][0], 2, begun)
    for c in range(1, 11):
        _add(levels[2], f"9801{c:02d}", f"演示{c}县", term("county"), levels[1][0], 3, begun)
        for t in range(15):
            code = f"9801{c:02d}{100 + t}"
            _add(levels[3], code, f"演示{c}县{t + 1}号镇", term("town"), levels[2][-1], 4, begun)
            for v in range(12):
                _add(levels[4], f"{code}{200 + v}", f"第{v + 1}村", term("village"), levels[3][-1], 5, begun)
    with write(by=BY, action="bench.territory"):
        for regions in levels:
            for region in regions:
                region.parent_id = region.parent.pk if region.parent else None
            begin_many(REGIONS, regions)
    return [(village.parent.name, village.name) for village in levels[4] if village.parent]


def _add(
    regions: list[Region],
    code: str,
    name: str,
    kind: str,
    parent: Region | None,
    level: int,
    begun: dict[str, Any],
) -> None:
    siblings = sum(1 for region in regions if region.parent is parent)
    path = f"{parent.path if parent else ''}{siblings + 1:04d}"
    regions.append(Region(code=code, name=name, kind=kind, parent=parent, level=level, path=path, **begun))


def write_workbook(path: Path, count: int, places: Places) -> None:
    """A ledger as a county keeps it: a title, a note, a header, and `count` enterprises."""
    draw = random.Random(20211231)  # noqa: S311 - the same file at every run
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_string(0, 0, "演示市企业台账")
        sheet.write_string(1, 0, "注：截至2021年12月31日")
        sheet.write_row(2, 0, TITLES)
        for number in range(count):
            town, village = draw.choice(places)
            stem = f"9198{number % 10 + 101:04d}MA{number:07d}"
            day = f"20{draw.randrange(1, 21):02d}.{draw.randrange(2, 10)}"
            name = f"演示{draw.choice('宏盛泰和兴隆')}{number}号建材有限公司"
            sheet.write_row(
                number + 3,
                0,
                (
                    number + 1, stem + uscc_check_character(stem), name, "私营企业", town, village,
                    draw.choice(("制造业", "建筑业", "批发业")), "正常经营", draw.randrange(1, 300),
                    draw.choice("是否"), "张某", f"{village}{number % 99}号", day,
                ),
            )  # fmt: skip
