"""What may be built with: facts, their columns in words, comparisons and terms.

No names and no free text are among them: nothing by which a single person would be picked.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import Permission as P
from jiceng.indicators.definition import Words
from jiceng.indicators.persons import is_of_a_person
from jiceng.packs.catalogue import Catalogue, name_of_item
from jiceng.packs.filters.nodes import ColumnPath
from jiceng.packs.filters.resolving import column_of
from jiceng.records.facts import Fact, Reference, all_facts

KINDS = ("code", "boolean", "integer", "number", "date")
NUMBERS = ("integer", "number")

_FILLED: tuple[tuple[str, str | Promise], ...] = (("filled", _("已填")), ("empty", _("未填")))
_SIZES = (("eq", _("等于")), ("gte", _("不小于")), ("lte", _("不大于")), *_FILLED)
OPERATORS: dict[str, tuple[tuple[str, str | Promise], ...]] = {
    "code": (("in", _("是其中之一")), ("not_in", _("不是其中任何一个")), *_FILLED),
    "boolean": (("yes", _("是")), ("no", _("否"))),
    "integer": _SIZES,
    "number": _SIZES,
    "date": (("asked", _("不晚于统计日")), ("gte", _("不早于")), ("lte", _("不晚于")), *_FILLED),
}
"""The comparisons that each kind of column has."""

VALUELESS = ("filled", "empty", "yes", "no", "asked")


def facts_for(request: Any) -> list[tuple[str, str]]:
    """The facts that the visitor may build with: those about persons only with the permission to see persons."""
    sees = request.access.may(P.PEOPLE_VIEW) and request.access.may(P.MEMBERS_VIEW)
    return [
        (fact.key, gettext(fact.label))
        for fact in all_facts().values()
        if fact.countable and (sees or not is_of_a_person(fact.key))
    ]


def columns_of(fact: Fact) -> list[ColumnPath]:
    """The fact's columns, and those that its references lead to."""
    found = []
    for name in _paths(fact):
        column = column_of(fact, name)
        if column.kind in KINDS and (column.kind != "code" or column.vocabulary):
            found.append(column)
    return found


def _paths(fact: Fact) -> Iterator[str]:
    yield from (column.name for column in fact.columns if not isinstance(column, Reference))
    for reference in (column for column in fact.columns if isinstance(column, Reference)):
        for further in all_facts()[reference.to].columns:
            if not isinstance(further, Reference):
                yield f"{reference.name}.{further.name}"


def measured_by(fact: Fact, measure: str) -> list[ColumnPath]:
    """The columns that a measure can be of."""
    if measure == "distinct":
        references = [column_of(fact, c.name) for c in fact.columns if isinstance(c, Reference)]
        return [*references, *(column for column in columns_of(fact) if column.kind == "code")]
    kinds = {"sum": NUMBERS, "average": NUMBERS, "minimum": (*NUMBERS, "date")}.get(measure, ())
    return [column for column in columns_of(fact) if column.kind in kinds]


def named(columns: Sequence[ColumnPath], fact: Fact, catalogue: Catalogue) -> list[tuple[str, str]]:
    """The columns by path, with what they are called."""
    words = Words(catalogue)
    return [(str(column), words.column(column, fact)) for column in columns]


def terms_of(
    column: ColumnPath, catalogue: Catalogue, at: Sequence[str] | None
) -> list[tuple[str, str, int]]:
    """The values of a column of terms at a place: key, name, and how deep it stands below others."""
    if column.kind != "code":
        return []
    if column.vocabulary in catalogue.vocabularies:
        terms = catalogue.vocabulary(column.vocabulary, at)
        return [
            (key, catalogue.label(key, vocabulary=column.vocabulary), _depth(terms, key))
            for key, term in terms.items()
            if not term.retired
        ]
    items = catalogue.section(column.vocabulary, at)
    return [(key, name_of_item(item, english=False) or key, 0) for key, item in items.items()]


def _depth(terms: Any, key: str) -> int:
    depth, above = 0, terms[key].parent
    while above in terms:
        depth, above = depth + 1, terms[above].parent
    return depth
