"""A matter while a write holds it: what belongs to it is read once, and stored once where it changed.

Whoever holds a matter's lock holds its dispatches and clocks (`actions.recording.locked`), so nobody else changes them
until the write ends. What the same write changes by other ways stands among its own audit rows: then they are read
again, and nothing is taken for known that is not.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models

from jiceng.matters.models import Clock, Dispatch, Matter, MatterLink
from jiceng.organisations.models import Region
from jiceng.protection.scopes import SEGMENT
from jiceng.records.chain import CURRENT, Writing, current_writing, snapshot_of
from jiceng.records.engine import update_rows
from jiceng.records.statements import Compiled, insert

BELONGING: dict[type[models.Model], Compiled] = {
    Dispatch: Compiled(lambda matter: Dispatch._base_manager.filter(matter=matter).order_by("pk")),
    Clock: Compiled(lambda matter: Clock._base_manager.filter(matter=matter).order_by("pk")),
}
_living_at = Compiled(lambda *paths: Region.objects.current().filter(path__in=paths))
LINKS = MatterLink._meta.db_table
NAME = "_holding"
"""The attribute of a matter under which its holding stands."""


class Holding:
    """`matter`, held by the write in progress, with what belongs to it."""

    def __init__(self, matter: Matter, writing: Writing) -> None:
        self.writing = writing
        self._matter = matter
        self._seen = len(writing.rows)
        self._rows: dict[type[models.Model], dict[int, Any]] = {}
        self._stored: dict[models.Model, dict[str, Any]] = {}
        self._alone = False
        self._above: dict[str, Region] | None = None

    def read(self, *, alone: bool) -> None:
        """Note that the matter has just been read (or made) by this write, and whether it hangs together with none."""
        self._sync()
        self._stored[self._matter] = snapshot_of(self._matter)
        self._alone = alone

    @property
    def alone(self) -> bool:
        """Whether it is known to hang together with no other matter."""
        self._sync()
        return self._alone

    def rows(self, model: type[models.Model]) -> Sequence[Any]:
        """All of the matter's dispatches or clocks, in the order of their keys."""
        self._sync()
        found = self._rows.get(model)
        if found is None:
            found = self._rows[model] = {row.pk: row for row in BELONGING[model](self._matter.pk)}
            self._stored |= {row: snapshot_of(row) for row in found.values()}
        return list(found.values())

    def store(self, record: models.Model) -> None:
        """Store the matter, or one of what belongs to it; of what was read here only the columns that changed."""
        self._sync()
        if record._state.adding:
            add(record)
            if (rows := self._rows.get(type(record))) is not None:
                rows[record.pk] = record
        elif (before := self._known(record)) is None:
            record.save()
        else:
            self._change(record, before)
        self._seen = len(self.writing.rows)
        if record is self._matter or record is self._rows.get(type(record), {}).get(record.pk):
            self._stored[record] = snapshot_of(record)

    def above(self) -> dict[str, Region]:
        """The living regions on the path of the matter's own, itself included, by their paths."""
        if self._above is None:
            self._above = _regions(self._matter.region)
        return self._above

    def _known(self, record: models.Model) -> dict[str, Any] | None:
        """What is stored of the very record that was read here."""
        mine = self._matter if isinstance(record, Matter) else self._rows.get(type(record), {}).get(record.pk)
        return self._stored.get(record) if record is mine else None

    def _change(self, record: models.Model, before: dict[str, Any]) -> None:
        after = snapshot_of(record)
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        if changed:
            update_rows(type(record), changed, [record])
            self.writing.note(record._meta.db_table, record.pk, "update", before, after)

    def _sync(self) -> None:
        """Forget what this write has changed by other ways since."""
        fresh = self.writing.rows[self._seen :]
        self._seen = len(self.writing.rows)
        for table, key, *_rest in fresh:
            if table == LINKS:
                self._alone = False
            elif table == Matter._meta.db_table and key == self._matter.pk:
                self._stored.pop(self._matter, None)
            for model in BELONGING:
                if table == model._meta.db_table:
                    for row in self._rows.pop(model, {}).values():
                        self._stored.pop(row, None)


def held(matter: Matter) -> Holding | None:
    """The holding of a matter that the write in progress has; None where no write is in progress."""
    writing = CURRENT.get()
    if writing is None:
        return None
    found = matter.__dict__.get(NAME)
    if found is None or found.writing is not writing:
        found = matter.__dict__[NAME] = Holding(matter, writing)
    return found


def store(matter: Matter, record: models.Model | None = None) -> None:
    """Store what has changed of `matter`, or of `record`, which belongs to it, inside the write that holds it."""
    holding = held(matter)
    if holding is None:
        (record or matter).save()  # says that no write is in progress
        return
    holding.store(record if record is not None else matter)


def add(record: models.Model) -> None:
    """Store a new record inside the write in progress, which records it."""
    writing = current_writing()
    insert(record)
    writing.note(record._meta.db_table, record.pk, "insert", None, snapshot_of(record))


def clocks_of(matter: Matter) -> Sequence[Clock]:
    """All clocks of a matter and its dispatches, in the order of their keys."""
    return _of(matter, Clock)


def dispatches_of(matter: Matter) -> Sequence[Dispatch]:
    """All dispatches of a matter, ended ones too, in the order of their keys."""
    return _of(matter, Dispatch)


def living(matter: Matter) -> Sequence[Dispatch]:
    """The dispatches of a matter that have not ended."""
    return [dispatch for dispatch in dispatches_of(matter) if dispatch.ended_on is None]


def regions_of(matter: Matter) -> dict[str, Region]:
    """The living regions on the path of the matter's own, itself included, by their paths."""
    holding = held(matter)
    return holding.above() if holding is not None else _regions(matter.region)


def _regions(region: Region) -> dict[str, Region]:
    paths = [region.path[:end] for end in range(SEGMENT, len(region.path) + 1, SEGMENT)]
    return {row.path: row for row in _living_at(*paths)}


def above(matter: Matter) -> Sequence[Region]:
    """What stands above the matter's region today, nearest first."""
    found = sorted(regions_of(matter).values(), key=lambda region: -len(region.path))
    return [region for region in found if region.pk != matter.region_id]


def _of(matter: Matter, model: type[models.Model]) -> Sequence[Any]:
    holding = held(matter)
    return holding.rows(model) if holding else BELONGING[model](matter.pk)
