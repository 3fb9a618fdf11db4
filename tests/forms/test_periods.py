"""The periods that forms are filled for, and what the burden makes of them."""

from datetime import date

import pytest

from jiceng.forms.burden import Burden, Level, board_of
from jiceng.forms.filling import as_number, named, number
from jiceng.forms.models import Form
from jiceng.forms.periods import period_of, periods_of, times_a_month
from jiceng.indicators.answering.values import Amount
from jiceng.organisations.models import Region
from jiceng.reports.numerals import chinese_period

DAY = date(2022, 5, 17)


def form(frequency, **more):
    return Form(frequency=frequency, issued_on=date(2022, 3, 1), expires=date(2022, 12, 31), **more)


@pytest.mark.parametrize(
    ("frequency", "first", "last", "often", "words"),
    [
        ("month", date(2022, 5, 1), date(2022, 5, 31), 1, "2022年5月"),
        ("quarter", date(2022, 4, 1), date(2022, 6, 30), 1 / 3, "2022年第二季度"),
        ("half", date(2022, 1, 1), date(2022, 6, 30), 1 / 6, "2022年上半年"),
        ("year", date(2022, 1, 1), date(2022, 12, 31), 1 / 12, "2022年"),
        ("once", date(2022, 3, 1), date(2022, 12, 31), 0, "2022年3月1日至2022年12月31日"),
    ],
)
def test_a_period_is_the_one_that_a_day_lies_in(frequency, first, last, often, words):
    assert period_of(form(frequency), DAY) == (first, last)
    assert times_a_month(form(frequency)) == often
    assert chinese_period(first, last) == words


def test_periods_go_back_without_a_gap():
    found = periods_of(form("quarter"), DAY, count=4)
    assert [first for first, _last in found] == [
        date(2022, 4, 1), date(2022, 1, 1), date(2021, 10, 1), date(2021, 7, 1),
    ]  # fmt: skip
    assert len(periods_of(form("once"), DAY)) == 1
    assert chinese_period(date(2021, 7, 1), date(2021, 12, 31)) == "2021年下半年"


def test_a_form_is_over_when_its_term_is():
    assert not form("month", state="issued").is_over(date(2022, 12, 31))
    assert form("month", state="issued").is_over(date(2023, 1, 1))
    assert form("month", state="ended").is_over(DAY)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Amount(3, None, 3), 3),
        (Amount(1, 3, 3, "%", ratio=True), "33.33"),
        (Amount(1, 2, 2, "%", ratio=True), "50"),
        (Amount(0, 0, 0, "%", ratio=True), "—"),
        (Amount(None, None, 0), "—"),
        (Amount(date(2022, 1, 1), None, 1), date(2022, 1, 1)),
    ],
)
def test_figures_stand_in_cells_as_people_write_them(amount, said):
    assert number(amount) == said or str(number(amount)) == said


@pytest.mark.parametrize(
    ("said", "value"), [("12", 12), ("1,200", 1200), ("012", "012"), ("十二", "十二"), ("", "")]
)
def test_answers_are_numbers_where_they_are_written_so(said, value):
    assert as_number(said) == value


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("甲镇", "甲镇"),
        ("甲", None),
        ("乙 镇", "乙镇"),
        ("丙岗", "丙岗镇"),
        ("合计", "某县"),
        ("某县", "某县"),
        ("丁镇", None),
        ("", None),
    ],
)
def test_areas_are_known_by_the_names_that_blanks_print(name, meant):
    below = [Region(pk=n, name=each) for n, each in enumerate(("甲镇", "乙镇", "丙岗镇", "丙镇"), start=1)]
    found = named(name, Region(pk=9, name="某县"), below)
    assert (found.name if found else None) == meant


def test_a_burden_is_kept_as_it_was(db):
    burden = Burden(3, 10, 2, 90, 10, 4, 3.0, 18.0, (Level(4, 3, 10, 18.0),), ("为何",), 1)
    assert Burden.of(burden.as_json()) == burden
    assert burden.share == 90
    assert Burden.of({}).share == 100
    board = board_of([Form(pk=1, burden=burden.as_json()), Form(pk=2, burden=burden.as_json())])
    assert (board.minutes, board.share, board.levels) == (36, 90, (Level(4, 6, 20, 36.0),))
