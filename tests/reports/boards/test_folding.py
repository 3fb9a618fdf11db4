"""Which areas are compared, and which are told together."""

from decimal import Decimal

from jiceng.indicators.answering.values import Part
from jiceng.reports.boards.folding import compared, together


def share(key, numerator, denominator, **more):
    return Part(numerator, denominator, denominator, "%", True, key, f"区{key}", **more)


def count(key, number, **more):
    return Part(number, None, number, "个", False, key, f"区{key}", **more)


def keys(parts):
    return [part.key for part in parts]


def test_shares_of_few_are_taken_together():
    found = compared([share(1, 9, 10), share(2, 1, 4), share(3, 0, 1)], "share", fewest=5)
    assert keys(found.kept) == [1]
    assert keys(found.others) == [2, 3]
    assert (found.rest.numerator, found.rest.denominator, found.rest.value) == (1, 5, Decimal(20))


def test_a_share_of_none_stays_and_is_none():
    found = compared([share(1, 9, 10), share(2, 0, 0)], "share", fewest=5)
    assert keys(found.kept) == [1, 2]
    assert found.kept[1].value is None
    assert found.rest is None


def test_counts_are_compared_however_small():
    found = compared([count(1, 9), count(2, 1), count(3, 0)], "count", fewest=5)
    assert keys(found.kept) == [1, 2, 3]
    assert found.others == ()


def test_what_a_tile_has_no_room_for_is_added_up():
    found = compared([count(key, 10 - key) for key in range(6)], "count", most=4)
    assert keys(found.kept) == [0, 1, 2]
    assert keys(found.others) == [3, 4, 5]
    assert found.rest.value == 7 + 6 + 5
    assert compared([count(key, 1) for key in range(4)], "count", most=4).others == ()


def test_what_cannot_be_added_up_is_only_said():
    found = compared([count(key, 10 - key) for key in range(6)], "distinct", most=4)
    assert keys(found.others) == [3, 4, 5]
    assert found.rest is None


def test_what_overlaps_is_in_no_sum():
    zone = share(9, 1, 2, beside=True)
    assert keys(compared([share(1, 9, 10), zone], "share", fewest=5).kept) == [1, 9]
    found = compared([count(1, 5), count(2, 4), count(9, 3, beside=True), count(3, 2)], "count", most=2)
    assert keys(found.others) == [2, 3]
    assert found.rest.value == 6


def test_values_are_never_added_up():
    rest = together([share(1, 1, 2), share(2, 1, 4)])
    assert (rest.numerator, rest.denominator, rest.rows) == (2, 6, 6)
    nothing = together([Part(None, None, 0, "岁", False, 1)])
    assert (nothing.numerator, nothing.denominator, nothing.value) == (None, None, None)
