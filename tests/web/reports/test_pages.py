"""Briefs and reports in the page: every number leads to its figure, and files say what the page says."""

import re
from datetime import date
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from docx import Document
from openpyxl import load_workbook

from jiceng.records.models import AuditEntry
from jiceng.web.reports.asking import choices

BULLETIN = "/reports/core:party_bulletin/"
MAY = {"period": "2022-05"}


def paper_of(page: str) -> str:
    return page.split('<article class="paper')[1].split("</article>")[0]


def links(page: str) -> list[tuple[str, str]]:
    """The numbers of the paper with the addresses that they lead to."""
    return [
        (text, unescape(url)) for url, text in re.findall(r'<a href="([^"]+)">([^<]+)</a>', paper_of(page))
    ]


def plain(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", paper_of(page)))


def test_every_number_of_a_bulletin_leads_to_the_figure_that_says_it(told, clerk):
    page = clerk.text(BULLETIN, MAY)
    found = links(page)
    assert len(found) > 20
    for text, url in dict(found).items():
        figure = clerk.text(url)
        shown = re.search(r'class="big-value">([^<]*)', figure)[1].replace(",", "")
        if text not in ("—", "0.0%"):
            assert abs(float(shown) - float(text.rstrip("%"))) < 0.051, (text, url)
    assert told.qingshan.region.name in plain(page)
    assert told.baishui.region.name not in page
    assert "做得好的" not in plain(page)  # nothing new: nothing is said of it


def test_a_narrowed_figure_keeps_its_narrowing_on_its_page(told, clerk):
    """The address names the document's figure; what it narrows is said and counted."""
    url = f"/figures/core:members/?day=2022-05-31&region={told.qingshan.town.code}&in=core:party_bulletin/members"
    page = clerk.text(url)
    assert f'name="region" value="{told.qingshan.town.code}"' in page
    assert 'name="in" value="core:party_bulletin/members"' in page
    assert clerk.get("/figures/core:members/", {"region": told.baishui.region.code}).status_code == 404
    assert clerk.get("/figures/core:members/", {"region": "nowhere"}).status_code == 404


def test_the_list_has_what_one_may_make_where_one_stands(told, clerk, visit):
    page = clerk.text("/reports/")
    for key in ("party_bulletin", "quarterly_report", "campaign_map", "member_roster", "sign_in_sheet"):
        assert f"/reports/core:{key}/" in page
    assert "letter_of_appointment" not in page
    stranger = visit("outsider")
    assert stranger.get("/reports/").status_code == 403
    administrator = visit("system_administrator")
    assert administrator.get(BULLETIN).status_code == 403


def test_areas_and_periods_are_chosen_and_kept(told, clerk):
    page = clerk.text(BULLETIN, {**MAY, "region": told.qingshan.town.code})
    assert f"{told.qingshan.town.name}2022年5月党建工作情况通报" in plain(page)
    assert f"region={told.qingshan.town.code}" in page
    assert clerk.get(BULLETIN, {"region": told.baishui.region.code}).status_code == 404
    assert clerk.get(BULLETIN, {"period": "soon"}).status_code == 404
    assert clerk.get("/reports/core:none/").status_code == 404
    assert clerk.get("/reports/core:letter_of_appointment/").status_code == 404
    year = clerk.text(BULLETIN, {"period": "2021"})
    assert "2021年党建工作情况通报" in plain(year)


def test_the_annex_is_switched_on_and_off(told, clerk):
    without, behind = clerk.text(BULLETIN, MAY), clerk.text(BULLETIN, {**MAY, "annex": "1"})
    assert "本件所用数据说明" not in without
    assert "本件所用数据说明" in paper_of(behind)
    assert "annex=1" in without
    assert "统计截至统计日有效的" in plain(behind)


def test_the_page_speaks_english_around_a_chinese_paper(told, clerk):
    clerk.post("/language/", {"language": "en"})
    page = clerk.text(BULLETIN, MAY)
    assert "Monthly Party bulletin" in page
    assert "总体情况" in plain(page)


def test_files_say_what_the_page_says_and_leave_a_trace(told, clerk):
    page = plain(clerk.text(BULLETIN, MAY))
    word = Document(BytesIO(clerk.get(f"{BULLETIN.rstrip('/')}.docx", MAY).content))
    said = [paragraph.text for paragraph in word.paragraphs if paragraph.text.startswith("截至")]
    assert said
    assert all(text in page for text in said)
    assert "\ue000" not in "".join(paragraph.text for paragraph in word.paragraphs)
    book = load_workbook(BytesIO(clerk.get(f"{BULLETIN.rstrip('/')}.xlsx", MAY).content))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert told.qingshan.town.name in cells
    assert AuditEntry.objects.filter(action="export.paper").count() == 2


def test_a_register_of_members_leaves_like_an_export(told, clerk, settings):
    assert clerk.get("/reports/core:member_roster.xlsx").status_code == 200
    taken = AuditEntry.objects.filter(action="export.take")
    assert taken.count() == 1
    settings.EXPORT_ROWS = 1
    refused = clerk.get("/reports/core:member_roster.xlsx")
    assert refused.status_code == 422
    assert "另一人审批" in refused.content.decode()
    assert taken.count() == 1


def test_a_workbook_of_a_paper_without_tables_is_refused(told, clerk):
    assert clerk.get("/reports/core:sign_in_sheet.xlsx").status_code == 422
    assert clerk.get("/reports/core:sign_in_sheet.docx").status_code == 200


def test_one_paper_for_each_area_below_zipped(told, clerk, visit):
    begun = clerk.post(f"{BULLETIN.rstrip('/')}.docx.zip?period=2022-05", {"steps": "1"})
    address = begun.headers["Location"]
    assert "0 / " in clerk.text(address)
    assert clerk.get(f"{address}file/").status_code == 404  # not yet
    for _step in range(10):
        part = clerk.post(f"{address}step/", headers={"HX-Request-Type": "partial"})
        if f"{address}file/" in part.content.decode():
            break
    archive = ZipFile(BytesIO(b"".join(clerk.get(f"{address}file/").streaming_content)))
    names = archive.namelist()
    assert any(told.qingshan.town.name in name for name in names)
    assert any(told.qingshan.other_town.name in name for name in names)
    assert not any("白" in name for name in names)
    assert AuditEntry.objects.filter(action="export.paper").count() == len(names)
    other = visit("baishui.organisation_department")
    assert other.get(address).status_code == 404
    assert other.get(f"{address}file/").status_code == 404


def test_many_small_rosters_are_one_large_one(told, clerk, settings):
    """What needs a second person in one file needs one in many."""
    settings.EXPORT_ROWS = 2
    begun = clerk.post("/reports/core:member_roster.xlsx.zip?period=2022-05", {"steps": "1"})
    steps = [clerk.post(f"{begun.headers['Location']}step/") for _step in range(4)]
    assert 422 in {answer.status_code for answer in steps}


def test_the_periods_that_may_be_chosen():
    found = dict(choices(date(2022, 6, 20)))
    assert list(found) == [
        "2022-01-01..2022-06-20", "2022-05", "2022-04", "2022-03", "2022-02", "2022-01", "2021-12", "2022Q1", "2021Q4",
        "2021Q3", "2021Q2", "2021", "2020",
    ]  # fmt: skip
    assert list(dict(choices(date(2021, 12, 31))))[:2] == ["2021-01-01..2021-12-31", "2021-12"]
