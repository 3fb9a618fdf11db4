"""Which stored record each line of a file is about, and which lines of the file are about the same one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiceng.exchange.tables import Identity, Table
from jiceng.exchange.writing.references import Context
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import Shape, chunked

CHUNK = 500
NAMED = 4  # how many candidates a message lists

Key = tuple[Any, ...]
Record = Mapping[str, Any]


class Matcher:
    """Finds records by the identities of a table, strongest first."""

    def __init__(
        self, table: Table, context: Context, shape: Shape, aliases: Mapping[str, str] | None = None
    ) -> None:
        self.table, self.context, self.shape = table, context, shape
        self._seen: list[dict[int, int]] = [{} for _ in table.identities]
        self._empty: bool | None = None
        self._fields = {f.stored: f.key for f in table.fields if f.stored}
        self._fields |= {r.stored: r.parts[-1] for r in table.references if r.stored}
        self._fields |= dict(aliases or {})

    def field_of(self, column: str) -> str:
        """The field (of a reference its last part) behind a column."""
        return self._fields.get(column, column)

    def live(self) -> Q:
        """Condition: the stored record still exists on the day the file speaks of."""
        if not self.shape.dated:
            return Q()
        return Q(valid_to__isnull=True) | Q(valid_to__gt=self.context.as_of)

    @staticmethod
    def key_of(values: Record, identity: Identity) -> Key | None:
        """The identity of a row, or None where a part of it is blank."""
        key = tuple([values.get(c) for c in identity.columns])
        return None if None in key or "" in key else key

    def match(self, rows: Sequence[Row]) -> None:
        """Set `kept` of every row that is about a stored record; refuse ambiguous and repeated ones."""
        for level, identity in enumerate(self.table.identities):
            asked: dict[Key, list[Row]] = {}
            for row in rows:
                key = self.key_of(row.values, identity)
                if key is not None:
                    asked.setdefault(key, []).append(row)
                    self._refuse_repeated(row, level, key)
            open_keys = [key for key, some in asked.items() if any(row.kept is None for row in some)]
            stored = self.stored(identity, open_keys)
            for key, records in stored.items():
                for row in asked[key]:
                    if row.kept is None:
                        self._choose(row, identity, records)

    def _refuse_repeated(self, row: Row, level: int, key: Key) -> None:
        """Two rows of one file about the same record; a weaker identity counts only where the stronger is
        blank.
        """
        identities = self.table.identities
        first = next(i for i, d in enumerate(identities) if self.key_of(row.values, d) is not None)
        seen, mark = self._seen[level], hash((key, *(row.values.get(c) for c in identities[level].also)))
        earlier = seen.get(mark)
        if earlier is None:
            seen[mark] = row.number if level == first else -row.number
        elif level == first or earlier > 0:
            column = identities[level].columns[0]
            row.refuse(
                self.field_of(column),
                _("与第 %(line)s 行是同一条（%(label)s相同）")
                % {"line": abs(earlier), "label": self.table.label_of(self.field_of(column))},
            )

    def stored(self, identity: Identity, keys: Iterable[Key]) -> dict[Key, list[Record]]:
        """Stored records by identity; whole rows, whatever the scope (a code is taken wherever it is)."""
        manager = self.table.model._base_manager
        found: dict[Key, list[Record]] = {}
        wanted = set(keys)
        if self._empty is None:
            self._empty = not manager.exists()
        if self._empty or not wanted:
            return found
        at = identity.columns.index(identity.lookup)
        for some in chunked(sorted({key[at] for key in wanted}, key=str), CHUNK):
            alive = Q() if identity.ever else self.live()
            for record in manager.filter(alive, **{f"{identity.lookup}__in": some}).values():
                key = tuple([record[c] for c in identity.columns])
                if key in wanted:
                    found.setdefault(key, []).append(record)
        return found

    def lives(self, keys: Mapping[int, set[Key]]) -> dict[tuple[int, Key], list[Record]]:
        """By level and identity, such records that hold or ever held: when, and what must not contradict."""
        found: dict[tuple[int, Key], list[Record]] = {}
        manager = self.table.model._base_manager
        for level, wanted in keys.items():
            identity = self.table.identities[level]
            at = identity.columns.index(identity.lookup)
            columns = (*identity.columns, *identity.also, "valid_from", "valid_to")
            for some in chunked(sorted({key[at] for key in wanted}, key=str), CHUNK):
                for record in manager.filter(**{f"{identity.lookup}__in": some}).values(*columns):
                    key = tuple([record[c] for c in identity.columns])
                    if key in wanted:
                        found.setdefault((level, key), []).append(record)
        return found

    def may_be(self, values: Record, kept: Record, identity: Identity) -> bool:
        """Whether a stored record found by `identity` can be the row's: nothing stronger contradicts it."""
        columns = list(identity.also)
        for stronger in self.table.identities:
            if stronger is identity:
                break
            columns += [c for c in stronger.columns if c not in identity.columns]
        return not contradicts(values, kept, columns)

    def _choose(self, row: Row, identity: Identity, records: Iterable[Record]) -> None:
        fitting = [record for record in records if self.may_be(row.values, record, identity)]
        if len(fitting) == 1:
            row.kept = fitting[0]
        elif fitting:
            names = _("；").join(described(record) for record in fitting[:NAMED])
            row.refuse(
                self.field_of(identity.lookup),
                _("有 %(count)s 条记录都符合，请写明代码或系统编号：%(names)s")
                % {"count": len(fitting), "names": names},
            )

    def added(self, rows: Iterable[Record]) -> bool:
        """Whether one of these new records has come to exist since they were staged."""
        self._empty = None
        wanted = list(rows)
        for identity in self.table.identities:
            keyed = [(key, values) for values in wanted if (key := self.key_of(values, identity)) is not None]
            stored = self.stored(identity, [key for key, _values in keyed])
            for key, values in keyed if stored else ():
                if any(self.may_be(values, record, identity) for record in stored.get(key, ())):
                    return True
        return False


def contradicts(values: Record, kept: Record, columns: Iterable[str]) -> bool:
    """Whether both say something in one of these columns, and not the same."""
    for column in columns:
        ours, theirs = values.get(column), kept[column]
        if ours not in (None, "") and theirs not in (None, "") and ours != theirs:
            return True
    return False


def described(record: Record) -> str:
    """A stored record as a message names it."""
    name, code = record.get("name") or "", record.get("code") or record.get("uid") or record["id"]
    return f"{name}（{code}）" if name else str(code)
