"""Files that people have added to records."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.records.bases import Identified, RecordedQuerySet


class Attachment(Identified):
    """A file and the record that holds it, named by table and key: rooms above attach things, and this one knows
    none of them. Until a record holds it, it waits; nobody but who added it can have it held.
    """

    digest = models.CharField(_("内容摘要"), max_length=64, db_index=True)  # SHA-256 of what was stored
    name = models.CharField(_("文件名"), max_length=120)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveIntegerField(_("大小"))  # bytes
    purpose = models.CharField(_("用途"), max_length=20)
    holder_table = models.CharField(max_length=60, blank=True)
    holder_id = models.BigIntegerField(null=True)
    added_by = models.CharField(_("添加人"), max_length=80)  # an actor's key
    added_at = models.DateTimeField(_("添加时间"))

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(holder_table="", holder_id__isnull=True)
                | (~Q(holder_table="") & Q(holder_id__isnull=False)),
                name="attachment_holder_whole",
            ),
        )
        indexes = (models.Index(fields=["holder_table", "holder_id"], name="attachment_holder"),)

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture that we have encoded ourselves, fit to be shown within a page."""
        return self.media_type == "image/jpeg"
