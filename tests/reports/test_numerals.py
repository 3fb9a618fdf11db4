"""Numbers and dates as papers write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jiceng.reports.numerals import (
    chinese_day,
    chinese_moment,
    chinese_month,
    chinese_number,
    plain,
    rounded,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (45, "四十五"), (100, "一百"), (103, "一百零三"),
        (110, "一百一十"), (999, "九百九十九"),
    ],
)  # fmt: skip
def test_chinese_figures(number, text):
    assert chinese_number(number) == text


def test_every_number_has_figures_of_its_own():
    assert len({chinese_number(number) for number in range(1, 1000)}) == 999


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_numbers_without_chinese_figures(number):
    with pytest.raises(ValueError, match="no Chinese figures"):
        chinese_number(number)


def test_dates_have_no_leading_zeros():
    assert chinese_day(date(2022, 6, 3)) == "2022年6月3日"
    assert chinese_month(date(2022, 6, 3)) == "2022年6月"
    assert chinese_moment(datetime(2022, 6, 3, 9, 5)) == "2022年6月3日9时05分"  # noqa: DTZ001 - local already


def test_a_moment_is_said_by_the_clock_here():
    late = datetime(2022, 12, 31, 17, 30, tzinfo=UTC)
    assert chinese_day(late) == "2023年1月1日"
    assert chinese_moment(late) == "2023年1月1日1时30分"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("0.125"), 2, "0.13"), (Decimal("0.135"), 2, "0.14"), (2.675, 2, "2.68"), (97.25, 1, "97.3"),
        (100, 1, "100.0"), (0, 0, "0"), (Decimal("99.95"), 1, "100.0"), (-1.05, 1, "-1.1"), (10**20, 0, f"1{'0' * 20}"),
        (1e300, 2, "1E+300"),
    ],
)  # fmt: skip
def test_halves_are_rounded_up(value, decimals, text):
    assert rounded(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(12.0, "12"), (12.5, "12.5"), (99.254, "99.25"), (1240, "1240"), (0, "0"), (100, "100")],
)
def test_plain_numbers_have_no_decimals_that_say_nothing(value, text):
    assert plain(value) == text
