"""Records that were changed, added or removed behind the chain's back are found; what was written is not."""

import pytest
from django.db.models import QuerySet

from jiceng.cli.main import main
from jiceng.people.models import Household
from jiceng.records import bulk
from jiceng.records.audit.comparing import differences
from jiceng.records.models import AuditEntry, AuditRow, ChainHead
from jiceng.records.uids import uid_block
from jiceng.records.writing import write
from tests.accounts.cast import SETTER, SINCE, region
from tests.conftest import triggers_lifted

COLUMNS = ("uid", "code", "region_id", "region_path", "valid_from", "head_name", "address")


@pytest.fixture
def homes(db) -> list[Household]:
    """Twenty-five households of one run, and one that was written by itself; all have been worked on."""
    place = region("99", "甲省", "core:province", None)
    with write(by=SETTER, action="test.load"):
        rows = [
            (u, f"H{n}", place.pk, place.path, SINCE, f"户主{n}", "") for n, u in enumerate(uid_block(25))
        ]
        bulk.load(Household, COLUMNS, rows)
    with write(by=SETTER, action="test.insert"):
        bulk.insert(Household, COLUMNS, [(uid_block(1)[0], "H99", place.pk, place.path, SINCE, "户主", "")])
    kept = list(Household._base_manager.order_by("pk"))
    for home, name in ((kept[3], "改"), (kept[3], "再改"), (kept[25], "也改")):
        home.head_name = name
        with write(by=SETTER, action="test.change"):
            home.save()
    with write(by=SETTER, action="test.delete"):
        kept.pop(7).delete()
    with write(by=SETTER, action="test.move"):
        bulk.set_where(Household._base_manager.all(), {"region_path": "00010001"}, "moved")
    return kept


def behind(query: QuerySet[Household], **values: object) -> None:
    """Change rows as somebody with the database's own tools would."""
    assert QuerySet.update(query, **values) >= 1


def found() -> list[tuple[str, int, str, tuple[str, ...]]]:
    return [(d.model.__name__, d.record, d.how, d.columns) for d in differences()]


def test_what_was_written_agrees(homes):
    assert found() == []


def test_a_changed_record_of_a_run_is_found_with_its_column(homes):
    behind(Household._base_manager.filter(pk=homes[10].pk), address="别处")
    assert found() == [("Household", homes[0].pk, "changed", ("address",))]


@pytest.mark.parametrize("place", [3, -1])
def test_a_changed_record_that_has_rows_of_its_own_is_found(homes, place):
    behind(Household._base_manager.filter(pk=homes[place].pk), head_name="改回")
    assert ("Household", homes[place].pk, "changed", ("head_name",)) in found()


def test_a_record_that_went_or_came_without_a_write_is_found(homes):
    gone = homes[12].pk
    QuerySet(Household).filter(pk=gone).delete()
    assert found() == [("Household", gone, "gone", ())]
    homes[12].pk = gone + 100
    homes[12].save_base(raw=True, force_insert=True)
    assert ("Household", gone + 100, "added", ()) in found()


def test_a_chain_emptied_with_its_head_leaves_records_that_nobody_wrote(homes, capsys):
    with triggers_lifted():
        for model in (AuditEntry, AuditRow, ChainHead):
            model.objects.all().delete()
    assert ("Household", homes[0].pk, "added", ()) in found()
    assert main(["audit", "verify"]) == 1
    assert "没有任何审计记录" in capsys.readouterr().err


def test_the_command_says_what_differs_and_reads_no_records_when_told_so(homes, capsys):
    assert main(["audit", "verify"]) == 0
    behind(Household._base_manager.filter(pk=homes[10].pk), address="别处")
    assert main(["audit", "verify"]) == 1
    said = capsys.readouterr().err
    assert "people_household" in said
    assert "内容与审计记录不符" in said
    assert main(["audit", "verify", "--chain-only"]) == 0
