"""The picture of a flow: everything is in it, nothing covers anything, every line ends where it leads."""

import re
from itertools import combinations

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as some

from jiceng.packs.catalogue import of_folders, shipped
from jiceng.web.matters.drawing import State, Step, draw, width_of, wrapped
from jiceng.web.matters.picture import picture_of
from tests.matters.conftest import TOWN


def rectangle(box):
    return box.x, box.y, box.x + box.width, box.y + box.height


def apart(one, other):
    """Whether two rectangles do not cover each other."""
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def texts(drawing):
    """The rectangles of everything that is written beside the boxes."""
    return [
        text.corners for arrow in drawing.arrows for text in (arrow.name, arrow.below) if text is not None
    ]


def assert_sound(drawing, states, steps):
    assert [box.state.key for box in drawing.boxes] == [state.key for state in states]
    assert sorted(arrow.step.key for arrow in drawing.arrows) == sorted(step.key for step in steps)
    boxes = [rectangle(box) for box in drawing.boxes]
    for one, other in combinations([*boxes, *texts(drawing)], 2):
        assert apart(one, other), (one, other)
    for left, top, right, bottom in [*boxes, *texts(drawing)]:
        assert left >= 0
        assert top >= 0
        assert right <= drawing.width
        assert bottom <= drawing.height
    for box in drawing.boxes:
        assert box.text.corners[2] <= box.x + box.width


def assert_leads(drawing):
    """Every line that leads somewhere ends on the way to its state, and that way ends at the state's box."""
    ways = {way.target: way for way in drawing.ways}
    boxes = {box.state.key: box for box in drawing.boxes}
    for arrow in drawing.arrows:
        start, y, end = re.fullmatch(r"M([\d.]+) ([\d.]+)H([\d.]+)", arrow.path).groups()
        box = boxes[arrow.step.source]
        assert float(start) == box.x + box.width
        assert box.y <= float(y) <= box.y + box.height
        if arrow.loops:
            continue
        way = ways[arrow.step.target]
        assert float(end) == pytest.approx(way.x, abs=0.1)
        assert any(joint == pytest.approx(float(y), abs=0.1) for joint in way.joints)
    for key, way in ways.items():
        arrives = re.search(r"M[\d.]+ ([\d.]+)H[\d.]+$", way.path)[1]
        assert float(arrives) == pytest.approx(boxes[key].entry, abs=0.1)
    assert len({way.x for way in drawing.ways}) == len(drawing.ways)


names = some.text(some.sampled_from("办理中待派单 abcde、，（）"), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(some.data())
def test_any_flow_is_drawn_whole_and_nothing_covers_anything(data):
    keys = [f"s{n}" for n in range(data.draw(some.integers(1, 7)))]
    states = [State(key, data.draw(names)) for key in keys]
    target = some.sampled_from([None, *keys])
    steps = [
        Step(
            f"t{n}", data.draw(some.sampled_from(keys)), data.draw(target), data.draw(names), data.draw(names)
        )
        for n in range(data.draw(some.integers(0, 14)))
    ]
    drawing = draw(states, steps, keys[0])
    assert_sound(drawing, states, steps)
    assert_leads(drawing)


def test_a_step_to_nowhere_is_no_picture():
    states = [State("a", "甲")]
    with pytest.raises(KeyError):
        draw(states, [Step("x", "a", "b", "到乙")], "a")
    with pytest.raises(KeyError):
        draw(states, [Step("x", "b", "a", "从乙")], "a")
    with pytest.raises(KeyError):
        draw(states, [], "b")


def test_the_first_box_is_entered_from_outside():
    drawing = draw([State("a", "甲"), State("b", "乙")], [Step("x", "a", "b", "去")], "b")
    assert drawing.begins[1] == drawing.boxes[1].entry


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("派单", ("派单",)),
        ("一二三四五六七", ("一二三四五", "六七")),
        ("一二三四五，六", ("一二三四", "五，六")),
        ("Apply to close", ("Apply to", "close")),
        ("", ("",)),
        ("Donaudampfschifffahrt", ("Donaudampfschifffahrt",)),
    ],
)
def test_text_is_broken_between_words_and_chinese_anywhere(text, lines):
    assert wrapped(text, 70, 14) == lines


def test_chinese_is_wide_and_latin_narrow():
    assert width_of("派单", 14) == 28
    assert width_of("ab", 14) < 20


@pytest.fixture(scope="module")
def types():
    """Every matter type that comes with the program, and the little town's."""
    core = next(folder for folder in shipped() if folder.name == "core")
    return {**of_folders(*shipped()).section("matters"), **of_folders(core, TOWN).section("matters")}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_state_and_step_of_every_type_is_in_its_picture(types, language):
    assert len(types) > 10
    with translation.override(language):
        for key, spec in types.items():
            picture = picture_of(spec, here=spec.start)
            drawn = [picture.matter, *([picture.dispatch] if picture.dispatch else [])]
            assert {box.state.key for box in picture.matter.boxes} == set(spec.states), key
            steps = {one for each in drawn for arrow in each.arrows for one in arrow.step.key.split()}
            assert steps == set(spec.steps), key
            assert [box.state.key for box in picture.matter.boxes if box.state.here] == [spec.start]
            for each in drawn:
                assert_sound(each, [box.state for box in each.boxes], [arrow.step for arrow in each.arrows])
                assert_leads(each)
