"""Subtrees for some time, without anything in them twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiceng.indicators.answering.trees import FOREVER, Root, without_overlaps

DAYS = [date(2020, 1, 1) + timedelta(days=n) for n in range(12)]
PATHS = ["0001", "0002", "00010001", "00010002", "000100010001"]


def stretches():
    days = st.tuples(st.sampled_from(DAYS), st.sampled_from([*DAYS, FOREVER])).filter(lambda d: d[0] < d[1])
    return st.lists(st.builds(lambda path, d: Root(path, *d), st.sampled_from(PATHS), days), max_size=6)


def held(roots, path, day):
    """How often what stands at `path` is in the roots on that day."""
    return sum(path.startswith(root.path) and root.since <= day < root.until for root in roots)


@given(stretches())
def test_everything_stays_and_nothing_is_there_twice(roots):
    cleared = without_overlaps(roots)
    for path in PATHS:
        for day in DAYS:
            assert held(cleared, path, day) == min(1, held(roots, path, day))


def test_a_subtree_that_another_took_in_for_a_while_is_cut_around_it():
    inner, outer = Root("00010001"), Root("0001", DAYS[2], DAYS[5])
    cleared = without_overlaps([inner, outer])
    assert outer in cleared
    assert {(root.since, root.until) for root in cleared if root.path == "00010001"} == {
        (date.min, DAYS[2]),
        (DAYS[5], FOREVER),
    }
