"""The page of the exchange: what goes out is seen by two people, what comes in is looked at before it is taken."""

import json
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiceng.records.models import AuditEntry
from jiceng.residents.models import Package, Taken
from jiceng.residents.zones import identities
from jiceng.web.zones import coming
from tests.accounts.cast import keep
from tests.residents.county import told
from tests.residents.sides import elsewhere
from tests.web.visiting import element

BOARD = "/exchange/"


def proposed(visitor):
    """The address of the package that listing makes."""
    answer = visitor.post(f"{BOARD}propose/")
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def handed(visitor, text, name="zone.json"):
    data = text if isinstance(text, bytes) else text.encode()
    return visitor.post(f"{BOARD}in/", {"file": SimpleUploadedFile(name, data)})


# -------------------------------------------------------------------------------------------------- going out
def test_the_reviewer_reads_each_record_as_it_would_be_written(visit, released):
    address = proposed(visit("organisation_department"))
    html = visit("case_centre").text(address)
    for said in ("路灯不亮", "某巷的路灯坏了，正在修", released.number, "热线派单", "批准出去"):
        assert said in html, said
    item = json.loads(Package.objects.get().content)["items"][0]
    assert {"uid", "title", "text", "longitude"} <= set(item)
    for key in item:
        assert f"&quot;{key}&quot;" in html, "every key that is written stands there"


def test_another_person_lets_it_go_and_the_file_is_what_the_other_side_takes(visit, sides, county, released):
    maker, second = visit("organisation_department"), visit("case_centre")
    address = proposed(maker)
    assert "批准出去" not in maker.text(address)
    assert maker.post(f"{address}decide/", {"agree": "yes"}).status_code == 403
    assert second.post(f"{address}file/").status_code == 422, "not before it was approved"
    assert second.post(f"{address}decide/", {"agree": "yes"}).url == address
    answer = maker.post(f"{address}file/")
    assert answer["Content-Disposition"].startswith("attachment")
    with elsewhere():
        sides.at("resident")
        keep_away(released)
        taken = coming.take_in(text=answer.content.decode(), access=sides.open)
        assert taken.items == 1
    sides.at("staff")
    assert "已导出" in maker.text(BOARD)


def keep_away(matter):
    """The other server does not have this matter."""
    matter.uid, matter.number = "0190aaaa-0000-7000-8000-000000000000", "elsewhere"
    keep(matter)


def test_what_is_not_let_go_says_why_and_gives_no_file(visit, released):
    address, second = proposed(visit("organisation_department")), visit("case_centre")
    bare = second.post(f"{address}decide/", {"agree": "no"})
    assert (bare.status_code, "没有填写未批准的原因" in bare.content.decode()) == (422, True)
    second.post(f"{address}decide/", {"agree": "no", "decision": "标题里有门牌"})
    assert "标题里有门牌" in second.text(address)
    assert second.post(f"{address}file/").status_code == 422
    assert "未批准" in element(second.text(BOARD), "history")


def test_nothing_new_is_said(visit):
    answer = visit("organisation_department").post(f"{BOARD}propose/")
    assert answer.status_code == 422
    assert "没有变化" in answer.content.decode()


def test_all_of_it_is_in_the_audit(visit, released):
    maker, second = visit("organisation_department"), visit("case_centre")
    address = proposed(maker)
    second.post(f"{address}decide/", {"agree": "yes", "decision": "看过"})
    maker.post(f"{address}file/")
    actions = list(
        AuditEntry.objects.filter(action__startswith="zone.").order_by("seq").values("action", "actor_name")
    )
    assert [each["action"] for each in actions] == ["zone.propose", "zone.decide", "zone.export"]
    assert actions[0]["actor_name"] != actions[1]["actor_name"]


# ------------------------------------------------------------------------------------------ personal data
def test_names_of_members_and_numbers_are_pointed_out_first(visit, county, released):
    county.released(county.reported()[0], "青水生说路灯不亮", "请打13800001111")
    html = visit("case_centre").text(proposed(visit("organisation_department")))
    assert "与台账中的人同名：青水生" in html
    assert "电话号码" in html
    assert html.index("青水生说路灯不亮") < html.index("某巷的路灯坏了"), "it stands first"


def test_what_is_clean_raises_no_finger(visit, released):
    html = visit("case_centre").text(proposed(visit("organisation_department")))
    assert "要多看一眼" not in html
    assert "同名" not in html


def test_no_record_holds_a_member_a_unit_or_a_reporter(visit, county, released):
    county.step(released, "send", given={"lead": county.here.bureau.pk})
    html = visit("case_centre").text(proposed(visit("organisation_department")))
    content = Package.objects.get().content
    people = [str(who) for who in county.cast.values() if str(who)]
    for name in (*county.here.names, "青赵大妈", "13800001111"):
        assert name not in content, name
    assert [name for name in people if name in content] == []
    assert "青赵大妈" not in html


# ------------------------------------------------------------------------------------------------- scope
def test_who_may_not_release_has_no_such_page(visit, released):
    address = proposed(visit("organisation_department"))
    for role in ("village_clerk", "instructor", "department_officer", "leader"):
        assert visit(role).get(BOARD).status_code == 403, role
        assert visit(role).get(address).status_code == 403, role


def test_the_neighbouring_county_sees_no_package_and_no_history_of_records(visit, released):
    address = proposed(visit("organisation_department"))
    stranger = visit("organisation_department", "baishui")
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}decide/", {"agree": "yes"}).status_code == 404
    assert "第 1 个交换包" not in stranger.text(BOARD)


def test_a_part_of_it_is_shown_to_who_answers_for_a_part(visit, county, released):
    other, _code = county.reported()
    other.region, other.region_path = county.here.other_town, county.here.other_town.path
    county.released(keep(other), "别处的井盖", "别处")
    address = proposed(visit("organisation_department"))
    html = visit("street_officer").text(address)
    assert "路灯不亮" in html
    assert "别处的井盖" not in html
    assert "另有 1 条不在你的范围内" in html
    assert "批准出去" not in html
    assert visit("street_officer").post(f"{address}decide/", {"agree": "yes"}).status_code == 403


# ---------------------------------------------------------------------------------------------- coming in
def test_a_file_is_looked_at_before_it_is_taken_in(visit, file):
    centre = visit("case_centre")
    address = handed(centre, file).url
    html = centre.text(address)
    assert "签名正确" in html
    assert "新的 1 条" in html
    assert "青家门口" not in html, "what is sealed stays sealed"
    assert not told().exists()
    assert centre.post(f"{address}take/").url == BOARD
    assert told().get().text == "青家门口的路灯不亮"
    html = element(centre.text(BOARD), "taken")
    assert "1 条" in html
    assert "青受理中心工作人员" in html
    assert centre.get(address).status_code == 404, "nothing of the file is left"


def test_the_same_file_twice_is_said_and_changes_nothing(visit, file):
    centre = visit("case_centre")
    centre.post(f"{handed(centre, file).url}take/")
    again = handed(centre, file).url
    assert "以前导入过" in centre.text(again)
    assert "没有变化" in centre.post(f"{again}take/", follow=True).content.decode()
    assert (told().count(), Taken.objects.count()) == (1, 1)


def changed(file):
    outer = json.loads(file)
    outer["content"] = outer["content"].replace('"serial": 1', '"serial": 9')
    return json.dumps(outer)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (changed, "签名不对"),
        (lambda file: file[:-40], "这不是交换包"),
        (lambda file: "", "这不是交换包"),
        (lambda file: "[" * 100_000, "这不是交换包"),
        (lambda file: file.encode("utf-16"), "损坏"),
        (lambda file: b"\x89PNG\r\n\x1a\n", "损坏"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(visit, file, spoil, said):
    answer = handed(visit("case_centre"), spoil(file))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not told().exists()
    assert not Taken.objects.exists()


def test_no_file_is_said(visit):
    answer = visit("case_centre").post(f"{BOARD}in/")
    assert "没有选文件" in answer.content.decode()


def test_an_older_file_is_refused(visit, sides, county, file):
    with elsewhere():
        sides.at("resident")
        county.reported()
        sides.package("resident")
        county.reported()
        newer = sides.package("resident")
    sides.at("staff")
    centre = visit("case_centre")
    centre.post(f"{handed(centre, newer).url}take/")
    answer = handed(centre, file)
    assert answer.status_code == 422
    assert "旧" in answer.content.decode()


def test_a_file_may_be_thrown_away(visit, file):
    centre = visit("case_centre")
    address = handed(centre, file).url
    assert centre.post(f"{address}discard/").url == BOARD
    assert centre.get(address).status_code == 404
    assert not told().exists()


def test_a_file_that_another_handed_over_is_not_ones_own(visit, file):
    address = handed(visit("case_centre"), file).url
    assert visit("organisation_department").get(address).status_code == 404
    assert visit("organisation_department").post(f"{address}take/").status_code == 404


def test_a_file_about_elsewhere_is_not_ones_own(visit, file):
    answer = handed(visit("organisation_department", "baishui"), file)
    assert answer.status_code == 403
    assert not told().exists()


def test_what_nobody_takes_in_is_thrown_away_after_a_day(visit, file, sides):
    centre = visit("case_centre")
    first = handed(centre, file).url
    (kept,) = (sides.homes["staff"] / "zone-incoming").iterdir()
    before = kept.stat().st_mtime - 2 * 24 * 3600
    os.utime(kept, (before, before))
    handed(visit("organisation_department"), file)
    assert centre.get(first).status_code == 404


# ------------------------------------------------------------------------------------------------- the page
def test_without_the_other_sides_keys_it_says_what_to_do(visit, sides, county):
    (sides.homes["staff"] / "keys" / "zone-peer.json").unlink()
    html = visit("case_centre").text(BOARD)
    assert "还没有信任居民区的密钥" in html
    assert "列出要出去的内容" not in html
    assert 'id="incoming"' not in html


def test_both_sides_read_the_fingerprints_out(visit, sides):
    html = visit("case_centre").text(BOARD)
    assert identities.own().fingerprint in html
    assert identities.peer().fingerprint in html


def test_a_server_of_both_zones_says_that_nothing_is_to_be_exchanged(visit, settings):
    settings.ZONE, settings.ROOT_URLCONF = "both", "tests.zones"
    html = visit("case_centre").text(BOARD)
    assert "不需要交换" in html
    assert f'href="{BOARD}"' not in html, "nor does the navigation lead there"


def test_the_navigation_leads_there_where_there_is_an_exchange(visit):
    assert f'href="{BOARD}"' in visit("case_centre").text(BOARD)
    assert f'href="{BOARD}"' not in visit("village_clerk").text("/matters/")
