"""Any body in society: department, enterprise, social organisation, collective … and the places that gather
them.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models.regions import Region
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Dated, DatedQuerySet, Identified, Recorded, dates_in_order, scoped_manager


class UnitFacts(models.Model):
    """What is dated about a unit: shared by its own row (today) and its spans (any day)."""

    name = models.CharField(_("单位名称"), max_length=160)
    kind = models.CharField(_("单位类型"), max_length=60)
    industry = models.CharField(_("行业"), max_length=60, blank=True)
    status = models.CharField(_("经营状态"), max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在区域"), related_name="+")
    authority = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        verbose_name=_("行业主管部门"),
        null=True,
        blank=True,
        related_name="+",
    )
    authority_path = models.CharField(max_length=40, blank=True)  # place in the industry-authority tree
    gathered_in = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        verbose_name=_("所在园区楼宇"),
        null=True,
        blank=True,
        related_name="+",
    )
    employees = models.IntegerField(_("职工人数"), null=True, blank=True)
    above_scale = models.BooleanField(_("规上"), null=True, blank=True)

    class Meta:
        abstract = True


class Unit(Identified, Dated, UnitFacts, ScopedModel):
    """A unit as it is today; `valid_from` is its founding or first known day, `valid_to` its end."""

    code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    code_note = models.CharField(_("代码说明"), max_length=200, blank=True)
    code_noted_by = models.CharField(_("说明人"), max_length=80, blank=True)
    initials = models.CharField(_("拼音首字母"), max_length=160, blank=True)
    region_path = models.CharField(max_length=80)
    principal = models.CharField(_("负责人"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    surveyed_on = models.DateField(_("摸排日期"), null=True, blank=True)
    survey_source = models.CharField(_("摸排来源"), max_length=60, blank=True)
    # who took over what it had to do once it had ended; indexed where there is one
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("承接单位"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path", "industry": "authority_path"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("单位")
        constraints = (
            dates_in_order("unit_dates"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True) & ~Q(code=""), name="unit_live_code"
            ),
        )
        indexes = (
            models.Index(fields=["region_path", "id"], name="unit_region_path"),
            models.Index(fields=["authority_path", "id"], name="unit_authority_path"),
            models.Index(fields=["name"], name="unit_name"),
            models.Index(fields=["code"], name="unit_code"),
            models.Index(fields=["successor"], name="unit_successor", condition=Q(successor__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name


class UnitSpan(Recorded, Dated, UnitFacts):
    """A stretch in which nothing dated about a unit changed."""

    # unit_span_start finds a unit's spans
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="spans", db_index=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            dates_in_order("unit_span_dates"),
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_span_start"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="unit_span_open"
            ),
        )
