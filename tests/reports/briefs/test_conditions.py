"""What became of a figure decides whether a sentence is written; nothing is said of what is not known."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from jiceng.reports.conditions import holds, measured
from jiceng.reports.sections.conditions import Condition
from jiceng.reports.tables import Share
from jiceng.reports.tracing import Traced


def condition(is_, than=None) -> Condition:
    return Condition.model_validate({"figure": "x", "is": is_} | ({} if than is None else {"than": than}))


@pytest.mark.parametrize(
    ("now", "before", "true"),
    [
        (3, 2, "rose"), (2, 3, "fell"), (2, 2, "unchanged"), (0, 0, "unchanged"), (Decimal("1.5"), 1, "rose"),
        (Share(9, 10), Share(8, 10), "rose"), (Share(1, 2), Share(2, 4), "unchanged"),
        (Share(1, 3), Share(1, 2), "fell"),
    ],
)  # fmt: skip
def test_a_figure_rose_fell_or_stayed(now, before, true):
    values = {"x": Traced(now, None), "x_before": before}
    assert [word for word in ("rose", "fell", "unchanged") if holds(condition(word), values)] == [true]


@pytest.mark.parametrize("now", [None, Share(0, 0), Share(3, 0), float("nan"), "三", date(2022, 5, 1), True])
def test_of_what_has_no_value_nothing_is_said(now):
    words = ("rose", "fell", "unchanged", "zero", "some")
    assert not any(holds(condition(word), {"x": now, "x_before": 1}) for word in words)
    assert not any(holds(condition(word, 1), {"x": now}) for word in ("above", "below"))


def test_what_was_not_known_before_neither_rose_nor_fell():
    for before in ({}, {"x_before": None}, {"x_before": Share(1, 0)}):
        assert not any(holds(condition(word), {"x": 1, **before}) for word in ("rose", "fell", "unchanged"))
    assert holds(condition("some"), {"x": 1})


def test_nought_is_a_value():
    assert holds(condition("zero"), {"x": 0})
    assert holds(condition("zero"), {"x": Share(0, 5)})
    assert not holds(condition("some"), {"x": 0})


def test_bounds_are_numbers_shares_in_per_cent_or_other_figures():
    assert holds(condition("below", 90), {"x": Share(89, 100)})
    assert not holds(condition("below", 90), {"x": Share(90, 100)})
    assert holds(condition("above", 3), {"x": 4})
    assert holds(condition("below", "whole"), {"x": Share(1, 3), "whole": Traced(Share(1, 2), None)})
    assert not holds(condition("below", "whole"), {"x": Share(1, 3)})


def test_numbers_are_exact():
    assert measured(0.1) == Decimal("0.1")
    assert measured(Share(1, 8)) == Decimal("12.5")


@pytest.mark.parametrize(
    "said", [{"is": "above"}, {"is": "rose", "than": 3}, {"is": "grew"}, {"is": "zero", "and": 1}]
)
def test_a_condition_says_what_it_needs_and_no_more(said):
    with pytest.raises(ValidationError):
        Condition.model_validate({"figure": "x", **said})


def test_the_names_it_looks_at():
    assert condition("rose").names() == ["x", "x_before"]
    assert condition("below", "whole").names() == ["x", "whole"]
    assert condition("below", 5).names() == condition("zero").names() == ["x"]
