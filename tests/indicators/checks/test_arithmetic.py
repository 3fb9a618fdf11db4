"""The arithmetic of checks: what can be written, what it comes to, and what is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.indicators.checks.arithmetic import DEEPEST, Comparison, Term, comparison, parse
from jiceng.records.refusals import Refusal

VALUES = {
    "a": Decimal(6),
    "b": Decimal(4),
    "c": Decimal(0),
    "none": None,
    "gh-017": Decimal(7),
    "x:y": Decimal(1),
}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a", "6"),
        ("a + b * 2", "14"),
        ("(a + b) * 2", "20"),
        ("a - b - 1", "1"),  # from left to right
        ("a / b", "1.5"),
        ("12 / a / 2", "1"),
        ("gh-017-a", "1"),  # an id may hold figures behind a hyphen
        ("gh-017 - 2", "5"),
        ("x:y+1.5", "2.5"),
        ("  a  ", "6"),
    ],
)
def test_what_a_term_comes_to(written, value):
    assert parse(written).value(VALUES) == Decimal(value)


@pytest.mark.parametrize("written", ["a / c", "none", "a + none", "a / (b - 4)", "1 / 0 * 0"])
def test_nothing_is_made_of_what_has_no_value(written):
    assert parse(written).value(VALUES) is None


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("a = 6", True),
        ("a + b = 11", False),
        ("b <= a", True),
        ("a <= b", False),
        ("a >= 6", True),
        ("a > 6", False),
        ("b < a", True),
        ("a / c = 0", None),  # a zero denominator is neither right nor wrong
        ("none <= a", None),
    ],
)
def test_whether_a_comparison_holds(written, holds):
    assert comparison(written).holds(VALUES) is holds


def test_a_comparison_may_spare_a_little():
    found = comparison("a = 7")
    assert found.holds(VALUES, Decimal(1)) is True
    assert found.holds(VALUES, Decimal("0.9")) is False
    assert comparison("a <= 5").holds(VALUES, Decimal(1)) is True


@pytest.mark.parametrize(
    "written",
    [
        "", "a b", "a +", "+ a", "(a", "a)", "a = b = c", "a == b", "a ** 2", "f(a)", "a.b", "'a'", "a; b", "a and b",
        "-a", "1.", ".5", "a = ", "__import__('os')", "a" * 500, "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_may_be_written(written):
    with pytest.raises(Refusal) as refused:
        parse(written)
    assert refused.value.remedy


def test_a_check_needs_a_comparison():
    with pytest.raises(Refusal, match="没有比较"):
        comparison("a + b")


def test_names_come_once_and_can_be_replaced():
    found = comparison("a + b + a <= c * a")
    assert found.names() == ["a", "b", "c"]
    assert found.renamed({"a": "p:a"}).names() == ["p:a", "b", "c"]
    assert found.names() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("written", "weights"),
    [
        ("a + b = c", {"a": 1, "b": 1, "c": -1}),
        ("a - (b - c) <= a", {"a": 0, "b": -1, "c": 1}),
        ("a * 2 = b", None),
        ("a = 3", None),
        ("a / b = c", None),
    ],
)
def test_a_sum_of_names_has_weights(written, weights):
    assert comparison(written).weights() == weights


# ------------------------------------------------------------------------------ any expression at all
@st.composite
def expressions(draw, depth=3):
    """A written expression with what it comes to in fractions; None where something is divided by nought."""
    if depth == 0 or draw(st.booleans()):
        number = draw(st.integers(0, 9))
        return str(number), Fraction(number)
    sign = draw(st.sampled_from("+-*/"))
    (left, one), (right, two) = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    if one is None or two is None or (sign == "/" and not two):
        return f"({left}) {sign} ({right})", None
    made = {"+": one + two, "-": one - two, "*": one * two, "/": one / two if two else None}
    return f"({left}) {sign} ({right})", made[sign]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_any_expression_comes_to_what_fractions_say(made):
    written, value = made
    found = parse(written).value({})
    if value is None:
        assert found is None
    else:
        assert abs(found - Decimal(value.numerator) / Decimal(value.denominator)) < Decimal("1e-12")


@given(st.text(max_size=40))
def test_no_text_does_anything_but_parse_or_be_refused(written):
    try:
        found = parse(written)
    except Refusal:
        return
    assert isinstance(found, Term | Comparison)
