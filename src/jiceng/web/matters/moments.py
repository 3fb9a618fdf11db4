"""What time it is for a visitor, and how long there is left, in words."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from jiceng.accounts.days import moment_on
from jiceng.matters.clocks import Light, light
from jiceng.matters.models import Event, Matter

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def now_for(request: Any, matter: Matter | None = None) -> datetime:
    """The moment at which the visitor acts or looks.

    A demonstration's day never ends while its clock runs on: what was done there yesterday in the afternoon lies
    ahead of this morning, so nothing is done earlier than the matter's last step.
    """
    now = moment_on(request.today)
    if matter is None or not settings.DEMO:
        return now
    last = Event.objects.filter(matter=matter).order_by("-seq").values_list("at", flat=True).first()
    return max(now, last) if last else now


def span(length: timedelta) -> str:
    """A stretch of time as people say it: its two largest units."""
    if length >= DAY:
        said = {"d": length // DAY, "h": length % DAY // HOUR}
        return _("%(d)d 天 %(h)d 小时") % said if said["h"] else _("%(d)d 天") % said
    if length >= HOUR:
        said = {"h": length // HOUR, "m": length % HOUR // MINUTE}
        return _("%(h)d 小时 %(m)d 分") % said if said["m"] else _("%(h)d 小时") % said
    return _("%(m)d 分") % {"m": max(1, length // MINUTE)}


def countdown(amber_at: datetime | None, due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """The light of what falls due, and how long there is left or it is late; no words for what never does."""
    shown = light(amber_at, due_at, now)
    if due_at is None:
        return shown.value, ""
    said = {
        Light.GREEN: _("还剩 %(span)s"),
        Light.AMBER: _("仅剩 %(span)s"),
        Light.RED: _("超时 %(span)s"),
    }[shown]
    return shown.value, said % {"span": span(abs(due_at - now))}
