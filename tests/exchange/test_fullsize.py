"""Half a million rows: read in bounds, staged, applied, and given up cleanly beyond them."""

import pytest
import rustpy_xlsxwriter

from jiceng.exchange.applying import apply
from jiceng.exchange.reading.sheets import LIMITS, sheets_of
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.organisations.models import Unit, UnitSpan
from jiceng.records.audit.verifying import verify
from jiceng.records.refusals import Refusal
from tests.exchange.conftest import AS_OF, CLERK, uscc

ROWS = 500_000


def test_half_a_million_lines_stream_through():
    content = b"name,count\n" + b"".join(b"unit %d,%d\n" % (n, n % 90) for n in range(ROWS))
    lines = 0
    for sheet in sheets_of(content, "x.csv"):
        for row in sheet.rows():
            lines += len(row) == 2
    assert lines == ROWS + 1


def test_beyond_the_limit_nothing_is_kept(county, monkeypatch):
    monkeypatch.setitem(LIMITS, "rows", 1_000)
    content = b"\xe5\x8d\x95\xe4\xbd\x8d\xe5\x90\x8d\xe7\xa7\xb0,x\n" + b"unit,1\n" * 2_000
    with pytest.raises(Refusal, match="行数超过 1000"):
        receive(by=CLERK, table="units", data=content, name="x.csv")


@pytest.mark.fullsize
def test_half_a_million_units_from_a_workbook(county, tmp_path):
    path = tmp_path / "units.xlsx"
    rows = (
        {
            "统一社会信用代码": uscc(n, f"99{n // 10_000_000:04d}"),
            "企业名称": f"演示{n}号公司",
            "企业类型": "私营企业",
            "区划代码": "990121100201",
            "职工数": n % 300,
        }
        for n in range(1, ROWS + 1)
    )
    rustpy_xlsxwriter.write_worksheet(rows, str(path), sheet_name="台账")
    run = receive(by=CLERK, table="units", data=path.read_bytes(), name=path.name, as_of=AS_OF)
    stage(run, by=CLERK)
    assert run.counts["new"] == ROWS
    apply(run, by=CLERK)
    assert Unit._base_manager.count() == UnitSpan._base_manager.count() == ROWS
    assert verify().whole
