"""Compiled figures: what Ibis made of a declaration, kept so that requests need no Ibis."""

from django.db import models


class CompiledQuery(models.Model):
    """SQL by the digest of everything it follows from: declaration, vocabularies, facts, shape and compiler.

    Derived, so not recorded; any row may be deleted at any time and is made anew when it is asked for.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    indicator = models.CharField(max_length=100)
    shape = models.CharField(max_length=200)
    engine = models.CharField(max_length=20)
    sql = models.TextField()
    parameters = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["indicator"], name="compiled_query_indicator"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.shape}"
