"""Series of numbers that are given out without a gap."""

from django.db import models


class Series(models.Model):
    """How far the numbers of a series have come in a year: one row, locked until the write that took one ends."""

    series = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["series", "year"], name="series_year_once"),)
