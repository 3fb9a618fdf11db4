"""What differs from run to run: days, places and scope. Compiled queries name it, running them binds it."""

import re
from collections.abc import Callable
from datetime import date

import ibis
import ibis.expr.types as ir

from jiceng.indicators.compile.dialects import Dialect
from jiceng.indicators.shapes import Compiled

# In the compiled text a day stands as a function without arguments and a list as a table: nothing that a
# declaration holds can be taken for either.
_DAYS = ("as_of", "since", "until")


def _placeholder(name: str) -> Callable[[], ir.DateScalar]:
    def day() -> date:  # type: ignore[empty-body]
        ...

    day.__name__ = f"asked_{name}"
    placeholder: Callable[[], ir.DateScalar] = ibis.udf.scalar.builtin(day)
    return placeholder


_PLACEHOLDERS = {name: _placeholder(name) for name in _DAYS}


def asked_day(name: str) -> ir.DateScalar:
    """The day that a run binds as `name`: `as_of`, `since` or `until` (inclusive)."""
    return _PLACEHOLDERS[name]()


PLACES = {"of": "int64", "part": "int64", "since": "date", "until": "date"}


def asked_places(name: str) -> ir.Table:
    """The table of nodes that a run makes and puts in the place of `name` (`asked_places`, `asked_parts`)."""
    return ibis.table(PLACES, name=name)


def asked_visible() -> ir.Table:
    """The table of the keys that the scope shows; its own query is put in its place once both are text."""
    return ibis.table({"id": "int64"}, name="asked_visible")


LISTS = {
    "asked_scope": {"tree": "string", "lo": "string", "hi": "string"},
    "asked_area": {"lo": "string", "hi": "string"},
    "asked_held": {"model": "string", "record": "int64"},
}
"""The lists that a run binds, as tables: a scope's subtrees, the area it is cut down to, and held records."""


def asked_list(name: str) -> ir.Table:
    """The table that a run binds as `name`."""
    return ibis.table(LISTS[name], name=name)


def bindable(query: str, dialect: Dialect) -> Compiled:
    """The compiled text with parameters in the places of what is asked."""
    named: set[str] = set()
    for name in _DAYS:
        day = f"CAST({dialect.bound(name)} AS DATE)"
        query, found = re.subn(rf"\basked_{name}\(\)", day, query, flags=re.IGNORECASE)
        named |= {name} if found else set()
    lists = []
    for name, kinds in LISTS.items():
        if dialect.quoted(name) in query:
            columns = {column: (f"{name.removeprefix('asked_')}_{column}", kinds[column]) for column in kinds}
            lists.append(f"{name} AS ({dialect.listed(columns)})")
            named |= {parameter for parameter, _kind in columns.values()}
    if lists:
        query = f"WITH {', '.join(lists)} SELECT * FROM (\n{query}\n)"
    return Compiled(query, tuple(sorted(named)))
