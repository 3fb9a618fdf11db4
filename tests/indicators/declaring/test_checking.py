"""When a computed figure is the published one, and how the comparison is told."""

from datetime import date
from decimal import Decimal

import pytest

from jiceng.indicators.checking import Checked, Place, agrees, as_json, in_published_unit, lines
from jiceng.indicators.sections import Reference


def published(value, **said) -> Reference:
    return Reference.model_validate({"id": "x-1", "quote": "原文", "value": value, **said})


@pytest.mark.parametrize(
    ("value", "said", "computed", "agreed"),
    [
        (689, {}, "689", True),
        (689, {}, "688", False),
        (689, {}, "689.5", False),  # rounds to 690
        (87.8, {}, "87.8145", True),
        (87.8, {}, "87.75", True),  # half is rounded up
        (87.8, {}, "87.7499", False),
        (87.8, {}, "87.85", False),
        (100, {}, "99.6", True),  # printed without digits behind the point
        (100, {}, "99.4", False),
        (430, {"at_least": True}, "430", True),
        (430, {"at_least": True}, "438.6", True),
        (430, {"at_least": True}, "439", False),
        (430, {"at_least": True}, "429", False),
        (300, {"at_most": True}, "294", True),
        (300, {"at_most": True}, "293", False),
        (300, {"at_most": True}, "301", False),
        (300, {"approx": True}, "294", True),
        (300, {"approx": True}, "306", True),
        (300, {"approx": True}, "307", False),
        (-10, {"at_least": True}, "-9.9", True),  # above, also below nought
        (-10, {"at_least": True}, "-10.1", False),
    ],
)
def test_what_agrees_with_a_published_figure(value, said, computed, agreed):
    assert agrees(Decimal(computed), published(value, **said)) is agreed


def test_a_figure_in_ten_thousands_is_compared_in_ten_thousands():
    members = published(3.1, unit="万名", base_value=31_000, base_unit="名")
    assert in_published_unit(30_500, members) == Decimal("3.05")
    assert agrees(in_published_unit(30_500, members), members)
    assert not agrees(in_published_unit(30_499, members), members)
    assert in_published_unit(12, published(12)) == 12


def test_what_is_no_number_agrees_with_nothing():
    assert in_published_unit(None, published(1)) is None
    assert in_published_unit(date(2021, 1, 1), published(1)) is None


def test_a_place_is_sound_if_all_that_has_an_indicator_agrees():
    good = Checked("a-1", "甲", 3, 3, True, "core:units", 3)
    later = Checked("a-2", "乙", 5, None, False, None, 0)
    bad = Checked("a-3", "丙", 7, 6, False, "core:units", 6)
    broken = Checked("a-4", "丁", 7, None, False, "core:units", 0, "没有代码 99 的区域")
    assert Place("somewhere", (good, later)).sound
    assert not Place("somewhere", (good, bad)).sound
    whole = Place("somewhere", (good, later, bad, broken))
    assert (whole.ok, as_json(whole)["ok"], as_json(whole)["total"]) == (1, 1, 4)
    said = list(lines([whole]))
    assert [line[0] for line in said[:4]] == ["✓", "·", "✗", "✗"]
    assert "尚无指标" in said[1]
    assert "7 → 6" in said[2]
    assert "没有代码 99" in said[3]
    assert said[-1] == "somewhere：1 / 4 相符"
