"""The little county of `town/` with its packs installed, the cast of the permission tests, and moments."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from jiceng.accounts.scoping import access_of
from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.packs.installing import install
from jiceng.records.calendar import SHANGHAI
from tests.accounts.cast import SETTER, build_cast, build_world, grant
from tests.staging import staged

TOWN = Path(__file__).parent / "town"
TODAY = date(2022, 6, 20)  # a Monday
"""The day on which the cast's grants are looked at."""


def moment(hour: int = 9, minute: int = 0, *, day: date = TODAY) -> datetime:
    """An aware moment on `day`, on Shanghai's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _fast_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Office:
    """Matters handled in one line each; time goes on by a minute with every step."""

    def __init__(self, world, cast) -> None:
        self.world, self.cast = world, cast
        self.here = world.qingshan
        self.now = moment()

    def access(self, who: str, county: str = "qingshan"):
        return access_of(self.cast[f"{county}.{who}"], TODAY)

    def person(self, who: str, county: str = "qingshan") -> Acting:
        return Acting.person(self.access(who, county))

    def colleague(self, role: str) -> Acting:
        """Someone else with the same office as the county's own holder of `role` on the county."""
        other = self.cast[f"baishui.{role}"]
        grant(other, role, self.here.region)
        return Acting.person(access_of(other, TODAY))

    def tick(self, **more) -> datetime:
        self.now += timedelta(**(more or {"minutes": 1}))
        return self.now

    def raised(
        self, kind: str = "qingshan:case", *, who: str = "case_centre", region=None, **given
    ) -> Matter:
        given = given or {"text": "半夜施工噪音扰民", "category": "qingshan:noise"}
        return raise_matter(
            by=self.person(who), type=kind, region=region or self.here.village, channel="core:hotline",
            report=Report(given=given), at=self.tick(),
        )  # fmt: skip

    def step(self, matter: Matter, step: str, who: str = "case_centre", **more) -> Event:
        """Take a step now; `given=…`, `note=…`, `dispatch=…`, `expected=…`, `key=…` as `act` takes them."""
        by = more.pop("by", None) or self.person(who)
        return act(by=by, matter=matter.pk, step=step, at=more.pop("at", None) or self.tick(), **more)

    def sent(self, **given) -> tuple[Matter, Dispatch]:
        """A case given to the bureau."""
        matter = self.raised(**given)
        self.step(matter, "send", given={"lead": self.here.bureau.pk})
        return self.again(matter), Dispatch._base_manager.get(matter=matter)

    def answered(self) -> tuple[Matter, Dispatch]:
        matter, dispatch = self.sent()
        self.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
        self.step(
            matter, "answer", "department_officer", dispatch=dispatch.pk, given={"answer": "已责令停工"}
        )
        return self.again(matter), dispatch

    @staticmethod
    def again(record):
        """The record as it is stored now."""
        return type(record)._base_manager.get(pk=record.pk)


@pytest.fixture
def office(db):
    return staged("office", make_office)


def make_office() -> Office:
    """The town with its packs in force and its cast."""
    world = build_world()
    install(folders=[TOWN], by=SETTER)
    return Office(world, build_cast(world))
