"""From what packs say of coverage to rules that run, for every place a pack is bound to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.apps import apps

from jiceng.coverage.rules import Condition, Ledger, Need
from jiceng.coverage.sections import CompletenessSpec, CoverageSpec
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.filters.matching import Row, matches
from jiceng.packs.filters.nodes import Node
from jiceng.records.bases import valid_on
from jiceng.records.facts import Column, Reference, all_facts


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """The ledgers in force below one node of the territory tree (`path`, empty for everywhere else)."""

    path: str
    ledgers: tuple[Ledger, ...]


def rules_of(catalogue: Catalogue) -> list[PlaceRules]:
    """The rules of every bound node, deepest first, then those of the base packs alone."""
    codes = {b.region for m in catalogue.packs.values() if not m.base for b in m.binds}
    bound = Region.objects.current().filter(code__in=codes).order_by("-path")
    places = [(region.path, _codes_up(region)) for region in bound]
    return [PlaceRules(path, _ledgers(catalogue, at)) for path, at in [*places, ("", [])]]


def rules_at(rules: Sequence[PlaceRules], path: str) -> tuple[Ledger, ...]:
    """The ledgers for a unit whose region has `path`."""
    return next(r.ledgers for r in rules if path.startswith(r.path))


def canonical(catalogue: Catalogue, section: str, key: str) -> str:
    """The key by which records know an item: a local override of a base pack's ledger is still that
    ledger.
    """
    bare = key.partition(":")[2]
    for manifest in catalogue.packs.values():
        if manifest.base and f"{manifest.id}:{bare}" in catalogue.section(section):
            return f"{manifest.id}:{bare}"
    return key


def _codes_up(region: Region) -> list[str]:
    codes: list[str] = []
    node: Region | None = region
    while node is not None:
        codes.append(node.code)
        node = node.parent
    return codes


def _ledgers(catalogue: Catalogue, at: Sequence[str]) -> tuple[Ledger, ...]:
    found: Mapping[str, CoverageSpec] = catalogue.section("coverage", at)
    items: Mapping[str, CompletenessSpec] = catalogue.section("completeness", at)
    return tuple(_ledger(catalogue, key, spec, items) for key, spec in found.items())


def _ledger(
    catalogue: Catalogue, key: str, spec: CoverageSpec, items: Mapping[str, CompletenessSpec]
) -> Ledger:
    known = canonical(catalogue, "coverage", key)
    condition = partial(_condition, Lookup(catalogue))

    def below(vocabulary: str, terms: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(catalogue.descendants(vocabulary, term) for term in terms))

    return Ledger(
        key=known,
        base=spec.base,
        kinds=below("unit_kinds", spec.kinds),
        natures=below("party_org_natures", spec.natures),
        instructor_posts=below("posts", spec.instructor_posts),
        group_designations=below("designations", spec.group_designations),
        in_scope=condition(spec.in_scope),
        organised=tuple(spec.organised),
        worked=condition(spec.worked),
        needs=tuple(Need(f"{key}.{n.key}", condition(n.when), n.ask, n.obliged) for n in spec.needs),
        items=tuple(
            (canonical(catalogue, "completeness", item), condition(clear.clear))
            for item, clear in items.items()
            if canonical(catalogue, "coverage", clear.ledger) == known
        ),
    )


def _condition(lookup: "Lookup", node: Node) -> Condition:
    def holds(row: Mapping[str, Any], day: date) -> bool:
        return matches(node, row, day, lookup)

    return holds


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a rule may ask beyond the unit itself, read from the records (`packs.filters.matching.Lookup`)."""

    catalogue: Catalogue
    _rows: dict[tuple[str, Any, date], Row | None] = field(default_factory=dict)

    def row(self, fact: str, key: Any, day: date) -> Row | None:
        """One row of `fact`, today's values where the fact is not dated; remembered for this rebuild."""
        asked = (fact, key, day)
        if asked not in self._rows:
            self._rows[asked] = next(iter(self._read(fact, {"id": key}, None, day)), None)
        return self._rows[asked]

    def rows(self, fact: str, match: Mapping[str, Any], valid: date | None, day: date) -> Iterable[Row]:
        """The rows of `fact` that match."""
        return self._read(fact, match, valid, day)

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term and those below it."""
        return self.catalogue.descendants(vocabulary, key)

    def ranked(self, vocabulary: str, at_least: float) -> frozenset[str]:
        """The terms of at least that rank."""
        return self.catalogue.ranked(vocabulary, at_least)

    def _read(self, key: str, match: Mapping[str, Any], valid: date | None, day: date) -> Iterable[Row]:
        fact = all_facts()[key]
        rows = apps.get_model(fact.model)._base_manager.all()
        if valid is not None:
            rows = rows.filter(valid_on(valid))
        for name, value in match.items():
            rows = rows.filter(**{name.replace(".", "__"): value})
        own = [c for c in fact.columns if isinstance(c, Column | Reference) and not c.dated]
        dated = [c for c in fact.columns if isinstance(c, Column | Reference) and c.dated]
        for record in rows:
            holder = record.spans.filter(valid_on(day)).first() if fact.spans else record
            yield {
                "id": record.pk,
                **{c.name: getattr(record, _attribute(c)) for c in own},
                **{c.name: getattr(holder, _attribute(c)) for c in dated if holder is not None},
            }


def _attribute(column: Column | Reference) -> str:
    if column.source:
        return column.source
    return f"{column.name}_id" if isinstance(column, Reference) else column.name
