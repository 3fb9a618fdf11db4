"""The audit chain and the keys that make a command happen once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One write: who, when, what for, and the SM3 link to the write before it. Append-only, without foreign
    keys.
    """

    seq = models.BigIntegerField(primary_key=True)
    uid = models.UUIDField(unique=True)
    at = models.DateTimeField(_("时间"))
    actor = models.CharField(_("操作人"), max_length=80)
    actor_name = models.CharField(_("姓名"), max_length=80)
    action = models.CharField(_("操作"), max_length=60)
    reason = models.TextField(_("事由"), blank=True)
    rows = models.IntegerField(_("记录数"))
    digest = models.CharField(_("内容摘要"), max_length=64)
    previous = models.CharField(_("上一摘要"), max_length=64)
    hash = models.CharField(_("链摘要"), max_length=64)

    class Meta:
        ordering = ("seq",)
        verbose_name = _("审计记录")
        indexes = (models.Index(fields=["actor", "seq"], name="audit_entry_actor"),)


class AuditRow(models.Model):
    """One record (or one run of bulk-loaded records) touched by a write, before and after, personal values
    sealed.
    """

    entry = models.UUIDField(db_index=True)
    table = models.CharField(max_length=60)
    record = models.BigIntegerField()
    last = models.BigIntegerField(null=True)  # set for a bulk load: records `record` to `last`
    verb = models.CharField(max_length=8)  # insert, update, delete, load, derive, read
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["table", "record"], name="audit_row_record"),)


class ChainHead(models.Model):
    """The last link: one row, locked last in every write."""

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)


class CommandKey(models.Model):
    """Makes a command happen once: a second arrival with the same key gets the first one's result."""

    key = models.CharField(max_length=120, primary_key=True)
    action = models.CharField(max_length=60)
    at = models.DateTimeField()
    result = models.TextField(blank=True)
