"""Raising a matter from the browser: who may raise what, where, once; files, drafts, reporters; near and alike ones."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from jiceng.matters.models import Matter, MatterLink, Reporter
from jiceng.records.attachments import Attachment
from tests.web.visiting import element

CASE = "/matters/new/qingshan:case/"
TOLD = {"channel": "core:hotline", "text": "楼道灯不亮，老人摔倒", "category": "qingshan:noise"}


def raised(visitor, office, **more):
    """What sending the form leads to; the village is where it is."""
    return visitor.post(CASE, {"region": office.here.village.pk, **TOLD, **more})


def only():
    return Matter._base_manager.get()


def cards(html):
    return re.findall(r'class="type-card" href="/matters/new/([^/]+)/', html)


def test_types_are_offered_to_who_may_raise_them_where_she_stands(office, visit):
    assert "qingshan:case" in cards(visit("qingshan.case_centre").text("/matters/new/"))
    assert set(cards(visit("qingshan.village_clerk").text("/matters/new/"))) >= {
        "qingshan:case",
        "qingshan:wish",
    }
    assert "qingshan:case" not in cards(visit("qingshan.department_officer").text("/matters/new/"))
    assert "qingshan:case" not in cards(visit("baishui.case_centre").text("/matters/new/"))


def test_what_hangs_on_another_matter_is_not_raised_by_itself(office, centre):
    assert "qingshan:oversee" not in cards(centre.text("/matters/new/"))


def test_a_matter_is_raised_with_what_was_filled_in(office, centre):
    answer = raised(centre, office, grade="core:urgent", households="12", where="106.632000,30.456000")
    matter = only()
    assert answer.url == f"/matters/{matter.number}/"
    assert (matter.text, matter.category, matter.grade) == (
        "楼道灯不亮，老人摔倒",
        "qingshan:noise",
        "core:urgent",
    )
    assert (matter.households, matter.longitude, matter.latitude) == (12, 106.632, 30.456)
    assert (matter.region, matter.channel) == (office.here.village, "core:hotline")
    assert matter.number in centre.text(answer.url)


def test_sent_twice_it_is_one_matter(office, centre):
    key = re.search(r'name="key" value="(\w+)"', centre.text(CASE))[1]
    first = raised(centre, office, key=key)
    assert raised(centre, office, key=key).url == first.url
    assert Matter._base_manager.count() == 1
    raised(centre, office, key="another")
    assert Matter._base_manager.count() == 2


def test_somebody_elses_key_is_not_ones_own(office, centre, visit):
    raised(centre, office, key="k")
    raised(visit("qingshan.village_clerk"), office, key="k")
    assert Matter._base_manager.count() == 2


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"text": ""}, "f-text", "没有填写"),
        ({"category": "core:nothing"}, "f-category", "不在可选之列"),
        ({"households": "许多"}, "f-households", "应为整数"),
        ({"where": "30.456,106.632"}, "f-where", "先经度、后纬度"),
        ({"text": "长" * 2_001}, "f-text", "过长"),
        ({"region": "", "region.typed": "没有的村"}, "f-region", "没有“没有的村”"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(office, centre, sent, field, said):
    answer = raised(centre, office, street_note="门口有石狮", reporter="陈先生", **sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in element(html, field)
    assert "门口有石狮" in html
    assert "陈先生" in html
    assert not Matter._base_manager.exists()


def test_a_source_is_asked_for_and_remembered(office, centre):
    answer = raised(centre, office, channel="")
    assert answer.status_code == 422
    raised(centre, office)
    assert 'value="core:hotline" selected' in element(centre.text(CASE), "i-channel")


def test_the_place_may_be_written_in_full(office, centre):
    raised(centre, office, region="", **{"region.typed": "青桥村"})
    assert only().region == office.here.village


def test_nobody_raises_beyond_the_own(office, visit):
    clerk = visit("qingshan.village_clerk")
    answer = clerk.post(CASE, {"region": office.here.other_town.pk, "region.typed": "青田镇", **TOLD})
    assert answer.status_code == 422
    assert visit("baishui.case_centre").get(CASE).status_code == 422
    assert (
        visit("qingshan.department_officer")
        .post(CASE, {"region": office.here.village.pk, **TOLD})
        .status_code
        == 403
    )
    assert not Matter._base_manager.exists()


def test_who_told_of_it_is_sealed_and_gets_a_code(office, centre):
    answer = raised(centre, office, reporter="陈水生", phone="13812345678", kind="core:resident")
    reporter = Reporter._base_manager.get()
    assert "陈水生".encode() not in bytes(reporter.name)
    assert "凭查询码" in centre.text(answer.url)
    assert reporter.code_index


def test_without_a_reporter_there_is_none(office, centre):
    raised(centre, office)
    assert not Reporter._base_manager.exists()


def test_the_next_one_can_be_raised_at_once(office, centre):
    assert raised(centre, office, again="1").url == f"{CASE}?region={office.here.village.pk}"


def test_photos_come_along_without_scripts_and_stay_when_the_form_is_refused(office, centre, tmp_path):
    path = tmp_path / "x.png"
    Image.new("RGB", (30, 20), "red").save(path)

    def photo():
        return SimpleUploadedFile("现场.png", path.read_bytes())

    refused = raised(centre, office, text="", **{"photos.files": photo()})
    kept = Attachment.objects.get()
    assert f'name="photos" value="{kept.uid}"' in refused.content.decode()
    raised(centre, office, photos=str(kept.uid), **{"photos.files": photo()})
    held = Attachment.objects.filter(holder_table=Matter._meta.db_table, holder_id=only().pk)
    assert held.count() == 2
    html = centre.text(f"/matters/{only().number}/")
    assert html.count(f"/matters/files/{kept.uid}/") >= 2


def test_photos_of_a_matter_are_seen_by_who_sees_the_matter(office, centre, visit, tmp_path):
    path = tmp_path / "x.png"
    Image.new("RGB", (30, 20), "red").save(path)
    raised(centre, office, **{"photos.files": SimpleUploadedFile("现场.png", path.read_bytes())})
    address = f"/matters/files/{Attachment.objects.get().uid}/"
    assert visit("qingshan.village_clerk").get(address).status_code == 200
    for who in ("qingshan.department_officer", "baishui.case_centre"):
        assert visit(who).get(address).status_code == 404, who


def test_a_file_somebody_else_sent_in_is_not_taken(office, centre, visit, tmp_path):
    path = tmp_path / "x.png"
    Image.new("RGB", (30, 20), "red").save(path)
    other = visit("qingshan.village_clerk")
    other.post(
        "/matters/files/",
        {"file": SimpleUploadedFile("a.png", path.read_bytes()), "field": "photos", "purpose": "photo"},
    )
    answer = raised(centre, office, photos=str(Attachment.objects.get().uid))
    assert answer.status_code == 422
    assert "附件没有上传成功" in answer.content.decode()


def test_a_form_that_is_refreshed_keeps_what_was_typed_and_raises_nothing(office, centre):
    answer = raised(centre, office, refresh="1", street_note="门口有石狮")
    assert answer.status_code == 200
    assert "门口有石狮" in answer.content.decode()
    assert not Matter._base_manager.exists()


def test_a_begun_one_is_there_again(office, centre):
    name = re.search(r'name="draft" value="([^"]+)"', centre.text(CASE))[1]
    centre.post("/matters/drafts/", {"draft": name, "text": "写了一半", "region": office.here.village.pk})
    assert "写了一半" in centre.text(CASE)
    raised(centre, office)
    assert "写了一半" not in centre.text(CASE)


# ------------------------------------------------------------------------------------------ near and alike
def likes(visitor, office, **more):
    answer = visitor.post(f"{CASE}alike/", {"region": office.here.village.pk, **TOLD, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_near_and_alike_open_ones_are_shown_before_a_new_one_is_made(office, centre):
    assert likes(centre, office).strip() == ""
    first = office.raised(text="三号楼楼道灯不亮，老人摔倒了", category="qingshan:noise")
    html = likes(centre, office)
    assert first.number in html
    assert "文字相近" in html
    assert likes(centre, office, text="公交站牌倾斜").strip() == ""


def test_the_same_thing_told_again_is_joined_and_nobody_who_told_is_lost(office, centre):
    first = office.raised(text="三号楼楼道灯不亮，老人摔倒了", category="qingshan:noise")
    answer = raised(centre, office, into=first.pk, reporter="陈水生")
    assert answer.url == f"/matters/{first.number}/"
    second = Matter._base_manager.exclude(pk=first.pk).get()
    assert (second.outcome, MatterLink.objects.get().other) == ("joined", first)
    assert Reporter._base_manager.get().matter == first


def test_what_ended_meanwhile_takes_nothing_in(office, centre):
    first = office.raised()
    other = office.raised()
    centre.post(f"/matters/{first.number}/also/join/", {"other": other.pk, "reason": "同一件"})
    answer = raised(centre, office, into=first.pk)
    assert "只能并入另一件未办结的事项" in centre.text(answer.url)
    assert Matter._base_manager.order_by("pk").last().phase == "open"
