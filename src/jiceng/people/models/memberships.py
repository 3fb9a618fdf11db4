"""Formal membership (组织关系), which alone counts, and participation, which never does."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models import PartyOrg
from jiceng.people.models.persons import Person
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Dated, DatedQuerySet, Recorded, dates_in_order, scoped_manager


class Membership(Recorded, Dated, ScopedModel):
    """A member's formal relation to one party organisation: exactly one a day. Full from `full_on` on, else
    on probation. `entry` and `exit` say how it began and ended: admission, transfer, founding, expulsion,
    death …"""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="memberships")
    party_org = models.ForeignKey(
        PartyOrg, models.PROTECT, verbose_name=_("所在党组织"), related_name="memberships"
    )
    admitted_on = models.DateField(_("入党日期"), null=True, blank=True)
    full_on = models.DateField(_("转正日期"), null=True, blank=True)
    entry = models.CharField(_("进入方式"), max_length=60)
    exit = models.CharField(_("离开方式"), max_length=60, blank=True)
    region_path = models.CharField(max_length=80)  # of the party organisation, today
    party_path = models.CharField(max_length=80)  # of the party organisation, today

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path", "party": "party_path"}
    held_by: ClassVar = {"organisations.partyorg": "party_org"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("组织关系")
        constraints = (
            dates_in_order("membership_dates"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_to__isnull=True), name="membership_one"
            ),
            models.CheckConstraint(
                condition=Q(full_on__isnull=True)
                | Q(admitted_on__isnull=True)
                | Q(full_on__gte=F("admitted_on")),
                name="membership_full_on",
            ),
        )
        indexes = (models.Index(fields=["region_path", "id"], name="membership_region_path"),)


class Participation(Recorded, Dated, ScopedModel):
    """Taking part somewhere without belonging there: floating members taken in, 双报到, temporary and
    functional branches. Dated, and never in totals."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="participations")
    party_org = models.ForeignKey(
        PartyOrg, models.PROTECT, verbose_name=_("参加的党组织"), related_name="participations"
    )
    kind = models.CharField(_("类别"), max_length=60)
    region_path = models.CharField(max_length=80)
    party_path = models.CharField(max_length=80)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path", "party": "party_path"}
    held_by: ClassVar = {"organisations.partyorg": "party_org"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("参加活动关系")
        constraints = (dates_in_order("participation_dates"),)
        indexes = (models.Index(fields=["region_path", "id"], name="participation_region_path"),)
