"""The figures of matters come from the matters, and follow them when they change."""

import random
from datetime import date

import pytest
from django.db.models import Q

from jiceng.indicators.figures import figure, records
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.matters.enums import Outcome
from jiceng.matters.models import Clock, Dispatch, Matter
from jiceng.protection.scopes import Scope

YEAR = {"period": (date(2021, 1, 1), date(2021, 12, 31)), "scope": Scope.all()}
PLEASED = ["core:satisfied", "core:fair"]
SET_ASIDE = [Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.JOINED]


@pytest.fixture
def counted(transactional_db, loaded, settings, tmp_path):
    """The place's matters with a snapshot of their own."""
    settings.HOME = tmp_path
    rebuild()


def matters(**wanted):
    return Matter._base_manager.filter(raised_on__year=2021, **wanted)


def of_rows():
    """What the figures should be, counted by hand."""
    usual = matters().exclude(outcome__in=SET_ASIDE)
    asked = Matter._base_manager.filter(asked_on__year=2021)
    stopped = Clock._base_manager.filter(stopped_on__year=2021)
    said = asked.exclude(solved=None)
    return {
        "matters_received": (matters().count(), None),
        "matters_closed": (
            Matter._base_manager.filter(closed_on__year=2021, phase="done").exclude(outcome__in=SET_ASIDE).count(),
            None,
        ),
        "matters_closing_rate": (usual.filter(phase="done").count(), usual.count()),
        "matters_on_time_rate": (stopped.filter(kept=True).count(), stopped.count()),
        "matters_response_rate": (stopped.filter(key="sign", kept=True).count(), stopped.filter(key="sign").count()),
        "matters_solution_rate": (said.filter(solved=True).count(), said.count()),
        "matters_satisfaction_rate": (
            asked.filter(satisfaction__in=PLEASED).count(), asked.exclude(satisfaction="").count(),
        ),
        "matters_not_reached": (asked.filter(reached=False).count(), None),
        "matter_passes": (Dispatch._base_manager.filter(ended_on__year=2021, state="passed").count(), None),
        "limits_overrun": (stopped.filter(kept=False).count(), None),
    }  # fmt: skip


def told():
    found = {}
    for key in of_rows():
        value = figure(f"core:{key}", **YEAR)
        found[key] = (value.numerator, value.denominator)
    return found


def agree():
    rebuild()
    hand, said = of_rows(), told()
    for key, (part, whole) in hand.items():
        assert said[key][0] == part, key
        if whole is not None:
            assert said[key][1] == whole, key
    return hand


def test_figures_are_what_the_matters_say_and_follow_them(counted):
    before = agree()
    assert all(part for key, (part, _whole) in before.items() if key != "matters_not_reached")
    chance = random.Random(7)
    closed = list(matters(phase="done").exclude(outcome__in=SET_ASIDE).filter(closed_on__year=2021))
    for matter in chance.sample(closed, 9):
        Matter._base_manager.filter(pk=matter.pk).update(
            phase="open", closed_on=None, closed_at=None, outcome=""
        )
    clocks = list(Clock._base_manager.filter(kept=True, stopped_on__year=2021).values_list("pk", flat=True))
    Clock._base_manager.filter(pk__in=chance.sample(clocks, 11)).update(kept=False)
    heard = Matter._base_manager.filter(asked_on__year=2021, solved=True).values_list("pk", flat=True)
    Matter._base_manager.filter(pk__in=list(heard)[:5]).update(solved=False, satisfaction="dissatisfied")
    after = agree()
    assert after["matters_closed"][0] == before["matters_closed"][0] - 9
    assert after["matters_closing_rate"][1] == before["matters_closing_rate"][1]
    assert after["limits_overrun"][0] == before["limits_overrun"][0] + 11
    assert after["matters_solution_rate"][0] == before["matters_solution_rate"][0] - 5


def test_every_number_opens_to_its_matters(counted):
    listed = records("core:matters_closing_rate", limit=1000, **YEAR).rows
    usual = matters().filter(~Q(outcome__in=SET_ASIDE))
    assert {row.id for row in listed} == set(usual.values_list("pk", flat=True))
    assert {row.id for row in listed if row.counted} == set(
        usual.filter(phase="done").values_list("pk", flat=True)
    )
