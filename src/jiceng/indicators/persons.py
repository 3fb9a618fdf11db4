"""Which facts are about persons. Areas may be compared, persons never."""

from jiceng.records.facts import Reference, all_facts

PERSON = "person"


def is_of_a_person(fact: str) -> bool:
    """Whether the fact's rows are persons, or stand for one each."""
    return fact == PERSON or any(
        isinstance(column, Reference) and column.to == PERSON for column in all_facts()[fact].columns
    )
