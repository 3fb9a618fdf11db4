"""Somebody without an account reports something: what comes of it, and what is refused in words."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from jiceng.records.models import Attachment
from jiceng.residents.throttling import REPORTS_VISIT
from tests.residents.county import reporters, told

PROBLEM = "巷口的路灯三天不亮了，晚上看不见路"


def address(county):
    return reverse("residents:report", args=[county.village.code])


def photo(size=(40, 30)):
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "JPEG", exif=b"Exif\x00\x00GPS of the garden")
    return SimpleUploadedFile("garden.jpg", file.getvalue(), "image/jpeg")


def matters():
    return list(told())


def test_three_taps_lead_to_the_form(resident, county):
    first = resident.text(reverse("residents:choose"))
    assert county.here.region.name in first
    towns = resident.text(reverse("residents:choose"), {"in": county.here.region.code})
    assert county.here.town.name in towns
    villages = resident.text(reverse("residents:choose"), {"in": county.here.town.code})
    assert address(county) in villages


def test_a_place_is_found_by_its_name(resident, county):
    assert address(county) in resident.text(reverse("residents:choose"), {"q": county.village.name})
    assert "没有名称里有" in resident.text(reverse("residents:choose"), {"q": "天涯海角"})


def test_the_place_chosen_last_is_offered_at_once(resident, county):
    resident.get(address(county))
    assert resident.get(reverse("residents:choose"))["Location"] == address(county)
    assert county.here.region.name in resident.text(reverse("residents:choose"), {"all": ""})


def test_one_field_is_enough(resident, county):
    answer = resident.fill(address(county), {"type": "core:hotline", "text": PROBLEM})
    assert answer.status_code == 200
    (matter,) = matters()
    assert (matter.text, matter.region_id, matter.channel) == (PROBLEM, county.village.pk, "core:web")
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}", resident.code_in(answer))


def test_a_category_is_proposed_from_the_words_and_the_rest_for_what_fits_none(resident, county):
    resident.fill(address(county), {"type": "core:hotline", "text": "路灯照明全坏了"})
    resident.fill(address(county), {"type": "core:hotline", "text": "有只猫在树上"})
    assert [matter.category for matter in matters()] == ["core:lighting", "core:other"]


def test_name_and_telephone_are_sealed(resident, county):
    data = {"type": "core:hotline", "text": PROBLEM, "name": "青赵大妈", "phone": "138 0000 1111"}
    resident.fill(address(county), data)
    reporter = reporters().get()
    assert "青赵大妈".encode() not in bytes(reporter.name)
    assert b"138" not in bytes(reporter.phone)
    assert "青赵大妈" not in (matters()[0].raised_by_name, matters()[0].raised_by)


def test_sending_twice_makes_one_matter_and_shows_the_same_code(resident, county):
    html = resident.text(address(county))
    data = {"type": "core:hotline", "text": PROBLEM}
    first, second = (resident.send(address(county), html, data) for _time in range(2))
    assert resident.code_in(first) == resident.code_in(second)
    assert len(matters()) == 1


def test_a_photo_loses_what_the_camera_wrote_into_it(resident, county):
    data = {"type": "core:hotline", "text": PROBLEM, "photos": photo()}
    assert resident.fill(address(county), data).status_code == 200
    kept = Attachment.objects.get()
    assert (kept.holder_table, kept.holder_id) == ("matters_matter", matters()[0].pk)
    assert kept.media_type == "image/jpeg"


def test_what_is_no_photo_is_refused_and_the_words_stay(resident, county):
    data = {
        "type": "core:hotline",
        "text": PROBLEM,
        "photos": SimpleUploadedFile("a.jpg", b"MZ" + b"x" * 500),
    }
    answer = resident.fill(address(county), data)
    assert answer.status_code == 422
    assert PROBLEM in answer.content.decode()
    assert matters() == []


def test_four_photos_are_one_too_many(resident, county):
    data = {"type": "core:hotline", "text": PROBLEM, "photos": [photo() for _n in range(4)]}
    answer = resident.fill(address(county), data)
    assert answer.status_code == 422
    assert "最多3张照片" in answer.content.decode()


def test_two_hundred_megabytes_are_refused_before_they_are_read(resident, county):
    answer = resident.post(address(county), {}, CONTENT_LENGTH="200000000")
    assert answer.status_code == 413
    assert "居民服务" in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有填写"),
        ("   \n ", "没有填写"),
        ("长" * 20_000, "过长"),
        ("有\0零", "不能保存的字符"),
    ],
)
def test_bad_texts_are_refused_by_their_field(resident, county, text, said):
    answer = resident.fill(address(county), {"type": "core:hotline", "text": text})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert matters() == []


def test_control_characters_do_not_reach_the_record(resident, county):
    resident.fill(address(county), {"type": "core:hotline", "text": "路灯\x1b[31m不亮\u202e了"})
    assert matters()[0].text == "路灯[31m不亮了"


def test_a_telephone_that_is_none_is_said(resident, county):
    answer = resident.fill(address(county), {"type": "core:hotline", "text": PROBLEM, "phone": "请来找我"})
    assert answer.status_code == 422
    assert "不是电话号码" in answer.content.decode()


# ---------------------------------------------------------------------------------------- what is offered
def test_only_what_residents_can_answer_is_offered(resident, county):
    html = resident.text(address(county))
    assert "热线派单" in html
    assert "随手拍" in html
    assert "企业困难" not in html, "it asks for a unit of the ledger"
    assert "督办" not in html
    assert "认领意愿" not in html, "it hangs on a wish"


def test_a_type_of_one_kind_of_reporter_says_so_for_them(resident, county):
    data = {"type": "qingshan:snapshot", "text": "井盖没了", "danger": "true"}
    assert resident.fill(address(county), data).status_code == 200
    assert reporters().get().kind == "core:outdoor_worker"


def test_what_the_type_must_know_is_asked(resident, county):
    answer = resident.fill(address(county), {"type": "qingshan:snapshot", "text": "井盖没了"})
    assert answer.status_code == 422
    assert 'name="danger"' in answer.content.decode()


def test_a_place_that_is_none_is_not_found(resident, county):
    assert resident.get(reverse("residents:report", args=["123456"])).status_code == 404
    assert resident.get(reverse("residents:choose"), {"in": "nowhere"}).status_code == 404


# ------------------------------------------------------------------------------------- what goes elsewhere
@pytest.mark.parametrize(
    ("text", "where", "telephone"),
    [
        ("隔壁楼着火了", "紧急", "119"),
        ("我要举报村支书贪污", "检举控告", "12388"),
        ("我要上访", "信访", ""),
        ("对法院判决不服", "诉讼", "12348"),
    ],
)
def test_what_goes_elsewhere_is_shown_where_and_not_dropped(resident, county, text, where, telephone):
    answer = resident.fill(address(county), {"type": "core:hotline", "text": text})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert matters() == []
    assert where in html
    assert f"tel:{telephone}" in html
    assert text in html, "what was written is still there"


def test_who_knows_that_it_is_no_such_thing_sends_it_all_the_same(resident, county):
    data = {"type": "core:hotline", "text": "法院门口的路灯不亮", "not_elsewhere": "1"}
    assert resident.code_in(resident.fill(address(county), data))
    assert len(matters()) == 1


def test_emergencies_come_first_on_the_page_of_other_channels(resident):
    html = resident.text(reverse("residents:channels"))
    assert html.index("紧急警情") < html.index("信访事项")


# --------------------------------------------------------------------------------------------------- abuse
def test_a_form_filled_in_at_once_is_refused_and_can_be_sent_again(resident, county):
    html = resident.text(address(county))
    data = {"type": "core:hotline", "text": PROBLEM}
    quick = resident.send(address(county), html, data, opened=0)
    assert (quick.status_code, matters()) == (422, [])
    assert resident.send(address(county), quick.content.decode(), data).status_code == 200


def test_the_field_that_people_do_not_see_catches_programs(resident, county):
    data = {"type": "core:hotline", "text": PROBLEM, "website": "http://spam.example"}
    assert resident.fill(address(county), data).status_code == 422
    assert matters() == []


def test_a_form_that_is_not_ours_is_refused(resident, county):
    answer = resident.post(address(county), {"type": "core:hotline", "text": PROBLEM, "form": "made up"})
    assert answer.status_code == 422
    assert "重新打开页面" in answer.content.decode()


def test_too_many_reports_wait_and_see_whom_to_call(resident, county):
    data = {"type": "core:hotline", "text": PROBLEM}
    for _time in range(int(REPORTS_VISIT.holds)):
        assert resident.fill(address(county), data).status_code == 200
    answer = resident.fill(address(county), data)
    html = answer.content.decode()
    assert answer.status_code == 429
    assert "分钟再试" in html
    assert "tel:12345" in html
    assert PROBLEM in html, "nothing of what was written is lost"
    assert len(matters()) == REPORTS_VISIT.holds


def test_forged_requests_are_refused(county):
    from tests.web.residents.conftest import Resident  # noqa: PLC0415 - the class, with checks of its own on

    strict = Resident(enforce_csrf_checks=True)
    html = strict.get(address(county)).content.decode()
    assert strict.send(address(county), html, {"text": PROBLEM}).status_code == 403
