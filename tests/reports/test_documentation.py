"""What docs/packs.md shows under Documents does what the page says."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from jiceng.reports.documents import fill
from jiceng.reports.papers import Annex, Form, Heading, Paragraph, docx, gaps
from jiceng.reports.sections import Document
from jiceng.reports.sections.blocks import MARKS
from jiceng.reports.sources import all_sources
from tests.reports.geometry import deviations
from tests.reports.word import Word
from tools import packreference

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"packs.md": "Documents", "packs.zh-CN.md": "文书"}

VALUES = {
    "person": "张某某",
    "post": "党建指导员",
    "host": "某镇党委",
    "since": date(2022, 6, 20),
    "until": date(2024, 6, 19),
    "issuer": "中共某县委组织部",
    "sent_by": "某局",
}
CHARGES = {"charges": [{"name": "某企业党支部", "since": date(2022, 6, 20)}, {"name": "某商会"}]}


@pytest.fixture(params=PAGES)
def page(request) -> str:
    """The part of a page that is about documents."""
    text = (DOCS / request.param).read_text(encoding="utf-8")
    return text.split(f"\n## {PAGES[request.param]}\n")[1].split("\n## ")[0]


@pytest.fixture
def example(page) -> Document:
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (written,) = yaml.safe_load(block)["documents"].values()
    return Document.model_validate(written)


def test_the_example_is_a_paper_to_the_standard(example):
    paper = fill(example, VALUES, CHARGES, dated=date(2022, 6, 20), serial=5)
    assert deviations(Word(docx(paper))) == []
    assert (paper.number, paper.copies_to) == ("某组聘〔2022〕5号", ("某局",))
    assert paper.title == "关于聘任张某某同志的通知"
    assert paper.blocks[0] == Paragraph(
        "根据工作需要，聘任张某某同志为党建指导员，聘期自2022年6月20日起至2024年6月19日止。"
    )
    assert [block for block in paper.blocks if isinstance(block, Heading)] == [
        Heading("有关要求"),
        Heading("认真履职", 2, "定期走访联系对象。"),
    ]
    assert gaps(paper) == ["联系起"]  # the one column that is required


def test_the_example_shows_the_kinds_of_blocks(example):
    paper = fill(example, VALUES, CHARGES)
    assert {Paragraph, Heading, Form, Annex} <= {type(block) for block in paper.blocks}


def test_the_gap_that_the_page_promises_is_the_one_that_comes(example, page):
    values = {key: value for key, value in VALUES.items() if key != "since"}
    assert "聘期起" in gaps(fill(example, values, CHARGES))
    assert "【待填：" in page


def test_every_kind_of_block_is_on_the_page(page):
    assert [mark for mark in MARKS if not re.search(rf"\b{mark}\b", page)] == []


@pytest.mark.parametrize(
    "word", ["when", "unless", "each", "required", "adds", "total", "empty", "issue", "series"]
)
def test_every_word_is_on_the_page(page, word):
    assert re.search(rf"\b{word}\b", page)


def test_every_name_that_may_be_written_is_on_the_page_of_names():
    text = packreference.PAGE.read_text(encoding="utf-8")
    part = text.split("## What documents may be about")[1].split("\n## ")[0]
    for source in all_sources().values():
        assert f"### `{source.key}` {source.label}" in part
        rows = [(key, name) for key, name in source.names.items()]
        rows += [(key, name) for one in source.lists.values() for key, name in one.columns.items()]
        assert all(f"`{key}` | {name.kind} | {name.label} |" in part for key, name in rows)
