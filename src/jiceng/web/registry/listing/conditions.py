"""What the row of filters asks: read from the address, made a query condition, said in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from jiceng.web.registry.listing.columns import Column


class Terms(Protocol):
    """What conditions ask of the packs' catalogue."""

    def below(self, vocabulary: str, key: str) -> frozenset[str]: ...
    def label(self, key: str, vocabulary: str = "") -> str: ...


EMPTY = "-"
"""Asks for records without a value."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One column's filter: the texts of its inputs, the condition, and the words of its chip."""

    column: Column
    given: Mapping[str, str]
    where: Q
    words: str


def read(columns: Iterable[Column], asked: QueryDict, terms: Terms) -> list[Condition]:
    """The conditions that an address asks for; what cannot be read (a letter for a number) asks nothing."""
    found = []
    for column in columns:
        reader = READERS.get(column.kind)
        if reader is not None and (condition := reader(column, asked, terms)):
            found.append(condition)
    return found


def _text(column: Column, asked: QueryDict, _terms: Terms) -> Condition | None:
    words = asked.get(column.key, "").strip()[:60]
    if not words:
        return None
    if words == EMPTY:
        return Condition(column, {"value": words}, Q(**{column.path: ""}), _("未填"))
    where = Q(**{f"{column.path}__contains": words})
    if column.initials and words.isascii() and words.isalnum():
        where |= Q(**{f"{column.initials}__startswith": words.lower()})
    return Condition(column, {"value": words}, where, words)


def _code(column: Column, asked: QueryDict, _terms: Terms) -> Condition | None:
    words = asked.get(column.key, "").strip()[:30]
    if not words:
        return None
    if words == EMPTY:
        return Condition(column, {"value": words}, Q(**{column.path: ""}), _("未填"))
    # in any case, and still by an index: codes are kept in capitals, numbers with their type as packs write it
    ways = {words, words.upper(), words.lower()}
    where = reduce(or_, (Q(**{f"{column.path}__startswith": way}) for way in sorted(ways)))
    return Condition(column, {"value": words}, where, f"{words}…")


def _term(column: Column, asked: QueryDict, terms: Terms) -> Condition | None:
    key = asked.get(column.key, "")
    if not key:
        return None
    if key == EMPTY:
        return Condition(column, {"value": key}, Q(**{column.path: ""}), _("未填"))
    where = Q(**{f"{column.path}__in": sorted(terms.below(column.vocabulary, key))})
    return Condition(column, {"value": key}, where, terms.label(key, column.vocabulary))


def _choice(column: Column, asked: QueryDict, _terms: Terms) -> Condition | None:
    key = asked.get(column.key, "")
    label = dict(column.choices).get(key)
    if label is None:
        return None
    where = column.asks(key) if column.asks else Q(**{column.path: key})
    return Condition(column, {"value": key}, where, str(label))


def _boolean(column: Column, asked: QueryDict, _terms: Terms) -> Condition | None:
    answers = {"yes": (True, _("是")), "no": (False, _("否")), "-": (None, _("未填"))}
    given = asked.get(column.key, "")
    if given not in answers:
        return None
    value, words = answers[given]
    where = Q(**{f"{column.path}__isnull": True}) if value is None else Q(**{column.path: value})
    return Condition(column, {"value": given}, where, words)


def _between(column: Column, asked: QueryDict, value_of: Callable[[str], object]) -> Condition | None:
    """From … to, both included; either may be missing."""
    where, given, words = Q(), {}, []
    for end, lookup, sign in (("from", "gte", "≥"), ("to", "lte", "≤")):
        text = asked.get(f"{column.key}.{end}", "").strip()
        if not text:
            continue
        try:
            where &= Q(**{f"{column.path}__{lookup}": value_of(text)})
        except ValueError:
            continue
        given[end] = text
        words.append(f"{sign} {text}")
    return Condition(column, given, where, _("，").join(words)) if given else None


def _integer(column: Column, asked: QueryDict, _terms: Terms) -> Condition | None:
    return _between(column, asked, _whole)


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > 2**31 - 1:
        raise ValueError(text)
    return number


def _date(column: Column, asked: QueryDict, _terms: Terms) -> Condition | None:
    return _between(column, asked, date.fromisoformat)


READERS: Mapping[str, Callable[[Column, QueryDict, Terms], Condition | None]] = {
    "text": _text,
    "reference": _text,
    "code": _code,
    "term": _term,
    "choice": _choice,
    "boolean": _boolean,
    "integer": _integer,
    "date": _date,
}
