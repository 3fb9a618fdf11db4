"""`jiceng import` and `jiceng export`, as their users call them."""

import json
from pathlib import Path

import pytest

from jiceng.cli.main import main
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.organisations.models import Region, Unit
from tests.exchange.conftest import uscc
from tests.exchange.ledgers import HEADER, line
from tests.exchange.workbooks import cells, text, xlsx


@pytest.fixture
def jiceng(capsys, tmp_path):
    """`jiceng(code, "import", …)` runs a command, which must exit with `code`; gives what it printed."""

    def run(code: int, *arguments: str | Path) -> tuple[str, str]:
        assert main([str(a) for a in arguments]) == code
        return capsys.readouterr()

    return run


@pytest.fixture
def ledger(tmp_path, county) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(xlsx([HEADER, line(1), line(2)]))
    return path


def test_import_and_again(jiceng, ledger):
    out, err = jiceng(0, "import", "units", ledger, "--as-of", "2021-12-31", "--json")
    said = json.loads(out)
    assert {
        k: said[k]
        for k in ("table", "file", "as_of", "applied", "new", "changed", "unchanged", "bad", "rows")
    } == {
        "table": "units",
        "file": "台账.xlsx",
        "as_of": "2021-12-31",
        "applied": True,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "bad": 0,
        "rows": 2,
    }
    assert err == ""
    again = json.loads(jiceng(0, "import", "units", ledger, "--as-of", "2021-12-31", "--json").out)
    assert (again["new"], again["unchanged"]) == (0, 2)
    assert Unit._base_manager.count() == 2


def test_nothing_of_the_file_stays_behind(jiceng, ledger, data_home):
    jiceng(0, "import", "units", ledger)
    assert not ImportRow.objects.exists()
    assert ImportRun.objects.get().state == ImportRun.State.APPLIED
    assert not ImportRun.objects.get().path.exists()


def test_a_dry_run_writes_nothing(jiceng, ledger):
    out, _err = jiceng(0, "import", "units", ledger, "--dry-run")
    assert "新增 2" in out
    assert "未写入" in out
    assert not Unit._base_manager.exists()


def test_bad_rows_stop_it_and_come_back_marked(jiceng, ledger, tmp_path):
    ledger.write_bytes(xlsx([HEADER, line(1), line(2, village="无此村")]))
    marked = tmp_path / "问题.xlsx"
    out, err = jiceng(1, "import", "units", ledger, "--errors", marked, "--json")
    said = json.loads(out)
    assert (said["applied"], said["bad"]) == (False, 1)
    assert said["errors"][0]["row"] == 3
    first, last = err.splitlines()
    assert first.startswith("台账.xlsx Sheet1 第3行 所在区域: ")
    assert "没有导入" in last
    assert "无此村" in cells(marked.read_bytes())[2][-1]
    assert not Unit._base_manager.exists()
    jiceng(0, "import", "units", ledger, "--skip-bad")
    assert Unit._base_manager.get().code == uscc(1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("houses", "台账.xlsx"), "没有叫“houses”的表"),
        (("units", "没有.xlsx"), "没有这个文件"),
        (("units", "台账.xlsx", "--sheet", "别的"), "没有叫“别的”的工作表"),
        (("units", "台账.xlsx", "--region", "111111"), "111111"),
        (("units", "台账.xlsx", "--as-of", "2999-01-01"), "还没有到"),
    ],
)
def test_refusals_are_one_line(jiceng, ledger, monkeypatch, arguments, said):
    monkeypatch.chdir(ledger.parent)
    out, err = jiceng(1, "import", *arguments)
    assert out == ""
    assert len(err.splitlines()) == 1
    assert said in err


def test_wrong_usage(jiceng, ledger):
    with pytest.raises(SystemExit) as caught:
        jiceng(2, "import", "units", ledger, "--as-of", "去年")
    assert caught.value.code == 2


def test_a_national_list_of_divisions_goes_its_own_way(jiceng, db, tmp_path):
    path = tmp_path / "divisions.csv"
    path.write_text("code,level,parent,name\n98,1,,演示省\n9801,2,98,演示市\n980101,3,9801,演示县\n")
    said = json.loads(jiceng(0, "import", "regions", path, "--as-of", "2020-01-01", "--json").out)
    assert (said["new"], said["applied"], said["table"]) == (3, True, "regions")
    assert Region._base_manager.count() == 3


def test_export_gives_what_import_takes(jiceng, ledger, tmp_path, county):
    jiceng(0, "import", "units", ledger, "--as-of", "2021-12-31")
    out = tmp_path / "导出.xlsx"
    said = json.loads(jiceng(0, "export", "units", "--region", "990121100", "--out", out, "--json").out)
    assert said["rows"] == 2
    back = json.loads(jiceng(0, "import", "units", out, "--as-of", "2021-12-31", "--json").out)
    assert back["unchanged"] == 2
    assert (
        json.loads(jiceng(0, "export", "units", "--region", "990121200", "--out", out, "--json").out)["rows"]
        == 0
    )
    assert "没有这个文件夹" in jiceng(1, "export", "units", "--out", tmp_path / "无" / "x.xlsx").err


def test_underscores_and_chinese_names_of_tables(jiceng, county, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(text([["户编号", "村（社区）"], ["H1", "甲村"]]))
    assert json.loads(jiceng(0, "import", "户", path, "--json").out)["table"] == "households"
    assert "party-orgs" in jiceng(0, "export", "party_orgs", "--out", tmp_path / "o.xlsx", "--json").out
