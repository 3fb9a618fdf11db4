"""A matter, who reported it, and how matters hang together."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiceng.matters.enums import LinkKind, Outcome, Phase
from jiceng.matters.models.flows import Flow
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Household, Person
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Identified, Recorded, RecordedQuerySet, scoped_manager


class Matter(Identified, ScopedModel):
    """Anything that passes through people's hands in steps.

    Moments are kept in UTC; the dates beside them (`raised_on`, `closed_on`) are local, for figures.
    `version` grows with every step: who acts on an older one is refused.
    """

    number = models.CharField(_("编号"), max_length=60)
    type = models.CharField(_("事项类型"), max_length=60)
    flow = models.ForeignKey(Flow, models.PROTECT, related_name="matters")
    version = models.IntegerField(default=1)
    state = models.CharField(_("状态"), max_length=40)
    phase = models.CharField(max_length=6, choices=Phase, default=Phase.OPEN)
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome, blank=True)

    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("内容"), blank=True)
    data = models.TextField(default="{}")  # JSON of the type's own fields
    channel = models.CharField(_("来源"), max_length=60)
    category = models.CharField(_("类别"), max_length=60, blank=True)
    grade = models.CharField(_("分级"), max_length=60, blank=True)
    households = models.IntegerField(_("涉及户数"), null=True, blank=True)
    means = models.CharField(_("办理方式"), max_length=60, blank=True)

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在区域"), related_name="+")
    region_path = models.CharField(max_length=80)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="matters"
    )
    party_org = models.ForeignKey(
        PartyOrg, models.PROTECT, verbose_name=_("党组织"), null=True, blank=True, related_name="matters"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("人员"), null=True, blank=True, related_name="matters"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name=_("户"), null=True, blank=True, related_name="matters"
    )
    lead_person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("责任人"), null=True, blank=True, related_name="+"
    )
    promised_on = models.DateField(_("承诺日期"), null=True, blank=True)

    raised_at = models.DateTimeField(_("提出时间"))
    raised_on = models.DateField(_("提出日期"))
    raised_by = models.CharField(_("提出人"), max_length=80)  # the actor's key
    raised_by_name = models.CharField(_("提出人姓名"), max_length=80)
    amber_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        _("到期"), null=True, blank=True
    )  # first of its running clocks (`clocks.earliest`)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    days_taken = models.IntegerField(_("办理天数"), null=True, blank=True)  # whole days, raised to closed
    reopened = models.SmallIntegerField(_("重办次数"), default=0)
    passes = models.SmallIntegerField(_("流转次数"), default=0)

    asked_on = models.DateField(_("回访日期"), null=True, blank=True)
    reached = models.BooleanField(_("已联系上"), null=True, blank=True)
    solved = models.BooleanField(_("反映人认为已解决"), null=True, blank=True)
    satisfaction = models.CharField(_("满意度"), max_length=60, blank=True)

    released_at = models.DateTimeField(_("公开时间"), null=True, blank=True)
    public_title = models.CharField(_("公开标题"), max_length=120, blank=True)
    public_text = models.TextField(_("公开内容"), blank=True)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path", "party": "party_org__path"}
    held_by: ClassVar = {"organisations.unit": "unit", "organisations.partyorg": "party_org"}
    reached_through: ClassVar = (("matters.dispatch", "matter"),)
    objects: ClassVar[ScopedManager] = scoped_manager(RecordedQuerySet)

    class Meta:
        verbose_name = _("事项")
        constraints = (
            models.UniqueConstraint(fields=["number"], name="matter_number"),
            models.CheckConstraint(
                condition=Q(phase="done", closed_at__isnull=False, closed_on__isnull=False)
                | (~Q(phase="done") & Q(closed_at__isnull=True, closed_on__isnull=True)),
                name="matter_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("raised_at")),
                name="matter_times",
            ),
        )
        indexes = (
            models.Index(fields=["region_path", "id"], name="matter_region_path"),
            models.Index(fields=["type", "phase", "id"], name="matter_type"),
            models.Index(fields=["raised_on", "id"], name="matter_raised_on"),
            models.Index(fields=["raised_by", "phase"], name="matter_raised_by"),
            models.Index(
                fields=["latitude", "longitude"], name="matter_point", condition=Q(latitude__isnull=False)
            ),
            models.Index(fields=["due_at", "id"], name="matter_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["due_at", "id"], name="matter_open", condition=~Q(phase="done")),
            models.Index(fields=["id"], name="matter_open_newest", condition=~Q(phase="done")),
            models.Index(
                fields=["released_at", "id"], name="matter_released", condition=Q(released_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.title

    def values(self) -> dict[str, Any]:
        """The values of the type's own fields."""
        found: dict[str, Any] = json.loads(self.data)
        return found


class MatterLink(Recorded):
    """One matter that supervises, serves, joins or follows from another (`matter` does it to `other`)."""

    kind = models.CharField(_("关系"), max_length=10, choices=LinkKind)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="links")
    other = models.ForeignKey(Matter, models.CASCADE, related_name="linked")

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("事项关联")
        constraints = (
            models.UniqueConstraint(fields=["kind", "matter", "other"], name="matter_link_once"),
            models.CheckConstraint(condition=~Q(matter=F("other")), name="matter_link_self"),
        )


class Reporter(Recorded, ScopedModel):
    """Who told of it: several may have told of one matter. Sealed, and never shown to a receiver.

    `code` finds the report again for someone without an account; only its blind index is kept.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="reporters")
    sealed_key = models.BinaryField(default=b"")
    name = models.BinaryField(default=b"")
    phone = models.BinaryField(default=b"")
    phone_index = models.CharField(max_length=64, blank=True)
    code_index = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=80, blank=True)  # where the reporter has an account
    kind = models.CharField(_("反映人类型"), max_length=60, blank=True)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "matter__region_path"}
    objects: ClassVar[ScopedManager] = scoped_manager(RecordedQuerySet)

    class Meta:
        verbose_name = _("反映人")
        constraints = (
            models.UniqueConstraint(fields=["code_index"], condition=~Q(code_index=""), name="reporter_code"),
        )
        indexes = (models.Index(fields=["phone_index"], name="reporter_phone"),)
