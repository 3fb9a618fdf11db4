"""What the coverage rules say of every unit, as dated spans: derived, rebuilt per unit, never typed in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.deciding import Decided
from jiceng.organisations.models import Unit
from jiceng.records.bases import Dated, DatedQuerySet, Identified, dates_in_order


class CoverageSpan(Dated):
    """A stretch in which one coverage ledger's answer about a unit did not change.

    `rule` is the pack key of the rule that says what the unit needs (`need`), empty where it is out of scope.
    `obliged`: the rule says it should form an organisation (应建). `worked` includes every organised unit.
    `excluded`: taken out of the base on approval (剔除), and for that alone not in scope.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="coverage")
    ledger = models.CharField(_("覆盖台账"), max_length=60)
    base = models.CharField(_("覆盖对象"), max_length=20)
    in_scope = models.BooleanField(_("纳入范围"))
    excluded = models.BooleanField(_("剔除"), default=False)
    obliged = models.BooleanField(_("应建"))
    organised = models.BooleanField(_("组织覆盖"))
    worked = models.BooleanField(_("工作覆盖"))
    way = models.CharField(_("覆盖方式"), max_length=60, blank=True)
    need = models.CharField(_("应采取方式"), max_length=60, blank=True)
    rule = models.CharField(_("依据规则"), max_length=120, blank=True)
    members = models.IntegerField(_("党员"))
    full_members = models.IntegerField(_("正式党员"))

    class Meta:
        verbose_name = _("覆盖情况")
        indexes = (
            models.Index(fields=["unit", "ledger", "valid_from"], name="coverage_span_unit"),
            models.Index(fields=["ledger", "valid_to"], name="coverage_span_ledger"),
        )


class CompletenessSpan(Dated):
    """A stretch in which one of the N clear items (五个清 …) was clear, or was not, for a unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="completeness")
    item = models.CharField(_("清单项"), max_length=60)
    clear = models.BooleanField(_("已清"))

    class Meta:
        verbose_name = _("五个清")
        indexes = (models.Index(fields=["unit", "item", "valid_from"], name="completeness_span_unit"),)


class Exclusion(Decided, Identified, Dated):
    """A unit taken out of a coverage ledger's base (剔除): asked for by one person, approved by another.

    Only an approved one has an effect, from `valid_from` on until it is ended.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, verbose_name=_("单位"), related_name="exclusions")
    ledger = models.CharField(_("覆盖台账"), max_length=60)
    reason = models.CharField(_("剔除原因"), max_length=60)
    note = models.CharField(_("核实情况"), max_length=300)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("恢复人"),
        null=True,
        blank=True,
        related_name="ended_exclusions",
    )
    ended_because = models.CharField(_("恢复原因"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Decided.Meta):
        verbose_name = _("覆盖剔除")
        ordering: ClassVar = ["-requested_at", "-pk"]
        constraints = (dates_in_order("exclusion_dates"), *Decided.Meta.constraints)
        indexes = (
            models.Index(fields=["unit", "ledger", "valid_from"], name="exclusion_unit"),
            models.Index(fields=["status", "id"], name="exclusion_status"),
        )

    def __str__(self) -> str:
        return f"{self.unit}"


class RebuildMark(models.Model):
    """How far the derived spans follow: the audit entry, the rules and the last day they were built for."""

    seq = models.BigIntegerField()
    rules = models.CharField(max_length=64)
