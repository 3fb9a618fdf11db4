"""Charts in papers: their numbers stand in the file, in the order of the bars, and say what the paper says."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from jiceng.reports.documents import fill
from jiceng.reports.papers import Annex, Bar, Chart, Paper, Paragraph, docx
from jiceng.reports.sections import Document
from jiceng.reports.tables import Share

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RATES = Chart("组织覆盖率", (Bar("东街<甲>", 84.4, "84.4%"), Bar("西街", 100.0, "100%")))
COUNTS = Chart("单位", (Bar("东街", 3, "3"), Bar("西街", 0, "0")), "家")


def parts(paper):
    """The document and its charts in the order in which they are drawn."""
    with ZipFile(BytesIO(docx(paper))) as file:
        document = etree.fromstring(file.read("word/document.xml"))
        known = etree.fromstring(file.read("word/_rels/document.xml.rels"))
        targets = {one.get("Id"): one.get("Target") for one in known}
        frames = list(document.iter(f"{C}chart"))
        charts = [etree.fromstring(file.read(f"word/{targets[frame.get(f'{R}id')]}")) for frame in frames]
    return document, charts


def values(chart, of):
    return [point.findtext(f"{C}v") for point in chart.find(f".//{C}{of}").iter(f"{C}pt")]


def test_a_chart_holds_its_numbers_and_labels():
    _document, (chart,) = parts(Paper(title="简报", blocks=(RATES,)))
    assert values(chart, "cat") == ["东街<甲>", "西街"]
    assert values(chart, "val") == ["84.4", "100.0"]
    assert chart.find(f".//{C}numFmt").get("formatCode") == '0.0"%"'
    assert chart.find(f".//{C}valAx/{C}scaling/{C}min").get("val") == "0"  # bars that begin elsewhere mislead


def test_charts_of_annexes_come_behind_those_of_the_text():
    annex = Annex("附表", (COUNTS, Paragraph("说明")))
    document, charts = parts(Paper(title="简报", blocks=(annex, RATES)))
    assert [values(chart, "val") for chart in charts] == [["84.4", "100.0"], ["3", "0"]]
    ids = [one.get("id") for one in document.iter() if one.tag.endswith("}docPr")]
    assert len(set(ids)) == len(ids) == 2


def test_a_chart_is_as_wide_as_the_type_area_and_never_higher_than_a_page():
    many = Chart("单位", tuple(Bar(f"村{i}", i, str(i)) for i in range(90)))
    document, _charts = parts(Paper(title="简报", blocks=(COUNTS, many)))
    extents = [one for one in document.iter() if one.tag.endswith("}extent")]
    assert {round(int(one.get("cx")) / 36_000) for one in extents} == {156}
    heights = [int(one.get("cy")) / 36_000 for one in extents]
    assert heights[0] < heights[1] <= 225


def test_a_chart_has_bars():
    with pytest.raises(ValueError, match="no bars"):
        Chart("空", ())


@pytest.mark.parametrize(
    ("texts", "written_as"), [(("3", "12"), "0"), (("1.5", "2"), "0.0"), (("84.4%", "—"), '0.0"%"')]
)
def test_numbers_are_written_as_the_paper_writes_them(texts, written_as):
    assert Chart("", tuple(Bar("", 1, text) for text in texts)).format == written_as


# ------------------------------------------------------------------------------------------ from packs
def written(**block):
    return Document.model_validate(
        {"label": "简报", "about": "bulletin", "title": "简报", "blocks": [{"chart": "units", **block}]}
    )


def test_bars_are_the_rows_that_have_a_number():
    template = written(label="{unit}", value="{closed}", title="办结率")
    rows = [
        {"unit": "甲局", "closed": Share(3, 4)},
        {"unit": "乙局", "closed": Share(0, 0)},
        {"unit": "丙局"},
    ]
    (chart,) = fill(template, {}, {"units": rows}).blocks
    assert chart == Chart("办结率", (Bar("甲局", 75.0, "75%"),))
    assert fill(template, {}, {"units": []}).blocks == ()
    (gap,) = fill(template, {}).blocks
    assert "承办单位" in gap.text


@pytest.mark.parametrize("wrong", ["{closed}{late}", "办结率", "{closed}件"])
def test_a_bar_is_as_long_as_one_number(wrong):
    with pytest.raises(ValueError, match="不是一个数"):
        written(label="{unit}", value=wrong)


def test_an_unknown_name_is_refused_where_it_stands():
    with pytest.raises(ValueError, match="clsed") as found:
        written(label="{unit}", value="{clsed}")
    assert found.value.errors()[0]["loc"][-1] == "value"
