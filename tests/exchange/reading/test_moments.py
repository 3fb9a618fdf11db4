"""Moments as other systems write them."""

from datetime import date, datetime

import pytest

from jiceng.exchange.reading.dates import DateError
from jiceng.exchange.reading.moments import as_moment
from jiceng.records.calendar import SHANGHAI

AT = datetime(2022, 5, 3, 14, 20, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "written",
    [
        "2022-05-03 14:20", "2022/5/3 14:20:00", "2022年5月3日14时20分", "2022年5月3日 下午2:20", "20220503142000",
        "202205031420", "2022-05-03T14:20:00", "2022-05-03 14:20:00.0", "２０２２－０５－０３　１４：２０",
        44684.597222, AT.replace(tzinfo=None), AT,
    ],
)  # fmt: skip
def test_a_moment_however_it_is_written(written):
    assert as_moment(written) == AT


@pytest.mark.parametrize("written", ["2022-05-03", "2022.5.3", "2022年5月3日", 44684, date(2022, 5, 3)])
def test_a_day_alone_stays_a_day(written):
    found = as_moment(written)
    assert (found, isinstance(found, datetime)) == (date(2022, 5, 3), False)


def test_midnight_in_a_cell_is_a_day_alone():
    assert as_moment(AT.replace(tzinfo=None, hour=0, minute=0)) == date(2022, 5, 3)


@pytest.mark.parametrize("written", ["2022-05-03 25:00", "昨天下午", "2022-13-03 10:00", "14:20"])
def test_what_is_no_moment_is_refused_in_words(written):
    with pytest.raises(DateError):
        as_moment(written)


def test_until_now_is_no_moment():
    assert as_moment("至今") is None
