"""Dated standings that a document gives: key village, main urban community, member unit of a committee …"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models.party_orgs import PartyOrg
from jiceng.organisations.models.regions import Region
from jiceng.organisations.models.units import Unit
from jiceng.records.bases import Dated, DatedQuerySet, Recorded, dates_in_order


class Designation(Recorded, Dated):
    """A region, unit or party organisation holds a standing (pack vocabulary `designations`) for a time."""

    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, related_name="designations")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="designations")
    party_org = models.ForeignKey(
        PartyOrg, models.CASCADE, null=True, blank=True, related_name="designations"
    )
    kind = models.CharField(_("认定"), max_length=60)
    document = models.CharField(_("文号"), max_length=80, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("认定")
        constraints = (
            dates_in_order("designation_dates"),
            models.CheckConstraint(
                condition=Q(region__isnull=False, unit__isnull=True, party_org__isnull=True)
                | Q(region__isnull=True, unit__isnull=False, party_org__isnull=True)
                | Q(region__isnull=True, unit__isnull=True, party_org__isnull=False),
                name="designation_one",
            ),
        )
        indexes = (models.Index(fields=["kind"], name="designation_kind"),)


class Competence(Recorded, Dated):
    """Which body keeps a ledger (e.g. the two-new ledger) in a region; handing it over ends one and begins
    another.
    """

    ledger = models.CharField(_("台账"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="competences")
    body = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("主管机构"), related_name="competences")
    document = models.CharField(_("文号"), max_length=80, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            dates_in_order("competence_dates"),
            models.UniqueConstraint(
                fields=["ledger", "region"], condition=Q(valid_to__isnull=True), name="competence_open"
            ),
        )
