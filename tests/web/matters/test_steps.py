"""Steps taken by forms: made from the flow, checked beside their fields, kept, and happening once."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from jiceng.matters.models import Dispatch, Event
from jiceng.records.attachments import Attachment
from jiceng.records.drafts import draft_of
from jiceng.records.models import AuditEntry
from tests.web.visiting import element


def form(matter, step, **asked):
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return f"/matters/{matter.number}/do/{step}/" + (f"?{query}" if query else "")


def hidden(html, name):
    """What a hidden input of the form holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def test_a_step_is_a_form_and_sending_it_takes_the_step(office, centre):
    matter = office.raised()
    html = centre.text(form(matter, "send"))
    assert "主办单位" in element(html, "f-lead")
    assert 'data-several="support"' in html
    sent = {
        "lead": office.here.bureau.pk, "support": [office.here.firm.pk], "note": "请三日内答复",
        "key": hidden(html, "key"), "expected": hidden(html, "expected"),
    }  # fmt: skip
    answer = centre.post(form(matter, "send"), sent)
    assert answer.url == f"/matters/{matter.number}/"
    assert {d.unit.name: d.part for d in Dispatch._base_manager.all()} == {
        "青府商务局": "lead",
        "青松木业公司": "support",
    }
    assert centre.post(form(matter, "send"), sent).url == answer.url  # sent twice
    assert Event.objects.filter(matter=matter, step="send").count() == 1
    assert "已办理：派单" in centre.text(answer.url)


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(office, centre):
    matter = office.raised()
    answer = centre.post(form(matter, "send"), {"support": [office.here.firm.pk], "note": "请三日内答复"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "没有填写" in element(html, "f-lead")
    assert "请三日内答复" in html
    assert f'name="support" value="{office.here.firm.pk}"' in element(html, "f-support")
    assert not Dispatch._base_manager.exists()


def test_a_name_typed_in_full_is_as_good_as_one_picked(office, centre):
    matter = office.raised()
    centre.post(
        form(matter, "send"), {"lead.typed": "青府商务局", "support.typed": "青松木业公司、青禾粮油公司"}
    )
    names = sorted(d.unit.name for d in Dispatch._base_manager.all())
    assert names == ["青府商务局", "青松木业公司", "青禾粮油公司"]


@pytest.mark.parametrize(
    ("typed", "said"), [("没有的局", "没有“没有的局”"), ("白府商务局", "没有“白府商务局”")]
)
def test_a_name_that_is_nobodys_in_sight_is_refused(office, centre, typed, said):
    answer = centre.post(form(office.raised(), "send"), {"lead.typed": typed})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in element(html, "f-lead")
    assert typed in element(html, "f-lead")


def test_the_receiver_signs_and_answers(office, bureau):
    matter, dispatch = office.sent()
    bureau.post(form(matter, "sign"), {"dispatch": dispatch.pk})
    assert office.again(dispatch).state == "signed"
    bureau.post(form(matter, "answer"), {"dispatch": dispatch.pk, "answer": "已责令停工"})
    assert office.again(dispatch).answer == "已责令停工"
    assert office.again(matter).state == "review"


def test_a_step_that_is_not_there_for_one_now_is_refused_before_anything_is_typed(
    office, centre, bureau, visit
):
    matter, dispatch = office.sent()
    assert "你不能办“派单”" in bureau.text(form(matter, "send"), status=422)
    assert "你不能办“审核通过”" in centre.text(form(matter, "approve"), status=422)
    assert "你不能办“签收”" in centre.text(form(matter, "sign", dispatch=dispatch.pk), status=422)
    assert centre.get(form(matter, "no_such_step")).status_code == 404
    assert centre.get(form(matter, "sign", dispatch=999999)).status_code == 404
    assert visit("baishui.case_centre").get(form(matter, "wait")).status_code == 404


def test_the_right_is_asked_for_again_when_the_form_is_sent(office, bureau, visit):
    matter, dispatch = office.sent()
    assert bureau.post(form(matter, "send"), {"lead": office.here.firm.pk}).status_code == 422
    for who in ("qingshan.village_clerk", "qingshan.leader"):
        assert visit(who).post(form(matter, "sign"), {"dispatch": dispatch.pk}).status_code == 403, who
    assert office.again(dispatch).state == "sent"


def test_an_older_page_is_told_what_happened_meanwhile(office, centre):
    matter = office.raised()
    seen = hidden(centre.text(form(matter, "send")), "expected")
    office.step(matter, "send", given={"lead": office.here.bureau.pk})
    answer = centre.post(form(matter, "wait"), {"note": "等材料", "expected": seen})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "办理过" in html
    assert "等材料" in html


def test_a_refusal_of_a_step_leaves_no_trace(office, centre):
    matter = office.raised()
    before = Event.objects.count(), AuditEntry.objects.filter(action="matter.wait").count()
    for sent in ({}, {"note": "\0"}, {"note": "长" * 5_001}):
        assert centre.post(form(matter, "wait"), sent).status_code == 422
    assert (Event.objects.count(), AuditEntry.objects.filter(action="matter.wait").count()) == before


# ------------------------------------------------------------------------------------------------- drafts
def test_a_form_keeps_itself_and_forgets_once_it_is_sent(office, centre, cast):
    matter = office.raised()
    html = centre.text(form(matter, "progress"))
    name = hidden(html, "draft")
    kept = centre.post(
        "/matters/drafts/", {"draft": name, "note": "已打电话", "key": "k", "csrfmiddlewaretoken": "x"}
    )
    assert "草稿已保存" in kept.content.decode()
    html = centre.text(form(matter, "progress"))
    assert "已打电话" in html
    assert "接着写上次没有写完的" in html
    centre.post(form(matter, "progress"), {"note": "已打电话"})
    assert "接着写上次没有写完的" not in centre.text(form(matter, "progress"))


def test_a_draft_is_nobody_elses_and_can_be_given_up(office, centre, visit):
    matter = office.raised()
    office.colleague("case_centre")
    name = hidden(centre.text(form(matter, "progress")), "draft")
    centre.post("/matters/drafts/", {"draft": name, "note": "只有我知道"})
    assert "只有我知道" not in visit("baishui.case_centre").text(form(matter, "progress"))
    centre.post("/matters/drafts/", {"draft": name, "forget": "1"})
    assert "只有我知道" not in centre.text(form(matter, "progress"))


def test_a_draft_too_long_to_keep_is_refused_in_words(centre):
    answer = centre.post("/matters/drafts/", {"draft": "x", "note": "长" * 30_000})
    assert answer.status_code == 422
    assert "草稿过长" in answer.content.decode()


# -------------------------------------------------------------------------------------------------- names
@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("unit", "商务", "青府商务局"),
        ("units", "木业", "青松木业公司"),
        ("party_org", "镇党委", "青石镇党委"),
        ("region", "桥村", "青桥村"),
    ],
)
def test_names_are_offered_while_typing(office, centre, kind, typed, found):
    where = f"?region={office.here.village.pk}"
    html = centre.text(
        f"/matters/names/{kind}/{where}", {"lead.typed": typed, "region": office.here.village.pk}
    )
    assert found in html
    assert not any(name in html for name in office.world.baishui.names)


def test_names_of_persons_are_for_those_who_see_persons(office, centre, visit):
    asked = {"who.typed": "青水", "region": office.here.village.pk}
    assert "青水生" not in centre.text("/matters/names/person/", asked)
    assert "青水生" in visit("qingshan.village_clerk").text("/matters/names/person/", asked)


def test_what_cannot_be_named_is_not_there(centre, office):
    assert centre.get("/matters/names/secret/", {"region": office.here.village.pk}).status_code == 404
    assert centre.get("/matters/names/unit/", {"region": "x", "lead.typed": "青"}).status_code == 404


# -------------------------------------------------------------------------------------------------- files
@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "现场.png"
    Image.new("RGB", (40, 30), "red").save(path)
    return SimpleUploadedFile("现场.png", path.read_bytes())


def test_a_file_is_taken_in_shown_to_its_sender_and_to_nobody_else(office, centre, visit, photo):
    answer = centre.post("/matters/files/", {"file": photo, "field": "photos", "purpose": "photo"})
    html = answer.content.decode()
    kept = Attachment.objects.get()
    assert f'name="photos" value="{kept.uid}"' in html
    assert centre.get(f"/matters/files/{kept.uid}/")["Content-Type"] == "image/jpeg"
    assert visit("qingshan.leader").get(f"/matters/files/{kept.uid}/").status_code == 404


def test_what_is_no_photo_is_said_in_words(centre):
    lie = SimpleUploadedFile("照片.jpg", b"MZ\x90\0\3\0\0\0 this is a program")
    answer = centre.post("/matters/files/", {"file": lie, "field": "photos", "purpose": "photo"})
    assert answer.status_code == 422
    assert "不接收程序文件" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_nothing_is_taken_in_for_a_purpose_there_is_none(centre, photo):
    assert (
        centre.post("/matters/files/", {"file": photo, "field": "x", "purpose": "anything"}).status_code
        == 404
    )
    assert centre.post("/matters/files/", {"field": "x", "purpose": "photo"}).status_code == 404


def test_the_drafts_are_kept_by_name(centre, cast, office):
    centre.post("/matters/drafts/", {"draft": "1:a:", "lead": "7", "support": ["1", "2"]})
    actor = office.person("case_centre").actor
    assert draft_of(by=actor, kind="matter", key="1:a:") == {"lead": ["7"], "support": ["1", "2"]}
