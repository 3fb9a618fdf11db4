"""What a list may show, filter and sort by."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q
from django.utils.functional import Promise

Kind = Literal["text", "code", "term", "integer", "date", "boolean", "reference", "choice", "plain"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    `path` is the lookup of what is shown; `sort` the lookup to order by, empty where the list cannot be
    ordered by it. `vocabulary` names the tree of a term. `shown` columns stand in the list unless others
    are chosen. `link` is the lookup of the key of the record that the cell names, `link_table` its table;
    empty for the row itself. A `code` is found by its beginning, a `text` by any part of it, and by
    `initials`, the lookup of its pinyin initials, where it has any. A `choice` is one of `choices`, (word, label),
    and `asks` gives the condition of a word where it is not that the column holds it. A `plain` column is
    shown and not filtered.
    """

    key: str
    label: str | Promise
    kind: Kind
    path: str
    vocabulary: str = ""
    sort: str = ""
    nullable: bool = False
    shown: bool = True
    link: str = ""
    link_table: str = ""
    initials: str = ""
    choices: Sequence[tuple[str, str | Promise]] = ()
    asks: Callable[[str], Q] | None = None


def by_key(columns: Iterable[Column]) -> Mapping[str, Column]:
    """The columns under their keys."""
    return {column.key: column for column in columns}
