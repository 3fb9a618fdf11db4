"""Installed pack versions: immutable, at most one of a pack in force."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.records.bases import Recorded, RecordedQuerySet
from jiceng.records.chain import UnrecordedWriteError

CONTENT = ""
"""The `use` of the file that holds what the YAML said."""


class PackVersion(Recorded):
    """One version of a pack. Only `active` ever changes: a newer version takes its place."""

    pack = models.CharField(_("做法包"), max_length=30)
    name = models.CharField(_("名称"), max_length=60)
    version = models.CharField(_("版本"), max_length=20)
    digest = models.CharField(_("内容摘要"), max_length=64)  # SHA-256 over all content, data files included
    installed_at = models.DateTimeField(_("安装时间"))
    installed_by = models.CharField(_("安装人"), max_length=80)  # the actor's key
    installed_by_name = models.CharField(_("安装人姓名"), max_length=80)
    active = models.BooleanField(_("生效"), default=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("做法包版本")
        ordering = ("pack", "id")
        constraints = (
            models.UniqueConstraint(fields=["pack", "version"], name="pack_version_once"),
            models.UniqueConstraint(fields=["pack"], condition=Q(active=True), name="pack_version_active"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version, or whether it is in force. Raises UnrecordedWriteError for any other
        change.
        """
        if not self._state.adding:
            kept = PackVersion.objects.get(pk=self.pk)
            fixed = [f.attname for f in self._meta.concrete_fields if f.attname != "active"]
            if any(getattr(kept, name) != getattr(self, name) for name in fixed):
                raise UnrecordedWriteError("an installed pack version is immutable: install a new one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Versions are kept: what records and closed periods mean by a key must stay readable."""
        raise UnrecordedWriteError("an installed pack version is not deleted")

    def content(self) -> dict[str, Any]:
        """What the YAML said: `manifest` and `sections`."""
        found: dict[str, Any] = json.loads(self.file(CONTENT))
        return found

    def file(self, use: str) -> str:
        """The text of the data file that the pack names for `use`. Raises PackFile.DoesNotExist."""
        return self.files.get(use=use).text


class PackFile(Recorded):
    """A file of a version: what the YAML said as JSON, and each data file, so that the folder is not needed
    any more.

    Text, not the database's own JSON: the order of keys is the order of terms.
    """

    version = models.ForeignKey(PackVersion, models.CASCADE, related_name="files")
    use = models.CharField(_("用途"), max_length=40, blank=True)
    name = models.CharField(_("文件名"), max_length=80)
    text = models.TextField()

    objects = RecordedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "use"], name="pack_file_use"),)

    def __str__(self) -> str:
        return self.name
