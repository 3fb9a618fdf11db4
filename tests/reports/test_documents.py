"""Papers filled from documents: values said, gaps marked, optional parts, lists as paragraphs and tables."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.reports import sources
from jiceng.reports.documents import document, fill, filled
from jiceng.reports.papers import Annex, Field, Form, Heading, Paragraph, Roll, Table, docx, gaps
from jiceng.reports.sections import Document
from jiceng.reports.sheets import workbook
from jiceng.reports.sources import all_sources, register_source
from jiceng.reports.tables import Share, text_of
from tests.reports.geometry import deviations
from tests.reports.offered import CASE
from tests.reports.word import Word

DAY = date(2022, 6, 20)

ORDER = """
label: 督办单
kind: supervision
about: case
series: 某督
head: 中共某县委组织部
issuer: 中共某县委组织部
title: 关于{title}的督办单
addressee: "{unit}"
blocks:
  - {text: "{title}应于{deadline}前办结，{month}派单{dispatched}件，办结率{rate}。"}
copies_to: ["{copies}", "{unit}分管领导", 县委办公室]
printed_by: 县委组织部办公室
"""

VALUES = {
    "title": "夜市占道",
    "unit": "某局",
    "deadline": date(2022, 6, 10),
    "month": date(2022, 6, 1),
    "dispatched": 1240,
    "rate": Share(9925, 10000),
    "copies": ["县纪委", "县人大"],
}


@pytest.fixture(autouse=True)
def case(monkeypatch) -> None:
    """What the documents of these tests are about."""
    monkeypatch.setattr(sources, "_sources", dict(all_sources()))
    register_source(CASE)


def written(text: str = ORDER, **replaced) -> Document:
    return Document.model_validate(yaml.safe_load(text) | replaced)


def blocks(*specs, values=VALUES, lists=None):
    """What these blocks become."""
    return fill(written(blocks=list(specs)), values, lists, dated=DAY, serial=5).blocks


# ------------------------------------------------------------------------------------------------- whole
def test_a_document_becomes_a_paper():
    paper = fill(written(), VALUES, dated=DAY, serial=5)
    assert (paper.kind, paper.title, paper.addressee) == ("supervision", "关于夜市占道的督办单", "某局")
    assert (paper.head, paper.issuer, paper.number) == (
        "中共某县委组织部",
        "中共某县委组织部",
        "某督〔2022〕5号",
    )
    assert paper.blocks == (
        Paragraph("夜市占道应于2022年6月10日前办结，2022年6月派单1240件，办结率99.25%。"),
    )
    assert paper.copies_to == ("县纪委", "县人大", "某局分管领导", "县委办公室")
    assert (paper.date, paper.printed_by, paper.printed_on) == (DAY, "县委组织部办公室", DAY)
    assert gaps(paper) == []
    assert not paper.sample


def test_it_comes_out_as_the_standard_has_it():
    assert deviations(Word(docx(fill(written(), VALUES, dated=DAY, serial=5)))) == []


def test_whatever_is_missing_is_a_gap_and_never_an_error():
    paper = fill(written(), {})
    assert paper.number == "【待填：文号】"
    assert gaps(paper) == ["事项", "办理时限", "月份", "派单数", "办结率", "文号", "承办单位"]
    word = Word(docx(paper))
    assert word.one("Date").text == "【待填：成文日期】"
    assert all(run.marked for p in word.paragraphs for run in p.runs if "待填" in run.text)


def test_copies_without_a_value_are_left_out():
    assert fill(written(), {"title": "某事"}).copies_to == ("县委办公室",)


def test_values_that_no_document_names_are_left_aside():
    assert fill(
        written(), VALUES | {"password": "x", "number": "假", "date": DAY}, dated=DAY, serial=5
    ) == fill(written(), VALUES, dated=DAY, serial=5)


# ----------------------------------------------------------------------------------------------- numbers
def test_a_number_that_was_given_before_is_kept():
    assert (
        fill(written(), VALUES, number="某督〔2021〕77号", serial=5, dated=DAY).number == "某督〔2021〕77号"
    )


def test_a_document_without_a_series_has_no_number():
    paper = fill(written(series=None), VALUES, dated=DAY, serial=5)
    assert paper.number == ""
    assert gaps(paper) == []


@pytest.mark.parametrize("said", [{"serial": 5}, {"dated": DAY}])
def test_a_number_needs_its_year_and_its_serial(said):
    assert fill(written(), VALUES, **said).number == "【待填：文号】"


def test_number_and_date_may_be_named():
    assert blocks({"text": "{number}，{date}"}) == (Paragraph("某督〔2022〕5号，2022年6月20日"),)


def test_a_demonstration_s_papers_say_so(settings):
    settings.DEMO = True
    paper = fill(written(), VALUES, dated=DAY, serial=5)
    assert paper.sample
    assert paper.number == "演示〔2022〕5号"
    assert Word(docx(paper)).margin_paragraph("header default").text == "样　张"


# ------------------------------------------------------------------------------------------ optional parts
@pytest.mark.parametrize(
    ("spec", "lists", "is_there"),
    [
        ({"when": "unit"}, {}, True),
        ({"when": "present"}, {}, False),
        ({"unless": "unit"}, {}, False),
        ({"unless": "present"}, {}, True),
        ({"when": "decisions"}, {}, False),
        ({"when": "decisions"}, {"decisions": []}, False),
        ({"when": "decisions"}, {"decisions": [{}]}, True),
        ({"unless": "decisions"}, {"decisions": []}, True),
        ({"when": "dispatched"}, {}, True),
        ({"when": "unit", "unless": "present"}, {}, True),
        ({"when": "unit", "unless": "title"}, {}, False),
        ({"when": "date"}, {}, True),
    ],
)
def test_parts_are_written_only_where_there_is_something_to_say(spec, lists, is_there):
    assert blocks({"text": "甲"} | spec, lists=lists) == ((Paragraph("甲"),) if is_there else ())


def test_nought_is_something_to_say():
    assert blocks({"text": "{dispatched}件", "when": "dispatched"}, values={"dispatched": 0}) == (
        Paragraph("0件"),
    )


# ------------------------------------------------------------------------------------------------- lists
DECISIONS = {
    "decisions": [
        {"decision": "清理占道", "detail": "由某局负责。", "due": date(2022, 7, 1)},
        {"decision": "增设车位", "detail": "", "due": None},
    ]
}


def test_a_heading_may_be_written_for_every_row():
    spec = {"heading": "{decision}", "level": 3, "text": "{detail}{title}第{n}项", "each": "decisions"}
    assert blocks(spec, lists=DECISIONS) == (
        Heading("清理占道", 3, "由某局负责。夜市占道第1项"),
        Heading("增设车位", 3, "【待填：说明】夜市占道第2项"),
    )


def test_a_paragraph_may_be_written_for_every_row():
    assert blocks({"text": "{decision}，{due}前。", "each": "decisions"}, lists=DECISIONS) == (
        Paragraph("清理占道，2022年7月1日前。"),
        Paragraph("增设车位，【待填：时限】前。"),
    )


def test_a_list_that_nobody_gave_is_a_gap_and_one_without_rows_says_nothing():
    spec = {"text": "{decision}", "each": "decisions"}
    assert blocks(spec) == (Paragraph("【待填：议定事项】"),)
    assert blocks(spec, lists={"decisions": []}) == ()


def test_a_row_never_takes_the_document_s_value_for_its_own():
    spec = {"table": "dispatches", "columns": [{"title": "单位", "text": "{unit}"}]}
    (table,) = blocks(spec, lists={"dispatches": [{"unit": "乙局"}, {}]})
    assert table.rows == (("乙局",), (None,))


# ------------------------------------------------------------------------------------------------ tables
DISPATCHES = {
    "dispatches": [
        {
            "unit": "甲局",
            "sent": 10,
            "closed": Share(5, 10),
            "on": DAY,
            "at": datetime(2022, 6, 3, 1, 5, tzinfo=UTC),
        },
        {"unit": "乙局", "sent": 30, "closed": Share(30, 30), "on": None},
    ]
}
TABLE = {
    "table": "dispatches",
    "title": "{title}派单情况",
    "above": "截至{date}",
    "unit": "件",
    "total": "合计",
    "notes": ["{unit}负责。"],
    "columns": [
        {"title": "序号", "text": "{n}"},
        {"title": "单位", "text": "{unit}", "width": 12},
        {"title": "派单", "text": "{sent}", "group": "办理", "unit": "件", "adds": True},
        {"title": "办结率", "text": "{closed}", "group": "办理", "decimals": 2, "adds": True},
        {"title": "派单日期", "text": "{on}", "required": True},
        {"title": "签收", "text": "{at}"},
        {"title": "说明", "text": "{unit}第{n}件"},
    ],
}


def test_a_table_keeps_figures_so_that_they_can_be_added_up():
    (table,) = blocks(TABLE, lists=DISPATCHES)
    assert isinstance(table, Table)
    assert (table.title, table.above, table.unit) == ("夜市占道派单情况", "截至2022年6月20日", "件")
    assert table.notes == ("某局负责。",)
    assert [column.kind for column in table.columns] == [
        "serial",
        "text",
        "integer",
        "share",
        "day",
        "text",
        "text",
    ]
    assert (table.columns[1].width, table.columns[2].group, table.columns[3].decimals) == (12, "办理", 2)
    assert table.rows[0] == (1, "甲局", 10, Share(5, 10), DAY, "2022年6月3日9时05分", "甲局第1件")
    assert table.total == ("合计", None, 40, Share(35, 40), None, None, None)
    assert text_of(table.total[3], table.columns[3]) == "87.50%"


def test_a_cell_without_a_value_is_blank_unless_it_is_required():
    (table,) = blocks(TABLE, lists=DISPATCHES)
    assert table.rows[1][4:] == ("【待填：派单日期】", None, "乙局第2件")


def test_a_table_without_total_has_none():
    (table,) = blocks(TABLE | {"total": ""}, lists=DISPATCHES)
    assert table.total is None


@pytest.mark.parametrize(
    ("lists", "empty", "said"),
    [
        ({}, "", (Paragraph("【待填：派单】"),)),
        ({"dispatches": []}, "", ()),
        ({"dispatches": []}, "{title}没有派单。", (Paragraph("夜市占道没有派单。"),)),
    ],
)
def test_a_table_of_nothing(lists, empty, said):
    assert blocks(TABLE | {"empty": empty}, lists=lists) == said


def test_the_same_table_goes_into_a_workbook():
    (table,) = blocks(TABLE, lists=DISPATCHES)
    assert workbook(table).startswith(b"PK")


@pytest.mark.parametrize("value", ["约30件", "790余"])
def test_words_in_the_place_of_a_figure_are_kept(value):
    (table,) = blocks(
        TABLE, lists={"dispatches": [{"unit": "甲局", "sent": value}, {"unit": "乙局", "sent": 5}]}
    )
    assert table.rows[0][2] == value
    assert table.total[2] == 5


# ------------------------------------------------------------------------------------------ other blocks
def test_forms_rolls_and_annexes_are_filled():
    found = blocks(
        {
            "form": [
                [{"label": "事项", "text": "{title}"}, {"label": "时限", "text": "{deadline}"}],
                [{"lines": 3}],
            ]
        },
        {"roll": "出席", "text": "{present}"},
        {
            "annex": "{title}明细",
            "landscape": True,
            "blocks": [{"text": "甲", "when": "present"}, {"text": "乙"}],
        },
        values={"title": "夜市", "present": ["张某", "李某"]},
    )
    assert found == (
        Form(((Field("事项", "夜市"), Field("时限", "【待填：办理时限】")), (Field("", "", 3),))),
        Roll("出席", "张某、李某"),
        Annex("夜市明细", (Paragraph("甲"), Paragraph("乙")), landscape=True),
    )


def test_a_field_without_text_is_left_free_for_a_hand():
    assert blocks({"form": [[{"label": "意见", "lines": 4}]]}) == (Form(((Field("意见", "", 4),),)),)


# ------------------------------------------------------------------------------------------ any values
ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.lists(st.text(max_size=5), max_size=3),
    st.builds(Share, st.integers(0, 99), st.integers(0, 99)),
)


@given(
    st.dictionaries(st.sampled_from([*CASE.names, "sent", "nonsense"]), ANYTHING),
    st.lists(st.dictionaries(st.sampled_from(["unit", "sent", "closed", "on"]), ANYTHING), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_no_value_stops_a_paper(values, rows):
    paper = fill(written(blocks=[TABLE, {"text": "{title}{cost}{raised_at}"}]), values, {"dispatches": rows})
    assert Word(docx(paper)).sections[0].grid == (22, 28)


# ---------------------------------------------------------------------------------------------- installed
@pytest.fixture
def installed(db, tmp_path):
    """A base pack and one of a county, each with a document `order`."""
    for name, title, extra in (
        ("ground", "通用督办单", "base: true"),
        ("place", "本地督办单", 'binds: [{region: "9901", from: 2020-01-01}]'),
    ):
        folder = tmp_path / name
        folder.mkdir()
        manifest = f"pack:\n  id: {name}\n  name: {name}\n  version: 1.0.0\n  {extra}\n"
        (folder / "pack.yaml").write_text(manifest, encoding="utf-8")
        content = {"documents": {"order": yaml.safe_load(ORDER) | {"title": title}}}
        (folder / "documents.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    install(folders=[Path(tmp_path / "ground"), Path(tmp_path / "place")], by=Actor.system("tests"))


@pytest.mark.parametrize(
    ("key", "at", "title"),
    [
        ("order", ["990121", "9901", "99"], "本地督办单"),
        ("order", ["980101", "9801", "98"], "通用督办单"),
        ("ground:order", ["990121", "9901", "99"], "通用督办单"),
        ("place:order", None, "本地督办单"),
    ],
)
def test_a_place_words_its_papers_its_own_way(installed, key, at, title):
    assert document(key, at).title == title
    assert filled(key, VALUES, at=at, dated=DAY, serial=1).title == title


def test_a_place_s_wording_holds_from_its_day_on(installed):
    place = ["9901", "99"]
    assert document("order", place, date(2019, 12, 31)).title == "通用督办单"
    assert document("order", place, date(2020, 1, 1)).title == "本地督办单"


@pytest.mark.parametrize("key", ["nothing", "place:nothing", "other:order"])
def test_a_document_that_there_is_not_is_refused(installed, key):
    with pytest.raises(Refusal, match=f"没有文书“{key}”"):
        filled(key, VALUES)
