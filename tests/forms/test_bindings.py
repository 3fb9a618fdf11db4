"""Bindings: what may be bound where, and what one change leaves of the rest."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from jiceng.forms.bindings import AREAS, Bindings, Rows, Source, anchored, refuse_unfit
from jiceng.forms.blanks import word, workbook
from jiceng.forms.blanks.grid import place_of
from jiceng.records.refusals import Refusal
from tests.forms.blanks import cross_table, list_form, narrative

AREA = Source("about", "area")
NAME = Source("field", "name")


@pytest.fixture(scope="module")
def blank():
    return workbook.read(list_form(), "表")


@pytest.fixture(scope="module")
def crossed():
    return workbook.read(cross_table(["甲镇", "乙镇"]), "表")


def units(**more):
    return Rows(**{"page": 0, "row": 4, "last": 7, "each": "units", "columns": {2: NAME}} | more)


def cells(*written):
    return Bindings({place_of(at): AREA for at in written})


def test_bindings_are_kept_as_they_are():
    rows = (units(among="core:two_new_units"), units(row=9, last=9, each=AREAS, names=1, columns={28: AREA}))
    whole = Bindings({place_of("0!B2"): Source("question", "问", optional=True, despite="因为")}, rows)
    assert Bindings.of(whole.as_json()) == whole


def test_a_merged_cell_is_bound_in_its_corner(blank):
    assert anchored(blank, place_of("0!F1")) == place_of("0!A1")
    assert anchored(blank, place_of("0!F2")) == place_of("0!F2")


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("0!E8", "公式"),
        ("1!A1", "隐藏"),
        ("2!A1", "公式"),
        ("0!A10", "句子里有要填的空"),
        ("0!A10.3", "没有第 3 个空"),
        ("9!A1", "没有第 10 页"),
    ],
)
def test_what_cannot_be_written_to_cannot_be_bound(blank, at, why):
    with pytest.raises(Refusal, match=why):
        refuse_unfit(blank, cells(at))


def test_text_of_a_word_file_is_not_covered(blank):
    document = word.read(narrative(), "表")
    with pytest.raises(Refusal, match="已有文字"):
        refuse_unfit(document, cells("1!A1"))
    refuse_unfit(document, cells("1!B1", "1!A3.2", "0!A2.1"))
    refuse_unfit(blank, cells("0!B2", "0!A10.2"))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (units(last=99), "不在表内"),
        (units(row=5, last=4), "不在表内"),
        (units(page=1, row=1, last=1), "隐藏"),
        (units(row=8, last=8, columns={5: NAME}), "公式"),
        (units(row=10, last=10, columns={3: NAME}), "合并在一起"),
    ],
)
def test_a_list_needs_lines_of_its_own(blank, rows, why):
    with pytest.raises(Refusal, match=why):
        refuse_unfit(blank, Bindings(rows=(rows,)))


def test_merged_lines_are_no_list(crossed):
    rows = Rows(0, 3, 5, "units", {2: NAME})
    with pytest.raises(Refusal, match="跨行合并"):
        refuse_unfit(crossed, Bindings(rows=(rows,)))
    beside = Rows(0, 4, 6, AREAS, {2: AREA}, names=1)  # A3:A4 is merged, beside what is bound
    refuse_unfit(crossed, Bindings(rows=(beside,)))
    across = Rows(0, 4, 6, AREAS, {6: AREA}, names=1)
    with pytest.raises(Refusal, match="跨行合并"):
        refuse_unfit(crossed, Bindings(rows=(across,)))


def test_a_sum_at_the_foot_of_a_column_is_left_to_the_blank(crossed):
    refuse_unfit(crossed, Bindings(rows=(Rows(0, 5, 7, AREAS, {6: AREA}, names=1),)))


def test_within_a_list_a_cell_stands_for_its_column():
    bindings = Bindings(rows=(units(),)).with_cell(place_of("0!C6"), AREA)
    assert bindings.rows[0].columns == {2: NAME, 3: AREA}
    assert bindings.bound(place_of("0!C4")) == AREA
    assert bindings.with_cell(place_of("0!B7"), None).rows[0].columns == {3: AREA}


def test_a_list_takes_the_place_of_what_it_covers():
    bindings = cells("0!B2", "0!B5", "1!B5").with_rows(units())
    assert set(bindings.cells) == {place_of("0!B2"), place_of("1!B5")}
    again = bindings.with_rows(units(row=6, last=9))
    assert [rows.at for rows in again.rows] == ["0!A6"]
    assert again.without_rows("0!A6").rows == ()


def test_a_single_cell_is_bound_and_let_go():
    bindings = Bindings().with_cell(place_of("0!B2"), AREA)
    assert list(bindings.sources()) == [AREA]
    assert bindings.with_cell(place_of("0!B2"), None).cells == {}


def test_an_empty_workbook_has_nothing_to_hold():
    target = BytesIO()
    Workbook().save(target)
    page = workbook.read(target.getvalue(), "表").pages[0]
    assert (page.height, page.width, page.lines()) == (0, 0, [])
