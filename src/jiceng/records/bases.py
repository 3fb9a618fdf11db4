"""What every kept table stands on: recorded (audited at every change), dated (valid time), read under a scope."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models, router
from django.db.models import F, Q
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _

from jiceng.protection.scopes import ScopedManager
from jiceng.records.chain import UnrecordedWriteError, current_writing, snapshot_of
from jiceng.records.uids import new_uid


class RecordedQuerySet(models.QuerySet[Any]):
    """Refuses the bulk writes of Django that would pass by the audit chain; `records.bulk` has recorded
    ones.
    """

    def update(self, **kwargs: Any) -> int:
        raise UnrecordedWriteError("update() is not recorded: use records.bulk.change")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise UnrecordedWriteError("delete() is not recorded: delete records one by one inside write()")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        raise UnrecordedWriteError("bulk_create() is not recorded: use records.bulk.insert")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise UnrecordedWriteError("bulk_update() is not recorded: use records.bulk.change")


class Recorded(models.Model):
    """A table whose every change goes into the audit chain: saving outside `write(...)` raises."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        writing = current_writing()
        before = None if self._state.adding else snapshot_of(type(self)._base_manager.get(pk=self.pk))
        super().save(*args, **kwargs)
        # what was left out of `update_fields` is not stored, whatever it is in memory
        partly = kwargs.get("update_fields") is not None
        after = snapshot_of(type(self)._base_manager.get(pk=self.pk) if partly else self)
        if before != after:
            writing.note(self._meta.db_table, self.pk, "update" if before else "insert", before, after)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        writing = current_writing()
        touched = list(_touched_by_deleting(self))
        result = super().delete(*args, **kwargs)
        for table, pk, before, after in touched:
            writing.note(table, pk, "delete" if after is None else "update", before, after)
        return result


Values = dict[str, Any]


def _touched_by_deleting(record: models.Model) -> Iterator[tuple[str, Any, Values, Values | None]]:
    """Table, key, values before and after (None: gone) of all that goes with `record`, itself included, and
    of what only loses its reference to it: Django changes both without asking them.
    """
    collector: Any = Collector(using=router.db_for_write(type(record), instance=record), origin=record)
    collector.collect([record])
    for (field, _value), queries in collector.field_updates.items():
        for row in (row for query in queries for row in query):
            before = snapshot_of(row)
            after = {name: value for name, value in before.items() if name != field.attname}
            yield row._meta.db_table, row.pk, before, after
    for rows in (*collector.fast_deletes, *collector.data.values()):
        for row in rows:
            yield row._meta.db_table, row.pk, snapshot_of(row), None


def scoped_manager(rows: type[models.QuerySet[Any]]) -> ScopedManager:
    """A manager over `rows` that raises without a scope in force and filters by it otherwise."""
    return ScopedManager.from_queryset(rows)()


class Identified(Recorded):
    """A recorded thing with an identity that other instances may refer to."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)

    class Meta:
        abstract = True


class DatedQuerySet(RecordedQuerySet):
    """Rows with `valid_from` (inclusive) and `valid_to` (exclusive, empty while it lasts), in local dates."""

    def on(self, day: date) -> Self:
        """The rows that hold on `day`."""
        return self.filter(valid_on(day))

    def current(self) -> Self:
        """The rows without an end."""
        return self.filter(valid_to__isnull=True)


def valid_on(day: date, prefix: str = "") -> Q:
    """Condition: the dated row (reached through `prefix`, e.g. `"membership__"`) holds on `day`."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


def dates_in_order(name: str) -> models.CheckConstraint:
    """The constraint every dated table carries: it ends after it begins."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )


class Dated(models.Model):
    """Valid time: true from `valid_from` on, no longer true on `valid_to`."""

    valid_from = models.DateField(_("起始日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)

    dated: ClassVar[bool] = True

    class Meta:
        abstract = True
