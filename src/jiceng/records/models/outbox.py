"""What other systems are told: who wants to know of what, and what has been sent to them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiceng.records.bases import Recorded, RecordedQuerySet
from jiceng.records.uids import new_uid


class Subscription(Recorded):
    """An address that is told of some events. The secret by which what is sent is signed is sealed."""

    name = models.CharField(_("名称"), max_length=80)
    url = models.CharField(_("地址"), max_length=500)
    secret = models.BinaryField()
    events = models.JSONField(_("事件"), default=list)
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("推送")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event on its way to one subscription. `next_at` is when it is tried next: empty once it has arrived, and
    once it has been given up.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    event = models.CharField(_("事件"), max_length=60)
    body = models.TextField()
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    next_at = models.DateTimeField(_("下次发送"), null=True)
    attempts = models.IntegerField(_("次数"), default=0)
    status = models.IntegerField(_("应答"), null=True)
    trouble = models.CharField(_("问题"), max_length=200, blank=True)
    arrived_at = models.DateTimeField(_("送达时间"), null=True)

    class Meta:
        verbose_name = _("推送记录")
        indexes = (models.Index(fields=["next_at"], name="delivery_due"),)
