"""`--as`: records go in and out within the rights of the account that is named."""

import openpyxl
import pytest

from jiceng.cli.main import main
from jiceng.organisations.models import Unit
from jiceng.records.models import AuditEntry
from tests.accounts.cast import TODAY
from tests.exchange.ledgers import HEADER, line
from tests.exchange.workbooks import xlsx


@pytest.fixture(autouse=True)
def _day_of_the_cast(monkeypatch):
    monkeypatch.setattr("jiceng.cli.acting.timezone.localdate", lambda: TODAY)


def exported(table, who, out, *more) -> int:
    return main(["export", table, "--out", str(out), "--as", who, *more])


def names_in(path) -> set[str]:
    rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return {str(cell) for row in rows for cell in row if cell}


def test_an_export_holds_what_the_account_may_take_out_and_no_more(world, cast, tmp_path):
    out, keeper = tmp_path / "units.xlsx", cast["qingshan.organisation_department"]
    assert exported("units", keeper.username, out) == 0
    mine = Unit._base_manager.filter(region_path__startswith=world.qingshan.region.path)
    here = set(mine.values_list("name", flat=True))
    elsewhere = set(Unit._base_manager.values_list("name", flat=True)) - here
    assert here
    assert elsewhere
    assert here <= names_in(out)
    assert not elsewhere & names_in(out)
    assert AuditEntry.objects.filter(action="export.take", actor=f"user:{keeper.pk}").exists()


def test_who_may_not_export_takes_nothing_out(cast, tmp_path, capsys):
    out = tmp_path / "people.xlsx"
    assert exported("people", "qingshan.village_clerk", out) == 1
    assert "没有“导出”权限" in capsys.readouterr().err
    assert exported("people", "qingshan.village_clark", out) == 1
    assert "没有用户 qingshan.village_clark" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_many_members_wait_for_a_second_person(cast, tmp_path, capsys, settings):
    settings.EXPORT_ROWS = 0
    assert exported("memberships", "qingshan.organisation_department", tmp_path / "m.xlsx") == 1
    assert "须由另一人审批" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_import_touches_only_what_the_account_keeps(cast, tmp_path, capsys):
    file = tmp_path / "units.xlsx"
    file.write_bytes(xlsx([HEADER, line(1)]))
    before = Unit._base_manager.count()
    assert main(["import", "units", str(file), "--as", "qingshan.inspector"]) == 1
    assert "权限" in capsys.readouterr().err
    assert main(["import", "units", str(file), "--as", "qingshan.organisation_department"]) == 1
    assert Unit._base_manager.count() == before
