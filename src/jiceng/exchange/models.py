"""A run of an import with its rows, and the layouts of workbooks that have been seen before.

Runs and rows are the workshop, not the ledger: they are not audited themselves, the writes they lead to are.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.protection.ciphers import decrypt_bytes
from jiceng.records.bases import Recorded, RecordedQuerySet
from jiceng.records.refusals import Refusal
from jiceng.records.uids import new_uid


class Layout(Recorded):
    """How a person matched the columns of a workbook, found again by the titles of its header."""

    table = models.CharField(_("表"), max_length=40)
    signature = models.CharField(_("版式"), max_length=64)  # SHA-256 of the folded titles in order
    titles = models.JSONField(_("表头"), default=list)
    fields = models.JSONField(_("字段"), default=list)  # one a title, empty for a column left out
    fills = models.CharField(_("表名用作"), max_length=40, blank=True)  # the reference a sheet's name fills
    by = models.CharField(_("更正人"), max_length=80)
    at = models.DateTimeField(_("更正时间"))

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入版式")
        constraints = (models.UniqueConstraint(fields=["table", "signature"], name="layout_once"),)


class ImportRun(models.Model):
    """One file on its way in: received, staged (validated row by row), applied or discarded.

    `as_of` is the day the file speaks of, `region_*` the area in which its names are looked up. The file is
    kept sealed under a key of the run's own until the run is discarded or cleared away.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("已上传")
        STAGED = "staged", _("已核对")
        APPLIED = "applied", _("已导入")
        DISCARDED = "discarded", _("已放弃")

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    table = models.CharField(_("表"), max_length=40)
    file_name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("文件摘要"), max_length=64)  # SHA-256
    size = models.BigIntegerField(_("字节数"))
    sealed_key = models.BinaryField(default=b"")
    sheet = models.CharField(_("工作表"), max_length=80, blank=True)  # only this one, if not empty
    as_of = models.DateField(_("数据日期"))
    region_id = models.BigIntegerField(null=True)
    region_code = models.CharField(_("区域代码"), max_length=20, blank=True)
    region_name = models.CharField(_("区域"), max_length=80, blank=True)
    region_path = models.CharField(max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.RECEIVED)
    by = models.CharField(_("操作人"), max_length=80)
    by_name = models.CharField(_("姓名"), max_length=80)
    created_at = models.DateTimeField(_("上传时间"))
    applied_at = models.DateTimeField(_("导入时间"), null=True)
    sheets = models.JSONField(_("各表列对应"), default=list)
    counts = models.JSONField(_("计数"), default=dict)
    mark = models.BigIntegerField(default=0)  # the last audit row when staging began: what the preview knows

    class Meta:
        verbose_name = _("导入")
        ordering = ("-id",)
        indexes = (models.Index(fields=["by", "-id"], name="import_run_by"),)

    def __str__(self) -> str:
        return f"{self.file_name} → {self.table}"

    @property
    def path(self) -> Path:
        """Where the sealed file lies."""
        return Path(settings.HOME) / "imports" / f"{self.uid}.sealed"

    def content(self) -> bytes:
        """The file as it came. Raises Refusal once it has been cleared away."""
        if not self.sealed_key or not self.path.exists():
            raise Refusal(str(_("文件已清除")), where=self.file_name, remedy=str(_("重新上传")))
        return decrypt_bytes(bytes(self.sealed_key), self.path.read_bytes())


class ImportRow(models.Model):
    """One line of a staged file: what it said, what it means, and what would happen to it.

    `values` are the model's columns to store: all of a new record's, only the differing ones of a changed
    one. Sensitive cells are masked in `raw` and sealed in `values`.
    """

    class Verdict(models.TextChoices):
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        UNCHANGED = "unchanged", _("无变化")
        BAD = "bad", _("有误")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    place = models.IntegerField()  # running number within the run
    sheet = models.SmallIntegerField()  # place of its sheet in `run.sheets`
    number = models.IntegerField(_("行号"))  # as the workbook counts, from 1
    verdict = models.CharField(_("结果"), max_length=10, choices=Verdict.choices)
    target = models.BigIntegerField(null=True)  # the record it is about
    raw = models.TextField(blank=True)
    values = models.TextField(blank=True)
    errors = models.TextField(blank=True)
    differences = models.TextField(blank=True)
    suspects = models.TextField(blank=True)  # records it may mean: same or near name in one area

    class Meta:
        verbose_name = _("导入行")
        ordering = ("run", "place")
        constraints = (models.UniqueConstraint(fields=["run", "place"], name="import_row_place"),)
        indexes = (
            models.Index(fields=["run", "verdict", "place"], name="import_row_verdict"),
            models.Index(fields=["run", "place"], name="import_row_suspects", condition=~Q(suspects="")),
        )

    def cells(self) -> Mapping[str, Any]:
        """Label of the field → cell as written."""
        found: dict[str, Any] = json.loads(self.raw) if self.raw else {}
        return found

    def means(self) -> Mapping[str, Any]:
        """Column → what would be stored, as JSON holds it (dates as ISO text); nothing for a line that changes
        nothing.
        """
        found: dict[str, Any] = json.loads(self.values) if self.values else {}
        inner = found.get("@values")
        return found if inner is None else json.loads(inner or "{}")

    def faults(self) -> list[dict[str, str]]:
        """`field`, `label`, `text` of everything that is wrong with the line."""
        found: list[dict[str, str]] = json.loads(self.errors) if self.errors else []
        return found

    def changes(self) -> list[dict[str, str]]:
        """`field`, `label`, `old`, `new` of every difference, in words."""
        found: list[dict[str, str]] = json.loads(self.differences) if self.differences else []
        return found

    def alike(self) -> list[dict[str, Any]]:
        """`id`, `name`, `code`, `region` of records that this line may mean."""
        found: list[dict[str, Any]] = json.loads(self.suspects) if self.suspects else []
        return found
