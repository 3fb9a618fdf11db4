"""`jiceng report`: papers without a browser."""

import json
import zipfile

import pytest
from docx import Document

from jiceng.cli.main import main
from jiceng.records.models import AuditEntry


@pytest.fixture
def report(told, tmp_path, capsys):
    """`report("party_bulletin")`: exit code, what was printed, what was complained of, the file."""

    def run(key, *options, period="2022-05", region=told.qingshan.region.code, name="paper.docx"):
        target = tmp_path / name
        code = main(["report", key, "--period", period, "--region", region, "--out", str(target), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err, target

    return run


def test_a_paper_is_written_with_its_annex_and_told_of(report, told):
    code, printed, _said, target = report("party_bulletin", "--annex", "--json")
    assert code == 0
    answer = json.loads(printed)
    assert (answer["document"], answer["gaps"]) == ("core:party_bulletin", [])
    assert answer["title"] == f"{told.qingshan.region.name}2022年5月党建工作情况通报"
    words = [paragraph.text for paragraph in Document(target).paragraphs]
    assert "本件所用数据说明" in words
    assert AuditEntry.objects.filter(action="export.paper").count() == 1
    code, printed, _said, target = report("campaign_map", name="map.xlsx")
    assert (code, zipfile.is_zipfile(target)) == (0, True)
    assert str(target) in printed


@pytest.mark.parametrize(
    ("key", "options", "said"),
    [
        ("party_buletin", {}, "party_bulletin"),
        ("letter_of_appointment", {}, "没有文书"),
        ("party_bulletin", {"name": "paper.pdf"}, ".docx"),
        ("party_bulletin", {"name": "nowhere/paper.docx"}, "文件夹"),
        ("party_bulletin", {"region": "123"}, "--region"),
        ("party_bulletin", {"period": "May"}, "不是时期"),
        ("sign_in_sheet", {"name": "sheet.xlsx"}, "没有表格"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(report, key, options, said):
    code, _printed, complained, target = report(key, **options)
    assert code == 1
    assert said in complained
    assert complained.count("\n") == 1
    assert not target.exists()
