"""What of a table a scope allows: records that are there, and places where new ones would stand."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from jiceng.exchange.tables import Table
from jiceng.exchange.writing.stored import chunked
from jiceng.protection.scopes import TREES, Scope, ScopedModel, within


def condition(table: Table, scope: Scope) -> Q:
    """The query condition by which `scope` sees records of `table`, also where the model has no paths of
    its own.
    """
    if scope.everything:
        return Q()
    if issubclass(table.model, ScopedModel):
        return scope.condition(table.model)
    found = Q(pk__in=[])
    lookups = table.path_lookups()
    for tree in TREES:
        for lookup in lookups.get(tree, ()):
            for path in getattr(scope, tree):
                found |= within(lookup, path)
    if scope.area:
        inside = Q(pk__in=[])
        for lookup in lookups.get("territory", ()):
            for path in scope.area:
                inside |= within(lookup, path)
        found &= inside
    return found


def visible_keys(table: Table, scope: Scope, keys: Sequence[int]) -> set[int]:
    """Those of the records with these keys that `scope` sees."""
    found: set[int] = set()
    inside = condition(table, scope) if keys else Q()
    for some in chunked(keys, 500):
        found.update(table.model._base_manager.filter(inside, pk__in=some).values_list("pk", flat=True))
    return found


def allowed(scope: Scope, paths: Mapping[str, Iterable[str]]) -> bool:
    """Whether a record that stands at `paths` in the trees lies within `scope`; one that stands nowhere
    does not.
    """
    if scope.everything:
        return True
    places = list(paths.get("territory", ()))
    if scope.area and not any(place.startswith(area) for place in places for area in scope.area):
        return False
    return any(
        path.startswith(own) for tree in TREES for path in paths.get(tree, ()) for own in getattr(scope, tree)
    )
