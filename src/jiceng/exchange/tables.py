"""What may be imported and exported: tables, each declared by the room that owns it.

A room puts its declarations into its own `tables` module and imports that in `AppConfig.ready`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django.db import models
from django.utils.translation import gettext as _

from jiceng.exchange.reading.headers import folded
from jiceng.records.refusals import Refusal

if TYPE_CHECKING:
    from jiceng.exchange.writing.writers import Writer

Kind = Literal[
    "text", "integer", "number", "date", "boolean", "term", "code", "uscc", "area_code",
    "citizen_id", "phone", "region", "unit", "party_org", "person", "household", "appointment", "moment",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a workbook.

    `stored` is the model's column that takes the value as it is (empty where a reference or the writer uses
    it). `source` is the lookup an export reads, default `stored`; a field without either is not exported.
    `fold` and `fault` bring a code into its stored form and say why it is none. `sensitive` values are
    sealed in the database, masked in previews and, unless a reason is given, in exports. `offered` fields
    stand in templates and exports; the others are understood in an import only. `sample` is a template's
    example, `note` its explanation. A `source` that begins with `@` is no lookup: the table's `beside` gives it.
    """

    key: str
    label: str
    kind: Kind = "text"
    stored: str = ""
    source: str = ""
    vocabulary: str = ""
    required: bool = False
    sensitive: bool = False
    offered: bool = True
    most: int = 0
    fold: Callable[[str], Any] | None = None
    fault: Callable[[str], str] | None = None
    note: str = ""
    sample: str = ""

    @property
    def read_from(self) -> str:
        """The lookup an export reads."""
        return self.source or self.stored


@dataclass(frozen=True, slots=True)
class Reference:
    """How a row names another record: by the fields in `parts`, in the order its resolver expects.

    `kind` picks the resolver; `stored` is the model's column that takes the key. A reference to the table's
    own kind may also mean a new row of the same file. `fill` is the part that the sheet's name stands for
    where no column does (a sheet for every town), or the run's area.
    """

    key: str
    label: str
    kind: str
    parts: tuple[str, ...]
    stored: str = ""
    required: bool = False
    own_kind: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Columns that together say which stored record a row means; tried in order, the first complete one
    that finds a record decides.

    `lookup` is the column the database is asked by (indexed, and telling). `also` are columns that may be
    blank, but must not contradict. `ever` finds records that have ended, too (a citizen ID is nobody else's).
    """

    columns: tuple[str, ...]
    lookup: str
    also: tuple[str, ...] = ()
    ever: bool = False


class Counted(Protocol):
    """What loading a file of a table's own format came to."""

    @property
    def new(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def unchanged(self) -> int: ...


@dataclass(frozen=True, slots=True)
class OwnFormat:
    """A format of a table's own, loaded as a whole and past staging: `accepts` knows its files, `load`
    takes the path and `by`, `as_of`, `dry_run`, `progress` (told what is being done).
    """

    accepts: Callable[[Path], bool]
    load: Callable[..., Counted]


@dataclass(frozen=True, slots=True)
class Table:
    """A registry table as workbooks know it.

    `trees` gives, for each tree a scope may hold, the lookups to the path columns of a record, where the
    model has no `scope_paths` of its own. `ledger`: whether it is one of the registry's ledgers; what has pages
    of its own is not. `beside` gives, for some records by key, what exports read of what hangs on them (`@…`).
    """

    key: str
    label: str
    model: type[models.Model]
    fields: tuple[Field, ...]
    writer: "type[Writer]"
    references: tuple[Reference, ...] = ()
    identities: tuple[Identity, ...] = ()
    trees: Mapping[str, tuple[str, ...]] | None = None
    order: tuple[str, ...] = ("id",)
    sensitive: bool = False
    note: str = ""
    own_format: OwnFormat | None = None
    ledger: bool = True
    beside: Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]] | None = None
    _by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {f.key: f for f in self.fields})

    def field(self, key: str) -> Field:
        """The field called `key`. Raises KeyError."""
        return self._by_key[key]

    def has(self, key: str) -> bool:
        """Whether there is a field called `key`."""
        return key in self._by_key

    def offered(self) -> list[Field]:
        """The columns of templates and exports, in order."""
        return [f for f in self.fields if f.offered]

    def label_of(self, key: str) -> str:
        """The label of a field or reference."""
        named = self._by_key.get(key) or next((r for r in self.references if r.key == key), None)
        return named.label if named else key

    def path_lookups(self) -> Mapping[str, tuple[str, ...]]:
        """For each tree of scopes, the lookups to a record's paths."""
        if self.trees is not None:
            return self.trees
        own: Mapping[str, str] = getattr(self.model, "scope_paths", {})
        return {tree: (column,) for tree, column in own.items()}

    def missing(self, mapped: Sequence[str]) -> list[str]:
        """Labels of what a sheet with these fields cannot do without: required columns and references."""
        have = set(mapped)
        absent = [f.label for f in self.fields if f.required and f.key not in have]
        return absent + [r.label for r in self.references if r.required and not have.intersection(r.parts)]


_tables: dict[str, Table] = {}


def register_table(table: Table) -> Table:
    """Let `table` be imported and exported. Raises ValueError for a key declared twice."""
    if table.key in _tables and _tables[table.key].fields != table.fields:
        raise ValueError(f"table {table.key} is declared twice")
    _tables[table.key] = table
    return table


def all_tables() -> Mapping[str, Table]:
    """Every registered table by key."""
    return _tables


def table_of(key: str) -> Table:
    """The table called `key`; underscores and hyphens are the same. Raises Refusal with those there are."""
    found = _tables.get(key) or _tables.get(key.replace("_", "-"))
    if found is None:
        named = next((t for t in _tables.values() if folded(t.label) == folded(key)), None)
        if named is None:
            raise Refusal(
                _("没有叫“%(key)s”的表") % {"key": key[:40]},
                remedy=_("可用：%(keys)s") % {"keys": "、".join(_tables)},
            )
        return named
    return found
