"""Matter types as they were when a matter began: a new version of a pack never disturbs running ones."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiceng.records.bases import Recorded, RecordedQuerySet


class Flow(Recorded):
    """One wording of a matter type. `key` is what records call the type, `pack` who wrote this wording."""

    key = models.CharField(_("事项类型"), max_length=60)
    pack = models.CharField(_("做法包"), max_length=30)
    digest = models.CharField(_("内容摘要"), max_length=64)  # SM3 of `text`
    text = models.TextField()  # JSON, as written in the pack

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("流程版本")
        constraints = (models.UniqueConstraint(fields=["key", "digest"], name="flow_once"),)

    def __str__(self) -> str:
        return self.key

    def written(self) -> dict[str, Any]:
        """The item as the pack wrote it."""
        found: dict[str, Any] = json.loads(self.text)
        return found


class FlowKey(Recorded):
    """A term that a kept wording names: no new version of a pack may take it away (`packs.usages`)."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="keys")
    term = models.CharField(max_length=60)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["flow", "term"], name="flow_key_once"),)
