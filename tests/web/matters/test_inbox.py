"""The inbox: whose matters stand in which pile, what is late first, sifting, taking, and several at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.matters.actions import nudge
from jiceng.matters.models import Event, Turn

INBOX = "/matters/"


def titles(html):
    return [part.partition("</a>")[0] for part in html.split("data-open>")[1:]]


def pile(visitor, name, **more):
    """The titles in a pile, in their order."""
    return titles(visitor.text(INBOX, {"pile": name, **more}))


def test_a_matter_stands_with_whoever_has_to_act_and_with_nobody_else(office, visit):
    office.raised(text="楼道灯不亮", category="qingshan:noise")
    assert pile(visit("qingshan.case_centre"), "ours") == ["楼道灯不亮"]
    for who in ("qingshan.department_officer", "qingshan.village_clerk", "baishui.case_centre"):
        assert pile(visit(who), "ours") == [], who
    assert pile(visit("qingshan.village_clerk"), "area") == ["楼道灯不亮"]
    assert pile(visit("baishui.case_centre"), "area") == []


def test_what_is_sent_out_waits_for_others(office, centre, bureau):
    office.sent(text="水管破裂", category="qingshan:burst")
    assert pile(centre, "ours") == []
    assert pile(centre, "waiting") == ["水管破裂"]
    assert pile(bureau, "ours") == ["水管破裂"]
    assert "青府商务局" in centre.text(INBOX, {"pile": "waiting"})


def test_the_first_pile_is_the_one_that_holds_something_of_ones_own(office, centre):
    matter = office.raised()
    assert 'value="ours"' in centre.text(INBOX)
    turn = Turn.objects.get(matter=matter)
    centre.post("/matters/take/", {"turn": turn.pk})
    assert 'value="mine"' in centre.text(INBOX)
    assert pile(centre, "mine") == [matter.title]
    assert pile(centre, "ours") == []


def test_taking_is_told_in_the_timeline_and_a_colleague_sees_by_whom(office, centre, visit, cast):
    matter = office.raised()
    office.colleague("case_centre")
    turn = Turn.objects.get(matter=matter)
    answer = centre.post("/matters/take/", {"turn": turn.pk, "back": "/matters/?pile=ours"})
    assert answer.url == "/matters/?pile=ours"
    assert Event.objects.filter(matter=matter, step="take").exists()
    html = visit("baishui.case_centre").text(INBOX, {"pile": "ours"})
    assert str(cast["qingshan.case_centre"]) in html


def test_nobody_takes_what_is_not_theirs(office, visit):
    turn = Turn.objects.get(matter=office.raised())
    for who in ("qingshan.department_officer", "baishui.case_centre"):
        assert visit(who).post("/matters/take/", {"turn": turn.pk}).status_code == 403
    assert visit("qingshan.case_centre").post("/matters/take/", {"turn": "x"}).status_code == 403
    assert Turn.objects.get(pk=turn.pk).user is None


def test_what_is_late_comes_first_and_says_so_in_words(office, centre):
    office.now -= timedelta(days=20)
    office.raised(text="早就超时的", category="qingshan:noise")
    office.now += timedelta(days=20)
    office.raised(text="刚来的紧急件", category="qingshan:noise", grade="core:urgent")
    office.raised(text="刚来的一般件", category="qingshan:noise")
    assert pile(centre, "ours") == ["早就超时的", "刚来的紧急件", "刚来的一般件"]
    html = centre.text(INBOX, {"pile": "ours"})
    first = html.split("data-row-line")[1]
    assert "light-bad" in first
    assert "超时 19 天" in first
    assert "light-good" in html.split("data-row-line")[3]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "漏水"}, ["一楼漏水"]),
        ({"q": "990101-case"}, ["一楼漏水", "广场噪音"]),
        ({"q": "没有的"}, []),
        ({"type": "qingshan:case"}, ["一楼漏水", "广场噪音"]),
        ({"type": "qingshan:wish"}, []),
        ({"light": "good"}, ["一楼漏水", "广场噪音"]),
        ({"light": "bad"}, []),
        ({"place": "青桥"}, ["一楼漏水", "广场噪音"]),
        ({"place": "青田"}, []),
        ({"light": "nonsense", "after": "nonsense"}, ["一楼漏水", "广场噪音"]),
    ],
)
def test_sifting(office, centre, asked, found):
    office.raised(text="一楼漏水", category="qingshan:water")
    office.raised(text="广场噪音", category="qingshan:noise")
    for name in ("ours", "area"):
        assert sorted(pile(centre, name, **asked)) == sorted(found), name


def test_the_territory_picked_cuts_every_pile(office, centre):
    office.raised()
    office.raised(region=office.here.other_town, text="另一镇的事", category="qingshan:noise")
    centre.post("/territory/set/", {"region": office.here.other_town.pk})
    for name in ("ours", "area"):
        assert pile(centre, name) == ["另一镇的事"], name


def test_badges_say_how_often_it_was_passed_on_and_urged(office, centre):
    matter, dispatch = office.sent()
    assert "催办" not in centre.text(INBOX, {"pile": "waiting"})
    nudge(access=office.access("case_centre"), matter=matter, reason="三天没有动静", at=office.tick())
    assert "催办 1 次" in centre.text(INBOX, {"pile": "waiting"})
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    assert "催办" not in centre.text(INBOX, {"pile": "waiting"})
    given = {"to": office.here.firm.pk}
    office.step(matter, "pass", "department_officer", dispatch=dispatch.pk, note="属于企业", given=given)
    assert "流转 1 次" in centre.text(INBOX, {"pile": "waiting"})


def test_pages_hold_every_matter_once(office, centre):
    for n in range(28):
        office.raised(text=f"第{n:02d}件", category="qingshan:noise")
    first = centre.text(INBOX, {"pile": "ours"})
    onward = first.split(">下一页</a>")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = centre.text(onward)
    assert len(titles(first)) == 25
    assert sorted(titles(first) + titles(second)) == [f"第{n:02d}件" for n in range(28)]
    back = second.split(">上一页</a>")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert titles(centre.text(back)) == titles(first)


@pytest.mark.parametrize("name", ["ours", "area", "waiting", "mine"])
def test_rows_cost_no_queries(office, centre, name):
    def queries(rows):
        with CaptureQueriesContext(connection) as captured:
            assert len(pile(centre, name)) == rows
        return len(captured)

    def another():
        if name == "waiting":
            office.sent()
            return
        turn = Turn.objects.get(matter=office.raised())
        if name == "mine":
            centre.post("/matters/take/", {"turn": turn.pk})

    another()
    centre.text(INBOX)  # the session's clock and the packs' catalogue, once
    one = queries(1)
    another()
    another()
    centre.text(INBOX)  # what taking them had to say
    assert queries(3) == one


def test_the_part_is_the_page_without_its_frame(office, centre):
    office.raised()
    part = centre.part(INBOX, {"pile": "ours"}).content.decode()
    assert "<html" not in part
    assert len(titles(part)) == 1


def test_the_top_bar_counts_what_waits(office, centre, visit):
    assert 'class="waits"' not in centre.text("/")
    for _n in range(2):
        office.raised()
    assert '<b class="waits">2</b>' in centre.text("/")
    assert '<b class="waits">' not in visit("qingshan.village_clerk").text("/")
    assert "/matters/" not in visit("audit_administrator").text("/")


def test_an_empty_pile_says_what_will_come_there(centre):
    assert "没有待办" in centre.text(INBOX, {"pile": "ours"})
    assert "没有符合筛选的事项" in centre.text(INBOX, {"pile": "ours", "q": "没有"})


# ----------------------------------------------------------------------------------------- several at once
@pytest.fixture
def called(office):
    """Three matters that wait for being called back, by someone else than who reviewed them."""
    found = []
    for text in ("甲事", "乙事", "丙事"):
        matter, dispatch = office.sent(text=text, category="qingshan:noise")
        office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
        office.step(matter, "answer", "department_officer", dispatch=dispatch.pk, given={"answer": "已办"})
        office.step(matter, "approve")
        found.append(office.again(matter))
    office.colleague("case_centre")
    return found


def rows_of(matters):
    return [turn.pk for turn in Turn.objects.filter(matter__in=matters).order_by("pk")]


def test_a_step_for_several_is_offered_where_the_flow_says_so(called, visit):
    other = visit("baishui.case_centre")
    html = other.text(INBOX, {"pile": "ours"})
    assert html.count('data-offers="qingshan:case/call"') == 3
    assert 'value="qingshan:case/call"' in html
    form = other.text("/matters/many/", {"step": "qingshan:case/call", "row": rows_of(called)})
    assert "回访归档 · 3 件" in form
    assert 'name="reached"' in form


def test_several_are_done_with_one_form(office, called, visit):
    other, rows = visit("baishui.case_centre"), rows_of(called)
    sent = {"step": "qingshan:case/call", "row": rows, "reached": "yes", "solved": "yes", "key": "k1"}
    answer = other.post("/matters/many/", sent)
    assert answer.url == "/matters/"
    assert {office.again(matter).state for matter in called} == {"closed"}
    assert other.post("/matters/many/", sent).url == "/matters/"  # sent twice
    assert Event.objects.filter(step="call").count() == 3


def test_what_cannot_be_done_stays_with_its_reason_and_the_others_are_done(office, called, visit):
    other, rows = visit("baishui.case_centre"), rows_of(called)
    sent = {"step": "qingshan:case/call", "row": rows, "reached": "yes", "solved": "no", f"v{rows[1]}": "1"}
    answer = other.post("/matters/many/", sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count('name="row"') == 1
    assert "办理过" in html
    assert sorted(office.again(matter).state for matter in called) == ["callback", "closed", "closed"]
    assert 'value="no" checked' in html


def test_who_reviewed_them_is_told_for_each(called, centre):
    sent = {"step": "qingshan:case/call", "row": rows_of(called), "reached": "yes"}
    answer = centre.post("/matters/many/", sent)
    assert answer.status_code == 422
    assert answer.content.decode().count("受理中心工作人员办理") == 3


def test_a_form_that_is_wrong_is_wrong_for_all_and_nothing_is_lost(office, called, visit):
    other = visit("baishui.case_centre")
    sent = {"step": "qingshan:case/call", "row": rows_of(called), "solved": "yes", "note": "电话没有接"}
    answer = other.post("/matters/many/", sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "没有填写" in html
    assert "电话没有接" in html
    assert html.count('name="row"') == 3
    assert {office.again(matter).state for matter in called} == {"callback"}


def test_steps_taken_one_by_one_are_not_done_for_several(office, called, visit):
    other, matter = visit("baishui.case_centre"), office.raised()
    assert (
        other.get("/matters/many/", {"step": "qingshan:case/send", "row": rows_of([matter])}).status_code
        == 404
    )
    for asked in ({}, {"step": "qingshan:case/call"}, {"step": "qingshan:case/call", "row": ["999999"]}):
        assert other.get("/matters/many/", asked).status_code == 422
    outsider = visit("qingshan.village_clerk")
    asked = {"step": "qingshan:case/call", "row": rows_of(called)}
    assert outsider.get("/matters/many/", asked).status_code == 422
