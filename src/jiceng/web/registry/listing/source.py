"""What a list is made from: a table of the registry, or whatever else is listed the same way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from jiceng.web.registry.listing.columns import Column
from jiceng.web.registry.listing.paging import Order
from jiceng.web.registry.listing.terms import Words


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `main` the one that says what the row is called, `light` a status shown with a shape."""

    text: str
    label: str
    kind: str
    url: str = ""
    main: bool = False
    title: str = ""
    light: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its key, its cells, and its own page."""

    key: int
    cells: tuple[Cell, ...]
    url: str = ""


class Source(Protocol):
    """What `listing.building` asks of it."""

    @property
    def key(self) -> str:
        """Under which views of the list are kept."""

    @property
    def label(self) -> str:
        """What the list is called."""

    @property
    def columns(self) -> Sequence[Column]:
        """Its columns, in their own order."""

    @property
    def address(self) -> str:
        """The list's own page."""

    @property
    def lives(self) -> Mapping[str, str | Promise]:
        """The stretches of life that may be asked for, by their word in the address; '' the first."""

    @property
    def counts(self) -> bool:
        """Whether it says how many rows there are."""

    @property
    def hint(self) -> str | Promise:
        """What to do where there is nothing yet."""

    @property
    def extras(self) -> Sequence[str]:
        """Lookups that its lines need besides those of the columns."""

    def lived(self, life: str, day: date) -> Q:
        """The condition for a stretch of life on `day`."""

    def order(self) -> Order:
        """The order without one asked for: along an index."""

    def visible(self) -> QuerySet[Any]:
        """The rows that the scope in force shows."""

    def lines(
        self, columns: Sequence[Column], rows: Iterable[tuple[Any, ...]], words: Words
    ) -> Iterable[Line]:
        """The rows as they are shown: each a tuple of its sort value, its key, then what `columns`, their links and
        `extras` looked up.
        """
