"""The relations that the rooms' fact declarations ask for."""

from functools import cache

from django.apps import apps

from jiceng.indicators.snapshot.relations import SPANS, Relation, Relations, Stored
from jiceng.records.facts import Column, Fact, Reference, all_facts


def _stored(column: Column | Reference) -> Stored:
    if isinstance(column, Reference):
        return Stored(column.name, column.source or f"{column.name}_id", "id", column.to)
    return Stored(column.name, column.source or column.name, column.kind)


def relations_of(fact: Fact) -> tuple[Relation, ...]:
    """The fact's own relation and, for an entity, that of its spans.

    The row of an entity repeats today's values of its dated columns: they are kept too, because what one may
    see follows from where things are today.
    """
    in_row = {field.column for field in apps.get_model(fact.model)._meta.concrete_fields}
    declared = [(c, _stored(c)) for c in fact.columns if isinstance(c, Column | Reference)]
    names = {stored.name for _, stored in declared}
    life = [Stored(day, day, "date") for day in (fact.begins, fact.ends) if day and day not in names]
    own = [stored for _, stored in declared if not fact.spans or stored.source in in_row]
    found = [Relation(fact.key, fact.table, fact.key, (Stored("id", "id", "id"), *life, *own))]
    if fact.spans:
        key = (Stored("id", "id", "id"), Stored("of", fact.spans_key, "id", fact.key))
        days = (Stored("valid_from", "valid_from", "date"), Stored("valid_to", "valid_to", "date"))
        dated = tuple(stored for column, stored in declared if column.dated)
        found.append(Relation(fact.key + SPANS, fact.spans, fact.key, (*key, *days, *dated)))
    return tuple(found)


@cache
def all_relations() -> Relations:
    """Every relation of a snapshot by name. Facts are registered when the apps load and do not change."""
    countable = [fact for fact in all_facts().values() if fact.countable]
    return {relation.name: relation for fact in countable for relation in relations_of(fact)}
