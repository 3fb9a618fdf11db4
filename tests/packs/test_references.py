"""What a room's model says of its fields, checked by the loader with file and line."""

from datetime import date
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from jiceng.packs.filters.nodes import EVERYTHING, AllOf, ColumnPath, Node, TermIn
from jiceng.packs.references import ColumnOf, Day, FactRef, FilterOn, ItemRef, TermRef
from jiceng.packs.sections import PackModel, Section, register_section


class Figure(PackModel):
    fact: Annotated[str, FactRef()] = Field(description="事实表")
    where: Annotated[Node, FilterOn(field="fact")] = Field(EVERYTHING, description="条件")
    of: Annotated[ColumnPath | None, ColumnOf(field="fact", kinds=("integer", "number"))] = Field(
        None, description="列"
    )
    breakdowns: list[Annotated[ColumnPath, ColumnOf(field="fact")]] = Field(
        default_factory=list, description="分组"
    )
    posts: tuple[Annotated[str, TermRef("posts")], ...] = Field((), description="职务")
    base: Annotated[str | None, ItemRef("figures")] = Field(None, description="另一个指标")
    day: Day | None = Field(None, description="日期")


@pytest.fixture
def figures(section, place):
    section(Section("figures", Figure, keyed=True, label="指标", description="测试用"))
    return lambda content: place(f"figures:\n{content}").section("figures")


@pytest.fixture
def wrong(section, faults):
    section(Section("figures", Figure, keyed=True, label="指标", description="测试用"))
    return lambda content: faults(f"figures:\n{content}")


def test_names_come_out_qualified_parsed_and_resolved(figures):
    found = figures(
        "  one:\n"
        "    fact: appointment\n"
        "    where: {post: secretary}\n"
        "    of: person.age\n"
        "    breakdowns: [post, region.kind]\n"
        "    posts: [secretary, ground:director]\n"
        "    base: two\n"
        "    day: 2021-12-31\n"
        "  two: {fact: unit}\n"
    )
    one = found["place:one"]
    assert isinstance(one.where, TermIn)
    assert one.where.terms == ("ground:secretary",)
    assert str(one.of) == "person.age"
    assert [str(column) for column in one.breakdowns] == ["post", "region.kind"]
    assert one.posts == ("ground:secretary", "ground:director")
    assert one.base == "place:two"
    assert one.day == date(2021, 12, 31)
    assert found["place:two"].where == AllOf()


@pytest.mark.parametrize(
    ("content", "line", "what", "remedy"),
    [
        ("  one: {fact: units}", 2, "没有事实表“units”", "“unit”"),
        ("  one:\n    fact: unit\n    where:\n      kind: agancy", 5, "“agancy”", "“agency”"),
        (
            "  one:\n    fact: unit\n    where:\n      any:\n        - kind: agency\n        - kin: agency",
            7,
            "“kin”",
            "",
        ),
        ("  one:\n    fact: unit\n    of: name", 4, "没有列“name”", ""),
        ("  one:\n    fact: unit\n    of: kind", 4, "code 列", ""),
        ("  one:\n    fact: unit\n    of: 3", 4, "应为列名", "region.kind"),
        ("  one:\n    fact: unit\n    breakdowns:\n      - kind\n      - kinds", 6, "“kinds”", "“kind”"),
        (
            "  one:\n    fact: unit\n    posts:\n      - secretary\n      - secretery",
            6,
            "“secretery”",
            "“secretary”",
        ),
        ("  one:\n    fact: unit\n    posts: [3]", 4, "应为文本", "引号"),
        ("  one:\n    fact: unit\n    base: tow", 4, "没有“tow”", ""),
        ("  one:\n    fact: unit\n    day: 31.12.2021", 4, "不是日期", "2021-12-31"),
        ("  one:\n    fact: unit\n    wher: {}", 4, "未知的字段“wher”", "“where”"),
        ("  one:\n    where: {kind: agency}", 2, "缺少字段“fact”", "事实表"),
        ("  one: 5", 2, "应为映射", ""),
        ("  One: {fact: unit}", 2, "键“One”写法不对", "小写"),
    ],
)
def test_every_fault_has_its_line(wrong, content, line, what, remedy):
    (fault,) = wrong(content)
    assert fault.where.endswith(f"practice.yaml:{line}")
    assert what in fault.what
    assert remedy in fault.remedy


def test_a_wrong_fact_is_said_once_not_again_for_every_field_that_is_about_it(wrong):
    (fault,) = wrong("  one: {fact: units, where: {kind: agency}, of: employees, breakdowns: [kind]}")
    assert "units" in fault.what


def test_faults_of_many_items_come_out_together(wrong):
    found = wrong(
        "  one: {fact: units}\n  two: {fact: unit, where: {x: 1, y: 2}}\n  three: {fact: unit, extra: 1}"
    )
    assert [fault.where.rpartition(":")[2] for fault in found] == ["2", "3", "3", "4"]


def test_a_section_must_have_the_shape_it_was_declared_with(wrong, section, faults):
    (fault,) = wrong("  - {fact: unit}")
    assert fault.what == "分节“figures”应为映射"


def test_the_items_of_a_list_are_keyed_by_their_id_and_given_once(section, place, faults):
    class Quote(PackModel):
        id: str = Field(description="编号")

    section(Section("quotes", Quote, keyed=False, label="引文", description="测试用"))
    assert list(place("quotes: [{id: x-1}, {id: x-2}]").section("quotes")) == ["place:x-1", "place:x-2"]
    (fault,) = faults("quotes:\n  - {id: x-1}\n  - {id: x-1}\n")
    assert (fault.where.rpartition(":")[2], fault.what) == ("3", "“x-1”写了两遍")
    (fault,) = faults("quotes: {a: {id: x-1}}")
    assert fault.what == "分节“quotes”应为列表"


def test_a_section_nobody_declares_is_an_error_with_a_suggestion(wrong, faults):
    (fault,) = faults("figure: {}")
    assert fault.what == "没有分节“figure”"


def test_two_rooms_cannot_declare_one_section_differently(section):
    first = Section("figures", Figure, keyed=True, label="指标", description="测试用")
    assert section(first) is first
    assert register_section(first) is first
    with pytest.raises(ValueError, match="figures"):
        register_section(Section("figures", Figure, keyed=False, label="指标", description="测试用"))


def test_outside_the_loader_keys_are_taken_as_they_are():
    figure = Figure.model_validate({"fact": "unit", "where": {"kind": "any:thing"}, "posts": ["x"]})
    assert figure.where.terms == ("any:thing",)
    assert figure.posts == ("x",)
    with pytest.raises(ValidationError):
        Figure.model_validate({"fact": "unit", "where": {"no_such": 1}})
