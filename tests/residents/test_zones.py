"""The exchange between the zones: what a sender does is taken back before the receiver looks, as if on two servers."""

import base64
import json
from contextlib import contextmanager

import pytest
from django.utils import timezone

from jiceng.accounts.scoping import Denied, access_of
from jiceng.matters.actions.reporters import clear_reporter
from jiceng.matters.models import Event, Matter
from jiceng.records.refusals import Refusal
from jiceng.residents.following import answer, reported_by, story_of
from jiceng.residents.models import Taken
from jiceng.residents.zones import identities
from jiceng.residents.zones.packing import decide, listed, propose, written_out
from jiceng.residents.zones.taking import take_in
from tests.accounts.cast import keep
from tests.residents.county import reporters, told
from tests.residents.sides import Sides, elsewhere


@pytest.fixture
def sides(county, settings, tmp_path):
    home = settings.HOME
    yield Sides(county, settings, tmp_path)
    settings.HOME = home


def test_what_residents_tell_arrives_once_sealed_on_the_way(sides, county):
    with elsewhere():
        sides.at("resident")
        sent, code = county.reported(text="青家门口的路灯不亮")
        uid, number = sent.uid, sent.number
        file = sides.package("resident")
    for secret in ("青家门口", "青赵大妈", "13800001111", code):
        assert secret not in file
    sides.at("staff")
    assert not told().exists()
    assert take_in(text=file, access=sides.open).items == 1
    assert take_in(text=file, access=sides.open).again, "a second time changes nothing"
    found = told().get()
    assert (found.uid, found.number, found.text) == (uid, number, "青家门口的路灯不亮")
    assert clear_reporter(reporters().get()) == ("青赵大妈", "13800001111")


def test_numbers_of_the_two_zones_never_meet(sides, county):
    sides.at("resident")
    mine, _code = county.reported()
    sides.at("staff")
    theirs, _code = county.reported()
    assert mine.number.rpartition("-")[2].startswith("W")
    assert not theirs.number.rpartition("-")[2].startswith("W")


@pytest.fixture
def answered(sides, county):
    """A matter that residents told and staff have dispatched; and the file that says so to residents. The residents'
    server is here now, with their own matter.
    """
    with elsewhere():
        sides.at("resident")
        own, _code = county.reported(key="one form")
        file = sides.package("resident")
    with elsewhere():
        sides.at("staff")
        take_in(text=file, access=sides.open)
        found = Matter._base_manager.get(uid=own.uid)
        county.step(found, "send", given={"lead": county.here.bureau.pk})
        county.released(found, "路灯不亮", "某巷的路灯坏了")
        back = sides.package("staff")
    sides.at("resident")
    again, code = county.reported(key="one form")
    again.uid, again.number = own.uid, own.number
    return keep(again), code, back


def test_residents_learn_how_it_goes_in_the_flows_own_words(sides, county, answered):
    own, code, back = answered
    for secret in (*county.here.names, "青赵大妈", "13800001111"):
        assert secret not in back
    take_in(text=back, access=sides.open)
    kept = county.again(own)
    assert (kept.state, kept.public_text) == ("working", "某巷的路灯坏了")
    story = story_of(reported_by(code).matter)
    assert [line.text for line in story.lines] == ["已转有关单位办理"]
    take_in(text=back, access=sides.open)
    assert Event.objects.filter(matter=own, actor="zone").count() == 1


def test_what_the_reporter_has_done_meanwhile_stays(sides, county, answered):
    own, code, back = answered
    answer(reporter=reported_by(code), step="withdraw", given={}, note="")
    take_in(text=back, access=sides.open)
    assert county.again(own).outcome == "withdrawn"


def test_residents_read_what_they_never_told(sides, county):
    with elsewhere():
        sides.at("staff")
        uid = county.wish().uid
        file = sides.package("staff")
    for secret in ("青小明", county.village.name, *county.here.names):
        assert secret not in file
    sides.at("resident")
    take_in(text=file, access=sides.open)
    found = Matter._base_manager.get(uid=uid)
    assert (found.uid, found.title, found.text, found.household_id) == (uid, "想要一张书桌", "", None)
    assert found.region_id == county.here.town.pk


# -------------------------------------------------------------------------------------------- second person
def test_nobody_lets_a_package_of_their_own_go(sides, county):
    sides.at("resident")
    county.reported()
    made = propose(access=sides.open)
    with pytest.raises(Denied):
        decide(package=made, access=sides.open, approve=True)
    with pytest.raises(Refusal, match="还没有另一人批准"):
        written_out(package=made, access=sides.open)
    decide(package=made, access=sides.second, approve=False, decision="先核对")
    with pytest.raises(Refusal, match="还没有另一人批准"):
        written_out(package=made, access=sides.open)


def test_who_may_not_release_may_not_exchange(sides, county):
    sides.at("resident")
    county.reported()
    nobody = access_of(county.cast["qingshan.instructor"], timezone.localdate())
    with pytest.raises(Denied):
        propose(access=nobody)


def test_the_reviewer_reads_everything_but_what_is_sealed(sides, county):
    sides.at("resident")
    matter, _code = county.reported()
    made = propose(access=sides.open)
    (item,) = listed(made)
    assert (item["number"], item["region"]) == (matter.number, county.village.code)
    assert "sealed" not in item


def test_only_what_has_changed_goes_again(sides, county):
    sides.at("resident")
    matter, code = county.reported()
    sides.package("resident")
    with pytest.raises(Refusal, match="没有变化"):
        propose(access=sides.open)
    answer(reporter=reported_by(code), step="withdraw", given={}, note="")
    made = propose(access=sides.open)
    assert [item["uid"] for item in listed(made)] == [str(matter.uid)]


# --------------------------------------------------------------------------------------------- refused files
@pytest.fixture
def file(sides, county):
    with elsewhere():
        sides.at("resident")
        county.reported()
        made = sides.package("resident")
    sides.at("staff")
    return made


def changed(file, **more):
    outer = json.loads(file)
    outer["content"] = json.dumps({**json.loads(outer["content"]), **more}, ensure_ascii=False)
    return json.dumps(outer)


@pytest.mark.parametrize("more", [{"serial": 99}, {"items": []}, {"holds": "answers"}, {"to": "0" * 64}])
def test_a_changed_file_is_refused_whole(sides, file, more):
    with pytest.raises(Refusal, match="签名不对"):
        take_in(text=changed(file, **more), access=sides.open)
    assert not told().exists()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"content": 1}', base64.b64encode(b"x" * 90).decode()])
def test_what_is_no_package_is_refused(sides, text):
    sides.at("staff")
    with pytest.raises(Refusal, match="这不是交换包"):
        take_in(text=text, access=sides.open)


def test_an_older_package_is_refused(sides, county, file):
    with elsewhere():
        sides.at("resident")
        county.reported()
        sides.package("resident")
        county.reported()
        newer = sides.package("resident")
    sides.at("staff")
    take_in(text=newer, access=sides.open)
    with pytest.raises(Refusal, match="旧"):
        take_in(text=file, access=sides.open)
    assert Taken.objects.count() == 1


def test_a_package_for_the_other_direction_is_refused(sides, county, file):
    sides.at("resident")
    with pytest.raises(Refusal):
        take_in(text=file, access=sides.open)


def test_a_stranger_is_not_trusted(sides):
    sides.at("staff")
    stranger = identities.Identity(b"1" * 32, b"2" * 32)
    with pytest.raises(Refusal, match="指纹不一致"):
        identities.trust(stranger.text(), "0" * 64)
    with pytest.raises(Refusal, match="不是密钥文件"):
        identities.trust("hello", "0" * 64)


def test_a_server_of_both_zones_has_nothing_to_exchange(sides, county):
    sides.at("staff")
    sides.settings.ZONE = "both"
    with pytest.raises(Refusal, match="不需要交换"):
        propose(access=sides.open)


# ---------------------------------------------------------------------------------------------------- areas
def officer(county, role="street_officer", place="qingshan"):
    return access_of(county.cast[f"{place}.{role}"], timezone.localdate())


def test_one_lists_what_lies_in_ones_own_area(sides, county):
    sides.at("staff")
    county.released(county.reported()[0], "青桥的路灯", "坏了")
    with pytest.raises(Refusal, match="没有变化"):
        propose(access=officer(county, "organisation_department", "baishui"))
    made = propose(access=officer(county))
    assert [item["title"] for item in listed(made)] == ["青桥的路灯"]


def test_who_answers_for_a_part_of_it_lets_nothing_go(sides, county):
    sides.at("staff")
    elsewhere_in_county, _code = county.reported()
    elsewhere_in_county.region = county.here.other_town
    elsewhere_in_county.region_path = county.here.other_town.path
    county.released(keep(elsewhere_in_county))
    made = propose(access=sides.open)
    for approve in (True, False):
        with pytest.raises(Denied, match="不在你的范围内"):
            decide(package=made, access=officer(county), approve=approve, decision="不")
    decide(package=made, access=sides.second, approve=True)
    with pytest.raises(Denied, match="不在你的范围内"):
        written_out(package=made, access=officer(county))
    assert written_out(package=made, access=sides.open)


def test_a_file_about_elsewhere_is_not_taken_in(sides, county, file):
    with pytest.raises(Denied, match="范围以外"):
        take_in(text=file, access=officer(county, "organisation_department", "baishui"))
    assert not told().exists()


# ---------------------------------------------------------------------------------------------------- order
def test_what_is_on_its_way_is_not_listed_again(sides, county):
    sides.at("resident")
    county.reported()
    made = propose(access=sides.open)
    with pytest.raises(Refusal, match="还在等审批"):
        propose(access=sides.open)
    decide(package=made, access=sides.second, approve=True)
    with pytest.raises(Refusal, match="还没有导出"):
        propose(access=sides.open)
    written_out(package=made, access=sides.open)
    with pytest.raises(Refusal, match="没有变化"):
        propose(access=sides.open)


def test_what_was_not_let_go_is_listed_again(sides, county):
    sides.at("resident")
    matter, _code = county.reported()
    made = propose(access=sides.open)
    decide(package=made, access=sides.second, approve=False, decision="先核对")
    assert [item["uid"] for item in listed(propose(access=sides.open))] == [str(matter.uid)]


def test_a_package_that_was_overtaken_is_lost_to_nobody(sides, county):
    """The other side would refuse it as old: so it does not go out, and what it tells of is listed anew."""
    sides.at("resident")
    first, _code = county.reported()
    old = propose(access=sides.open)
    second, _code = county.reported()
    with hidden(first):
        newer = propose(access=sides.open)
    assert [item["uid"] for item in listed(newer)] == [str(second.uid)]
    decide(package=newer, access=sides.second, approve=True)
    written_out(package=newer, access=sides.open)
    with pytest.raises(Refusal, match="过时"):
        decide(package=old, access=sides.second, approve=True)
    assert {item["uid"] for item in listed(propose(access=sides.open))} == {str(first.uid)}


@contextmanager
def hidden(matter):
    """As somebody sees it in whose area this matter does not lie."""
    path = matter.region_path
    matter.region_path = "9"
    keep(matter)
    yield
    matter.region_path = path
    keep(matter)


def test_downloading_an_old_one_again_changes_nothing(sides, county):
    sides.at("resident")
    _matter, code = county.reported()
    old = propose(access=sides.open)
    decide(package=old, access=sides.second, approve=True)
    first = written_out(package=old, access=sides.open)
    answer(reporter=reported_by(code), step="withdraw", given={}, note="")
    sides.package("resident")
    assert json.loads(written_out(package=old, access=sides.open))["content"] == json.loads(first)["content"]
    with pytest.raises(Refusal, match="没有变化"):
        propose(access=sides.open)
