"""Households and persons. What identifies a person is sealed under a key of that person's own."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models import Region
from jiceng.protection.scopes import ScopedManager, ScopedModel
from jiceng.records.bases import Dated, DatedQuerySet, Identified, dates_in_order, scoped_manager


class Household(Identified, Dated, ScopedModel):
    """A household (户) living in a region: village, group, grid or residential area."""

    code = models.CharField(_("户编号"), max_length=30)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在区域"), related_name="+")
    region_path = models.CharField(max_length=80)
    address = models.CharField(_("住址"), max_length=200, blank=True)
    head_name = models.CharField(_("户主"), max_length=60, blank=True)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path"}
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("户")
        constraints = (
            dates_in_order("household_dates"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True), name="household_live_code"
            ),
        )
        indexes = (models.Index(fields=["region_path", "id"], name="household_region_path"),)

    def __str__(self) -> str:
        return f"{self.head_name}户" if self.head_name else self.code


class Person(Identified, Dated, ScopedModel):
    """A person the ledgers know. `valid_from` is the day of entry, `valid_to` the day of death or departure.

    Citizen ID and phone are sealed (`protection.ciphers`) and found by blind index only.
    """

    name = models.CharField(_("姓名"), max_length=60)
    initials = models.CharField(_("拼音首字母"), max_length=60, blank=True)
    sex = models.CharField(_("性别"), max_length=20, blank=True)  # core:male, core:female
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    ethnicity = models.CharField(_("民族"), max_length=60, blank=True)
    education = models.CharField(_("学历"), max_length=60, blank=True)
    full_time_education = models.CharField(_("全日制学历"), max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在区域"), related_name="+")
    region_path = models.CharField(max_length=80)
    household = models.ForeignKey(
        Household, models.SET_NULL, verbose_name=_("户"), null=True, blank=True, related_name="members"
    )
    relation = models.CharField(_("与户主关系"), max_length=60, blank=True)
    sealed_key = models.BinaryField(default=b"")
    citizen_id = models.BinaryField(default=b"")
    citizen_id_index = models.CharField(max_length=64, blank=True)
    citizen_id_note = models.CharField(_("证件说明"), max_length=200, blank=True)
    citizen_id_noted_by = models.CharField(_("说明人"), max_length=80, blank=True)
    phone = models.BinaryField(default=b"")
    phone_index = models.CharField(max_length=64, blank=True)

    scope_paths: ClassVar[Mapping[str, str]] = {"territory": "region_path"}
    seen_through: ClassVar = (("people.membership", "person"),)
    objects: ClassVar[ScopedManager] = scoped_manager(DatedQuerySet)

    class Meta:
        verbose_name = _("人员")
        constraints = (
            dates_in_order("person_dates"),
            models.UniqueConstraint(
                fields=["citizen_id_index"], condition=~Q(citizen_id_index=""), name="person_citizen_id"
            ),
        )
        indexes = (
            models.Index(fields=["region_path", "id"], name="person_region_path"),
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["phone_index"], name="person_phone", condition=~Q(phone_index="")),
        )

    def __str__(self) -> str:
        return self.name
