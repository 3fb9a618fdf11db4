"""The organisation drawn: every box below its superior, the upper levels of what is too much."""

import re

from jiceng.web.reports.drawing import MOST, ROW, STEP, drawn

TREE = [
    (0, "县委"),
    (1, "东镇党委"),
    (2, "甲村支部"),
    (2, "乙村支部"),
    (1, "西乡党委"),
    (2, "丙村支部"),
    (0, "直属"),
]


def superiors(found):
    """Of each box, the row that its line starts at; None for a top."""
    starts = [re.match(r"M(\d+) (\d+) V(\d+) H(\d+)$", box.line) for box in found.boxes]
    return [None if start is None else (int(start[2]) // ROW) for start in starts]


def test_every_box_hangs_on_its_superior():
    found = drawn(TREE)
    assert [box.text for box in found.boxes] == [text for _depth, text in TREE]
    assert superiors(found) == [None, 0, 1, 1, 0, 4, None]
    assert [box.x for box in found.boxes] == [depth * STEP for depth, _text in TREE]
    assert found.height == len(TREE) * ROW
    assert found.left_out == 0


def test_of_a_large_tree_the_upper_levels_are_drawn():
    large = [(0, "县委"), *((1, f"镇{n}") for n in range(10)), *((2, f"支部{n}") for n in range(MOST))]
    found = drawn(large)
    assert len(found.boxes) == 11
    assert found.left_out == MOST
    assert len(drawn([(0, str(n)) for n in range(MOST + 5)]).boxes) == MOST + 5  # tops are always there


def test_nothing_is_drawn_of_nothing():
    assert drawn(()) is None


def test_what_begins_below_the_top_has_no_line_from_nowhere():
    assert superiors(drawn([(2, "支部"), (1, "党委"), (2, "支部")])) == [None, None, 1]
