"""The little county at work: its packs, its cast, and matters that began two hours ago."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jiceng.matters.models import Dispatch, Matter, Reporter
from jiceng.packs.installing import install
from jiceng.records.writing import write
from tests.accounts.cast import SETTER
from tests.matters.conftest import TOWN, Office
from tests.staging import staged


@pytest.fixture
def office(world, cast, core):
    """Matters handled in one line each, up to now; those that stand in the world already are none of them."""
    staged("the town at work", _cleared)
    found = Office(world, cast)
    found.now = timezone.now() - timedelta(hours=2)
    return found


def _cleared() -> None:
    with write(by=SETTER, action="test.clear"):
        for model in (Reporter, Dispatch, Matter):
            for record in model._base_manager.all():
                record.delete()
    install(folders=[TOWN], by=SETTER)


@pytest.fixture
def centre(visit, office):
    """The county's case centre, which takes matters in, sends them out, reviews and calls back."""
    return visit("qingshan.case_centre")


@pytest.fixture
def bureau(visit, office):
    """The bureau that is sent matters."""
    return visit("qingshan.department_officer")
