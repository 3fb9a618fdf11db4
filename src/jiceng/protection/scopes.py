"""What one may see, as a value, and the manager that refuses to read without it.

A scope is a set of subtrees in the three dated trees (territory, party hierarchy, industry authority) plus
the single records one holds. It compiles to a query condition here and to a semi-join in the figures' engine.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

SEGMENT = 4
"""Digits of one step of a tree path: up to 9,999 children under one node."""

LAST_SEGMENT = 10**SEGMENT - 1

FEW = 2_000
"""So many rows are few: the database brings them together first. Of more, one row of what they point at after the other
is asked whether there is one, which costs a page what its own rows cost, however many there are in all.
"""

TREES = ("territory", "party", "industry")


class UnscopedQueryError(RuntimeError):
    """A scoped table was read where no scope was in force: a programming fault, never a user's."""


def upper_bound(path: str) -> str:
    """The first path behind the subtree of `path`; digits only, so every collation orders it alike."""
    above, last = path[:-SEGMENT], int(path[-SEGMENT:])
    if last == LAST_SEGMENT:  # behind the last child begins what is behind its parent
        return upper_bound(above)
    return above + f"{last + 1:0{SEGMENT}d}"


def within(field_name: str, path: str) -> Q:
    """Condition: `field_name` holds `path` or a path below it (an index range, not a pattern)."""
    return Q(**{f"{field_name}__gte": path, f"{field_name}__lt": upper_bound(path)})


@dataclass(frozen=True, slots=True)
class Scope:
    """Subtrees by path, and held records by model label (`"organisations.unit"` → ids). Empty sees nothing.

    `area` cuts everything down to what lies in these territory subtrees; empty cuts nothing.
    """

    everything: bool = False
    territory: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    held: Mapping[str, frozenset[int]] = field(default_factory=dict)
    area: tuple[str, ...] = ()

    @classmethod
    def all(cls) -> "Scope":
        """Sees every record: for the system's own work and for commands on the server itself."""
        return cls(everything=True)

    def condition(self, model: type[models.Model]) -> Q:
        """The query condition for `model`, by the path columns its `scope_paths` names for each tree."""
        if self.everything:
            return Q()
        found = Q(pk__in=[])
        columns: Mapping[str, str] = getattr(model, "scope_paths", {})
        for tree, column in columns.items():
            for path in getattr(self, tree):
                found |= within(column, path)
        if held := self.held.get(model._meta.label_lower):
            found |= Q(pk__in=held)
        for label, column in getattr(model, "held_by", {}).items():
            if held := self.held.get(label):
                found |= Q(**{f"{column}__in": held})
        found |= self._through(model)
        if self.area:
            found &= reduce(or_, (within(columns["territory"], path) for path in self.area))
        return found

    def _through(self, model: type[models.Model]) -> Q:
        """Rows that a visible row of another table points at: whatever makes it visible (`reached_through`), or
        today and territory aside (`seen_through`): who may see a membership by the party hierarchy may see the
        member, who may live anywhere.
        """
        found = Q(pk__in=[])
        for label, column in getattr(model, "reached_through", ()):
            other = apps.get_model(label)
            rows = other._base_manager.filter(replace(self, area=()).condition(other))
            if rows.order_by()[FEW : FEW + 1].exists():
                found |= Q(Exists(rows.filter(**{column: OuterRef("pk")})))
            else:
                found |= Q(pk__in=rows.values(column))
        beside = replace(self, territory=(), area=())
        if not (beside.party or beside.industry or beside.held):
            return found
        for label, column in getattr(model, "seen_through", ()):
            other = apps.get_model(label)
            rows = other._base_manager.filter(beside.condition(other), valid_to__isnull=True)
            found |= Q(pk__in=rows.values(column))
        return found

    def narrowed(self, *paths: str) -> "Scope":
        """This scope cut down to the territory subtrees of `paths` (what the territory picker shows: a
        region, or a functional area with the regions it holds)."""
        if self.everything:
            return Scope(territory=paths)
        cut = {mine for mine in self.territory for path in paths if mine.startswith(path)}
        cut |= {path for path in paths if any(path.startswith(mine) for mine in self.territory)}
        return replace(self, territory=tuple(sorted(cut)), area=paths)

    def digest(self) -> str:
        """A stable text of the scope: part of the key under which results are cached."""
        held = ";".join(f"{k}={sorted(v)}" for k, v in sorted(self.held.items()))
        return f"{self.everything}|{self.territory}|{self.party}|{self.industry}|{held}|{self.area}"


_active: ContextVar[Scope | None] = ContextVar("scope", default=None)


def active_scope() -> Scope:
    """The scope in force. Raises UnscopedQueryError where none is."""
    scope = _active.get()
    if scope is None:
        raise UnscopedQueryError("no scope is in force: read inside `with scoped(scope)`")
    return scope


@contextmanager
def scoped(scope: Scope) -> Iterator[Scope]:
    """Put `scope` in force for the block, in this thread or task only."""
    token = _active.set(scope)
    try:
        yield scope
    finally:
        _active.reset(token)


class ScopedManager(models.Manager[Any]):
    """Reads only what the scope in force allows; without one it raises.

    A model names its path columns: `scope_paths = {"territory": "region_path", "party": "path"}`.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        scope = active_scope()
        rows = super().get_queryset()
        return rows if scope.everything else rows.filter(scope.condition(self.model))


class ScopedModel(models.Model):
    """Base of every table that not everyone may read. Relations follow `_base_manager` and are not filtered
    again.

    `scope_paths`: tree → path column. `held_by`: label of what may be held → own column that points at it.
    `seen_through`: (label of a dated scoped table, its column that points here), territory aside;
    `reached_through`: the same for a table whose every visible row shows what it points at.
    """

    scope_paths: ClassVar[Mapping[str, str]] = {}
    held_by: ClassVar[Mapping[str, str]] = {}
    seen_through: ClassVar[tuple[tuple[str, str], ...]] = ()
    reached_through: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def visible_to(cls, scope: Scope) -> models.QuerySet[Self]:
        """The rows `scope` allows, whatever scope is in force."""
        return cls._base_manager.filter(scope.condition(cls))
