"""The frame of every page: navigation, territory, search, language, identity, what went wrong."""

import json
import time

import pytest
from django.conf import settings as configured
from django.urls import reverse

from tests.web.visiting import PART, Visitor

UNITS = "/registry/units/"


def links(html):
    nav = html.split("<nav")[1].split("</nav>")[0]
    return [part.partition('"')[0] for part in nav.split('href="')[1:]]


# ------------------------------------------------------------------------------------------- navigation
def test_navigation_offers_what_one_may_open(visit, core):
    for who in ("qingshan.organisation_department", "qingshan.leader", "audit_administrator", "outsider"):
        visitor = visit(who)
        offered = links(visitor.text("/"))
        assert offered[0] == "/"
        for link in offered:
            assert visitor.get(link).status_code == 200, f"{who}: {link}"


def test_navigation_marks_where_one_is(clerk):
    html = clerk.text(UNITS + "?name=x")
    assert f'<a href="{UNITS}" aria-current="page">' in html
    assert html.count('aria-current="page"') == 1


def test_every_page_says_what_does_not_belong_here(clerk):
    for page in (clerk, Visitor()):
        for path in ("/", "/account/login/", "/nothing/"):
            assert "系统不得处理涉密信息" in page.get(path, follow=True).content.decode()


# -------------------------------------------------------------------------------------------- territory
def test_the_picker_drills_down(clerk, world):
    county = world.qingshan
    first = clerk.get("/territory/", headers=PART).content.decode()
    assert "青石镇" in first
    assert "青桥村" not in first
    below = clerk.get("/territory/", {"at": county.town.pk}).content.decode()
    assert "青桥村" in below
    assert "没有下级区域" in clerk.get("/territory/", {"at": county.village.pk}).content.decode()


def test_the_picker_is_a_page_where_there_are_no_scripts(clerk, world):
    html = clerk.text("/territory/")
    assert "<nav" in html
    assert f'href="/territory/?at={world.qingshan.town.pk}&amp;next=/"' in html


def test_the_picker_finds_by_name_and_code(clerk):
    assert "青桥村" in clerk.get("/territory/", {"q": "青桥"}).content.decode()
    assert "青桥村" in clerk.get("/territory/", {"q": "990101101201"}).content.decode()
    assert "白石镇" not in clerk.get("/territory/", {"q": "石镇"}).content.decode()


def test_the_territory_scopes_everything_and_is_remembered(clerk, world):
    county = world.qingshan
    picked = {"region": county.other_town.pk, "next": UNITS + "?name=青&after=W10"}
    answer = clerk.post("/territory/set/", picked)
    assert answer.url == UNITS + "?name=%E9%9D%92"  # the page's place in the list goes
    html = clerk.text(UNITS)
    assert county.other_firm.name in html
    assert county.firm.name not in html
    assert '<span class="name">青田镇</span>' in html
    clerk.post("/territory/set/", {"region": ""})
    assert county.firm.name in clerk.text(UNITS)


def test_nobody_picks_beyond_the_own(clerk, world):
    clerk.post("/territory/set/", {"region": world.baishui.town.pk})
    assert world.baishui.firm.name not in clerk.text(UNITS)
    assert world.qingshan.firm.name in clerk.text(UNITS)


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1", ""])
def test_picking_leads_nowhere_else(clerk, world, address):
    answer = clerk.post("/territory/set/", {"region": world.qingshan.town.pk, "next": address})
    assert answer.url == "/"


def test_administrators_have_no_territory(visit):
    visitor = visit("system_administrator")
    assert "territory-sheet" not in visitor.text("/")
    assert visitor.get("/territory/").status_code == 403


# ------------------------------------------------------------------------------------------------ search
@pytest.mark.parametrize("words", ["松木", "青松木业公司"])
def test_search_finds_names(clerk, world, words):
    part = clerk.part("/search/", {"q": words}).content.decode()
    assert "<html" not in part
    assert f'href="/registry/units/{world.qingshan.firm.pk}/"' in part
    assert "青松木业支部" in part if words == "松木" else True


def test_search_finds_a_person_by_the_whole_number_only(clerk, world):
    who = world.qingshan.people["member"]
    assert f'href="/registry/people/{who.pk}/"' in clerk.text("/search/?q=青水生")
    assert "没有找到" in clerk.text("/search/?q=990101199001")


def test_search_stays_in_scope(visit, world):
    assert world.baishui.firm.name not in visit("qingshan.organisation_department").text("/search/?q=松木")
    leader = visit("qingshan.leader").text("/search/?q=青水生")
    assert "/registry/people/" not in leader
    assert visit("outsider").get("/search/?q=松木").status_code == 403


def test_one_character_finds_nothing(clerk):
    assert "/registry/units/" not in clerk.part("/search/", {"q": "青"}).content.decode()


# ------------------------------------------------------------------------------------- language, identity
def test_the_language_is_switched(clerk):
    assert '<html lang="zh-hans">' in clerk.text("/")
    clerk.post("/language/", {"language": "en", "next": "/"})
    html = clerk.text("/")
    assert '<html lang="en">' in html
    assert 'value="zh-hans"' in html


def test_identities_belong_to_the_demonstration(db, settings):
    visitor = Visitor()
    settings.DEMO = False
    assert "选一个身份" not in visitor.text("/account/login/")
    assert visitor.get("/demo/").status_code == 302
    assert visitor.post("/demo/", {"identity": "x:y"}).status_code == 403
    settings.DEMO = True
    assert "选一个身份" in visitor.text("/account/login/")
    assert visitor.post("/demo/", {"identity": "x:y"}).status_code == 422


def test_an_identity_is_taken_with_one_click(settings, cast):
    settings.DEMO = True
    user = cast["qingshan.street_officer"]
    user.demo_key = "somewhere:street"
    user.save()
    visitor = Visitor()
    assert 'value="somewhere:street"' in visitor.text("/account/login/")
    visitor.post("/demo/", {"identity": "somewhere:street"})
    assert str(user) in visitor.text("/")


def test_the_bar_shows_while_the_demonstration_loads(settings, clerk):
    settings.DEMO = True
    state = configured.HOME / "demo.json"
    state.write_text(json.dumps({"label": "赣州", "done": 3, "total": 10}), encoding="utf-8")
    try:
        html = clerk.text("/")
        assert "演示数据正在载入：赣州" in html
        assert "30%" in html
        state.write_text(json.dumps({"label": "", "done": 10, "total": 10}), encoding="utf-8")
        assert "正在载入" not in clerk.text("/")
        assert clerk.text("/loading/") == ""
        state.write_text("{", encoding="utf-8")
        assert "正在载入" not in clerk.text("/")
    finally:
        state.unlink()


# --------------------------------------------------------------------------------------- what went wrong
def test_errors_are_said_in_words(clerk, visit):
    missing = clerk.text("/registry/units/999999999/", status=404)
    assert "没有找到这个页面或记录" in missing
    assert "<nav" in missing
    closed = visit("qingshan.leader").text("/registry/people/", status=403)
    assert "没有“查看人员和住户”权限" in closed
    assert "请安全保密管理员授权" in closed


def test_a_refusal_comes_as_a_part_where_a_part_was_asked_for(clerk):
    answer = clerk.get("/registry/people/999999/change/", headers=PART)
    assert answer.status_code == 404
    assert "<html" not in answer.content.decode()


def test_a_fault_of_ours_is_said(clerk, monkeypatch):
    clerk.raise_request_exception = False
    monkeypatch.setattr("jiceng.web.home.due.due", lambda request: 1 / 0)
    assert "系统出错" in clerk.text("/", status=500)


def test_pages_without_an_account_lead_to_the_sign_in(db):
    answer = Visitor().get(UNITS)
    assert answer.url == reverse("account_login") + "?next=%2Fregistry%2Funits%2F"


def test_the_sign_in_page_says_why_one_was_signed_out(clerk, settings):
    assert "没有操作" not in Visitor().text("/account/login/")
    clerk.get("/")
    session = clerk.session
    session["seen"] = int(time.time()) - settings.IDLE_MINUTES * 60
    session.save()
    assert clerk.get("/registry/units/").status_code == 302
    assert f"超过{settings.IDLE_MINUTES}分钟没有操作" in clerk.text("/account/login/")
