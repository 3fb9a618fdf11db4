"""Closing a period: its snapshot is kept, its checks hold or are explained, its figures stand from then on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.coverage.rebuilding import rebuild as derive_coverage
from jiceng.indicators.checks.running import Checking, outcomes
from jiceng.indicators.engine import answering_from
from jiceng.indicators.periods import CalendarPeriod
from jiceng.indicators.snapshot.files import keep, let_go, pin
from jiceng.indicators.snapshot.manifest import Manifest
from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import in_force
from jiceng.periods.frozen import stored, values_of
from jiceng.periods.models import Closing, State, Step
from jiceng.periods.returns import figures_of, lower_of, standings
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.outbox import announce
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.texts import clean_line
from jiceng.records.writing import write

LOWER = "lower"
"""The check that all areas below have reported."""

EXPLAINED = 500


@dataclass(frozen=True, slots=True)
class Result:
    """A check as a closing keeps it."""

    key: str
    name: str
    holds: bool | None
    said: str
    closing: bool
    asks: str = ""

    @property
    def stops(self) -> bool:
        """Whether the period cannot be closed unless somebody explains it."""
        return self.holds is False and self.closing


def close(
    *,
    by: Actor,
    region: Region,
    period: CalendarPeriod,
    day: date,
    explained: Mapping[str, str] | None = None,
) -> Closing:
    """Close `period` for `region` on `day`. `explained` says by check why it is right although it fails.

    Raises Refusal for a period that is not reported there, is not over, is closed already, or is not the next
    one; Refusals with every check that fails and is not explained. Nothing is kept then.
    """
    keys = figures_of(region, period.kind)
    if not keys:
        what = _("%(region)s不上报%(period)s") % {"region": region, "period": period.label}
        raise Refusal(what, remedy=_("上报哪些指标，写在做法包的 returns 里"))
    refuse_out_of_order(region, period, day)
    texts = _explanations(explained or {})
    manifest = _kept()
    try:
        with answering_from(manifest.id):
            checked = results(region, period, day)
            _refuse_unexplained(checked, texts)
            values = values_of(keys, region.pk, period)
        return _stored(by, region, period, day, manifest, checked, texts, values)
    except BaseException:
        let_go(manifest.id)
        raise


def _kept() -> Manifest:
    """The snapshot of this moment, which stays. Committed writes of others behind it are not in it."""
    derive_coverage()
    refresh()
    with pin() as manifest:
        keep(manifest)
        return manifest


def refuse_out_of_order(region: Region, period: CalendarPeriod, day: date) -> None:
    """Raises Refusal for a period that is not over on `day`, is closed already, or is not the next one."""
    said: dict[str, Any] = {"region": region, "period": period.label}
    if period.last >= day:
        raise Refusal(_("%(period)s还没有结束") % said, str(region), _("期满后再关账"))
    rows = Closing.objects.filter(region=region, kind=period.kind)
    standing = list(rows.exclude(state=State.RETURNED).order_by("first"))
    if any(one.period == str(period) for one in standing):
        raise Refusal(_("%(period)s已经关账") % said, str(region), _("上级退回后才能重新关账"))
    if not standing or rows.filter(period=str(period), state=State.RETURNED).exists():
        return
    expected = standing[-1].calendar.before(-1)
    if period < expected:
        said["later"] = standing[-1].calendar.label
        raise Refusal(_("%(later)s已经关账，不能再关更早的%(period)s") % said, str(region))
    if period > expected:
        what = _("%(period)s之前还有没关的账") % said
        raise Refusal(
            what, str(region), _("先关%(period)s（%(key)s）") % {"period": expected.label, "key": expected}
        )


def results(region: Region, period: CalendarPeriod, day: date) -> list[Result]:
    """Every check of the area for the period, that of the areas below among them, over all records."""
    found = [
        Result(one.key, one.name, one.holds, one.said, one.closing, one.asks)
        for one in outcomes(Checking(period, region.pk, Scope.all()))
    ]
    below = standings(lower_of(region, period), period, day)
    if not below:
        return found
    open_ones = [one for one in below if not one.arrived]
    said_of = {
        one.said: [str(each.region) for each in open_ones if each.said == one.said] for one in open_ones
    }
    names = _("；").join(
        _("%(state)s：%(areas)s") % {"state": state, "areas": _("、").join(areas)}
        for state, areas in said_of.items()
    )
    said = {"n": len(open_ones), "all": len(below), "names": names}
    text = (
        _("%(all)d个下级中%(n)d个没有上报。%(names)s") % said
        if open_ones
        else _("%(all)d个下级全部上报") % said
    )
    asks = _("催报；仍要先关账的，写明原因")
    return [Result(LOWER, _("下级全部上报"), not open_ones, text, closing=True, asks=asks), *found]


def _explanations(explained: Mapping[str, str]) -> dict[str, str]:
    texts = {key: clean_line(text, key, EXPLAINED) for key, text in explained.items()}
    return {key: text for key, text in texts.items() if text}


def _refuse_unexplained(checked: list[Result], texts: Mapping[str, str]) -> None:
    known = {one.key: one for one in checked} | {one.key.partition(":")[2]: one for one in checked}
    faults = [
        Refusal(_("没有核对项“%(key)s”") % {"key": key[:80]}, remedy=_("核对核对项的名称"))
        for key in texts
        if key not in known
    ]
    for one in checked:
        if one.stops and not _text(one, texts):
            remedy = (
                _("%(asks)s；属实的写明原因") % {"asks": one.asks} if one.asks else _("更正；属实的写明原因")
            )
            faults.append(Refusal(f"{one.name}：{one.said}", one.key, remedy))
    if faults:
        raise Refusals(faults)


def _text(one: Result, texts: Mapping[str, str]) -> str:
    return texts.get(one.key) or texts.get(one.key.partition(":")[2], "")


def _stored(
    by: Actor, region: Region, period: CalendarPeriod, day: date, manifest: Manifest, checked: list[Result],
    texts: Mapping[str, str], values: Mapping[str, Any],
) -> Closing:  # fmt: skip
    kept = [
        {"key": one.key, "name": one.name, "holds": one.holds, "said": one.said, "closing": one.closing,
         "explained": _text(one, texts) if one.holds is False else ""}
        for one in checked
    ]  # fmt: skip
    with write(by=by, action="period.close") as writing:
        Region.objects.select_for_update().get(pk=region.pk)  # two who close at once
        refuse_out_of_order(region, period, day)
        made = Closing(
            region=region, period=str(period), kind=period.kind, first=period.first, last=period.last,
            manifest=manifest.id, seq=manifest.seq, packs=[list(one) for one in in_force()],
            figures=[stored(key, value) for key, value in values.items()], checks=kept,
            closed_at=timezone.now(), closed_on=day, closed_by=by.name,
        )  # fmt: skip
        made.save()
        Step(closing=made, state=State.CLOSED, at=made.closed_at, by=by.name).save()
        announce("period.closed", {"period": made.period, "region": region.code})
        writing.result = str(made.pk)
    return made
