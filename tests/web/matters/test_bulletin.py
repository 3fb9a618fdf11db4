"""The month's bulletin as people read it, open its numbers, and take it away."""

import re
from io import BytesIO

import openpyxl
import pytest
from docx import Document

from jiceng.records.models import AuditEntry
from tests.matters.importing.conftest import Importing, at, line

PERIOD = {"period": "2022-06-01..2022-06-19"}


@pytest.fixture
def month(office):
    found = Importing(office)
    found.brought(
        line("1"),
        line("2", 回访结果="不满意", 办理结果="未解决"),
        line("3", 受理时间=at(1), 派单时间=at(1, 9, 5), 签收时间=at(1, 10), 反馈时间=at(13), 办结时间=at(14)),
        line("4", 反馈时间=None, 办理情况=None, 办结时间=None, 办理结果=None, 回访结果=None),
    )
    return found


def row_of(page: str, unit: str) -> list[str]:
    """The cells of a unit's line, without their tags."""
    line = re.search(rf"<tr><td[^>]*>{unit}</td>(.*?)</tr>", page, re.DOTALL)[1]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)]


def test_a_line_for_every_unit_and_a_total(month, centre):
    page = centre.text("/matters/bulletin/", PERIOD)
    assert row_of(page, "青府商务局") == [
        "4", "2", "1", "1", "75.0% 3/4", "50.0% 2/4", "1", "33.3% 1/3", "100.0% 4/4", "—", "66.7% 2/3", "0",
    ]  # fmt: skip
    assert "合计" in page
    assert "2022年6月1日至2022年6月19日" in page


def test_every_number_opens_to_its_matters(month, centre):
    page = centre.text("/matters/bulletin/", PERIOD)
    urls = [url.replace("&amp;", "&") for url in re.findall(r'href="(/matters/bulletin/list/[^"]+)"', page)]
    counted = {re.search(r"count=(\w+)", url)[1]: centre.text(url) for url in urls}
    shown = {count: len(re.findall(r'href="/matters/990101-\d/"', text)) for count, text in counted.items()}
    assert shown == {"sent": 4, "on_time": 2, "late": 1, "open": 1, "dissatisfied": 1}
    assert "青府商务局 · 2022年6月1日至2022年6月19日 · 超时办结" in counted["late"]


def test_the_list_behind_a_number_keeps_its_question_when_filtered(month, centre):
    page = centre.text("/matters/bulletin/", PERIOD)
    url = re.search(r'href="(/matters/bulletin/list/[^"]+count=on_time)"', page)[1].replace("&amp;", "&")
    assert len(re.findall(r'href="/matters/990101-\d/"', centre.text(f"{url}&number=990101-1"))) == 1
    assert 'name="receiver"' in centre.text(url)


def test_the_workbook_holds_the_same(month, centre):
    answer = centre.get("/matters/bulletin/workbook/", PERIOD)
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    bureau = next(row for row in rows if "青府商务局" in row)
    assert bureau[1:6] == ["青府商务局", 4, 2, 1, 1]
    assert bureau[6] == pytest.approx(0.75)
    assert any("合计" in row for row in rows)
    assert AuditEntry.objects.filter(action="export.bulletin").count() == 1


def test_the_paper_says_the_same(month, centre):
    answer = centre.get("/matters/bulletin/paper/", PERIOD)
    word = Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "共向1个单位派件4件次，按时办结2件次，超时办结1件次，未办结1件次，办结率75%" in text
    assert "解决率—" in text
    assert word.tables


def test_what_is_no_period_is_refused_in_words(month, centre):
    answer = centre.get("/matters/bulletin/", {"period": "上个月"})
    assert answer.status_code == 422
    assert "不是时期" in answer.content.decode()


def test_a_region_out_of_sight_is_not_there(month, centre):
    there = month.office.world.baishui.region.code
    assert centre.get("/matters/bulletin/", {**PERIOD, "region": there}).status_code == 404
    assert centre.get("/matters/bulletin/list/", {**PERIOD, "count": "nothing"}).status_code == 404


def test_it_speaks_english(month, centre):
    centre.cookies.load({"django_language": "en"})
    page = centre.text("/matters/bulletin/", PERIOD)
    assert "Closed on time" in page
    assert "派件数" not in page
