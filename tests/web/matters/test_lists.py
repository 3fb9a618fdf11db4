"""The list of all matters, the picture of a flow, the home page, search: what they show to whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiceng.accounts.models import SavedView
from jiceng.matters.models import Matter
from tests.web.visiting import element

LIST = "/matters/all/"


def numbers(html):
    """The numbers in a list, in their order."""
    rows = html.partition("<tbody>")[2]
    return [part.partition("</")[0].rpartition(">")[2] for part in rows.split('data-label="编号">')[1:]]


def test_everyone_sees_the_own_part(office, visit):
    matter, _dispatch = office.sent()
    for who, sees in (
        ("qingshan.case_centre", True),
        ("qingshan.village_clerk", True),
        ("qingshan.department_officer", True),
        ("qingshan.unit_officer", False),
        ("baishui.case_centre", False),
    ):
        assert (matter.number in visit(who).text(LIST)) is sees, who
    assert visit("outsider").get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", 3),
        ("title=漏水", 1),
        ("number=990101-case", 3),
        ("type=qingshan:case", 3),
        ("type=qingshan:wish", 0),
        ("category=qingshan:water", 2),  # with what stands below it
        ("category=qingshan:burst", 1),
        ("light=good", 3),
        ("light=bad", 0),
        ("light=nonsense", 3),
        ("life=open", 3),
        ("life=done", 0),
        ("region=青桥", 3),
        ("raised_on.from=2000-01-01", 3),
        ("raised_on.to=2000-01-01", 0),
        ("state=x&holder=x&sort=nothing", 3),
    ],
)
def test_filters(office, centre, asked, found):
    office.raised(text="一楼漏水", category="qingshan:water")
    office.raised(text="爆管", category="qingshan:burst")
    office.raised(text="噪音", category="qingshan:noise")
    assert len(numbers(centre.text(f"{LIST}?{asked}"))) == found


def test_the_newest_come_first_and_pages_hold_each_once(office, centre):
    made = [office.raised().number for _n in range(28)]
    first = centre.text(LIST)
    onward = first.split(">下一页</a>")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    found = numbers(first) + numbers(centre.text(onward))
    assert found == made[::-1]


@pytest.mark.parametrize("sort", ["light", "-light", "number", "-raised_on", "closed_on"])
def test_every_order_pages(office, centre, sort):
    for _n in range(27):
        office.raised()
    first = centre.text(f"{LIST}?sort={sort}&cols=number&cols=raised_on")
    onward = first.split(">下一页</a>")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert len(set(numbers(first) + numbers(centre.text(onward)))) == 27


def test_states_lights_and_holders_are_said_in_words(office, centre):
    office.sent()
    row = element(centre.text(LIST), "list").split("<tbody>")[1]
    for said in ("办理中", "青府商务局", "噪音", "热线派单", "light-good", "还剩"):
        assert said in row, said


def test_nothing_is_counted(office, centre):
    office.raised()
    with CaptureQueriesContext(connection) as captured:
        html = centre.text(LIST)
    assert "/all/count/" not in html
    counted = [q["sql"] for q in captured if "COUNT(" in q["sql"].upper()]
    assert all("matters_turn" in sql for sql in counted)  # the top bar's, which stops at a hundred


def test_rows_cost_no_queries(office, centre):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            centre.text(LIST)
        return len(captured)

    office.sent()
    centre.text(LIST)  # the session's clock and the packs' catalogue, once
    one = queries()
    office.sent()
    office.raised()
    assert queries() == one


def test_a_view_is_kept_found_and_given_up(office, centre, visit):
    kept = centre.post(f"{LIST}views/", {"name": "超时的", "query": "light=bad&life=open"})
    assert kept.url == f"{LIST}?light=bad&life=open"
    assert "超时的</a>" in centre.text(LIST)
    assert "超时的</a>" not in visit("qingshan.village_clerk").text(LIST)
    view = SavedView.objects.get()
    assert visit("qingshan.village_clerk").post(f"{LIST}views/", {"drop": view.pk}).status_code == 404
    centre.post(f"{LIST}views/", {"drop": view.pk})
    assert not SavedView.objects.exists()


def test_the_part_is_the_page_without_its_frame(office, centre):
    office.raised()
    part = centre.part(LIST).content.decode()
    assert "<html" not in part
    assert element(part, "list") == element(centre.text(LIST), "list")


# ---------------------------------------------------------------------------------- pictures, home, search
def test_the_picture_of_a_matter_marks_where_it_is(office, centre, visit):
    matter, _dispatch = office.sent()
    html = centre.text(f"/matters/{matter.number}/flow/")
    here = [part for part in html.split('<g class="state ')[1:] if "is-here" in part.partition(">")[0]]
    assert [part.split('data-state="')[1].partition('"')[0] for part in here] == ["working", "sent"]
    assert f"/matters/{matter.number}/flow/" in centre.text(f"/matters/{matter.number}/")
    assert visit("baishui.case_centre").get(f"/matters/{matter.number}/flow/").status_code == 404


def test_a_pack_shows_its_flows(office, centre, visit):
    html = centre.text("/system/packs/qingshan/")
    assert 'href="/system/packs/qingshan/flows/case/"' in html
    picture = centre.text("/system/packs/qingshan/flows/case/")
    assert picture.count('class="state ') > 6
    for step in ("派单 → 办理中", "受理中心工作人员", "系统自动", "反映人", "每张派单"):
        assert step in picture, step
    assert centre.get("/system/packs/qingshan/flows/nothing/").status_code == 404
    assert visit("outsider").get("/system/packs/qingshan/flows/case/").status_code == 403


def test_the_home_page_has_what_waits(office, centre, visit):
    matter = office.raised()
    html = centre.text("/")
    assert "待办事项" in html
    assert f'href="/matters/{matter.number}/"' in html
    assert matter.title not in visit("qingshan.leader").text("/")
    for _n in range(6):
        office.raised()
    assert 'href="/matters/">全部</a>' in centre.text("/")


def test_search_finds_by_the_beginning_of_the_number(office, centre, visit):
    matter = office.raised()
    assert matter.title in centre.text("/search/", {"q": matter.number[:14]})
    assert matter.title in centre.text("/search/", {"q": matter.number})
    assert matter.title not in centre.text("/search/", {"q": matter.number[3:]})
    assert matter.title not in visit("baishui.case_centre").text("/search/", {"q": matter.number})


def test_navigation_has_a_room_of_matters(centre, visit):
    html = centre.text("/matters/all/")
    assert '<a href="/matters/all/" aria-current="page">' in html
    assert "/matters/new/" in html
    assert "/matters/" not in visit("security_administrator").text("/")


# ------------------------------------------------------------------------------- reporters and the public
@pytest.fixture
def told(office, centre):
    """A matter that somebody with a name and a telephone told of."""
    centre.post(
        "/matters/new/qingshan:case/",
        {
            "region": office.here.village.pk, "channel": "core:hotline", "text": "灯坏了", "category": "qingshan:noise",
            "reporter": "陈水生", "phone": "13812345678",
        },
    )  # fmt: skip
    return Matter._base_manager.get()


def test_who_told_of_it_is_masked_and_read_for_a_reason(told, centre):
    html = centre.text(f"/matters/{told.number}/")
    assert "陈**" in element(html, "reporters")
    assert "138****5678" in html
    assert "陈水生" not in html
    address = html.split('hx-post="')[1].partition('"')[0]
    assert "/reporters/" in address
    assert centre.post(address, {"reason": ""}).status_code == 422
    shown = centre.post(address, {"reason": "回访"}).content.decode()
    assert "陈水生 13812345678" in shown


def test_the_receiver_never_learns_who_told_of_it(office, told, bureau, centre):
    office.step(told, "send", given={"lead": office.here.bureau.pk}, at=timezone.now())
    html = bureau.text(f"/matters/{told.number}/")
    for said in ("陈", "138****", "/reporters/", 'id="reporters"'):
        assert said not in html, said
    address = centre.text(f"/matters/{told.number}/").split('hx-post="')[1].partition('"')[0]
    assert bureau.post(address, {"reason": "想知道"}).status_code == 403


def test_a_reporter_of_another_matter_is_not_there(told, office, centre):
    address = centre.text(f"/matters/{told.number}/").split('hx-post="')[1].partition('"')[0]
    other = office.raised()
    assert centre.post(address.replace(told.number, other.number), {"reason": "回访"}).status_code == 404


def test_a_matter_is_released_in_a_persons_words_and_taken_back(told, centre, visit):
    address = f"/matters/{told.number}/release/"
    assert "灯坏了" in centre.text(address)
    assert centre.post(address, {"title": "路灯修复", "text": "陈水生反映的路灯"}).status_code == 422
    assert centre.post(address, {"title": " ", "text": "路灯"}).status_code == 422
    centre.post(address, {"title": "路灯修复", "text": "已安排更换"})
    told.refresh_from_db()
    assert (told.public_title, told.released_at is not None) == ("路灯修复", True)
    assert "已公开" in centre.text(f"/matters/{told.number}/")
    assert centre.post(address, {"back": "1", "reason": ""}).status_code == 422
    centre.post(address, {"back": "1", "reason": "写错了"})
    told.refresh_from_db()
    assert told.released_at is None
    for who in ("qingshan.village_clerk", "qingshan.leader"):
        assert visit(who).get(address).status_code == 403, who
