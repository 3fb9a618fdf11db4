"""Time that stands where the test puts it, and the works of the tick."""

import pytest
from django.utils import timezone

from jiceng.matters.models import Event
from jiceng.matters.ticking import tick
from tests.matters.conftest import Office, moment


class Time:
    """The present moment, for everybody; it goes on by `pass_`, and with the steps that the office takes."""

    def __init__(self, monkeypatch, office: Office) -> None:
        self._office = office
        monkeypatch.setattr(timezone, "now", lambda: office.now)
        self.stop_at(moment())

    def stop_at(self, at) -> None:
        self.now = self._office.now = at

    def pass_(self, **more) -> None:
        """Let hours=…, days=… go by."""
        self.stop_at(self._office.tick(**more))


@pytest.fixture
def time(monkeypatch, office) -> Time:
    """The morning of the day on which the cast's grants are looked at; nothing is left over for the tick."""
    found = Time(monkeypatch, office)
    tick()
    return found


def steps(matter) -> list[str]:
    """The timeline of a matter, by steps."""
    return list(Event.objects.filter(matter=matter).order_by("seq").values_list("step", flat=True))
