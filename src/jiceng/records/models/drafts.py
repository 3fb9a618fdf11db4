"""What somebody has begun to write and not sent yet."""

from django.db import models


class Draft(models.Model):
    """One draft of one person: personal, sealed, never audited, forgotten after a while.

    `owner` is an actor's key, `kind` says what is being written, `key` which one of its kind (empty where there is
    only one).
    """

    owner = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    content = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "kind", "key"], name="draft_once"),)
        indexes = (models.Index(fields=["at"], name="draft_age"),)
