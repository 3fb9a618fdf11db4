"""How much strangers may still ask for, the keys of other programs, and what goes between the two zones."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.deciding import Decided
from jiceng.records.bases import Identified, Recorded, RecordedQuerySet


class Budget(models.Model):
    """How much somebody has asked for of late: `spent` runs off with time; `refused` counts what was refused since it
    last ran out, and makes the wait longer each time.

    `who` is a fingerprint under the deployment's key: no address of a resident is kept.
    """

    who = models.CharField(max_length=64, primary_key=True)
    spent = models.FloatField(default=0)
    refused = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["at"], name="budget_age"),)


class ApiKey(Recorded):
    """Another program that may report (Open311). Only the fingerprint of its key is kept."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField(_("添加时间"))
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("接口密钥")

    def __str__(self) -> str:
        return self.name


class Package(Decided, Identified):
    """What is to go to the other zone, as it was listed for review; a second person decides, and only then is it
    written out. `serial` counts the packages of this deployment.
    """

    serial = models.IntegerField(_("序号"))
    content = models.TextField(_("内容"))  # JSON, as it will go out, signature apart
    digest = models.CharField(_("内容摘要"), max_length=64)
    items = models.IntegerField(_("条数"))
    written_at = models.DateTimeField(_("导出时间"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta(Decided.Meta):
        verbose_name = _("交换包")
        constraints: ClassVar = (
            *Decided.Meta.constraints,
            models.UniqueConstraint(fields=["serial"], name="package_serial"),
        )

    def __str__(self) -> str:
        return str(self.serial)


class Crossed(Recorded):
    """A matter that both zones know: `digest` of the last of it that has gone out, so that only what has changed goes
    again; `acts`, how many of its reporter's steps have been taken in.
    """

    matter = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64, blank=True)
    acts = models.IntegerField(default=0)

    objects = RecordedQuerySet.as_manager()


class Taken(Recorded):
    """A package of the other zone that has been taken in; none is taken in twice, and none older after it."""

    package = models.UUIDField(_("交换包"), unique=True)
    serial = models.IntegerField(_("序号"))
    sender = models.CharField(_("来自"), max_length=64)
    digest = models.CharField(_("内容摘要"), max_length=64)
    items = models.IntegerField(_("条数"))
    taken_at = models.DateTimeField(_("导入时间"))

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("已导入的交换包")
