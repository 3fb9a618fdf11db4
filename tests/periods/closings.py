"""Closing whatever fails: every check that stops it is explained."""

from datetime import date

from django.utils import timezone

from jiceng.indicators.periods import calendar_period
from jiceng.periods.closing import close, refuse_out_of_order, results
from jiceng.periods.models import Closing, Step
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusals
from jiceng.records.writing import write

TODAY = date(2022, 6, 20)
CLERK = Actor("user:901", "经办人")
CHIEF = Actor("user:902", "审收人")
MAY = calendar_period("2022-05")
WHY = "属实，已核对"


def stopping(region, period=MAY, day=TODAY) -> set[str]:
    """The checks that stand in the way."""
    try:
        close(by=CLERK, region=region, period=period, day=day)
    except Refusals as refused:
        return {one.where for one in refused.refusals}
    return set()


def bare(region, period=MAY, day=TODAY) -> Closing:
    """A closing without figures, as far as the order of periods allows it."""
    refuse_out_of_order(region, period, day)
    with write(by=CLERK, action="period.close"):
        made = Closing(
            region=region, period=str(period), kind=period.kind, first=period.first, last=period.last,
            manifest="", seq=0, closed_at=timezone.now(), closed_on=day, closed_by=CLERK.name,
        )  # fmt: skip
        made.save()
        Step(closing=made, state=made.state, at=made.closed_at, by=CLERK.name).save()
    return made


def close_anyway(region, period=MAY, day=TODAY, by=CLERK) -> Closing:
    """The closing, with the same explanation for whatever fails."""
    explained = {one.key: WHY for one in results(region, period, day)}
    return close(by=by, region=region, period=period, day=day, explained=explained)
