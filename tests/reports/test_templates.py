"""Templates: fixed text with names, nothing else; values said in Chinese as their kind has it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from jiceng.reports.papers import gap
from jiceng.reports.sources import Name
from jiceng.reports.tables import Share
from jiceng.reports.templates import Template, alone, filled_in, missing, names_in, said

DAY = date(2022, 6, 3)


class Holder(BaseModel):
    text: Template


@pytest.mark.parametrize("text", ["", "固定文字", "{a}", "关于{unit_2}的{b}通知", "100%、$5、〔2022〕"])
def test_fixed_text_and_names_are_all_that_a_template_may_hold(text):
    assert Holder(text=text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "{", "}", "{}", "{{a}}", "{ a }", "{A}", "{1}", "{a.b}", "{a!r}", "{a:>10}", "{a|upper}", "{a + b}",
        "{{ a }}", "{% if a %}", "{a[0]}", "甲}乙{丙", "{名称}",
    ],
)  # fmt: skip
def test_nothing_is_computed_or_formatted_in_a_template(text):
    with pytest.raises(ValidationError, match="花括号里只能写名称"):
        Holder(text=text)


def test_names_come_in_their_order_as_often_as_they_stand():
    assert list(names_in("{b}和{a}、{b}")) == ["b", "a", "b"]


@pytest.mark.parametrize(
    ("template", "name"),
    [("{unit}", "unit"), ("{unit}局", None), ("{a}{b}", None), ("", None), (" {a}", None)],
)
def test_a_template_that_is_one_name_alone(template, name):
    assert alone(template) == name


# ------------------------------------------------------------------------------------------------ values
@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", "某局", "某局"),
        ("text", 5, "5"),
        ("text", 2.50, "2.5"),
        ("text", True, "是"),
        ("text", False, "否"),
        ("texts", ["甲", "乙", "丙"], "甲、乙、丙"),
        ("texts", ("甲",), "甲"),
        ("texts", "甲、乙", "甲、乙"),
        ("day", DAY, "2022年6月3日"),
        ("day", datetime(2022, 6, 3, 17, 30, tzinfo=UTC), "2022年6月4日"),
        ("day", "6月上旬", "6月上旬"),
        ("month", DAY, "2022年6月"),
        ("month", "上半年", "上半年"),
        ("moment", datetime(2022, 6, 3, 1, 5, tzinfo=UTC), "2022年6月3日9时05分"),
        ("moment", DAY, "2022年6月3日"),
        ("integer", 1240, "1240"),
        ("integer", 0, "0"),
        ("integer", "790余", "790余"),
        ("number", Decimal("12.50"), "12.5"),
        ("number", float("nan"), "—"),
        ("share", Share(9925, 10000), "99.25%"),
        ("share", Share(3, 4), "75%"),
        ("share", Share(0, 0), "—"),
    ],
)
def test_values_are_said_as_their_kind_has_it(kind, value, text):
    assert said(value, Name("某项", kind)) == text


@pytest.mark.parametrize("value", [None, "", [], ()])
@pytest.mark.parametrize("kind", ["text", "texts", "day", "month", "moment", "integer", "number", "share"])
def test_whatever_is_missing_is_a_gap(kind, value):
    assert missing(value)
    assert said(value, Name("责任单位", kind)) == gap("责任单位")


@pytest.mark.parametrize("value", [0, 0.0, False, Share(0, 0), " "])
def test_nought_is_something(value):
    assert not missing(value)


def test_names_are_replaced_wherever_they_stand():
    names = {"unit": Name("单位"), "day": Name("日期", "day")}
    template = "请{unit}于{day}前答复，{unit}负责。"
    assert (
        filled_in(template, names, {"unit": "某局", "day": DAY}) == "请某局于2022年6月3日前答复，某局负责。"
    )
    assert filled_in(template, names, {"unit": "某局"}) == "请某局于【待填：日期】前答复，某局负责。"


@given(st.text(max_size=60))
def test_braces_in_a_value_are_only_text(value):
    names = {"a": Name("甲"), "b": Name("乙")}
    assert filled_in("<{a}>", names, {"a": value, "b": "秘密"}) == f"<{value or gap('甲')}>"
    assert filled_in("{a}{b}", names, {"a": "{b}", "b": "乙"}) == "{b}乙"
