"""The card of a matter: what it says, to whom, and which buttons it has for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiceng.matters.actions import join, link, nudge
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Dispatch, Turn
from jiceng.web.matters.naming import which
from tests.web.visiting import element


def card(matter):
    return f"/matters/{matter.number}/"


def pressed(html):
    """The steps that may be taken now, by key."""
    return {part.partition("/")[0] for part in html.split("/do/")[1:]}


def test_a_card_opens_by_number_and_by_uid(office, centre):
    matter = office.raised()
    assert matter.title in centre.text(card(matter))
    assert matter.title in centre.text(f"/matters/{matter.uid}/")
    assert centre.get("/matters/no-such-number/").status_code == 404


def test_a_number_that_fits_no_address_leads_by_uid():
    assert which("990101-case-2022000001", "u") == "990101-case-2022000001"
    assert which("督查/5", "u") == "u"


def test_who_does_not_see_the_matter_has_no_card_of_it(office, visit):
    matter = office.raised()
    for who in ("baishui.case_centre", "qingshan.department_officer", "qingshan.unit_officer"):
        response = visit(who).get(card(matter))
        assert response.status_code == 404, who
        assert matter.title not in response.content.decode()
    for who in ("outsider", "system_administrator"):
        assert visit(who).get(card(matter)).status_code == 403, who


def test_the_card_says_what_where_who_and_how_long(office, centre):
    matter, _dispatch = office.sent(
        text="三号楼水管爆裂\n已停水", category="qingshan:burst", grade="core:urgent", households="42",
        where="106.632,30.456", street_note="老旧小区",
    )  # fmt: skip
    html = centre.text(card(matter))
    for said in (
        "三号楼水管爆裂", "已停水", "爆管", "紧急", "热线", "42", "老旧小区", "青桥村", "办理中", "青府商务局",
        "响应时限", "2 小时", "办结时限", "24 小时", "106.632000",
    ):  # fmt: skip
        assert said in html, said


def test_every_step_is_in_the_timeline_the_latest_first(office, centre):
    matter, dispatch = office.sent()
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    office.step(matter, "progress", note="已到现场查看")
    lines = element(centre.text(card(matter)), "timeline").split("<strong>")[1:]
    assert [line.partition("<")[0] for line in lines] == ["登记进展", "签收", "派单", "提出"]
    assert "已到现场查看" in lines[0]
    assert "青府商务局" in lines[1]
    assert "→ 办理中" in lines[2]


def test_clocks_show_their_pauses_and_how_they_ended(office, centre):
    matter, _dispatch = office.sent()
    html = centre.text(card(matter))
    assert "按时，用时 1 分" in html  # the response
    office.step(matter, "wait", note="等居民提供材料")
    html = centre.text(card(matter))
    assert "暂停计时" in html
    assert "暂停" in html.split("办结时限")[1]
    office.tick(minutes=30)
    office.step(matter, "resume")
    assert "至" in centre.text(card(matter)).split("办结时限")[1]


def test_parts_stand_side_by_side_with_their_answers(office, centre):
    matter = office.raised()
    units = [office.here.firm.pk, office.here.other_firm.pk]
    office.step(matter, "send", given={"lead": office.here.bureau.pk, "support": units})
    dispatch = Dispatch._base_manager.get(matter=matter, unit=office.here.bureau)
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    office.step(matter, "answer", "department_officer", dispatch=dispatch.pk, given={"answer": "已修好"})
    html = element(centre.text(card(matter)), "parts")
    assert html.count('class="part"') == 3
    mine = element(html, f"part-{dispatch.pk}")
    assert "主办" in mine
    assert "已答复" in mine
    assert "已修好" in mine
    assert "签收时限" in mine


def test_those_sent_back_are_folded_away(office, centre):
    matter, dispatch = office.sent()
    office.step(matter, "refuse", "department_officer", dispatch=dispatch.pk, note="不属于职责")
    html = centre.text(card(matter))
    assert "退回、转出、剔除的 1 张" in html
    assert "不属于职责" in element(html, "timeline")


# ------------------------------------------------------------------------------------------------ buttons
def test_only_the_steps_that_one_may_take_now_are_there(office, visit):
    matter, dispatch = office.sent()
    expected = {
        "case_centre": {"progress", "wait"},
        "department_officer": {"sign", "refuse"},
        "leader": set(),
        "village_clerk": set(),
    }
    for who, steps in expected.items():
        assert pressed(visit(f"qingshan.{who}").text(card(matter))) == steps, who
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    assert pressed(visit("qingshan.department_officer").text(card(matter))) == {"answer", "pass"}


def test_a_step_that_another_person_must_take_is_shown_with_the_reason(office, centre, visit):
    matter, _dispatch = office.answered()
    office.step(matter, "approve")
    html = centre.text(card(matter))
    assert "你办过“审核通过”，这一步须换人办理" in html
    assert "call" not in pressed(html)
    office.colleague("case_centre")
    assert "call" in pressed(visit("baishui.case_centre").text(card(matter)))


def test_a_step_that_asks_nothing_is_one_dialog_away(office, bureau):
    matter, dispatch = office.sent()
    html = bureau.text(card(matter))
    assert f'id="do-sign-{dispatch.pk}"' in html
    assert f'data-dialog="do-refuse-{dispatch.pk}"' not in html  # it asks for a reason


def test_a_closed_matter_offers_nothing(office, centre):
    matter, _dispatch = office.answered()
    office.step(matter, "approve")
    office.step(matter, "call", by=office.colleague("case_centre"), given={"reached": True})
    html = centre.text(card(matter))
    assert pressed(html) == set()
    assert "已解决" in html
    assert "/also/nudge/" not in html
    assert "/also/link/" in html


def test_parts_and_lines_cost_no_queries(office, centre):
    def queries(matter):
        with CaptureQueriesContext(connection) as captured:
            centre.text(card(matter))
        return len(captured)

    small, _dispatch = office.sent()
    large = office.raised()
    units = [office.here.firm.pk, office.here.other_firm.pk]
    office.step(large, "send", given={"lead": office.here.bureau.pk, "support": units})
    for n in range(5):
        office.step(large, "progress", note=f"进展{n}")
    office.step(small, "progress", note="进展")
    centre.text(card(small))  # the session's clock and the packs' catalogue, once
    assert queries(large) == queries(small)


# ------------------------------------------------------------------------------------- beside the flow
def test_urging_is_one_form_with_a_reason(office, centre):
    matter, _dispatch = office.sent()
    html = centre.text(card(matter) + "also/nudge/")
    assert "催办原因" in html
    assert centre.post(card(matter) + "also/nudge/", {"reason": " "}).status_code == 422
    assert centre.post(card(matter) + "also/nudge/", {"reason": "居民又打来电话"}).url == card(matter)
    html = centre.text(card(matter))
    assert "催办 1 次" in html
    assert "居民又打来电话" in element(html, "timeline")
    answer = centre.post(card(matter) + "also/nudge/", {"reason": "再催"})
    assert answer.status_code == 422
    assert "刚催办过" in answer.content.decode()


def test_joining_leads_to_the_other_one(office, centre):
    first, second = office.raised(), office.raised(text="施工太吵", category="qingshan:noise")
    answer = centre.post(card(second) + "also/join/", {"other": first.pk, "reason": "同一工地"})
    assert answer.url == card(first)
    assert "并入本件" in element(centre.text(card(first)), "links")
    assert "并入他件" in centre.text(card(second))


def test_another_matter_is_named_by_its_number_too(office, centre):
    first, second = office.raised(), office.raised()
    sent = {"other.typed": first.number, "kind": "follows"}
    assert centre.post(card(second) + "also/link/", sent).url == card(second)
    assert first.number in element(centre.text(card(second)), "links")
    again = centre.post(card(first) + "also/link/", {"other": second.pk, "kind": "serves"})
    assert "已经关联" in again.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "没有选另一件事项"),
        ({"other.typed": "990101-nothing"}, "没有选另一件事项"),
        ({"other": "self", "kind": "follows"}, "不能这样关联"),
        ({"other": "other"}, "没有选关系"),
        ({"other": "other", "kind": "supervises"}, "没有选关系"),
    ],
)
def test_links_that_make_no_sense_are_refused(office, centre, sent, said):
    matter, other = office.raised(), office.raised()
    keys = {"self": matter.pk, "other": other.pk}
    sent = {key: keys.get(value, value) for key, value in sent.items()}
    answer = centre.post(card(matter) + "also/link/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_link_out_of_sight_shows_its_number_alone(office, visit):
    mine, other = office.raised(), office.raised(region=office.here.other_town)
    access = office.access("case_centre")
    link(access=access, matter=mine, other=other, kind=LinkKind.FOLLOWS, at=office.tick())
    html = element(visit("qingshan.village_clerk").text(card(mine)), "links")
    assert other.number in html
    assert "不在你的范围内" in html
    assert card(other) not in html


def test_supervision_begins_on_the_card_for_who_may_begin_one(office, centre, visit):
    matter = office.raised()
    assert "qingshan:oversee" not in centre.text(card(matter))


def test_nobody_urges_what_others_see(office, visit):
    matter = office.raised()
    assert visit("qingshan.department_officer").get(card(matter) + "also/nudge/").status_code == 404
    assert visit("qingshan.village_clerk").get(card(matter) + "also/nothing/").status_code == 404


def test_values_of_the_flow_are_said_in_words(office, centre):
    matter, _dispatch = office.answered()
    office.step(matter, "approve")
    given = {"reached": True, "solved": False, "satisfaction": "core:dissatisfied"}
    office.step(matter, "call", by=office.colleague("case_centre"), given=given)
    html = centre.text(card(matter))
    assert "<dt>满意度</dt><dd>不满意</dd>" in html
    assert "<dt>已解决</dt><dd>否</dd>" in html


def test_whoever_took_it_is_named(office, centre, cast):
    matter = office.raised()
    centre.post("/matters/take/", {"turn": Turn.objects.get(matter=matter).pk})
    nudge(access=office.access("case_centre"), matter=matter, reason="问一下", at=timezone.now())
    assert f"受理中心工作人员 · {cast['qingshan.case_centre']}" in centre.text(card(matter))


def test_joined_ones_are_closed_for_both(office, centre):
    first, second = office.raised(), office.raised()
    join(access=office.access("case_centre"), matter=second, into=first, reason="同一件", at=office.tick())
    assert pressed(centre.text(card(second))) == set()
