"""What a file is, is told by what it holds; what could do harm is not taken, whatever it is called."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.records.attachments import kinds
from jiceng.records.attachments.kinds import KINDS, kind_of
from jiceng.records.isolated.archives import UnfitFileError
from tests.records.attachments.samples import DOCX, PDF, XLS, XLSX, compound, encoded, office, picture, zipped

TAKEN = {
    "jpeg": encoded(picture()),
    "png": encoded(picture(), "PNG"),
    "webp": encoded(picture(), "WEBP"),
    "pdf": PDF,
    "ofd": office("OFD.xml", "Doc_0/Document.xml"),
    "docx": DOCX,
    "xlsx": XLSX,
    "pptx": office("ppt/presentation.xml"),
    "doc": compound("WordDocument"),
    "xls": XLS,
    "txt": "一行文字\n".encode(),
}


def code_of(data):
    with pytest.raises(UnfitFileError) as caught:
        kind_of(data)
    return caught.value.code


@pytest.mark.parametrize("kind", TAKEN)
def test_kinds_are_told_by_content(kind):
    assert kind_of(TAKEN[kind]) == kind


def test_every_kind_was_tried():
    assert set(TAKEN) == set(KINDS)


@pytest.mark.parametrize(
    "data",
    [
        "名称,人数\n甲,3".encode("gb18030"),
        "\ufeff带标记".encode(),
        "两个字节".encode("utf-16"),
        "PK赛名单".encode(),
        b"MZ is how this line begins",
        b"BM, 7z, Rar and II*",
        "\x1b[0m颜色\f\r\n".encode(),
        b"x",
    ],
)
def test_text_in_any_encoding_of_the_country_whatever_it_begins_with(data):
    assert kind_of(data) == "txt"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\0\0 \r\n", "empty"),
        (b"MZ\x90\0\x03\0\0\0" + b"\0" * 60, "program"),
        (b"\x7fELF\x02\x01\x01\0", "program"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (
            zipped(META_INF__MANIFEST_MF="x").replace(b"META_INF/MANIFEST_MF", b"META-INF/MANIFEST.MF"),
            "program",
        ),
        (zipped(AndroidManifest_xml=b"\3\0", classes_dex=b"dex"), "program"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "markup"),
        (b"\xef\xbb\xbf\r\n <HTML>", "markup"),
        ("<html>".encode("utf-16"), "markup"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "markup"),
        (b"<svg onload=alert(1)>", "markup"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "markup"),
        (b"%!PS-Adobe-3.0", "markup"),
        (zipped(a=b"1"), "archive"),
        (b"PK\x05\x06" + b"\0" * 18, "archive"),
        (b"Rar!\x1a\x07\x01\0", "archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "archive"),
        (b"\x1f\x8b\x08\0", "archive"),
        (encoded(picture(), "GIF"), "picture"),
        (encoded(picture(), "BMP"), "picture"),
        (encoded(picture(), "TIFF"), "picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (encoded(picture(), "AVIF"), "heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "wrong"),
        (b"ID3\x04\0\0\0\0\0\x23", "wrong"),
        (b"\x01\x02\x03\x04" * 50, "wrong"),
        (compound("PowerPoint Document"), "wrong"),
        (compound("__properties_version1.0"), "wrong"),
    ],
)
def test_what_is_not_taken(data, code):
    assert code_of(data) == code


@pytest.mark.parametrize("main", ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"])
@pytest.mark.parametrize(
    "part", ["vbaProject.bin", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.xml", "ppt/VBAPROJECT.BIN"]
)
def test_macros_in_a_new_office_file(main, part):
    assert code_of(office(main, part)) == "macros"


def test_a_file_that_says_it_may_hold_macros():
    said = '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    assert code_of(office("word/document.xml", types=said)) == "macros"


@pytest.mark.parametrize("main", ["WordDocument", "Workbook"])
def test_macros_and_passwords_in_an_old_office_file(main):
    assert code_of(compound(main, "_VBA_PROJECT")) == "macros"
    assert code_of(compound(main, "EncryptedPackage")) == "encrypted"


def sheet_record(kind, name="Macro1"):
    said = struct.pack("<IBBBB", 1234, 0, kind, len(name), 0) + name.encode()
    return struct.pack("<HH", 0x85, len(said)) + said


def test_macros_of_the_oldest_sort():
    assert code_of(compound("Workbook", tail=sheet_record(1))) == "macros"
    assert kind_of(compound("Workbook", tail=sheet_record(0))) == "xls"
    assert (
        kind_of(compound("Workbook", tail=sheet_record(1)[:-8])) == "xls"
    )  # no record, bytes that look alike


def test_bombs_are_refused(monkeypatch):
    monkeypatch.setattr(kinds, "MAX_UNPACKED", 100_000)
    assert code_of(zipped(word__document_xml=b"0" * 200_000)) == "bomb"


def test_a_file_cut_off_is_broken():
    assert code_of(DOCX[:-40]) == "broken"


def judged(data):
    """The kind, or the code of the refusal; anything else that is raised fails the test."""
    try:
        return kind_of(data)
    except UnfitFileError as error:
        return error.code


CODES = {
    "empty",
    "program",
    "markup",
    "archive",
    "picture",
    "heic",
    "wrong",
    "broken",
    "encrypted",
    "macros",
    "bomb",
}


@given(st.binary(max_size=300))
def test_any_bytes_are_something_or_refused(data):
    assert judged(data) in CODES | set(KINDS)


@given(st.sampled_from(sorted(TAKEN)), st.data())
def test_any_damage_to_a_file_ends_in_a_kind_or_a_refusal(kind, data):
    damaged = bytearray(TAKEN[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert judged(bytes(damaged[: data.draw(st.integers(0, len(damaged)))])) in CODES | set(KINDS)
