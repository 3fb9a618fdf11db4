"""What documents may be about, and the names and lists that each offers to the templates of packs.

A room below knows nothing of reports; the module that reads its records for papers is in this folder, registers
its source when the app is ready, and gives the values that `documents.filled` takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jiceng.accounts.permissions import Permission
from jiceng.reports.asking import Asked

Kind = Literal["text", "texts", "day", "month", "moment", "integer", "number", "share"]
"""How a value is said: `texts` are joined by 、; a `day` is 2022年6月3日, a `month` 2022年6月, a `share`
(`tables.Share`) 97.5%. A text is taken as it is whatever the kind.
"""


@dataclass(frozen=True, slots=True)
class Name:
    """Something a template may write as `{name}`. `label` is Chinese: what a paper calls it where it is
    missing. `decimals`: so many, instead of two at most. `empty`: what stands where there is no value, instead of a
    gap that somebody has to fill.
    """

    label: str
    kind: Kind = "text"
    decimals: int | None = None
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list that a template may make a table or paragraphs of, and the names that each of its rows offers.

    `fields`: each also offers the fields of the matter type that the document names in `of`, as `field_…`; `posts`:
    who holds the posts that it names in `posts`, as `post_…`.
    """

    label: str
    columns: Mapping[str, Name]
    fields: bool = False
    posts: bool = False


Values = Mapping[str, Any]
Lists = Mapping[str, Sequence[Values]]
FIELD, POST = "field_", "post_"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a document asks of its source: of which type matters are, and which posts are told by name."""

    of: str = ""
    posts: Mapping[str, str] = field(default_factory=dict)


Gather = Callable[[Asked, Wanted], tuple[Values, Lists]]
"""Reads what a source offers of an area and a period, for somebody's sight."""


@dataclass(frozen=True, slots=True)
class Source:
    """What documents may be about: `about: matter`.

    One with `gather` is about an area and a period: its papers can be made for any, by whoever has `permission` (where
    it reads anything), and offer the names of `AREA` besides its own. `table` is the ledger whose records such papers
    carry out of the house. The others are about one record, and whoever has that makes them.
    """

    key: str
    label: str
    names: Mapping[str, Name]
    lists: Mapping[str, Rows] = field(default_factory=dict)
    gather: Gather | None = None
    permission: Permission | None = None
    table: str = ""


COMMON: Mapping[str, Name] = {"number": Name("文号"), "date": Name("成文日期", "day")}
"""Names that every document has, whatever it is about."""

AREA: Mapping[str, Name] = {
    "region": Name("区域"),
    "period": Name("时期"),
    "year": Name("年份"),
    "first": Name("起始日期", "day"),
    "last": Name("截止日期", "day"),
}
"""Names of every paper about an area and a period."""

SERIAL = "n"
"""In the rows of a list, the row's place from 1."""

_sources: dict[str, Source] = {}


def register_source(source: Source) -> Source:
    """Let documents be about this. Raises ValueError where another declaration holds the key, and for a name
    that every document or every row has already.
    """
    if _sources.get(source.key, source) != source:
        raise ValueError(f"source {source.key} is declared twice")
    taken = set(source.names) & set(COMMON) | {
        n for rows in source.lists.values() for n in rows.columns if n == SERIAL
    }
    if taken:
        raise ValueError(f"source {source.key} gives names that are taken: {', '.join(sorted(taken))}")
    _sources[source.key] = source
    return source


def all_sources() -> Mapping[str, Source]:
    """Every registered source by key."""
    return _sources
