"""How a room tells the figures' engine what may be counted: typed tables, declared once, in each room's
`facts`.

A fact projects one table (plus, for regions, units and party organisations, the table of their dated spans).
Joins happen in the engine, along the references declared here. Facts carry local dates, never timestamps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["id", "text", "code", "integer", "number", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a fact. `code` columns hold pack terms; `vocabulary` names the tree they come from.

    `dated` columns live in the span table and are read as of the day asked for. `source` is the database
    column where it is not called `name`. `label` is Chinese, the text of 口径, marked for
    translation where it is declared. `words` says in the active language what a value means that is no term; it is
    given the value and the catalogue of packs.
    """

    name: str
    kind: Kind
    label: str
    vocabulary: str = ""
    dated: bool = False
    source: str = ""
    words: Callable[[str, Any], str] | None = field(
        default=None, repr=False
    )  # no part of what queries are kept by


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds the key of a row of another fact: `Reference("party_org", to="party_org", …)`.

    Filters and breakdowns walk it with a dot: `party_org.sector`. `source` defaults to `<name>_id`.
    """

    name: str
    to: str
    label: str
    dated: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Years:
    """A computed column: whole years from `since` (a date column, may be reached with dots) to the day asked
    for (stock) or of the event (flow). Age is `Years("age", since="birth_date", …)`."""

    name: str
    since: str
    label: str
    until: str = ""  # a date column that ends the count earlier, e.g. valid_to of a past stretch


@dataclass(frozen=True, slots=True)
class Fact:
    """A table that indicators may count.

    `begins` and `ends` name its date columns (end exclusive, empty while it lasts). `territory`, `party`
    and `industry` say by which references a row finds its place in each tree, e.g. `("party_org",
    "region")`; `()` means the row is itself a node of that tree, None that it has no place there.
    `or_territory` are further ways, taken in order where `territory` leads nowhere. `seen_with` names the
    reference to a row with which this one is seen, whatever its own place: who sees a matter may count its
    steps. `seen_at` is the way to the region whose people see the row where that is not the place it is
    counted at: a unit finds what was sent to it, wherever the matter lies. `model` is the label of
    the Django model by which the records behind a figure are listed under scope. `spans`/`spans_key` name
    the dated table and its key column. A fact that is not `countable` has columns for rules to name and is
    never written to a snapshot.
    """

    key: str
    table: str
    label: str
    model: str
    columns: tuple[Column | Reference | Years, ...]
    begins: str = "valid_from"
    ends: str | None = "valid_to"
    territory: tuple[str, ...] | None = None
    or_territory: tuple[tuple[str, ...], ...] = ()
    party: tuple[str, ...] | None = None
    industry: tuple[str, ...] | None = None
    seen_with: str = ""
    seen_at: tuple[str, ...] | None = None
    spans: str = ""
    spans_key: str = ""
    countable: bool = True
    _by_name: Mapping[str, Column | Reference | Years] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {c.name: c for c in self.columns})

    def column(self, name: str) -> Column | Reference | Years:
        """The column called `name`. Raises KeyError."""
        return self._by_name[name]


_facts: dict[str, Fact] = {}


def register_fact(fact: Fact) -> Fact:
    """Make `fact` countable; rooms call this from their `facts` module when the app is ready."""
    if fact.key in _facts and _facts[fact.key] != fact:
        raise ValueError(f"fact {fact.key} is declared twice")
    _facts[fact.key] = fact
    return fact


def all_facts() -> Mapping[str, Fact]:
    """Every registered fact by key."""
    return _facts
