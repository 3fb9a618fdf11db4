"""How far the works of the tick have come."""

from django.db import models


class TickMark(models.Model):
    """What one work of the tick has looked at: audit entries up to `seq`, days up to `day`, and a `digest` of all else
    that its answers depend on. Kept after the work is done: whatever a crash leaves undone is looked at again.
    """

    work = models.CharField(max_length=20, primary_key=True)
    seq = models.BigIntegerField(default=0)
    day = models.DateField(null=True)
    digest = models.CharField(max_length=64, blank=True)
