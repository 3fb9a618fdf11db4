"""A closed period of an area: what was reported, from which snapshot, in which wording, and how far it has come."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiceng.indicators.periods import CalendarPeriod, calendar_period
from jiceng.organisations.models import Region
from jiceng.records.bases import Identified, Recorded, RecordedQuerySet


class State(models.TextChoices):
    """How far a closed period has come."""

    CLOSED = "closed", pgettext_lazy("period", "已关账")
    SUBMITTED = "submitted", _("已上报")
    ACCEPTED = "accepted", _("已审收")
    RETURNED = "returned", _("已退回")


class Closing(Identified):
    """One closing of a period by an area. A returned one stays as it is; what is closed anew is another one.

    `manifest` names the snapshot that is kept for it, taken behind audit entry `seq`; `packs` the versions of the
    packs that were in force. `figures` and `checks` repeat what they came to: they are read without the snapshot.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("区域"), related_name="closings")
    period = models.CharField(_("时期"), max_length=10)  # 2022-05, 2022Q2, 2022H1, 2022
    kind = models.CharField(max_length=10)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.CLOSED)
    manifest = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    packs = models.JSONField(default=list)  # [pack, digest]
    figures = models.JSONField(_("指标"), default=list)
    checks = models.JSONField(_("核对"), default=list)
    closed_at = models.DateTimeField(_("关账时间"))
    closed_on = models.DateField(_("关账日期"))
    closed_by = models.CharField(_("关账人"), max_length=80)
    submitted_on = models.DateField(_("上报日期"), null=True, blank=True)
    submitted_by = models.CharField(max_length=80, blank=True)  # an actor's key

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("关账")
        ordering: ClassVar = ["-first", "-pk"]
        constraints = (
            models.UniqueConstraint(
                fields=["region", "period"], condition=~Q(state="returned"), name="closing_standing"
            ),
        )
        indexes = (models.Index(fields=["period", "region"], name="closing_period"),)

    def __str__(self) -> str:
        return f"{self.region} {self.calendar.label}"

    @property
    def calendar(self) -> CalendarPeriod:
        """The period."""
        return calendar_period(self.period)

    def late(self, due: date) -> bool:
        """Whether it was submitted after `due`."""
        return self.submitted_on is not None and self.submitted_on > due


class Step(Recorded):
    """What was done with a closing: by whom, when, with which remarks."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State)  # that it came to
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("办理人"), max_length=80)
    remark = models.CharField(_("意见"), max_length=500, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("关账办理")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.closing} {self.get_state_display()}"


class Reconciled(Recorded):
    """What another system says a figure of a period is, and why it differs from ours."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period = models.CharField(_("时期"), max_length=10)
    system = models.CharField(_("对方系统"), max_length=40)
    figure = models.CharField(_("指标"), max_length=100)
    label = models.CharField(_("对方的叫法"), max_length=120)
    theirs = models.DecimalField(_("对方的数"), max_digits=20, decimal_places=4)
    reason = models.CharField(_("差异原因"), max_length=500, blank=True)
    by = models.CharField(_("填报人"), max_length=80)
    at = models.DateTimeField(_("时间"))

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("对账")
        ordering: ClassVar = ["system", "pk"]
        constraints = (
            models.UniqueConstraint(fields=["region", "period", "system", "figure"], name="reconciled_once"),
        )

    def __str__(self) -> str:
        return f"{self.system} {self.label}"
