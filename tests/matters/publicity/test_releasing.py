"""Releasing: a person's decision, in words without anybody's personal data; told to the timeline."""

import pytest

from jiceng.accounts.scoping import Denied, access_of
from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.matters.actions.releasing import proposed, release, unrelease
from jiceng.matters.models import Event, Matter
from jiceng.people.actions.persons import erase
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals
from tests.accounts.cast import SETTER, grant, keep
from tests.matters.conftest import TODAY, moment


@pytest.fixture
def reported(office) -> Matter:
    return raise_matter(
        by=Acting.reporter("k1"), type="qingshan:case", region=office.here.village, channel="core:web",
        report=Report({"text": "张桂英说工地太吵，回电13812345678", "category": "qingshan:noise"}, name="张桂英",
                      phone="13812345678", code="ABCDE23456"),
        at=office.tick(),
    )  # fmt: skip


@pytest.fixture
def wish(office) -> Matter:
    household = office.here.household
    household.head_name = "青木匠"
    keep(household)
    return office.raised("qingshan:wish", who="village_clerk", title="想要一张书桌", household=household.pk)


def test_a_person_releases_it_in_words_of_her_own(office, reported):
    event = release(
        access=office.access("case_centre"),
        matter=reported,
        title="工地夜间噪音",
        text="已在办理",
        at=office.tick(),
    )
    kept = office.again(reported)
    assert (kept.public_title, kept.public_text, kept.released_at) == ("工地夜间噪音", "已在办理", office.now)
    assert kept.text == "张桂英说工地太吵，回电13812345678"
    assert (event.step, event.before, event.after, event.office) == (
        "release", "received", "received", "青山县受理中心工作人员",
    )  # fmt: skip
    assert event.values() == {"title": "工地夜间噪音", "text": "已在办理"}
    assert AuditEntry.objects.get(action="matter.release").actor_name == "青受理中心工作人员"


def test_nothing_is_public_by_itself(office):
    matter, dispatch = office.answered()
    office.step(matter, "approve")
    office.step(matter, "call", by=office.colleague("case_centre"), given={"reached": True})
    kept = office.again(matter)
    assert (kept.phase, kept.released_at, kept.public_title) == ("done", None, "")
    assert dispatch.pk


def test_what_is_proposed_is_stripped_of_persons(office, reported):
    title, text = proposed(office.access("case_centre"), reported)
    assert text == "〔姓名〕说工地太吵，回电〔电话〕"
    assert "张桂英" not in title


def test_words_with_personal_data_are_refused_with_all_that_is_wrong(office, reported):
    with pytest.raises(Refusals) as refused:
        release(
            access=office.access("case_centre"),
            matter=reported,
            title="张桂英反映噪音",
            text="回电13812345678",
        )
    assert [str(r) for r in refused.value.refusals] == [
        "公开标题: 含有姓名（删去，或换成概括的说法）",
        "公开内容: 含有电话号码（删去，或换成概括的说法）",
    ]
    assert office.again(reported).released_at is None
    with pytest.raises(Refusal, match="没有填写公开标题"):
        release(access=office.access("case_centre"), matter=reported, title=" ", text="")


def test_a_wish_shows_no_name_address_school_or_child(office, wish):
    access = office.access("street_officer")
    for text, what in [
        ("青木匠家想要书桌", "姓名"),
        ("青云书记家想要书桌", "姓名"),  # one of the household
        ("住3栋2单元", "门牌号"),
        ("在青桥小学读书", "学校"),
        ("孩子要用", "孩子的情况"),
    ]:
        with pytest.raises(Refusals, match=what):
            release(access=access, matter=wish, title="想要一张书桌", text=text)
    release(access=access, matter=wish, title="想要一张书桌", text="一户家庭，两个人用", at=office.tick())
    assert office.again(wish).released_at is not None


def test_the_name_of_somebody_erased_is_nobodys(office, wish):
    person = office.here.people["secretary"]
    erase(by=SETTER, person=person, reason="本人要求")
    release(
        access=office.access("street_officer"),
        matter=wish,
        title="想要一张书桌",
        text="青云书记",
        at=office.tick(),
    )


@pytest.mark.parametrize(
    ("who", "county"),
    [
        ("village_clerk", "qingshan"),  # sees it, may not release
        ("leader", "qingshan"),
        ("department_officer", "qingshan"),
        ("case_centre", "baishui"),
        ("organisation_department", "baishui"),
    ],
)
def test_who_may_not(office, who, county):
    matter, _dispatch = office.sent()
    access = office.access(who, county)
    for act in (
        lambda: release(access=access, matter=matter, title="噪音", text=""),
        lambda: unrelease(access=access, matter=matter, reason="有误"),
        lambda: proposed(access, matter),
    ):
        with pytest.raises(Denied):
            act()


def test_a_receivers_area_is_not_the_matters(office):
    """The other town's officer sees what was sent to its firm, and still releases nothing of this village."""
    matter = office.raised()
    office.step(matter, "send", given={"lead": office.here.other_firm.pk})
    other = office.cast["baishui.street_officer"]
    grant(other, "street_officer", office.here.other_town)
    access = access_of(other, TODAY)
    assert Matter.visible_to(access.scope()).filter(pk=matter.pk).exists()
    with pytest.raises(Denied):
        release(access=access, matter=matter, title="噪音", text="")


def test_it_is_taken_back_with_a_reason_and_the_words_stay_for_the_next_time(office, reported):
    access = office.access("case_centre")
    release(access=access, matter=reported, title="工地夜间噪音", text="已在办理", at=office.tick())
    with pytest.raises(Refusal, match="没有填写撤回原因"):
        unrelease(access=access, matter=reported, reason="")
    event = unrelease(access=access, matter=reported, reason="内容有误", at=office.tick())
    assert (event.step, event.note) == ("unrelease", "内容有误")
    assert office.again(reported).released_at is None
    assert proposed(access, office.again(reported)) == ("工地夜间噪音", "已在办理")
    with pytest.raises(Refusal, match="没有公开"):
        unrelease(access=access, matter=reported, reason="再撤")


def test_the_words_may_be_changed_while_it_is_public(office, reported):
    access = office.access("case_centre")
    release(access=access, matter=reported, title="工地夜间噪音", text="已在办理", at=office.tick())
    release(access=access, matter=reported, title="工地夜间施工", text="已责令停工", at=office.tick())
    steps = list(Event.objects.filter(matter=reported).values_list("step", flat=True))
    assert steps == ["raise", "release", "release"]
    assert office.again(reported).public_title == "工地夜间施工"
    assert office.now > moment()
