"""Bytes become rows in a process of their own; what is no workbook, or made to hurt, is refused in words."""

import struct
import zipfile
import zlib
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from jiceng.exchange.reading import sheets as reading
from jiceng.exchange.reading.sheets import LIMITS, sheets_of
from jiceng.records.refusals import Refusal
from tests.exchange.workbooks import saved, text, written, xls, xlsx

ROWS = [["名称", "人数"], ["甲", 3], ["乙", 4]]


MOMENT = datetime.fromisoformat("2021-03-05T08:30")


def read(content: bytes) -> dict[str, list]:
    return {sheet.name: list(sheet.rows()) for sheet in sheets_of(content, "台账.xlsx")}


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read(content)
    assert caught.value.where == "台账.xlsx"
    assert caught.value.remedy
    return caught.value.what


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [xlsx(ROWS), written(ROWS), xls(ROWS)], ids=["openpyxl", "XlsxWriter", "xlwt"]
)
def test_workbooks_of_every_program(content):
    (rows,) = read(content).values()
    assert rows == [["名称", "人数"], ["甲", 3.0], ["乙", 4.0]]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gbk", ","), ("utf-16", "\t"), ("gb18030", ";")],
)
def test_csv_in_every_encoding(encoding, delimiter):
    rows = (
        [["名称", "住所", "人数"], ["𡌶村小店", "一,二", "3"]]
        if encoding != "gbk"
        else [["名称", "住所"], ["甲", "乙"]]
    )
    assert read(text(rows, encoding, delimiter)) == {"": rows}


def test_an_open_document():
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in (["名称", "人数"], ["甲", "3"])
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="表">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{office}manifest:1.0"/>')
    assert read(out.getvalue()) == {"表": [["名称", "人数"], ["甲", "3"]]}


def test_dates_stay_dates_and_empty_cells_keep_their_places():
    book = openpyxl.Workbook()
    book.active["C3"], book.active["E4"], book.active["F4"] = (
        "名称",
        date(2021, 3, 5),
        datetime.fromisoformat("2021-03-05T08:30"),
    )
    (rows,) = read(saved(book)).values()
    assert rows == [[], [], ["", "", "名称"], ["", "", "", "", date(2021, 3, 5), MOMENT]]


def test_merged_cells_and_hidden_sheets_are_told():
    book = openpyxl.load_workbook(BytesIO(xlsx(ROWS, merged=["A1:B1"])))
    book.create_sheet("存档").sheet_state = "hidden"
    found = [(s.name, s.hidden, s.merged) for s in sheets_of(saved(book), "x")]
    assert found == [("Sheet1", False, ((0, 0, 0, 1),)), ("存档", True, ())]


def test_sheets_may_be_left_unread():
    content = xlsx(一=[["a"]] * 3_000, 二=[["b"]])
    names = [sheet.name for sheet in sheets_of(content, "x")]
    assert names == ["一", "二"]


def test_formulas_without_a_result_are_shown_as_text():
    link = '=HYPERLINK("http://example.invalid","点我")'
    (rows,) = read(written([["名称", "人数"], [link, "=1-1"]])).values()
    assert rows[1] == [link, 0.0]
    (rows,) = read(xlsx([["名称"], [link]])).values()
    assert rows[1] == [link]


# ------------------------------------------------------------------------------------------ wrong files
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "空"),
        (b"\x00" * 100, "空"),
        (b"%PDF-1.7 ...", "不是表格"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "不是表格"),
        (b"Rar!\x1a\x07\x01", "不是表格"),
        (b"\x1f\x8b\x08\x00abc", "不是表格"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "不是表格"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "网页"),
        ('\ufeff<?xml version="1.0"?><Workbook/>'.encode(), "XML"),
        (b"PK\x03\x04 and nothing more", "损坏"),
        (zipped(word__document_xml=b"<w:document/>"), "不是表格"),
        (zipped(readme=b"hello"), "不是表格"),
        ("名称,人数\n甲".encode() + b"\xff\xfe\xff\x81\x00"[:4], "编码"),
    ],
)
def test_what_is_no_workbook(content, what):
    assert what in refused(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("stream", "what"), [("EncryptedPackage", "密码"), ("_VBA_PROJECT", "宏"), ("WordDocument", "不是表格")]
)
def test_old_containers_that_hold_something_else(stream, what):
    assert what in refused(OLE + stream.encode("utf-16-le") + b"\0" * 512)


def test_macros_are_refused():
    good = xlsx(ROWS)
    with zipfile.ZipFile(BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**parts, "xl/vbaProject.bin": b"macro"}.items():
            archive.writestr(name, content)
    assert "宏" in refused(out.getvalue())


def test_a_cut_off_workbook_is_broken():
    assert "损坏" in refused(xlsx(ROWS)[:-200])
    assert "损坏" in refused(xls(ROWS)[:3_000])


# -------------------------------------------------------------------------------------- made to hurt
def test_a_bomb_that_declares_itself():
    content = zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"\0" * 80_000_000)
    assert len(content) < 200_000
    assert "压缩内容异常" in refused(content)


def test_a_bomb_that_lies_about_its_size():
    """Both headers say 100 bytes; the stream unpacks to ten million."""
    honest = bytearray(zipped(xl__workbook_xml=b"\0" * 10_000_000))
    central = honest.rindex(b"PK\x01\x02")
    struct.pack_into("<I", honest, 22, 100)
    struct.pack_into("<I", honest, central + 24, 100)
    assert "压缩内容异常" in refused(bytes(honest))


def test_a_bomb_whose_entries_share_their_bytes():
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b"\0" * 1_000) + packed.flush()
    sizes = (zlib.crc32(b"\0" * 1_000), len(body), 1_000)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, *sizes, 1, 0) + b"a" + body
    entries = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *sizes, 1, 0, 0, 0, 0, 0, 0)
        + name
        for name in (b"a", b"b", b"c")
    )
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 3, 3, len(entries), len(local), 0)
    assert "压缩内容异常" in refused(local + entries + end)


@pytest.mark.parametrize(
    ("limit", "most", "what"),
    [("rows", 2, "行数"), ("cells", 5, "单元格"), ("columns", 1, "列数"), ("merged", 1, "合并")],
)
def test_limits_of_size(monkeypatch, limit, most, what):
    monkeypatch.setitem(LIMITS, limit, most)
    assert what in refused(xlsx(ROWS, merged=["A1:A2", "A3:B3"]))


def test_a_file_larger_than_the_limit_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert "MB" in refused(xlsx(ROWS))


def test_a_sheet_that_reaches_the_last_cell_ends_the_worker_and_nothing_else(monkeypatch):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 2
    monkeypatch.setitem(LIMITS, "memory", 1_000_000_000)
    assert "内存" in refused(saved(book))


def test_reading_ends_when_its_time_is_over(monkeypatch):
    monkeypatch.setitem(LIMITS, "seconds", 0)
    assert "超时" in refused(xlsx(ROWS))


def test_whoever_stops_reading_leaves_no_worker_behind():
    before = children()
    walk = sheets_of(xlsx([["a"]] * 5_000), "x")
    assert next(next(walk).rows()) == ["a"]
    assert children() > before
    walk.close()
    assert children() == before


def children():
    """The processes that this one started and has not yet buried; other tests may have left some."""
    lists = Path("/proc/self/task").glob("*/children")
    return {pid for found in lists for pid in found.read_text().split()}
