"""The workshop: what a run keeps, what staging counts and tells, and whom it lets in."""

import threading
from datetime import date

import pytest
from django.db import connection, connections

from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.exchange.tables import table_of
from jiceng.exchange.writing.scoping import allowed, condition, visible_keys
from jiceng.exchange.writing.stored import Shape, chunked
from jiceng.organisations.models import Designation, Unit
from jiceng.people.models import Person
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.records.uids import new_uid
from tests.exchange.conftest import AS_OF, CLERK, faults, uscc, verdicts
from tests.exchange.ledgers import HEADER, line
from tests.exchange.workbooks import text, xlsx


def test_what_was_skipped_is_told_with_its_line(staged):
    rows = [["标题"], HEADER, line(1), ["小计", "", "", "", "", 10], [], line(2), ["填表人：张三"]]
    run = staged("units", xlsx(rows))
    assert run.counts["skipped"] == {"total": 1, "blank": 1, "footer": 1}
    assert [(s["row"], s["why"]) for s in run.counts["skipped_lines"]] == [(4, "total"), (7, "footer")]


def test_lines_keep_the_numbers_of_the_workbook(staged):
    run = staged("units", xlsx([[], ["标题"], [], HEADER, line(1), [], line(2)]))
    assert list(run.rows.values_list("number", flat=True)) == [5, 7]


def test_progress_is_told(county):
    told = []
    run = receive(
        by=CLERK, table="units", data=text([HEADER, *map(line, range(1, 1_501))]), name="x.csv", as_of=AS_OF
    )
    stage(run, by=CLERK, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _total in told] == [1_000, 1_500]
    assert all(total >= done for done, total in told)


def test_what_a_row_said_is_kept_as_it_said_it(staged):
    run = staged("units", xlsx([[*HEADER, "备注"], line(1, "不要的列", n="约30人")]))
    cells = run.rows.get().cells()
    assert (cells["employees"], cells["name"]) == ("约30人", "演示1号公司")
    assert "不要的列" not in str(cells)


def test_checking_again_starts_afresh(staged):
    run = staged("units", xlsx([HEADER, line(1), line(2)]))
    for _again in range(2):
        stage(run, by=CLERK)
    assert ImportRow.objects.filter(run=run).count() == 2
    assert run.counts["new"] == 2


def test_ten_thousand_rows_ask_the_database_no_more_often_than_their_batches(
    county, django_assert_max_num_queries
):
    rows = text([HEADER, *map(line, range(1, 2_001))])
    run = receive(by=CLERK, table="units", data=rows, name="x.csv", as_of=AS_OF)
    with django_assert_max_num_queries(60):
        stage(run, by=CLERK)
    with django_assert_max_num_queries(40):
        apply(run, by=CLERK)


def test_a_file_that_was_discarded_stays_so(staged):
    run = staged("units", xlsx([HEADER, line(1)]))
    ImportRun.objects.update(state=ImportRun.State.DISCARDED)
    run.refresh_from_db()
    with pytest.raises(Refusal, match="已经结束"):
        stage(run, by=CLERK)
    with pytest.raises(Refusal, match="还没有核对"):
        apply(run, by=CLERK)


def test_a_whole_batch_of_repeated_problems(staged):
    run = staged("units", text([HEADER, *(line(n, village="无此村") for n in range(1, 1_201))]))
    assert verdicts(run) == {"bad": 1_200}
    assert len(faults(run)) == 1_200


@pytest.mark.django_db(transaction=True)
def test_two_people_press_apply_at_once(county):
    """Whichever comes second finds the command done, and gets the same counts."""
    run = receive(
        by=CLERK, table="units", data=xlsx([HEADER, *map(line, range(1, 50))]), name="x.xlsx", as_of=AS_OF
    )
    stage(run, by=CLERK)
    outcomes: list[object] = []
    barrier = threading.Barrier(2)

    def press() -> None:
        own = ImportRun.objects.get(pk=run.pk)
        barrier.wait()
        try:
            outcomes.append(apply(own, by=CLERK)["new"])
        except Refusal as refusal:
            outcomes.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [49, 49]
    assert Unit._base_manager.count() == 49
    assert connection.vendor in ("sqlite", "postgresql")


# ----------------------------------------------------------------------------------------------- scope
def test_what_a_scope_allows_of_places():
    east = Scope(territory=("00010002",), party=("0007",))
    assert allowed(east, {"territory": ["000100020001"]})
    assert allowed(east, {"territory": ["0009"], "party": ["00070001"]})
    assert not allowed(east, {"territory": ["00010003"]})
    assert not allowed(east, {})
    assert not allowed(Scope(), {"territory": ["0001"]})
    assert allowed(Scope.all(), {})
    cut = Scope(territory=("0001",), area=("00010002",))
    assert allowed(cut, {"territory": ["00010002"]})
    assert not allowed(cut, {"territory": ["00010003"]})


def test_which_records_a_scope_sees(imported, county):
    imported("units", xlsx([HEADER, line(1), line(2, town="西乡", village="丙村")]))
    imported(
        "designations", xlsx([["认定", "统一社会信用代码"], ["重点企业", uscc(1)], ["重点企业", uscc(2)]])
    )
    east = Scope(territory=(county["990121100"].path,))
    units, designations = table_of("units"), table_of("designations")
    keys = list(Unit._base_manager.values_list("pk", flat=True))
    assert visible_keys(units, east, keys) == {Unit._base_manager.get(code=uscc(1)).pk}
    assert visible_keys(units, Scope(), keys) == set()
    assert visible_keys(units, east, []) == set()
    assert Designation._base_manager.filter(condition(designations, east)).get().unit.code == uscc(1)
    assert Designation._base_manager.filter(condition(designations, Scope.all())).count() == 2


# ---------------------------------------------------------------------------------------------- stored
def test_columns_survive_the_way_through_the_workshop():
    shape = Shape(Person)
    values = {
        "name": "张三",
        "birth_date": date(1980, 2, 15),
        "citizen_id": b"\x00\xff",
        "uid": new_uid(),
        "region_id": 7,
        "education": None,
    }
    assert shape.decode(shape.encode(values)) == values
    assert shape.encode({}) == ""
    assert shape.decode("") == {}


def test_new_records_take_defaults_and_identities_of_their_own():
    shape = Shape(Unit)
    first, second = shape.tuples([{"name": "甲"}, {"name": "乙"}])
    uid, name, code = (shape.columns.index(c) for c in ("uid", "name", "code"))
    assert first[uid] != second[uid]
    assert (first[name], first[code]) == ("甲", "")


@pytest.mark.parametrize(
    ("column", "old", "new", "differs"),
    [
        ("name", "甲", "甲", False),
        ("name", "甲", "乙", True),
        ("name", "", None, False),
        ("birth_date", None, "", False),
        ("phone", b"", None, False),
        ("phone", memoryview(b"a"), b"a", False),
        ("phone", b"a", b"b", True),
    ],
)
def test_empty_in_any_form_is_no_difference(column, old, new, differs):
    assert Shape(Person).differs(column, old, new) is differs


def test_lists_in_pieces():
    assert list(chunked(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunked([], 2)) == []
