"""One unit given a matter: its own part, clocks, answer and marks."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.matters.enums import DispatchState, Part
from jiceng.matters.models.matters import Matter
from jiceng.organisations.models import Region, Unit
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Identified, RecordedQuerySet, scoped_manager


class Dispatch(Identified, ScopedModel):
    """A unit that was given a matter (派单). `before` is the dispatch that was passed on to make this one.

    `region` and `region_path` say where the receiver stands, not where the matter is: a street's people find
    what was sent to their street.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="dispatches")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("承办单位"), related_name="dispatches")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("承办单位所在区域"), related_name="+")
    region_path = models.CharField(max_length=80)
    part = models.CharField(_("分工"), max_length=7, choices=Part, default=Part.LEAD)
    state = models.CharField(_("状态"), max_length=9, choices=DispatchState, default=DispatchState.SENT)
    before = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="after")
    passes = models.SmallIntegerField(_("流转次数"), default=0)
    data = models.TextField(default="{}")
    answer = models.TextField(_("答复"), blank=True)
    sent_by = models.CharField(_("派单人"), max_length=80)
    sent_by_name = models.CharField(_("派单人姓名"), max_length=80)
    sent_at = models.DateTimeField(_("派单时间"))
    sent_on = models.DateField(_("派单日期"))
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True, blank=True)
    arrived_on = models.DateField(_("到场日期"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    late = models.BooleanField(_("超时答复"), null=True, blank=True)
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    coming = models.CharField(_("到场评价"), max_length=60, blank=True)
    cooperation = models.CharField(_("配合评价"), max_length=60, blank=True)
    effect = models.CharField(_("成效评价"), max_length=60, blank=True)

    region_follows: ClassVar[str] = "unit"
    scope_paths: ClassVar[Mapping[str, str]] = {
        "territory": "region_path",
        "industry": "unit__authority_path",
    }
    held_by: ClassVar = {"organisations.unit": "unit"}
    objects: ClassVar[ScopedManager] = scoped_manager(RecordedQuerySet)

    class Meta:
        verbose_name = _("派单")
        constraints = (
            models.UniqueConstraint(
                fields=["matter", "unit"],
                condition=Q(ended_on__isnull=True),
                name="dispatch_live_unit",
            ),
        )
        indexes = (
            models.Index(fields=["unit", "state"], name="dispatch_unit"),
            models.Index(fields=["sent_on", "unit"], name="dispatch_sent_on"),
            models.Index(fields=["region_path", "matter"], name="dispatch_region_path"),
            models.Index(fields=["sent_by"], name="dispatch_sent_by", condition=Q(ended_on__isnull=True)),
        )

    def __str__(self) -> str:
        return str(self.unit)
