"""Two records that turn out to be one: everything that points to the one is made to point to the other.

Never done by itself: a person looks at a pair of candidates and says which is kept.
"""

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from jiceng.records.bases import Recorded
from jiceng.records.refusals import Refusal


def references_to(model: type[models.Model]) -> Iterator[tuple[type[Any], str]]:
    """Every recorded table and column that points to `model`, those without a reverse name included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one) and not relation.concrete:
            other: Any = relation.related_model
            if issubclass(other, Recorded):
                yield other, relation.field.name  # type: ignore[union-attr]


def move_references(kept: models.Model, merged: models.Model, *, without: set[str]) -> int:
    """Let everything that points to `merged` point to `kept`; called inside `write(...)`; gives how many
    did.

    `without` are labels of models that go with the merged record (its spans). Two dated records that say
    the same of overlapping days become one. Derived tables, which are no records, are left to be rebuilt.
    """
    moved = 0
    for model, column in references_to(type(kept)):
        if model._meta.label in without:
            continue
        for record in model._base_manager.filter(**{column: merged}):
            setattr(record, column, kept)
            same = _said_already(record, column)
            if same is None:
                _saved(record)
            else:
                _joined(same, record)
            moved += 1
    return moved


def _saved(record: Any) -> None:
    """Store what now points to the kept record. Raises Refusal where both had what there may be one of."""
    try:
        record.save()
    except IntegrityError:
        what = _("两条记录各有一份“%(what)s”，合并后只能有一份") % {"what": record._meta.verbose_name}
        raise Refusal(what, str(record), _("先了结其中一份，再合并")) from None


def _said_already(record: Any, column: str) -> Any | None:
    """A record of `kept` that says the same for days that overlap, if there is one."""
    if not getattr(record, "dated", False):
        return None
    apart = {"id", "uid", "valid_from", "valid_to"}
    said = {
        f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields if f.attname not in apart
    }
    rows = (
        type(record)
        ._base_manager.filter(**said)
        .exclude(pk=record.pk)
        .exclude(valid_to__lt=record.valid_from)
    )
    if record.valid_to is not None:
        rows = rows.filter(valid_from__lte=record.valid_to)
    return rows.first()


def _joined(same: Any, record: Any) -> None:
    """Let `same` cover the days of both, and delete the other."""
    start = min(same.valid_from, record.valid_from)
    end = None if None in (same.valid_to, record.valid_to) else max(same.valid_to, record.valid_to)
    record.delete()
    same.valid_from, same.valid_to = start, end
    same.save()


def refuse_same(kept: models.Model, merged: models.Model) -> None:
    """Raise Refusal for a record that would be merged into itself."""
    if kept.pk == merged.pk:
        raise Refusal(_("不能与自己合并"), remedy=_("选择两条不同的记录"))
