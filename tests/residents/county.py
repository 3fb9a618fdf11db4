"""A county with the base pack and the village's own types in force, its cast, and what residents do there."""

from datetime import date
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from jiceng.accounts.scoping import access_of
from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.models import Dispatch, Matter, Reporter
from jiceng.residents.offering import offers_at
from jiceng.residents.reporting import Told, code_for, report
from tests.accounts.cast import build_cast, build_world, keep
from tests.staging import in_force

VILLAGE = Path(__file__).parent / "village"
HOTLINE = "core:hotline"
_keys = count(1)


def told():
    """The matters that people without an account have told; the county has others."""
    return Matter._base_manager.filter(raised_by__startswith="reporter:").order_by("pk")


def reporters():
    """Who has told them."""
    return Reporter._base_manager.filter(matter__in=told()).order_by("pk")


class County:
    """Everything a test asks for in one line; all of it happens now."""

    def __init__(self) -> None:
        in_force(Path(settings.PACKS) / "core", VILLAGE)
        self.world = build_world()
        self.cast = build_cast(self.world)
        self.here = self.world.qingshan
        self.village = self.here.village

    def person(self, role: str) -> Acting:
        return Acting.person(access_of(self.cast[f"qingshan.{role}"], timezone.localdate()))

    def reported(self, text="巷口的路灯三天不亮了", kind=HOTLINE, key="", **more):
        """Somebody without an account has reported it; gives the matter and the code."""
        key = key or f"form {next(_keys)}"
        offer = offers_at(self.village, date(2022, 6, 20))[kind]
        told = Told(
            given={offer.problem: text, **more.pop("given", {})},
            **{"name": "青赵大妈", "phone": "13800001111", **more},
        )
        matter = report(offer=offer, region=self.village, told=told, key=key)
        return matter, code_for(key)

    def step(self, matter, step, role="case_centre", **more):
        return act(by=self.person(role), matter=matter.pk, step=step, **more)

    def answered(self, **more):
        """A report that the bureau has answered, the centre has approved: waiting for a call."""
        matter, code = self.reported(**more)
        self.step(matter, "send", given={"lead": self.here.bureau.pk})
        part = Dispatch._base_manager.get(matter=matter)
        self.step(matter, "sign", "department_officer", dispatch=part.pk)
        self.step(
            matter,
            "answer",
            "department_officer",
            dispatch=part.pk,
            given={"answer": "青经办人青王科长已换灯泡"},
        )
        self.step(matter, "approve")
        return self.again(matter), code

    def released(self, matter, title="路灯不亮", text="某巷的路灯坏了，正在修"):
        """The matter as it is after somebody has released it in these words."""
        kept = self.again(matter)
        kept.released_at, kept.public_title, kept.public_text = timezone.now(), title, text
        keep(kept)
        return kept

    def wish(self, title="想要一张书桌"):
        """A released wish of a household."""
        matter = raise_matter(
            by=self.person("village_clerk"), type="qingshan:wish", region=self.village, channel="core:community",
            report=Report(given={"title": "青小明想要一张书桌", "household": self.here.household.pk}),
        )  # fmt: skip
        return self.released(matter, title, "一名小学生")

    @staticmethod
    def again(matter):
        return Matter._base_manager.get(pk=matter.pk)
