"""A list as its page shows it: one query for the rows, everything else worked out beforehand."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from jiceng.web.registry.listing import conditions, paging
from jiceng.web.registry.listing.columns import Column, by_key
from jiceng.web.registry.listing.lines import main_of
from jiceng.web.registry.listing.source import Line, Source
from jiceng.web.registry.listing.terms import Words

COUNTED = 10_000
"""A list is counted up to here; beyond, the exact number is not worth its price."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: how to sort by it, and the input of its filter."""

    column: Column
    label: str
    sort_url: str
    sorted: str  # "", "up" or "down"
    given: dict[str, str]
    options: SafeString


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, said in words, with the address that takes it away."""

    label: str
    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything a list's page shows."""

    ledger: Source
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    chips: tuple[Chip, ...]
    choices: tuple[tuple[Column, str, bool], ...]
    before_url: str
    after_url: str
    lives: tuple[tuple[str, str], ...]
    life: str
    query: str
    sort: str
    plain_url: str = field(default="")
    opens: bool = False  # whether a row's own card needs a link of its own


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list: columns, conditions, order, and which stretch of life."""

    ledger: Source
    columns: tuple[Column, ...]
    conditions: tuple[conditions.Condition, ...]
    order: paging.Order
    sort: str
    life: str
    marked: tuple[int, ...] = ()

    def where(self, day: date) -> Q:
        """The condition for what is asked for, as it stands on `day`; the scope is not part of it."""
        found = self.ledger.lived(self.life, day)
        for each in self.conditions:
            found &= each.where
        return found & Q(pk__in=self.marked) if self.marked else found

    def rows(self, day: date) -> QuerySet[Any]:
        """The records asked for, within the scope in force, as they stand on `day`."""
        return self.ledger.visible().filter(self.where(day))

    def words(self) -> str:
        """What is asked, in words: for the audit of an export and for whoever approves it."""
        said = [f"{gettext(str(c.column.label))}{_('：')}{c.words}" for c in self.conditions]
        life = str(self.ledger.lives[self.life]) if self.life else ""
        marked = _("选中的 %(count)s 条") % {"count": len(self.marked)} if self.marked else ""
        return _("；").join(part for part in (self.ledger.label, life, *said, marked) if part)


def read(ledger: Source, asked: QueryDict, words: Words) -> Asked:
    """What `asked` says; unknown columns, words for numbers and the like are passed over."""
    known = by_key(ledger.columns)
    chosen = [known[key] for key in asked.getlist("cols") if key in known]
    sort = asked.get("sort", "")
    column = known.get(sort.lstrip("-"))
    order = ledger.order()
    if column and column.sort:
        order = paging.Order(column.sort, down=sort.startswith("-"), nullable=column.nullable)
    life = asked.get("life", "")
    return Asked(
        ledger=ledger,
        columns=tuple(chosen) or tuple(c for c in ledger.columns if c.shown),
        conditions=tuple(conditions.read(ledger.columns, asked, words)),
        order=order,
        sort=sort if column and column.sort else "",
        life=life if life in ledger.lives else "",
        marked=tuple(int(key) for key in asked.getlist("row") if key.isdigit()),
    )


def build(ledger: Source, asked: QueryDict, day: date, words: Words) -> Listing:
    """The page of the list that `asked` names."""
    wanted = read(ledger, asked, words)
    lookups, links = [c.path for c in wanted.columns], [c.link for c in wanted.columns if c.link]
    page = paging.leaf(
        wanted.rows(day),
        wanted.order,
        [*lookups, *links, *ledger.extras],
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )
    address = Address(ledger, asked)
    given = {c.column.key: dict(c.given) for c in wanted.conditions}
    return Listing(
        ledger=ledger,
        heads=tuple(_head(c, wanted, address, given.get(c.key, {}), words) for c in wanted.columns),
        lines=tuple(ledger.lines(wanted.columns, page.rows, words)),
        chips=tuple(
            Chip(gettext(str(c.column.label)), c.words, address.without(c.column)) for c in wanted.conditions
        ),
        choices=tuple((c, gettext(str(c.label)), c in wanted.columns) for c in ledger.columns),
        before_url=address.at(before=page.before) if page.before else "",
        after_url=address.at(after=page.after) if page.after else "",
        lives=tuple((key, str(label)) for key, label in ledger.lives.items()),
        life=wanted.life,
        query=address.query(),
        sort=wanted.sort,
        plain_url=address.plain,
        opens=bool(wanted.columns[main_of(wanted.columns)].link_table),
    )


def count(ledger: Source, asked: QueryDict, day: date, words: Words) -> int:
    """How many records the list has, counted up to one more than `COUNTED`."""
    return read(ledger, asked, words).rows(day)[: COUNTED + 1].count()


class Address:
    """Addresses of the same list with something changed; any change begins at the first page."""

    def __init__(self, ledger: Source, asked: QueryDict) -> None:
        self.plain = ledger.address
        self._kept = asked.copy()
        for place in ("after", "before"):
            self._kept.pop(place, None)
        for key in [key for key, value in self._kept.items() if not value]:
            del self._kept[key]

    def query(self) -> str:
        """What is asked, without the page."""
        return self._kept.urlencode()

    def at(self, **changes: str) -> str:
        """With `changes` in place of what was asked."""
        kept = self._kept.copy()
        for key, value in changes.items():
            kept[key] = value
        return f"{self.plain}?{kept.urlencode()}"

    def without(self, column: Column) -> str:
        """Without the filter of a column."""
        kept = self._kept.copy()
        for key in (column.key, f"{column.key}.from", f"{column.key}.to"):
            kept.pop(key, None)
        return f"{self.plain}?{kept.urlencode()}"


def _head(column: Column, wanted: Asked, address: Address, given: dict[str, str], words: Words) -> Head:
    by_this = wanted.sort.lstrip("-") == column.key
    down = by_this and wanted.order.down
    return Head(
        column=column,
        label=gettext(str(column.label)),
        sort_url=address.at(sort=column.key if down or not by_this else f"-{column.key}")
        if column.sort
        else "",
        sorted="" if not by_this else "down" if down else "up",
        given=given,
        options=words.options(column.vocabulary, given.get("value", ""))
        if column.kind == "term"
        else SafeString(""),
    )
