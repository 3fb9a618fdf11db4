"""Who holds which post where and for how long, whom an instructor looks after, teams, and posts as such."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models.persons import Person
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Dated, DatedQuerySet, Identified, Recorded, dates_in_order, scoped_manager


class Host(models.Model):
    """Where something sits: a region, a unit, a party organisation, or several of them; `region_path` for
    scope.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在区域"), related_name="+")
    region_path = models.CharField(max_length=80)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("所在单位"), null=True, blank=True, related_name="+"
    )
    party_org = models.ForeignKey(
        PartyOrg, models.PROTECT, verbose_name=_("所在党组织"), null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Appointment(Identified, Dated, Host, ScopedModel):
    """A person in a post for a term. A post may be honorary, elected, appointed or sent by another unit."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="appointments")
    post = models.CharField(_("职务"), max_length=60)
    mode = models.CharField(_("任职方式"), max_length=60, blank=True)  # core:full_time, core:part_time
    source = models.CharField(
        _("选派来源"), max_length=60, blank=True
    )  # core:open_recruitment, core:dispatched …
    programme = models.CharField(_("专项"), max_length=60, blank=True)
    sent_by = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name=_("派出单位"),
        null=True,
        blank=True,
        related_name="sent_appointments",
    )
    term_until = models.DateField(_("任期届满"), null=True, blank=True)
    document = models.CharField(_("任职文号"), max_length=80, blank=True)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path"}
    held_by: ClassVar = {"organisations.unit": "unit", "organisations.partyorg": "party_org"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("任职")
        constraints = (dates_in_order("appointment_dates"),)
        indexes = (
            models.Index(fields=["region_path", "id"], name="appointment_region_path"),
            models.Index(fields=["post"], name="appointment_post"),
        )

    def __str__(self) -> str:
        return str(self.person)


class Charge(Recorded, Dated):
    """A unit or party organisation that an appointed instructor looks after (联系指导对象)."""

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, verbose_name=_("指导员"), related_name="charges"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="charges")
    party_org = models.ForeignKey(PartyOrg, models.PROTECT, null=True, blank=True, related_name="charges")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("联系指导")
        constraints = (
            dates_in_order("charge_dates"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(party_org__isnull=False), name="charge_someone"
            ),
        )


class Team(Identified, Dated, Host, ScopedModel):
    """A standing team: volunteers, stationed contact team, lecturers. `sponsor` set it up."""

    name = models.CharField(_("队伍名称"), max_length=120)
    kind = models.CharField(_("队伍类型"), max_length=60)
    programme = models.CharField(_("专项"), max_length=60, blank=True)
    sponsor = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("组建单位"), null=True, blank=True, related_name="teams"
    )

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("队伍")
        constraints = (dates_in_order("team_dates"),)
        indexes = (models.Index(fields=["region_path", "id"], name="team_region_path"),)

    def __str__(self) -> str:
        return self.name


class PostSlot(Identified, Dated, Host, ScopedModel):
    """A post as such: an establishment post (编制) or a named one (党员先锋岗), held by someone or vacant."""

    kind = models.CharField(_("岗位类型"), max_length=60)
    name = models.CharField(_("岗位名称"), max_length=120)
    holder = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("在岗人员"), null=True, blank=True, related_name="+"
    )

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("岗位")
        constraints = (dates_in_order("post_slot_dates"),)
        indexes = (models.Index(fields=["region_path", "id"], name="post_slot_region_path"),)

    def __str__(self) -> str:
        return self.name
