"""Briefs say what the records come to; change the records, and they say something else."""

from datetime import date

import pytest
from django.utils import translation

from jiceng.indicators.figures import figure
from jiceng.protection.scopes import Scope
from jiceng.reports.briefs.figures import Areas, Origin, spec_written
from jiceng.reports.briefs.issuing import as_word, gathered, made, paper_named, papers_at, tables_in
from jiceng.reports.papers import Heading, gaps
from jiceng.reports.tables import Share
from jiceng.reports.tracing import Traced, bare
from tests.reports.briefs.conftest import MONTH, asked, joins, texts, written
from tests.reports.geometry import deviations
from tests.reports.word import Word

BRIEF = {
    "figures": {
        "members": {"indicator": "members", "against": "previous"},
        "gone": {"indicator": "members", "as_of": "2017-01-01"},
        "rate": {"indicator": "two_new_organised_rate", "decimals": 1, "against": "previous"},
        "many": {"indicator": "members", "per": 100, "decimals": 2},
        "late": {"indicator": "members_admitted", "from": "2030-01-01"},
        "there": {"indicator": "members", "region": "990002", "label": "邻县党员"},
        "age": {"indicator": "members_average_age"},
    },
    "lists": {
        "towns": {
            "label": "镇",
            "figures": {"members": {"indicator": "members"}, "rate": {"indicator": "two_new_organised_rate"}},
        },
        "behind": {
            "label": "落后的镇",
            "figures": {"rate": {"indicator": "two_new_organised_rate", "decimals": 1}},
            "only": [{"figure": "rate", "is": "below", "than": 50}],
        },
        "largest": {
            "label": "最大的镇",
            "figures": {"members": {"indicator": "members", "against": "previous"}},
            "order": "members",
            "descending": True,
            "most": 1,
        },
    },
    "blocks": [
        {"text": "党员{members}名，覆盖率{rate}。"},
        {
            "text": "增加{members_change}名，增长{members_growth}。",
            "when": {"figure": "members", "is": "rose"},
        },
        {"text": "减少{members_change}名。", "when": {"figure": "members", "is": "fell"}},
        {"text": "持平。", "when": {"figure": "members", "is": "unchanged"}},
        {"heading": "问题"},
        {"text": "{area}覆盖率{rate}。", "each": "behind", "when": "behind"},
        {"heading": "没有的事"},
        {"text": "过去{gone}名。", "when": {"figure": "gone", "is": "some"}},
        {"heading": "后面"},
        {"text": "{largest_said}"},
        {
            "annex": "进度",
            "blocks": [
                {
                    "table": "towns",
                    "total": "合计",
                    "columns": [
                        {"title": "镇", "text": "{area}"},
                        {"title": "党员", "text": "{members}", "adds": True},
                        {"title": "覆盖率", "text": "{rate}", "adds": True},
                    ],
                }
            ],
        },
    ],
}
BRIEF["blocks"].pop(-2)  # the list of the largest is looked at by itself
BRIEF["blocks"].insert(-1, {"text": "{area}最多。", "each": "largest"})


@pytest.fixture
def brief(told):
    return written(BRIEF)


def value(key, region, day=MONTH[1]):
    return figure(f"core:{key}", scope=Scope.all(), node=region.pk, as_of=day)


def test_a_brief_says_what_its_figures_are_and_follows_the_records(told, brief):
    county, town = told.qingshan.region, told.qingshan.other_town
    before = value("members", county).value
    first = texts(made(brief, asked(county)))
    assert first[:2] == [f"党员{before}名，覆盖率16.7%。", "持平。"]
    joins(town, told.qingshan.other_branch, number=2)
    after = texts(made(brief, asked(county)))
    assert after[0] == f"党员{before + 2}名，覆盖率16.7%。"
    assert after[1].startswith("增加2名，增长")
    june = texts(made(brief, asked(county, (date(2022, 6, 1), date(2022, 6, 20)))))
    assert june[1] == "持平。"


def test_nothing_is_said_of_what_did_not_happen(told, brief):
    paper = made(brief, asked(told.qingshan.region))
    assert [block.text for block in paper.body if isinstance(block, Heading)] == ["问题", "后面"]
    assert gaps(paper) == []


def test_areas_that_fall_short_are_named_and_lists_are_ordered_and_cut(told, brief):
    joins(told.qingshan.other_town, told.qingshan.other_branch, number=9)
    said = texts(made(brief, asked(told.qingshan.region)))
    assert f"{told.qingshan.other_town.name}覆盖率0.0%。" in said
    assert not any(told.qingshan.town.name in text and "覆盖率" in text for text in said)
    assert f"{told.qingshan.other_town.name}最多。" in said


def test_rows_and_total_are_the_figures_of_the_areas(told, brief):
    county = told.qingshan.region
    (table,) = tables_in(made(brief, asked(county)))
    rows = {row[0]: row[1:] for row in table.rows}
    for town in (told.qingshan.town, told.qingshan.other_town):
        assert rows[town.name][0] == value("members", town).value
        rate = value("two_new_organised_rate", town)
        assert rows[town.name][1] == Share(rate.numerator, rate.denominator)
    whole = value("two_new_organised_rate", county)
    assert table.total == ("合计", value("members", county).value, Share(whole.numerator, whole.denominator))
    assert table.title == "进度"


def test_fixed_days_regions_and_units(told, brief):
    values, lists = gathered(brief.document, asked(told.qingshan.region))
    assert bare(values["gone"]) == 0
    assert bare(values["late"]) is None  # its time has not come
    assert bare(values["many"]) * 100 == bare(values["members"])
    there = bare(values["there"])
    assert there is None or there == value("members", told.baishui.region).value
    assert isinstance(lists["towns"], Areas)
    assert values["members"].origin.region == told.qingshan.region
    assert bare(values["rate_change"]) == 0


def test_a_paper_marks_its_numbers_only_for_whoever_asks(told, brief):
    plain = made(brief, asked(told.qingshan.region))
    met: list[Traced] = []

    def mark(text, traced):
        met.append(traced)
        return f"<{text}>"

    marked = made(brief, asked(told.qingshan.region), mark=mark)
    assert texts(marked)[0].replace("<", "").replace(">", "") == texts(plain)[0]
    assert all(isinstance(traced.origin, Origin) for traced in met)
    assert {traced.origin.name for traced in met} >= {"members", "rate", "behind.rate", "towns.members"}
    assert tables_in(marked)[0].rows[0][1].startswith("<")


def test_the_annex_explains_every_figure_once(told, brief):
    paper = made(brief, asked(told.qingshan.region), annex=True)
    assert [annex.title for annex in paper.annexes] == ["进度", "本件所用数据说明"]
    (table,) = paper.annexes[1].blocks
    rows = {row[1]: row for row in table.rows}
    rate = value("two_new_organised_rate", told.qingshan.region)
    share = rows["两新组织党的组织覆盖率"]
    assert (share[5], share[6], share[7]) == (rate.numerator, rate.denominator, rate.rows)
    assert share[4] == "2022年5月31日"
    assert "纳入范围" in share[3]
    assert share[3].endswith(f"区域：{told.qingshan.region.name}。")
    assert rows["党员"][5] is None  # a number is not a quotient
    assert len(rows) == len(table.rows)
    assert deviations(Word(as_word(paper))) == []


def test_a_paper_is_chinese_whoever_asks(told, brief):
    with translation.override("en"):
        paper = made(brief, asked(told.qingshan.region), annex=True)
    assert "统计截至统计日有效的" in paper.annexes[1].blocks[0].rows[0][3]


def test_an_address_names_the_narrowing_of_a_documents_figure(kept):
    assert spec_written("core:party_bulletin/organised").indicator == "core:two_new_organised_rate"
    assert spec_written("core:party_bulletin/behind.left").indicator == "core:two_new_obliged_unorganised"
    for nothing in (
        "",
        "core:party_bulletin",
        "core:none/x",
        "core:party_bulletin/none",
        "core:party_bulletin/none.x",
    ):
        assert spec_written(nothing) is None


def test_the_shipped_bulletins_are_whole_and_to_the_standard(told):
    question = asked(told.qingshan.region)
    for key in ("party_bulletin", "quarterly_report"):
        paper = made(paper_named(key, question), question, annex=True)
        assert gaps(paper) == []
        assert deviations(Word(as_word(paper))) == []
        assert told.qingshan.region.name in paper.title
        assert "{" not in "".join(texts(paper))


def test_only_what_an_area_and_a_period_are_enough_for_can_be_made_of_them(kept):
    keys = {known.key for known in papers_at(asked(kept.qingshan.region))}
    assert {"core:party_bulletin", "core:bulletin", "core:campaign_map"} <= keys
    assert not keys & {"core:letter_of_appointment", "core:supervision_order"}
