"""What happened to a matter, in order and for ever, and the clocks that run over it."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.matters.enums import Hand
from jiceng.matters.models.dispatches import Dispatch
from jiceng.matters.models.matters import Matter
from jiceng.records.bases import Recorded, RecordedQuerySet


class Event(Recorded):
    """One line of the timeline: append-only, in the database too. `seq` counts within the matter.

    `step` is a key of the matter's flow, or of the engine (`raise`, `nudge`, `take`, `join`, `late` …).
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="events", db_index=False)
    seq = models.IntegerField()
    at = models.DateTimeField(_("时间"))
    on = models.DateField(_("日期"))
    step = models.CharField(_("步骤"), max_length=40)
    hand = models.CharField(max_length=8, choices=Hand, default=Hand.PERSON)
    actor = models.CharField(_("办理人"), max_length=80)
    actor_name = models.CharField(_("姓名"), max_length=80)
    office = models.CharField(_("身份"), max_length=120, blank=True)  # the role and place one acted for
    before = models.CharField(_("原状态"), max_length=40, blank=True)
    after = models.CharField(_("新状态"), max_length=40, blank=True)
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, null=True, blank=True, related_name="events")
    note = models.TextField(_("说明"), blank=True)
    data = models.TextField(blank=True)  # JSON of the values given at the step
    tells = models.CharField(_("告知反映人"), max_length=300, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("事项记录")
        ordering = ("matter", "seq")
        constraints = (models.UniqueConstraint(fields=["matter", "seq"], name="event_seq"),)
        indexes = (models.Index(fields=["actor", "id"], name="event_actor"),)

    def values(self) -> dict[str, Any]:
        """The values given at the step."""
        found: dict[str, Any] = json.loads(self.data) if self.data else {}
        return found


class Clock(Recorded):
    """A time limit that runs, stands or has stopped. `due_at` is a pure function of `started_at`, `limit`,
    `pauses` and the calendar, stored for lists; empty while the clock stands (`paused_at`).

    The light is read off these moments by whoever asks, so it is never stale.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="clocks")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, null=True, blank=True, related_name="clocks")
    key = models.CharField(_("时限"), max_length=40)
    limit = models.CharField(_("期限"), max_length=20)
    started_at = models.DateTimeField(_("开始"))
    started_on = models.DateField(_("开始日期"))
    pauses = models.TextField(default="[]")  # JSON: [[from, to], …], closed ones
    paused_at = models.DateTimeField(_("暂停于"), null=True, blank=True)
    amber_at = models.DateTimeField(_("黄灯时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)
    provisional = models.BooleanField(_("日历未定"), default=False)
    stopped_at = models.DateTimeField(_("停止"), null=True, blank=True)
    stopped_on = models.DateField(_("停止日期"), null=True, blank=True)
    kept = models.BooleanField(_("按时"), null=True, blank=True)  # known once it has stopped
    late_at = models.DateTimeField(null=True, blank=True)  # when the system did what follows from lateness

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("时限")
        constraints = (
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(kept__isnull=False), name="clock_kept"
            ),
            models.UniqueConstraint(
                fields=["matter", "key"],
                condition=Q(stopped_at__isnull=True, dispatch__isnull=True),
                name="clock_running_matter",
            ),
            models.UniqueConstraint(
                fields=["dispatch", "key"],
                condition=Q(stopped_at__isnull=True, dispatch__isnull=False),
                name="clock_running_dispatch",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at"],
                name="clock_due",
                condition=Q(stopped_at__isnull=True, late_at__isnull=True),
            ),
        )
