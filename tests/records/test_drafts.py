"""A draft is its owner's alone, sealed, bounded, and forgotten in the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jiceng.protection.actors import Actor
from jiceng.records import drafts
from jiceng.records.drafts import draft_of, drafts_of, drop_draft, keep_draft, sweep_drafts
from jiceng.records.models import AuditEntry, Draft
from jiceng.records.refusals import Refusal
from tests.records.together import together

ANNA, BEN = Actor("user:1", "安娜"), Actor("user:2", "本")


def test_a_draft_comes_back_as_it_was_kept(db):
    content = {"text": "路灯不亮\n第二行", "files": ["a", "b"], "place": {"x": 1.5, "y": None}, "ok": True}
    at = keep_draft(by=ANNA, kind="matters.raise", key="hotline", content=content)
    assert draft_of(by=ANNA, kind="matters.raise", key="hotline") == content
    assert drafts_of(by=ANNA) == [("matters.raise", "hotline", at)]


def test_keeping_again_replaces_what_was_kept(db):
    keep_draft(by=ANNA, kind="k", content={"n": 1})
    keep_draft(by=ANNA, kind="k", content={"n": 2})
    assert draft_of(by=ANNA, kind="k") == {"n": 2}
    assert Draft.objects.count() == 1


def test_nobody_reads_or_drops_another_s_draft(db):
    keep_draft(by=ANNA, kind="k", content={"n": 1})
    assert draft_of(by=BEN, kind="k") is None
    assert drafts_of(by=BEN) == []
    assert drop_draft(by=BEN, kind="k") is False
    keep_draft(by=BEN, kind="k", content={"n": 2})
    assert draft_of(by=ANNA, kind="k") == {"n": 1}


def test_kinds_and_keys_are_told_apart_and_listed_last_touched_first(db):
    for kind, key in (("a", ""), ("b", "1"), ("b", "2"), ("a", "")):
        keep_draft(by=ANNA, kind=kind, key=key, content={"at": kind + key})
    assert [d[:2] for d in drafts_of(by=ANNA)] == [("a", ""), ("b", "2"), ("b", "1")]
    assert [d[1] for d in drafts_of(by=ANNA, kind="b")] == ["2", "1"]
    assert draft_of(by=ANNA, kind="b") is None


def test_a_dropped_draft_is_gone(db):
    keep_draft(by=ANNA, kind="k", content={})
    assert drop_draft(by=ANNA, kind="k") is True
    assert (draft_of(by=ANNA, kind="k"), drop_draft(by=ANNA, kind="k")) == (None, False)


def test_drafts_are_not_audited_and_not_readable_in_the_database(db):
    keep_draft(by=ANNA, kind="k", content={"phone": "13800001234"})
    assert not AuditEntry.objects.exists()
    assert b"13800001234" not in bytes(Draft.objects.get().content)


def test_a_draft_whose_key_is_lost_is_as_good_as_none(db):
    keep_draft(by=ANNA, kind="k", content={"n": 1})
    kept = Draft.objects.get()
    Draft.objects.update(content=bytes(kept.content)[:-1] + b"\0")
    assert draft_of(by=ANNA, kind="k") is None
    keep_draft(by=ANNA, kind="k", content={"n": 2})
    assert draft_of(by=ANNA, kind="k") == {"n": 2}


def test_a_draft_has_a_size(db):
    room = drafts.MOST_BYTES - len('{"t":""}')
    keep_draft(by=ANNA, kind="k", content={"t": "a" * room})
    with pytest.raises(Refusal) as caught:
        keep_draft(by=ANNA, kind="k", content={"t": "a" * (room + 1)})
    assert caught.value.remedy
    assert draft_of(by=ANNA, kind="k") == {"t": "a" * room}  # what was kept before stays
    with pytest.raises(Refusal):
        keep_draft(by=ANNA, kind="k", content={"t": "字" * (room // 3 + 1)})


def test_halves_of_signs_do_not_lose_a_draft(db):
    keep_draft(by=ANNA, kind="k", content={"t": "半\ud83d个"})
    assert draft_of(by=ANNA, kind="k") == {"t": "半?个"}


def test_the_oldest_give_way_when_there_are_too_many(db, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    keep_draft(by=BEN, kind="k", content={})
    for n in range(3):
        keep_draft(by=ANNA, kind="k", key=str(n), content={"n": n})
    keep_draft(by=ANNA, kind="k", key="0", content={"n": "touched again"})
    keep_draft(by=ANNA, kind="k", key="3", content={"n": 3})
    assert [key for _, key, _ in drafts_of(by=ANNA)] == ["3", "0", "2"]
    assert len(drafts_of(by=BEN)) == 1


def test_what_nobody_has_touched_for_long_is_forgotten(db):
    keep_draft(by=ANNA, kind="old", content={})
    keep_draft(by=ANNA, kind="new", content={})
    now = timezone.now()
    Draft.objects.filter(kind="old").update(at=now - drafts.KEPT_FOR - timedelta(minutes=1))
    Draft.objects.filter(kind="new").update(at=now - drafts.KEPT_FOR + timedelta(minutes=1))
    assert (sweep_drafts(now), sweep_drafts(now)) == (1, 0)
    assert [kind for kind, _, _ in drafts_of(by=ANNA)] == ["new"]


def test_two_windows_that_save_at_once_keep_one_draft(transactional_db):
    def work(number):
        keep_draft(by=ANNA, kind="k", content={"from": number})
        return number

    assert together(work) == list(range(8))
    assert Draft.objects.count() == 1
    assert draft_of(by=ANNA, kind="k")["from"] in range(8)
