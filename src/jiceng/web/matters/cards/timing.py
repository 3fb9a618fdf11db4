"""The clocks of a matter as its card shows them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.matters.clocks import Light, pauses_of
from jiceng.matters.models import Clock
from jiceng.matters.sections import MatterSpec
from jiceng.records.calendar import Limit
from jiceng.web.matters.cards.parts import ClockShown
from jiceng.web.matters.moments import countdown, span
from jiceng.web.matters.naming import said


def clocks_shown(clocks: Iterable[Clock], spec: MatterSpec, now: datetime) -> list[ClockShown]:
    """The clocks in the order in which they began, restarted ones among them."""
    return [
        _shown(clock, spec, now) for clock in sorted(clocks, key=lambda clock: (clock.started_at, clock.pk))
    ]


def _shown(clock: Clock, spec: MatterSpec, now: datetime) -> ClockShown:
    light, words = _standing(clock, now)
    return ClockShown(
        label=said(spec.clocks[clock.key]) if clock.key in spec.clocks else clock.key,
        limit=Limit.parse(clock.limit).label,
        light=light,
        said=words,
        started_at=timezone.localtime(clock.started_at),
        due_at=timezone.localtime(clock.due_at) if clock.due_at else None,
        stopped_at=timezone.localtime(clock.stopped_at) if clock.stopped_at else None,
        provisional=clock.provisional,
        pauses=[(timezone.localtime(a), timezone.localtime(b) if b else None) for a, b in pauses_of(clock)],
    )


def _standing(clock: Clock, now: datetime) -> tuple[str, str]:
    """The light of a clock and how it stands in words."""
    if clock.stopped_at is not None:
        if clock.kept or clock.due_at is None:
            return Light.GREEN.value, _("按时，用时 %(span)s") % {
                "span": span(clock.stopped_at - clock.started_at)
            }
        return Light.RED.value, _("超时 %(span)s") % {"span": span(clock.stopped_at - clock.due_at)}
    if clock.paused_at is not None:
        return Light.STANDS.value, _("暂停计时")
    return countdown(clock.amber_at, clock.due_at, now)
