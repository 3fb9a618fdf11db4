"""Pages by key instead of by number: the next page begins behind the last row of this one.

No row is counted and none skipped, so the thousandth page costs what the first does.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OrderBy, Q, QuerySet

SIZE = 25


@dataclass(frozen=True, slots=True)
class Order:
    """By which lookup a list is ordered (then always by key). Rows without a value come last, either way."""

    lookup: str
    down: bool = False
    nullable: bool = False

    def terms(self, *, back: bool = False) -> tuple[OrderBy, OrderBy]:
        """The order as the database takes it; `back` reads the list from its end."""
        value = F(self.lookup)
        if back:
            first = {"nulls_first": True} if self.nullable else {}
            return (value.asc(**first) if self.down else value.desc(**first)), F("pk").desc()
        last = {"nulls_last": True} if self.nullable else {}
        return (value.desc(**last) if self.down else value.asc(**last)), F("pk").asc()

    def behind(self, value: Any, key: int) -> Q:
        """The rows that come after the row of `value` and `key`."""
        step = "lt" if self.down else "gt"
        if value is None:
            return Q(**{f"{self.lookup}__isnull": True}, pk__gt=key)
        found = Q(**{f"{self.lookup}__{step}": value}) | Q(**{self.lookup: value}, pk__gt=key)
        return found | Q(**{f"{self.lookup}__isnull": True}) if self.nullable else found

    def before(self, value: Any, key: int) -> Q:
        """The rows that come before the row of `value` and `key`."""
        step = "gt" if self.down else "lt"
        if value is None:
            return Q(**{f"{self.lookup}__isnull": False}) | Q(**{f"{self.lookup}__isnull": True}, pk__lt=key)
        return Q(**{f"{self.lookup}__{step}": value}) | Q(**{self.lookup: value}, pk__lt=key)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in an ordered list: the row of this value and key."""

    value: Any
    key: int

    def text(self) -> str:
        """The mark as it stands in an address."""
        value = self.value
        if isinstance(value, date):  # a moment is one, too
            value = [type(value).__name__, value.isoformat()]
        packed = json.dumps([value, self.key], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """The mark of an address; None for anything that `text` never wrote."""
        try:
            value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if isinstance(value, list):
                value = {"date": date, "datetime": datetime}[value[0]].fromisoformat(value[1])
            return cls(value, key) if isinstance(key, int) else None
        except (binascii.Error, ValueError, TypeError, LookupError):
            return None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of rows: tuples of (sort value, key, …) and the marks from which its neighbours begin."""

    rows: list[tuple[Any, ...]]
    before: str = ""
    after: str = ""


def leaf(
    rows: QuerySet[Any],
    order: Order,
    lookups: list[str],
    *,
    after: str = "",
    before: str = "",
    size: int = SIZE,
) -> Leaf:
    """The page of `rows` behind the mark `after` (or the one that ends before the mark `before`), in one
    query.

    Each row is a tuple: its sort value, its key, then what `lookups` name.
    """
    mark = Mark.read(before or after) if before or after else None
    back = bool(before and mark)
    if mark:
        rows = rows.filter(order.before(mark.value, mark.key) if back else order.behind(mark.value, mark.key))
    found = list(rows.order_by(*order.terms(back=back)).values_list(order.lookup, "pk", *lookups)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if not found:
        return Leaf([])
    first, last = Mark(*found[0][:2]).text(), Mark(*found[-1][:2]).text()
    has_before = more if back else mark is not None
    has_after = True if back else more
    return Leaf(found, first if has_before else "", last if has_after else "")
