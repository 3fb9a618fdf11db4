"""Numbers of a series follow each other without a gap, whatever fails and however many ask at once."""

import pytest
from django.db import DatabaseError, transaction

from jiceng.records.chain import UnrecordedWriteError
from jiceng.records.models import AuditRow, Series
from jiceng.records.numbering import document_number, issuing, next_number
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.accounts.cast import SETTER
from tests.records.together import WRITERS, together


def taken(series="督办", year=2022, fail=False):
    """A number as a domain write takes it: with what it is for."""
    with write(by=SETTER, action="test.paper") as writing:
        number = next_number(series, year)
        writing.note("papers", number, "insert", None, {"n": number})
        if fail:
            raise ZeroDivisionError
    return number


def test_numbers_follow_each_other_in_every_series_and_year(db):
    assert [taken() for _ in range(3)] == [1, 2, 3]
    assert (taken(year=2023), taken("聘书"), taken(), taken("聘书")) == (1, 1, 4, 2)
    assert Series.objects.count() == 3


def test_several_in_one_write(db):
    with write(by=SETTER, action="test.papers"):
        assert [next_number("a", 2022), next_number("a", 2022), next_number("b", 2022)] == [1, 2, 1]
    assert taken("a") == 3


def test_a_write_that_fails_gives_its_number_back(db):
    for fresh in (True, False):  # the row of the year made by it, and there before
        with pytest.raises(ZeroDivisionError):
            taken(fail=True)
        assert taken() == (1 if fresh else 2)


def test_a_part_taken_back_within_a_write_gives_its_number_back(db):
    def part():
        with transaction.atomic():
            assert next_number("a", 2022) == 2
            raise ZeroDivisionError

    with write(by=SETTER, action="test.papers"):
        assert next_number("a", 2022) == 1
        with pytest.raises(ZeroDivisionError):
            part()
        assert next_number("a", 2022) == 2


def test_outside_a_write_there_is_no_number(db):
    with pytest.raises(UnrecordedWriteError):
        next_number("a", 2022)
    assert not Series.objects.exists()


def test_one_row_a_year_and_series(db):
    taken()
    with pytest.raises(DatabaseError), transaction.atomic():
        Series.objects.create(series="督办", year=2022)


def test_eight_writers_at_once_take_every_number_once(transactional_db):
    each = 12

    def work(number):
        return [taken(series=f"s{turn % 2}") for turn in range(each)]

    found = together(work)
    assert not [f for f in found if isinstance(f, Exception)]
    for odd in (0, 1):
        numbers = sorted(n for mine in found for n in mine[odd::2])
        assert numbers == list(range(1, WRITERS * each // 2 + 1))
    assert sorted(AuditRow.objects.filter(table="papers").values_list("record", flat=True)) == sorted(
        n for mine in found for n in mine
    )


def test_writers_that_fail_leave_no_gap_among_the_others(transactional_db):
    def work(number):
        kept = []
        for turn in range(6):
            try:
                kept.append(taken(fail=(number + turn) % 3 == 0))
            except ZeroDivisionError:
                continue
        return kept

    found = together(work)
    numbers = sorted(n for mine in found for n in mine)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == WRITERS * 4
    assert Series.objects.get().last == len(numbers)


# ------------------------------------------------------------------------------------- document numbers
def test_the_number_of_a_document():
    assert document_number("青组通", 2022, 5) == "青组通〔2022〕5号"
    assert document_number("青街办函", 2022, 120) == "青街办函〔2022〕120号"
    assert document_number("ABC", 1999, 1) == "ABC〔1999〕1号"


@pytest.mark.parametrize(
    ("prefix", "year", "n", "said"),
    [
        ("", 2022, 1, "发文机关代字"),
        ("组通 ", 2022, 1, "发文机关代字"),
        ("组通〔", 2022, 1, "发文机关代字"),
        ("组通5", 2022, 1, "发文机关代字"),
        ("组\n通", 2022, 1, "发文机关代字"),
        ("组通", 22, 1, "四位数"),
        ("组通", 20222, 1, "四位数"),
        ("组通", 2022, 0, "从 1 开始"),
        ("组通", 2022, -3, "从 1 开始"),
    ],
)
def test_what_is_no_number_of_a_document_is_refused(prefix, year, n, said):
    with pytest.raises(Refusal) as caught:
        document_number(prefix, year, n)
    assert said in caught.value.what
    assert caught.value.remedy


def test_a_demonstration_issues_under_no_bodys_code(settings):
    assert document_number(issuing("组通"), 2022, 5) == "组通〔2022〕5号"
    settings.DEMO = True
    assert document_number(issuing("组通"), 2022, 5) == "演示〔2022〕5号"
