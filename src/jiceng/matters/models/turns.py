"""Whose turn it is: the inbox, kept beside the matters and derived from them alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.matters.enums import Reason
from jiceng.matters.models.dispatches import Dispatch
from jiceng.matters.models.matters import Matter
from jiceng.organisations.models import Region, Unit


class Turn(models.Model):
    """Someone may take a step that moves a matter on: a role at a place (`region`, of kind `at` where the step
    says so), or the unit that holds a dispatch. `user` has taken it upon herself. By `reason` late ones someone has
    it before her because a clock has run out, whoever is to take the step.

    Derived: `matters.turns` makes a matter's rows anew after every step; nothing else writes them.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="turns")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, null=True, blank=True, related_name="turns")
    role = models.CharField(max_length=40)
    at = models.CharField(max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")  # of the dispatch
    user = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=10, choices=Reason, blank=True)
    since = models.DateTimeField(_("到手时间"))
    amber_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)

    region_follows: ClassVar[str] = "matter"

    class Meta:
        verbose_name = _("待办")
        constraints = (
            models.UniqueConstraint(
                fields=["matter", "role", "region"],
                condition=Q(dispatch__isnull=True),
                name="turn_matter",
            ),
            models.UniqueConstraint(
                fields=["dispatch", "role"], condition=Q(dispatch__isnull=False), name="turn_dispatch"
            ),
        )
        indexes = (
            models.Index(fields=["role", "region_path", "due_at"], name="turn_role_path"),
            models.Index(fields=["unit", "due_at"], name="turn_unit"),
            models.Index(fields=["user", "due_at"], name="turn_user"),
        )
