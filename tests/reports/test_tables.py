"""A table as a value: cells that keep what they are, totals of parts and never of percentages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.reports.tables import Column, Share, Table, breadth, text_of, totalled, widths

TEXT, WHOLE, NUMBER, RATE = Column("单位"), Column("派单", kind="integer", adds=True), Column(
    "金额", kind="number", decimals=2, adds=True
), Column("办结率", kind="share", adds=True)  # fmt: skip


def table(*rows, columns=(TEXT, WHOLE, NUMBER, RATE), **said) -> Table:
    return Table("表", tuple(columns), tuple(rows), **said)


# ------------------------------------------------------------------------------------------------ totals
def test_a_total_adds_up_whole_numbers_exactly_and_shares_by_their_parts():
    whole = totalled(table(("甲", 3, Decimal("0.1"), Share(1, 2)), ("乙", 4, Decimal("0.2"), Share(1, 100))))
    assert whole.total == ("合计", 7, Decimal("0.3"), Share(2, 102))
    assert text_of(whole.total[3], RATE) == "2.0%"  # not the average of 50 % and 1 %


def test_floating_point_does_not_show_in_a_total():
    (total,) = totalled(table(*[(0.1,)] * 3, columns=(NUMBER,))).total
    assert total == Decimal("0.3")


def test_blank_cells_count_for_nothing():
    whole = totalled(table(("甲", None, None, None), ("乙", 4, None, Share(1, 2))))
    assert whole.total == ("合计", 4, None, Share(1, 2))


def test_shares_without_a_whole_are_added_up_all_the_same():
    assert totalled(table(("甲", 0, 0, Share(0, 0)), ("乙", 0, 0, Share(3, 4)))).total[3] == Share(3, 4)


@pytest.mark.parametrize(
    "cell", ["约30件", True, float("nan"), float("inf"), Decimal("-Infinity"), date(2022, 6, 3)]
)
def test_what_is_no_number_is_not_added(cell):
    assert totalled(table((cell,), (4,), columns=(WHOLE,))).total == (4,)


def test_columns_that_do_not_add_up_stay_blank_and_the_first_has_the_label():
    columns = (Column("序号", kind="serial"), Column("单位"), WHOLE)
    assert totalled(table((1, "甲", 5), (2, "乙", 6), columns=columns), "全县").total == ("全县", None, 11)


def test_a_table_of_nothing_but_figures_has_a_total_without_a_label():
    assert totalled(table((1,), (2,), columns=(WHOLE,))).total == (3,)


def test_a_table_without_rows_adds_up_to_nothing():
    assert totalled(table()).total == ("合计", None, None, None)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=20))
def test_the_total_rate_lies_between_the_lowest_and_the_highest(pairs):
    rows = [(Share(min(part, whole), whole),) for part, whole in pairs]
    (total,) = totalled(table(*rows, columns=(RATE,))).total
    values = [row[0].value for row in rows]
    assert min(values) <= total.value <= max(values)


# --------------------------------------------------------------------------------------------- as text
@pytest.mark.parametrize(
    ("cell", "column", "text"),
    [
        (None, TEXT, ""),
        ("", WHOLE, ""),
        ("东街", TEXT, "东街"),
        (0, WHOLE, "0"),
        (16583, WHOLE, "16583"),
        (3, NUMBER, "3.00"),
        (Decimal("2.345"), NUMBER, "2.35"),
        (1.5, Column("分", kind="number"), "1.5"),
        (Share(3, 4), RATE, "75.0%"),
        (Share(9925, 10000), Column("率", kind="share", decimals=2), "99.25%"),
        (Share(5, 5), Column("率", kind="share", decimals=0), "100%"),
        (Share(0, 4), RATE, "0.0%"),
        (Share(0, 0), RATE, "—"),
        (True, TEXT, "是"),
        (False, TEXT, "否"),
        (date(2022, 6, 3), Column("日期", kind="day"), "2022-06-03"),
        (datetime(2022, 6, 3, 1, 5, tzinfo=UTC), TEXT, "2022年6月3日9时05分"),
        (float("nan"), NUMBER, "—"),
        (float("inf"), NUMBER, "—"),
        (Decimal("NaN"), NUMBER, "—"),
    ],
)
def test_cells_as_paper_shows_them(cell, column, text):
    assert text_of(cell, column) == text


def test_a_share_without_a_whole_has_no_value():
    assert Share(0, 0).value is None
    assert Share(1, 3).value == Decimal(1) / Decimal(3)


# ----------------------------------------------------------------------------------------------- shapes
def test_columns_stand_as_their_kind_wants_and_show_their_unit():
    kinds = {
        "text": "left",
        "integer": "right",
        "number": "right",
        "share": "right",
        "day": "center",
        "serial": "center",
    }
    assert {kind: Column("栏", kind=kind).align for kind in kinds} == kinds
    assert Column("派单", unit="件").heading == "派单（件）"


def test_neighbours_of_one_group_share_a_header_and_strangers_do_not():
    columns = [Column(str(n), group=group) for n, group in enumerate(["", "甲", "甲", "乙", "", "", "甲"])]
    made = table(columns=columns)
    assert made.grouped
    assert list(made.groups()) == [
        ("", 0, 1), ("甲", 1, 2), ("乙", 3, 1), ("", 4, 1), ("", 5, 1), ("甲", 6, 1)
    ]  # fmt: skip
    assert not table().grouped


def test_a_row_has_a_cell_for_every_column():
    with pytest.raises(ValueError, match="row 2 of table '表' has 1 cells for 4 columns"):
        table(("甲", 1, 2, None), ("乙",))
    with pytest.raises(ValueError, match="has 2 cells"):
        table(total=("合计", 1))
    with pytest.raises(ValueError, match="has no columns"):
        Table("表", ())


# ----------------------------------------------------------------------------------------------- widths
@pytest.mark.parametrize(
    ("text", "wide"), [("", 0), ("汉字", 2), ("ab12", 2), ("第3季度", 3.5), ("（一）", 3)]
)
def test_a_letter_is_half_as_wide_as_a_chinese_character(text, wide):
    assert breadth(text) == wide


def test_columns_are_as_wide_as_what_they_hold_within_bounds():
    columns = (
        Column("甲"),
        Column("乙"),
        Column("丙"),
        Column("一个很长很长的栏目名称"),
        Column("定", width=7),
    )
    narrow, some, endless, folded, fixed = widths(
        table(("1", "东街社区居民委员会", "字" * 500, "1", "字" * 30), columns=columns)
    )
    assert narrow == 2.0
    assert some == 10.0
    assert endless == 24.0
    assert folded == pytest.approx(7, abs=0.1)  # two lines
    assert fixed == 7


def test_the_total_is_as_wide_as_it_must():
    made = totalled(table(*[(999_999,)] * 50, columns=(WHOLE,)))
    assert widths(made)[0] >= breadth("49999950") + 0.5


def test_lines_of_a_cell_count_each_by_itself():
    one, two = widths(table(("东街社区\n西街", "东街社区西街"), columns=(Column("甲"), Column("乙"))))
    assert one < two
