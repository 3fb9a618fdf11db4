"""What a zip archive or an old Office file holds is judged before any parser sees it."""

import struct
import zipfile
from io import BytesIO

import pytest

from jiceng.records.isolated import archives
from jiceng.records.isolated.archives import UnfitFileError, checked_names, checked_ole, ole_holds, unpacked
from tests.exchange.workbooks import xls, xlsx


def archive(compression: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def code_of(data: bytes, **given: int) -> str:
    with pytest.raises(UnfitFileError) as caught:
        checked_names(data, **given)
    return caught.value.code


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_unpacking_gives_what_was_packed_in_pieces(compression):
    content = bytes(range(256)) * 20_000
    data = archive(compression, a=content)
    entry = zipfile.ZipFile(BytesIO(data)).getinfo("a")
    pieces = list(unpacked(data, entry))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= archives.CHUNK


def test_a_compression_nobody_uses_is_broken():
    assert code_of(archive(zipfile.ZIP_BZIP2, xl__workbook_xml=b"x" * 100)) == "broken"


def test_an_encrypted_entry():
    data = bytearray(xlsx([["a"]]))
    struct.pack_into("<H", data, 6, 1)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)
    assert code_of(bytes(data)) == "encrypted"


def test_too_many_entries_and_too_much_declared(monkeypatch):
    assert code_of(archive(**{f"a{n}": b"" for n in range(5_001)})) == "bomb"
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000)
    assert code_of(archive(xl__workbook_xml=b"x" * 2_000)) == "bomb"


def test_a_stored_entry_that_declares_another_size():
    data = bytearray(archive(zipfile.ZIP_STORED, xl__workbook_xml=b"x" * 100))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 50)
    assert code_of(bytes(data)) in ("bomb", "broken")


def test_a_stream_that_is_no_deflate():
    data = bytearray(archive(xl__workbook_xml=b"x" * 5_000))
    start = 30 + len("xl/workbook.xml")
    data[start : start + 10] = b"\xff" * 10
    assert code_of(bytes(data)) == "broken"


def test_an_entry_that_ends_behind_the_file():
    data = bytearray(archive(xl__workbook_xml=b"x" * 5_000))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 20, 10**8)
    assert code_of(bytes(data)) == "broken"


def test_the_names_of_a_sound_archive():
    assert checked_names(archive(a=b"1", b__c=b"2")) == {"a", "b/c"}


def test_who_asks_says_how_much_may_come_out():
    data = archive(a=b"x" * 2_000)
    assert checked_names(data, most=2_000) == {"a"}
    assert code_of(data, most=1_999) == "bomb"


def test_macros_are_found_wherever_they_lie():
    assert (
        code_of(archive(word__vbaProject__bin=b"x").replace(b"vbaProject/bin", b"vbaProject.bin")) == "macros"
    )


def test_what_is_cut_off_is_broken():
    assert code_of(xlsx([["a"]])[:-30]) == "broken"


def test_streams_of_an_old_office_file_are_found_by_name():
    data = xls([["a"]])
    assert ole_holds(data, "Workbook")
    assert not ole_holds(data, "WordDocument", "EncryptedPackage")
    checked_ole(data)


@pytest.mark.parametrize(("stream", "code"), [("_VBA_PROJECT", "macros"), ("EncryptedPackage", "encrypted")])
def test_an_old_office_file_with_macros_or_a_password(stream, code):
    with pytest.raises(UnfitFileError, match=code):
        checked_ole(archives.OLE + b"\0" * 100 + stream.encode("utf-16-le"))
