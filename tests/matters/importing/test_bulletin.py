"""The month's numbers by unit, counted from what a hotline's workbook brought in."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.matters.models import Matter
from jiceng.matters.queries.bulletin import COUNTS, Bulletin, lines, matters_of, total
from jiceng.protection.scopes import Scope
from tests.matters.importing.conftest import HEADER, at, aware, line, workbook

JUNE = Bulletin(date(2022, 6, 1), date(2022, 6, 19), (), aware(20), "core:hotline")
OPEN = {"反馈时间": None, "办理情况": None, "办结时间": None, "办理结果": None, "回访结果": None}
LATE = {
    "受理时间": at(1),
    "派单时间": at(1, 9, 5),
    "签收时间": at(1, 10),
    "反馈时间": at(13),
    "办结时间": at(14),
}
FIRM = {"承办单位": "青松木业公司"}


@pytest.fixture
def month(importing):
    """Five for the bureau, one of them the firm's too; one for the firm alone; one of May."""
    importing.brought(
        line("1"),
        line("2", 回访结果="不满意", 办理结果="未解决"),
        line("3", **LATE),
        line("4", **OPEN),
        line("5", **FIRM, 回访结果=None),
        line("6", 承办单位="青府商务局、青松木业公司", 回访结果="基本满意"),
        line("7", **OPEN | {"签收时间": None}),
        line("8", 受理时间=date(2022, 5, 30), 派单时间=date(2022, 5, 31)),
    )
    return importing


def of(units, name):
    return next(unit for unit in units if unit.name == name)


def test_what_became_of_what_each_unit_was_sent(month):
    bureau, firm = (of(lines(JUNE, Scope.all()), name) for name in ("青府商务局", "青松木业公司"))
    assert [bureau.counts[key] for key in ("sent", "on_time", "late", "open", "dissatisfied")] == [
        6,
        3,
        1,
        2,
        1,
    ]
    assert [firm.counts[key] for key in ("sent", "on_time", "late", "open", "dissatisfied")] == [
        2,
        2,
        0,
        0,
        0,
    ]


def test_every_rate_has_its_own_denominator(month):
    bureau, firm = (of(lines(JUNE, Scope.all()), name) for name in ("青府商务局", "青松木业公司"))
    assert (bureau.closed, bureau.closed_on_time) == ((4, 6), (3, 6))
    assert (bureau.satisfied, bureau.dissatisfied) == ((3, 4), (1, 4))
    assert (firm.satisfied, firm.solved) == ((1, 1), (0, 0))
    assert (bureau.responded, firm.responded) == (
        (5, 6),
        (2, 2),
    )  # the seventh is not signed for, and overdue


def test_what_is_not_due_yet_is_not_held_against_anybody(month):
    early = Bulletin(JUNE.first, JUNE.last, (), aware(6, 10), JUNE.type)
    assert of(lines(early, Scope.all()), "青府商务局").responded == (5, 5)


def test_a_number_and_its_list_are_one(month):
    for unit in lines(JUNE, Scope.all()):
        for count in COUNTS:
            behind = matters_of(JUNE, Scope.all(), unit.unit, count)
            assert behind.count() == unit.counts[count], (unit.name, count)
    with pytest.raises(KeyError):
        matters_of(JUNE, Scope.all(), 1, "nothing")


def test_the_total_adds_up_and_never_averages(month):
    units = lines(JUNE, Scope.all())
    whole = total(units, "合计")
    assert (whole.counts["sent"], whole.closed) == (8, (6, 8))
    assert total([], "合计").closed == (0, 0)


def test_call_backs_nobody_answered_are_told_apart(month):
    matter = Matter._base_manager.get(number="990101-5")
    assert of(lines(JUNE, Scope.all()), "青松木业公司").counts["unreached"] == 0
    month.brought(line("9", 是否接通="否", 回访结果=None), data=_with_reach())
    assert of(lines(JUNE, Scope.all()), "青府商务局").counts["unreached"] == 1
    assert matter.reached is None


def _with_reach() -> bytes:
    return workbook([line("9", 是否接通="否", 回访结果=None)], header=(*HEADER, "是否接通"))


def test_only_what_lies_there_and_is_in_sight_counts(month):
    here, there = month.here.town.path, month.here.other_town.path
    inside = Bulletin(JUNE.first, JUNE.last, (here,), JUNE.now, JUNE.type)
    outside = Bulletin(JUNE.first, JUNE.last, (there,), JUNE.now, JUNE.type)
    assert of(lines(inside, Scope.all()), "青府商务局").counts["sent"] == 6
    assert lines(outside, Scope.all()) == []
    assert lines(JUNE, Scope()) == []
    assert lines(JUNE, Scope(territory=(there,))) == []
    assert [unit.name for unit in lines(JUNE, Scope(territory=(here,)))] == ["青府商务局", "青松木业公司"]
    held = Scope(held={"organisations.unit": frozenset({month.here.firm.pk})})
    assert [unit.name for unit in lines(JUNE, held)] == ["青松木业公司"]


def test_another_type_has_numbers_of_its_own(month):
    other = Bulletin(JUNE.first, JUNE.last, (), JUNE.now, "core:supervision")
    assert lines(other, Scope.all()) == []
    every = Bulletin(JUNE.first, JUNE.last, (), JUNE.now)
    assert of(lines(every, Scope.all()), "青府商务局").counts["sent"] == 6


def test_as_many_queries_for_many_units_as_for_none(month):
    nothing = Bulletin(date(2021, 6, 1), date(2021, 6, 19), (), JUNE.now, JUNE.type)
    asked = []
    for each in (nothing, JUNE):
        with CaptureQueriesContext(connection) as queries:
            lines(each, Scope.all())
        asked.append(len(queries))
    assert asked[0] == asked[1]
