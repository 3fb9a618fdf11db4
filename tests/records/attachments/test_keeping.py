"""A file is taken in, held by a record, and goes: each step recorded, none of them lost, nobody's but who sent it."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from jiceng.protection.actors import Actor
from jiceng.records.attachments import (
    DOCUMENT,
    PHOTO,
    Attachment,
    attach,
    attachments_of,
    content_of,
    keeping,
    remove,
    store,
    sweep_attachments,
    waiting,
)
from jiceng.records.attachments.storing import files
from jiceng.records.audit.comparing import differences
from jiceng.records.audit.verifying import verify
from jiceng.records.chain import UnrecordedWriteError
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.accounts.cast import SETTER, region
from tests.records.attachments.samples import DOCX, PDF, PLACE, compound, encoded, office, picture, telling
from tests.records.attachments.test_storing import age, stored
from tests.records.together import together

ANNA, BEN = Actor("user:1", "安娜"), Actor("user:2", "本")


@pytest.fixture
def holder(db, home):
    return region("99", "甲省", "core:province", None)


@pytest.fixture
def other(holder):
    return region("98", "乙省", "core:province", None)


def photo(by=ANNA, **given):
    return store(by=by, data=given.pop("data", encoded(picture())), name="路灯.jpg", purpose=PHOTO, **given)


def give(attachment, holder, by=ANNA):
    with write(by=by, action="test.attach"):
        return attach([attachment.uid], by=by, holder=holder)


def refused(data, name="文件.pdf", purpose=DOCUMENT):
    with pytest.raises(Refusal) as caught:
        store(by=ANNA, data=data, name=name, purpose=purpose)
    assert caught.value.remedy
    assert not Attachment.objects.exists()
    return caught.value


# -------------------------------------------------------------------------------------------- taking in
def test_a_document_is_kept_as_it_is(holder, home):
    kept = store(by=ANNA, data=PDF, name="申请.pdf", purpose=DOCUMENT)
    kept.refresh_from_db()
    assert content_of(kept) == PDF
    assert (kept.name, kept.media_type, kept.size) == ("申请.pdf", "application/pdf", len(PDF))
    assert (kept.purpose, kept.added_by, kept.is_picture) == ("document", "user:1", False)
    assert (kept.holder_table, kept.holder_id) == ("", None)
    assert timezone.now() - kept.added_at < timedelta(minutes=1)


def test_a_photo_is_encoded_anew(holder):
    kept = photo(data=telling("PNG"))
    assert (kept.name, kept.media_type, kept.is_picture) == ("路灯.jpg", "image/jpeg", True)
    assert PLACE.encode() not in content_of(kept)
    assert kept.size == len(content_of(kept))


def test_it_is_recorded_in_one_entry_and_compared_like_any_record(holder):
    kept = photo()
    entry = AuditEntry.objects.get(action="attachment.store")
    assert (entry.actor, entry.rows) == ("user:1", 1)
    assert kept.digest in AuditRow.objects.get(entry=entry.uid).after
    assert [d for d in differences() if d.model is Attachment] == []
    assert verify().whole


@pytest.mark.parametrize("data", [PDF, BytesIO(PDF)])
def test_it_takes_bytes_and_whatever_can_be_read(holder, data):
    assert content_of(store(by=ANNA, data=data, name="a.pdf", purpose=DOCUMENT)) == PDF


def test_the_same_file_twice_is_two_attachments_and_one_file(holder, home):
    one, two = photo(), photo(by=BEN)
    assert (one.digest, one.uid == two.uid) == (two.digest, False)
    assert len(stored(home)) == 1


def test_a_write_that_fails_after_the_file_leaves_the_file_only(holder, home, monkeypatch):
    monkeypatch.setattr("jiceng.records.writing.link", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        photo()
    monkeypatch.undo()
    monkeypatch.setattr("django.conf.settings.HOME", home)
    assert not Attachment.objects.exists()
    (orphan,) = stored(home)
    age(orphan, days=2)
    assert sweep_attachments() == (0, 1)


# ---------------------------------------------------------------------------------------------- refusing
def test_it_is_read_no_further_than_needed(holder):
    class Endless:
        taken = 0

        def read(self, size, /):
            self.taken += size
            return b"a" * size

    endless = Endless()
    found = refused(endless, "大.txt")
    assert "20 MB" in found.what
    assert endless.taken == DOCUMENT.most + 1


def test_limits_are_those_of_the_purpose(holder):
    assert content_of(store(by=ANNA, data=b"a" * DOCUMENT.most, name="大.txt", purpose=DOCUMENT))
    Attachment.objects.get().refresh_from_db()
    with write(by=ANNA, action="test.clear"):
        Attachment.objects.get().delete()
    assert "20 MB" in refused(b"a" * (DOCUMENT.most + 1)).what
    assert "10 MB" in refused(b"\xff\xd8\xff" + b"a" * PHOTO.most, purpose=PHOTO).what


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"MZ\x90\0\x03\0\0\0", "程序"),
        (b"<html><script>", "网页"),
        (b"<svg onload=alert(1)>", "矢量图"),
        (b"Rar!\x1a\x07\x01\0", "压缩包"),
        (encoded(picture(), "GIF"), "格式的图片"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (DOCX[:-40], "已损坏"),
        (compound("WordDocument", "EncryptedPackage"), "密码"),
        (office("word/document.xml", "word/vbaProject.bin"), "宏"),
        (b"\x01\x02\x03", "这里不接收"),
        (b"\xff\xd8\xff not a photo", "不是照片"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_name_and_a_way_out(holder, home, data, said):
    found = refused(data, "../../文件.pdf")
    assert said in found.what
    assert found.where == "文件.pdf"
    assert stored(home) == []


def test_a_document_is_no_photo(holder):
    found = refused(PDF, purpose=PHOTO)
    assert ".jpg .png .webp" in found.remedy
    assert ".pdf" not in found.remedy
    assert PHOTO.endings == (".jpg", ".jpeg", ".png", ".webp")
    assert {".pdf", ".ofd", ".docx", ".wps", *PHOTO.endings} < set(DOCUMENT.endings)


def test_refusals_are_said_in_english_too(holder):
    with translation.override("en"):
        assert "macros" in refused(office("xl/workbook.xml", "xl/vbaProject.bin")).what
        assert "Programs" in refused(b"MZ\x90\0\x03\0\0\0").what


# ------------------------------------------------------------------------------------------------ names
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("申请.pdf", "申请.pdf"),
        ("申请.PDF", "申请.PDF"),
        ("/etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win.ini.pdf"),
        ("发票.docx", "发票.pdf"),
        ("账单.exe", "账单.exe.pdf"),
        ("账单\u202efdp.exe", "账单fdp.exe.pdf"),
        ("一\r\n二\0三\x07.pdf", "一 二三.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("...", "附件.pdf"),
        ("", "附件.pdf"),
        ("名" * 300 + ".pdf", "名" * 116 + ".pdf"),
        ("名" * 300, "名" * 116 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_a_name_says_what_the_file_holds_and_nothing_else(holder, given, shown):
    with translation.override("zh-hans"):
        kept = store(by=ANNA, data=PDF, name=given, purpose=DOCUMENT)
    assert kept.name == shown
    assert len(kept.name) <= 120


@pytest.mark.parametrize(
    ("given", "shown"), [("IMG_1.PNG", "IMG_1.jpg"), ("a.webp", "a.jpg"), ("a.jpeg", "a.jpeg")]
)
def test_a_photo_is_named_for_what_it_has_become(holder, given, shown):
    assert store(by=ANNA, data=encoded(picture(), "PNG"), name=given, purpose=PHOTO).name == shown


# ---------------------------------------------------------------------------------------------- holding
def test_a_record_holds_what_it_is_given(holder):
    kept = photo()
    assert waiting([kept.uid], by=ANNA) == [kept]
    assert give(kept, holder) == [kept]
    kept.refresh_from_db()
    assert (kept.holder_table, kept.holder_id) == ("organisations_region", holder.pk)
    assert attachments_of([holder]) == {holder.pk: [kept]}
    assert waiting([kept.uid], by=ANNA) == []


def test_a_holder_may_be_known_from_the_start(holder):
    kept = photo(holder=holder)
    assert attachments_of([holder])[holder.pk] == [kept]
    assert AuditEntry.objects.filter(action="attachment.store").count() == 1


def test_giving_again_changes_nothing(holder):
    kept = photo()
    give(kept, holder)
    rows = AuditRow.objects.count()
    assert give(kept, holder) == [kept]
    assert AuditRow.objects.count() == rows


def test_several_are_given_in_the_order_asked_for(holder):
    one, two = photo(), store(by=ANNA, data=PDF, name="a.pdf", purpose=DOCUMENT)
    with write(by=ANNA, action="test.attach"):
        assert attach([str(two.uid), one.uid, two.uid], by=ANNA, holder=holder) == [two, one]
    assert waiting([str(two.uid), one.uid], by=ANNA) == []


def test_what_is_not_one_s_own_or_not_there_is_refused_and_nothing_is_held(holder, other):
    mine, theirs, held = photo(), photo(by=BEN), photo(holder=other)
    for uid in (theirs.uid, held.uid, uuid4(), "x", ""):
        with pytest.raises(Refusal), write(by=ANNA, action="test.attach"):
            attach([mine.uid, uid], by=ANNA, holder=holder)
        assert waiting([mine.uid], by=ANNA) == [mine]
    assert attachments_of([holder]) == {holder.pk: []}
    assert waiting([theirs.uid, held.uid, "x", mine.uid], by=ANNA) == [mine]


def test_a_record_keeps_what_another_gave_it_when_more_is_given(holder):
    """A form sends all its files again, those too that somebody else has added before."""
    theirs, mine = photo(by=BEN), photo()
    give(theirs, holder, by=BEN)
    with write(by=ANNA, action="test.attach"):
        assert attach([theirs.uid, mine.uid], by=ANNA, holder=holder) == [theirs, mine]
    assert attachments_of([holder])[holder.pk] == [theirs, mine]
    theirs.refresh_from_db()
    assert theirs.added_by == "user:2"


def test_nothing_is_held_outside_a_write(holder):
    kept = photo()
    with pytest.raises(UnrecordedWriteError), transaction.atomic():
        attach([kept.uid], by=ANNA, holder=holder)


def test_half_a_holder_is_refused_by_the_database(holder):
    kept = photo()
    for table, key in (("organisations_region", None), ("", 3)):
        kept.holder_table, kept.holder_id = table, key
        with pytest.raises(DatabaseError), write(by=ANNA, action="test.half"):
            kept.save()


def test_the_attachments_of_many_records_cost_one_query(holder, other, django_assert_num_queries):
    kept = [photo(holder=holder), photo(holder=other), photo(holder=holder)]
    with django_assert_num_queries(1):
        found = attachments_of([holder, other])
    assert found == {holder.pk: [kept[0], kept[2]], other.pk: [kept[1]]}
    assert attachments_of([]) == {}


def test_of_two_records_that_ask_for_one_file_one_gets_it(transactional_db, home):
    records = [region(f"9{n}", f"省{n}", "core:province", None) for n in range(8)]
    kept = photo()
    found = together(lambda n: give(kept, records[n]))
    assert sorted(type(f).__name__ for f in found) == ["Refusal"] * 7 + ["list"]
    assert sum(map(len, attachments_of(records).values())) == 1
    assert verify().whole


# ------------------------------------------------------------------------------------------------ going
def test_a_removed_attachment_is_gone_and_said_to_be(holder, home):
    kept, twin = photo(holder=holder), photo(holder=holder)
    remove(kept, by=BEN, reason="照片中有无关人员")
    assert attachments_of([holder]) == {holder.pk: [twin]}
    entry = AuditEntry.objects.get(action="attachment.remove")
    assert (entry.actor, entry.reason) == ("user:2", "照片中有无关人员")
    for path in stored(home):
        age(path, days=2)
    assert sweep_attachments() == (0, 0)  # the twin holds it still
    remove(twin, by=BEN, reason="同上")
    assert sweep_attachments() == (0, 1)
    assert stored(home) == []


def test_what_nobody_came_for_is_forgotten(holder, home):
    late, soon, held = photo(), photo(), photo(holder=holder)
    now = timezone.now()
    moments = {late: keeping.WAITS_FOR + timedelta(hours=1), soon: keeping.WAITS_FOR - timedelta(hours=1)}
    for attachment, ago in (moments | {held: keeping.WAITS_FOR * 2}).items():
        attachment.added_at = now - ago
        with write(by=SETTER, action="test.age"):
            attachment.save()
    assert sweep_attachments(now) == (1, 0)
    assert set(Attachment.objects.all()) == {soon, held}
    assert sweep_attachments(now) == (0, 0)
    assert AuditEntry.objects.filter(action="attachment.sweep").count() == 1


def test_a_lost_or_changed_file_is_said_in_words(holder, home):
    kept = photo()
    (path,) = stored(home)
    path.write_bytes(b"something else")
    with pytest.raises(Refusal) as caught:
        content_of(kept)
    assert caught.value.where == kept.name
    path.unlink()
    with pytest.raises(Refusal):
        content_of(kept)
    photo()  # sent again, it is there again
    assert content_of(kept) == files().fetch(kept.digest)


def test_eight_who_send_at_once(transactional_db, home):
    def work(number):
        data = encoded(picture(colour=(number * 20, 0, 0))) if number % 2 else PDF
        return store(by=ANNA, data=data, name="a.pdf", purpose=DOCUMENT)

    found = together(work)
    assert not [f for f in found if isinstance(f, Exception)]
    assert Attachment.objects.count() == 8
    assert len(stored(home)) == 5
    assert all(content_of(kept) for kept in found)
    assert verify().whole
