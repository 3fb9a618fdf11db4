"""The database's rows as they are, read by the ORM, for the evaluator that works figures out row by row.

Nothing here knows of the snapshot, the compiler or the engine: what they say is compared with this.
"""

from collections import defaultdict
from functools import cache

from django.apps import apps

from jiceng.indicators.snapshot.declared import all_relations
from jiceng.packs.filters.matching import value_of
from jiceng.packs.filters.nodes import ColumnPath
from jiceng.packs.filters.resolving import column_of
from jiceng.records.facts import Column, Reference, all_facts
from tests.indicators.answers.evaluator import Evaluator
from tests.indicators.world import World


class Ledger(World):
    """The rows of every fact, and the stretches of entities, as the database holds them now."""

    def __init__(self) -> None:
        models = {model._meta.db_table: model for model in apps.get_models()}
        self.rows, self._seen = {}, {}
        self.spans = defaultdict(lambda: defaultdict(list))
        for relation in all_relations().values():
            model = models[relation.table]
            attributes = {field.column: field.attname for field in model._meta.concrete_fields}
            names = [column.name for column in relation.columns]
            begins, ends = _life(relation)
            asked = model._base_manager.order_by(attributes[begins], "pk").values_list(
                *(attributes[column.source] for column in relation.columns)
            )
            found = [dict(zip(names, (None if v == "" else v for v in row), strict=True)) for row in asked]
            if relation.own:
                dated = _dated(relation.fact)
                plain = [
                    {n: v for n, v in row.items() if n not in dated}
                    | {"valid_from": row[begins], "valid_to": row[ends] if ends else None}
                    for row in found
                ]
                self.rows[relation.fact] = {row["id"]: row | dict.fromkeys(dated) for row in plain}
            else:
                for row in found:
                    del row["id"]  # its own, not the entity's
                    self.spans[relation.fact][row.pop("of")].append(row)

    def on(self, fact, key, day):
        """As the world has it; each row on each day is put together once."""
        if (fact, key, day) not in self._seen:
            self._seen[fact, key, day] = super().on(fact, key, day)
        return self._seen[fact, key, day]


def _life(relation) -> tuple[str, str | None]:
    """The columns that say from and until when a row holds: some facts have names of their own for them."""
    fact = all_facts()[relation.fact]
    return (fact.begins, fact.ends) if relation.own else ("valid_from", "valid_to")


@cache
def _dated(fact: str) -> set[str]:
    """The columns that an entity's row repeats for today only."""
    columns = all_facts()[fact].columns
    return {c.name for c in columns if isinstance(c, Column | Reference) and c.dated}


@cache
def _column(fact: str, dotted: str) -> ColumnPath:
    return column_of(all_facts()[fact], dotted)


class Walk(Evaluator):
    """The evaluator over a ledger, with an index for the records that others are looked up by."""

    def __init__(self, ledger, vocabularies) -> None:
        super().__init__(ledger, vocabularies)
        self._index, self._counted = {}, {}

    def at(self, fact, row, dotted, day):
        return value_of(_column(fact, dotted), row, day, self)

    def counted(self, indicator, question):
        asked = (id(indicator), question.day, question.between)
        if asked not in self._counted:
            self._counted[asked] = list(super().counted(indicator, question))
        return self._counted[asked]

    def rows(self, fact, match, valid, day):
        key = next((c for c in match if "." not in c and c not in _dated(fact) and c != "id"), None)
        if key is None:
            yield from super().rows(fact, match, valid, day)
            return
        if (fact, key) not in self._index:
            found = defaultdict(dict)
            for record, row in self.world.rows[fact].items():
                found[row[key]][record] = row
            self._index[fact, key] = found
        some = _Some(self.world, fact, self._index[fact, key].get(match[key], {}))
        yield from Evaluator.rows(_Over(self, some), fact, match, valid, day)


class _Some:
    """A ledger of which one fact has only some rows."""

    def __init__(self, ledger, fact, rows) -> None:
        self.rows, self.on = {fact: rows}, ledger.on


class _Over:
    """The evaluator over such a ledger."""

    def __init__(self, walk, some) -> None:
        self.world, self.at = some, walk.at
