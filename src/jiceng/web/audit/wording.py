"""Rows of the audit in words: what kind of record, what happened to it, which of its columns."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.records.audit.reading import Touched

VERBS: dict[str, Promise] = {
    "insert": _("新增"),
    "update": _("修改"),
    "delete": _("删除"),
    "load": _("成批载入"),
    "derive": _("随之更新"),
    "read": _("查看"),
    "refused": _("被拒绝"),
    "sign_in": _("登录"),
    "sign_out": _("退出"),
    "unlock": _("解除锁定"),
}


@dataclass(frozen=True, slots=True)
class Worded:
    """A touched record as the page shows it; `changes` are (label, column, before, after)."""

    row: Touched
    kind: str
    verb: str
    changes: tuple[tuple[str, str, str, str], ...]


def worded(row: Touched) -> Worded:
    """`row` in the active language; names of tables and columns stand for what has none."""
    model = _models().get(row.table)
    labels = {}
    if model is not None:
        fields = model._meta.concrete_fields
        labels = {name: str(f.verbose_name) for f in fields for name in (f.attname, f.column)}
    return Worded(
        row=row,
        kind=str(model._meta.verbose_name) if model is not None else row.table,
        verb=str(VERBS.get(row.verb, row.verb)),
        changes=tuple((labels.get(name, name), name, old, new) for name, old, new in row.changes),
    )


@cache
def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}
