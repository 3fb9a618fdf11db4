"""What else is dated about persons and households: work, experience, titles, standings given by a
document.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models import Unit
from jiceng.people.models.persons import Household, Person
from jiceng.records.bases import Dated, DatedQuerySet, Recorded, dates_in_order


class Employment(Recorded, Dated):
    """A person works in a unit; `channel` says how hired (pack vocabulary `hiring_channels`)."""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("姓名"), related_name="employments")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("工作单位"), related_name="employments")
    channel = models.CharField(_("招聘渠道"), max_length=60, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作单位")
        constraints = (dates_in_order("employment_dates"),)


class Experience(Recorded, Dated):
    """A stretch of a person's career that posts ask for: work in a township, in agriculture, in party
    affairs.
    """

    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("姓名"), related_name="experiences")
    kind = models.CharField(_("经历类型"), max_length=60)
    place = models.CharField(_("单位及职务"), max_length=160, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作经历")
        constraints = (dates_in_order("experience_dates"),)


class Qualification(Recorded, Dated):
    """A title or skill grade a person obtained on `valid_from`."""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("姓名"), related_name="qualifications")
    title = models.CharField(_("称号或等级"), max_length=60)
    industry = models.CharField(_("行业"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="qualifications"
    )
    document = models.CharField(_("证书编号"), max_length=80, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("称号与技能")
        constraints = (dates_in_order("qualification_dates"),)


class Standing(Recorded, Dated):
    """A standing of a person or household given by a competent body: applicant for membership (入党积极分子),
    prosperity leader (致富带头人), registered poor household until it was lifted out."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="standings")
    household = models.ForeignKey(Household, models.CASCADE, null=True, blank=True, related_name="standings")
    kind = models.CharField(_("身份"), max_length=60)
    ended_as = models.CharField(_("结束方式"), max_length=60, blank=True)
    document = models.CharField(_("文号"), max_length=80, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("身份认定")
        constraints = (
            dates_in_order("standing_dates"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(household__isnull=True), name="standing_one"
            ),
        )
        indexes = (models.Index(fields=["kind"], name="standing_kind"),)
