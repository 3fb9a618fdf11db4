"""The Word files of steps that bring forth a document: who may have them, what stands in them."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document

from jiceng.matters.actions import Report, raise_matter
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Event
from jiceng.records.models import AuditEntry
from jiceng.reports.documents import filled
from jiceng.reports.papers import gaps
from jiceng.reports.sources.matters import MATTER, matter_values, number_kept
from tests.matters.importing.conftest import Importing, at, line


@pytest.fixture
def order(office):
    """The event by which a leader signed the supervision of a hotline matter that nobody answered."""
    importing = Importing(office)
    importing.brought(
        line(
            "1", 受理时间=at(1), 派单时间=at(1, 10), 签收时间=None, 反馈时间=None, 办理情况=None, 办结时间=None,
            办理结果=None, 回访结果=None,
        )
    )  # fmt: skip
    supervised = importing.one("1")
    matter = raise_matter(
        by=office.person("leader"), type="core:supervision", region=supervised.region, channel="core:inspection",
        report=Report(given={"text": "超过时限没有答复"}), hangs_on=(LinkKind.SUPERVISES, supervised), at=office.tick(),
    )  # fmt: skip
    until = office.tick().date().replace(year=office.now.year + 1)
    return office.step(matter, "issue", "leader", given={"until": until.isoformat()})


def text_of(content: bytes) -> str:
    word = Document(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def test_an_order_of_supervision_says_what_it_must(visit, order):
    leader = visit("qingshan.leader")
    text = text_of(leader.get(f"/matters/paper/{order.pk}/").content)
    for words in ("督办单", "青府商务局", "工地半夜施工噪音扰民", "990101-1", "超过时限没有答复"):
        assert words in text, words
    assert AuditEntry.objects.filter(action="matter.paper").count() == 1


def test_the_card_offers_it_at_its_step(visit, order):
    leader = visit("qingshan.leader")
    page = leader.text(f"/matters/{order.matter.number}/")
    assert page.count(f'href="/matters/paper/{order.pk}/"') == 1
    assert page.count("/matters/paper/") == 1


def test_who_does_not_see_the_matter_has_no_paper_of_it(visit, order):
    assert visit("baishui.leader").get(f"/matters/paper/{order.pk}/").status_code == 404
    assert not AuditEntry.objects.filter(action="matter.paper").exists()


def test_a_step_without_a_document_has_none(visit, order):
    begun = Event.objects.get(matter=order.matter, seq=1)
    assert visit("qingshan.leader").get(f"/matters/paper/{begun.pk}/").status_code == 404


def test_what_the_source_declares_is_what_it_gives(order):
    values, lists = matter_values(order, order.at)
    assert set(values) == set(MATTER.names)
    assert set(lists) == set(MATTER.lists)
    for key, rows in lists.items():
        for row in rows:
            assert set(row) == set(MATTER.lists[key].columns), key
    assert (values["other_lead"], values["statement"]) == (["青府商务局"], "")
    assert values["other_days_late"] > 0
    assert number_kept(order).startswith("督〔")


def test_nothing_is_missing_in_it(order):
    values, lists = matter_values(order, order.at)
    paper = filled(
        "core:supervision_order", values, lists, dated=date(2022, 6, 20), number=number_kept(order)
    )
    assert gaps(paper) == []


def test_the_reporter_stands_in_no_paper(order):
    values, lists = matter_values(Event.objects.get(matter__number="990101-1", seq=1), order.at)
    assert "青王五" not in f"{values}{lists}"
    assert "13900000001" not in f"{values}{lists}"
