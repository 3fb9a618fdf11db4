"""What is written while the refresher is busy is not taken for done."""

from datetime import date

import pytest
from django.db import OperationalError

from jiceng.cli import following
from jiceng.cli.following import Follower, catch_up, head
from jiceng.coverage.models import CoverageSpan
from jiceng.indicators.snapshot.refreshing import SnapshotError
from jiceng.records.bases import valid_on
from tests.coverage.conftest import County

DAY = date(2021, 6, 30)


def need(unit) -> str:
    return str(CoverageSpan.objects.filter(valid_on(DAY), unit=unit).get().need)


class Packs:
    digests = (("base", "1"),)


@pytest.fixture
def busy(monkeypatch):
    """`busy(write)`: somebody writes while the next snapshot is being made."""
    waiting = []
    monkeypatch.setattr(following, "refresh", lambda: waiting.pop()() if waiting else None)
    return waiting.append


def settle(seen: str | None = None, most: int = 5) -> int:
    """Catch up as the refresher does, until the head is the one seen; gives how often that took."""
    for times in range(most):
        if head() == seen:
            return times
        seen = catch_up()
    raise AssertionError(f"still not up to date after {most} times")


def test_what_is_written_while_a_snapshot_is_made_reaches_the_coverage(county: County, busy):
    unit = county.unit()
    busy(lambda: county.member(unit))
    seen = catch_up()
    assert need(unit) == "base:instructor_group", "it came too late for this time"
    assert head() != seen
    settle(seen)
    assert need(unit) == "base:joint"


def test_spans_that_catching_up_writes_are_looked_at_once_more_and_no_further(county: County, busy):
    county.unit()
    assert settle() == 2
    assert settle(head()) == 0


def test_a_snapshot_that_fails_leaves_everything_to_be_done_again(county: County, busy):
    def fail():
        raise SnapshotError("disk full")

    unit = county.unit()
    busy(fail)
    with pytest.raises(SnapshotError):
        catch_up()
    settle()
    assert need(unit) == "base:instructor_group"


# ---------------------------------------------------------------------------- between two pauses
def test_queries_are_compiled_only_while_nothing_waits_to_be_counted(county: County, busy, monkeypatch):
    compiled = []
    monkeypatch.setattr(following, "current", Packs)
    monkeypatch.setattr(following, "prepare", lambda _packs: (compiled.append(n) or n for n in (1, 2, 3)))
    county.unit()
    follower = Follower()
    assert follower.step()
    assert follower.step()
    assert compiled == [], "first the spans, then what they moved"
    assert follower.step()
    unit = county.unit()
    assert follower.step()
    assert need(unit) == "base:instructor_group"
    assert compiled == [1]
    while follower.step():
        pass
    assert compiled == [1, 2, 3]


def test_while_a_demonstration_loads_only_queries_are_compiled(county: County, busy, monkeypatch):
    monkeypatch.setattr(following, "is_loading", lambda: True)
    monkeypatch.setattr(following, "current", Packs)
    monkeypatch.setattr(following, "prepare", lambda _packs: iter(()))
    county.unit()
    assert not Follower().step()
    assert not CoverageSpan.objects.exists()


def test_compiling_goes_on_after_the_database_was_away(county: County, busy, monkeypatch):
    def prepare(_packs):
        if trouble:
            trouble.pop()
            raise OperationalError("database is locked")
        yield 1

    trouble = [1]
    monkeypatch.setattr(following, "current", Packs)
    monkeypatch.setattr(following, "prepare", prepare)
    follower = Follower()
    assert follower.step(), "the coverage, of which there is none"
    with pytest.raises(OperationalError):
        follower.step()
    assert follower.step()
    assert not follower.step()
