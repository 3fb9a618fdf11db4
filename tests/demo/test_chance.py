"""Chance that is the same everywhere, and shares that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.demo.chance import apportioned, by_weights, chosen, cumulated, normal, shared_out, stream, uneven


def test_a_stream_is_the_same_on_every_machine():
    rng = stream("place", "firms", "employees")
    assert [rng.randrange(1000) for _ in range(5)] == [117, 650, 316, 239, 74]


def test_streams_of_different_purposes_differ():
    assert stream("a", "b").random() != stream("a", "c").random()
    assert stream("a", "bc").random() != stream("ab", "c").random()


@given(
    st.integers(0, 10_000),
    st.lists(st.floats(0, 1000, allow_nan=False), min_size=1, max_size=30).filter(lambda w: sum(w) > 0.001),
)
def test_shares_add_up_and_stay_within_one_of_their_weight(total, weights):
    found = apportioned(total, weights)
    assert sum(found) == total
    whole = sum(weights)
    assert all(abs(n - total * w / whole) < 1 + 1e-6 for n, w in zip(found, weights, strict=True))


def test_the_largest_remainders_get_what_is_left():
    assert apportioned(10, [1, 1, 1]) == [4, 3, 3]
    assert apportioned(7, [0.5, 0.3, 0.2]) == [4, 2, 1]
    assert apportioned(0, [0, 0]) == [0, 0]


def test_nobody_to_share_with_is_an_error():
    with pytest.raises(ValueError, match="nothing has a weight"):
        apportioned(3, [0, 0])


@given(
    st.lists(st.tuples(st.floats(0.1, 50), st.integers(2, 40)), min_size=1, max_size=25),
    st.integers(0, 2),
    st.data(),
)
def test_shares_keep_their_bounds(takers, least, data):
    weights, room = [w for w, _ in takers], [r for _, r in takers]
    total = data.draw(st.integers(least * len(takers), sum(room)))
    found = shared_out(total, weights, least, room)
    assert sum(found) == total
    assert all(least <= n <= r for n, r in zip(found, room, strict=True))


@pytest.mark.parametrize(
    ("total", "least", "room"), [(5, 3, None), (9, 0, [4, 4]), (6, 3, [2, 9])], ids=["few", "many", "narrow"]
)
def test_bounds_that_cannot_be_kept_are_an_error(total, least, room):
    with pytest.raises(ValueError, match="do not fit"):
        shared_out(total, [1, 1], least, room)


def test_values_by_weights_come_out_in_exact_numbers_and_mixed():
    found = by_weights(stream("x"), ["a", "b", "c"], [5, 3, 2], 1000)
    assert (found.count("a"), found.count("b"), found.count("c")) == (500, 300, 200)
    assert len(set(found[:100])) == 3


def test_choosing_follows_the_weights_roughly():
    found = chosen(stream("x"), ["often", "seldom"], cumulated([9, 1]), 5000)
    assert 300 < found.count("seldom") < 700


def test_unevenness_zero_is_even():
    assert uneven(stream("x"), 4, 0) == [1, 1, 1, 1]
    weights = uneven(stream("x"), 500, 0.8)
    assert max(weights) > 4 * min(weights) > 0


def test_normal_numbers_are_bounded():
    rng = stream("normal")
    found = [normal(rng) for _ in range(5000)]
    assert abs(sum(found) / len(found)) < 0.06
    assert max(map(abs, found)) < 3.5
