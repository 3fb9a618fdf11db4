"""Titles in lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.reports.papers.lines import WORDS, in_lines
from jiceng.reports.tables import breadth

MOST = 20.1  # characters of 二号 in the type area


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("督办单", ["督办单"]),
        ("关于2022年6月份12345热线办理情况的通报", ["关于2022年6月份12345热线办理情况的通报"]),
        (
            "关于表扬2021年度全县基层党建工作先进集体的通报",
            ["关于表扬2021年度全县基层", "党建工作先进集体的通报"],
        ),
        (
            "关于进一步做好两新组织党的组织和工作覆盖集中攻坚行动有关事项的通知",
            ["关于进一步做好两新组织党的组织和", "工作覆盖集中攻坚行动有关事项的通知"],
        ),
        ("关于印发《江湾县党建指导员管理办法》的通知", ["关于印发《江湾县党建", "指导员管理办法》的通知"]),
        ("甲\n乙", ["甲", "乙"]),
        ("  甲  \n\n", ["甲"]),
        ("", []),
    ],
)
def test_titles_as_a_clerk_would_break_them(title, lines):
    assert in_lines(title, MOST) == lines


@pytest.mark.parametrize("number", ["2022年", "15家", "98%", "3号"])
def test_a_number_stays_with_what_it_counts(number):
    for before in range(6, 20):
        lines = in_lines("某" * before + number + "某" * (30 - before), MOST)
        assert any(number in line for line in lines), lines


def test_no_line_begins_or_ends_with_a_mark_that_may_not():
    for before in range(4, 24):
        lines = in_lines("某" * before + "《某某》、（某某）" + "某" * (24 - before), MOST)
        assert not any(line[0] in "》）、" for line in lines)
        assert not any(line[-1] in "《（" for line in lines)


@pytest.mark.parametrize("word", WORDS[:20])
def test_words_of_the_field_are_not_parted(word):
    for before in range(8, 18):
        lines = in_lines("某" * before + word + "某" * (26 - before), MOST)
        assert any(word in line for line in lines), lines


@given(st.text(alphabet="某县党建基层的《》、（）0123456789abc %", max_size=120), st.integers(8, 40))
def test_nothing_is_lost_and_no_line_is_wider_than_it_may_be(title, most):
    lines = in_lines(title, most)
    assert "".join(lines) == title.strip()
    assert all(breadth(line) <= most for line in lines)
    assert len(lines) <= breadth(title) / most * 2 + 1
