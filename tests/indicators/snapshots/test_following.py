"""What the audit stream says has changed: each record once, however often it was touched."""

from jiceng.indicators.snapshot.following import Changes


def found(changes: Changes, keys: range) -> list[int]:
    """The keys that the conditions find, as often as they find them."""
    hits = []
    for condition in changes.conditions():
        hits += [key for key in keys if eval(condition_in_python(condition), {"id": key})]
    return sorted(hits)


def condition_in_python(condition: str) -> str:
    if " BETWEEN " in condition:
        first, last = condition.removeprefix("id BETWEEN ").split(" AND ")
        return f"{first} <= id <= {last}"
    return condition.replace(" IN ", " in ").replace(")", ",)")


def test_a_record_loaded_and_then_touched_is_read_once():
    changes = Changes()
    changes.note(1, 10, "load")
    changes.note(5, None, "update")
    changes.note(12, None, "update")
    assert found(changes, range(20)) == [*range(1, 11), 12]


def test_overlapping_and_neighbouring_loads_are_one():
    changes = Changes()
    for first, last in ((5, 9), (1, 6), (10, 12), (30, 31)):
        changes.note(first, last, "load")
    assert found(changes, range(40)) == [*range(1, 13), 30, 31]
    assert len(list(changes.conditions())) == 2


def test_reading_touches_nothing_and_an_unclear_verb_everything():
    changes = Changes()
    changes.note(1, None, "read")
    assert (changes.count(), changes.whole) == (0, False)
    changes.note(0, None, "derive")
    assert changes.whole
