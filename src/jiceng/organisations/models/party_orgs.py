"""Party organisations: form × mode × nature, one dated superior, hosts and other ties beside it."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models.regions import Region
from jiceng.organisations.models.units import Unit
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Dated, DatedQuerySet, Identified, Recorded, dates_in_order, scoped_manager


class PartyOrgFacts(models.Model):
    """What is dated about a party organisation: shared by its own row (today) and its spans (any day)."""

    name = models.CharField(_("党组织名称"), max_length=160)
    form = models.CharField(_("组织形式"), max_length=60)  # 党委, 党总支, 党支部 … (core:committee …)
    mode = models.CharField(_("组建方式"), max_length=60)  # 单独, 联合 (core:single, core:joint)
    nature = models.CharField(_("组织性质"), max_length=60)  # 实体, 功能型, 临时 (core:entity …)
    sector = models.CharField(_("领域"), max_length=60)  # 农村, 社区, 机关, 两新 … (core:village_community …)
    industry = models.CharField(_("行业"), max_length=60, blank=True)
    superior = models.ForeignKey(
        "organisations.PartyOrg",
        models.PROTECT,
        verbose_name=_("上级党组织"),
        null=True,
        blank=True,
        related_name="+",
    )
    path = models.CharField(max_length=80)  # place in the party hierarchy
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在区域"), related_name="+")

    class Meta:
        abstract = True


class PartyOrg(Identified, Dated, PartyOrgFacts, ScopedModel):
    """A party organisation as it is today. It exists from its approval (批复) on: `valid_from`."""

    code = models.CharField(_("党组织编码"), max_length=30)
    initials = models.CharField(_("拼音首字母"), max_length=160, blank=True)
    region_path = models.CharField(max_length=80)
    host_unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("依托单位"), null=True, blank=True, related_name="party_orgs"
    )
    host_region = models.ForeignKey(
        Region,
        models.PROTECT,
        verbose_name=_("依托区域"),
        null=True,
        blank=True,
        related_name="hosted_party_orgs",
    )
    approval = models.CharField(_("批复文号"), max_length=80, blank=True)
    elected_on = models.DateField(_("选举日期"), null=True, blank=True)
    term_from = models.DateField(_("本届起始"), null=True, blank=True)
    term_until = models.DateField(_("本届届满"), null=True, blank=True)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path", "party": "path"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("党组织")
        constraints = (
            dates_in_order("party_org_dates"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True), name="party_org_live_code"
            ),
        )
        indexes = (
            models.Index(fields=["region_path", "id"], name="party_org_region_path"),
            models.Index(fields=["path"], name="party_org_path"),
            models.Index(fields=["name"], name="party_org_name"),
        )

    def __str__(self) -> str:
        return self.name


class PartyOrgSpan(Recorded, Dated, PartyOrgFacts):
    """A stretch in which nothing dated about a party organisation changed. `living` as in `RegionSpan`."""

    # party_org_span_start finds an organisation's spans
    party_org = models.ForeignKey(PartyOrg, models.CASCADE, related_name="spans", db_index=False)
    living = models.BooleanField(default=True)
    restructuring = models.ForeignKey(
        "organisations.Restructuring", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            dates_in_order("party_org_span_dates"),
            models.UniqueConstraint(fields=["party_org", "valid_from"], name="party_org_span_start"),
            models.UniqueConstraint(
                fields=["party_org"], condition=Q(valid_to__isnull=True), name="party_org_span_open"
            ),
        )
        indexes = (models.Index(fields=["path"], name="party_org_span_path"),)


class PartyOrgCover(Recorded, Dated):
    """A unit or region that a party organisation covers, and how: own, joint or attached."""

    party_org = models.ForeignKey(PartyOrg, models.CASCADE, verbose_name=_("党组织"), related_name="covers")
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="covered_by"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("区域"), null=True, blank=True, related_name="covered_by"
    )
    kind = models.CharField(_("覆盖方式"), max_length=60)  # core:own, core:joint, core:attached

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("党组织覆盖")
        constraints = (
            dates_in_order("party_org_cover_dates"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) ^ Q(region__isnull=True), name="party_org_cover_one"
            ),
        )


class PartyOrgTie(Recorded, Dated):
    """A tie beside the one superior: dual leadership, or guidance by an industry committee."""

    party_org = models.ForeignKey(PartyOrg, models.CASCADE, related_name="ties")
    other = models.ForeignKey(PartyOrg, models.PROTECT, related_name="tied")
    kind = models.CharField(_("关系"), max_length=60)  # core:dual_leadership, core:guidance

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (dates_in_order("party_org_tie_dates"),)
