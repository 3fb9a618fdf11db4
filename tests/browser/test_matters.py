"""Matters walked by mouse and by keys in a real browser: from the call that tells of one to the call back."""

import re

import pytest
from django.utils import timezone

from jiceng.accounts.models import User
from jiceng.accounts.scoping import access_of
from jiceng.matters.actions import Acting, act
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.packs.installing import install
from tests.accounts import cast as people
from tests.browser.conftest import SCREENS
from tests.conftest import until
from tests.matters.conftest import TOWN

pytestmark = pytest.mark.browser

CASE = "/matters/new/qingshan:case/"


@pytest.fixture
def desks(world, officer):
    """Accounts of the centre (two), the bureau and the village, by username."""
    install(folders=[TOWN], by=people.SETTER)
    county = world.qingshan
    for name, role, node in (
        ("centre", "case_centre", county.region),
        ("second", "case_centre", county.region),
        ("bureau", "department_officer", county.bureau),
        ("clerk", "village_clerk", county.village),
    ):
        people.grant(people.user(name, f"青{name}"), role, node)
    return county


def sign_out(view):
    view.page.evaluate("document.querySelector('form[action=\"/account/logout/\"]').submit()")
    view.page.wait_for_url("**/account/login/**")


def take_over(view, username):
    """The next desk: somebody else signs in in the same window."""
    sign_out(view)
    view.sign_in(username)


def raised(view, county, text="楼道灯不亮"):
    """Raise a case by the form; gives its number."""
    view.open(f"{CASE}?region={county.village.pk}")
    view.page.select_option("#i-channel", "core:hotline")
    view.page.fill("#i-text", text)
    view.page.select_option("#i-category", "qingshan:noise")
    view.page.click(".form-foot .btn-primary")
    view.page.wait_for_selector(".standing .number-tag")
    return view.page.inner_text(".standing .number-tag")


def press(view, step):
    """Take a step from the card: by its dialog, or by the form that it leads to."""
    view.page.click(f'a[href*="/do/{step}/"]')


def confirm(view):
    view.page.click("dialog[open] .btn-primary")
    view.page.get_by_text("已办理").wait_for()


def test_a_case_goes_its_whole_way(window, desks):
    view = window(1440, username="centre")
    number = raised(view, desks)
    press(view, "send")
    view.page.fill("#i-lead", "商务")
    view.page.locator("[data-choose]").first.click()
    assert view.page.input_value("#i-lead") == desks.bureau.name
    view.page.click(".form-foot .btn-primary")
    view.page.get_by_text("已办理：派单").wait_for()

    take_over(view, "bureau")
    view.open("/matters/")
    view.page.click("[data-open]")
    view.page.wait_for_selector(".part")
    press(view, "sign")
    confirm(view)
    press(view, "answer")
    view.page.fill("#i-answer", "已更换灯泡")
    view.page.click(".form-foot .btn-primary")
    view.page.get_by_text("已办理：答复").wait_for()

    take_over(view, "centre")
    view.open(f"/matters/{number}/")
    press(view, "approve")
    confirm(view)
    assert view.page.get_by_text("这一步须换人办理").is_visible()

    take_over(view, "second")
    view.open(f"/matters/{number}/")
    press(view, "call")
    view.page.locator("label:has(input[name=reached][value=yes])").click()
    view.page.locator("label:has(input[name=solved][value=yes])").click()
    view.page.click(".form-foot .btn-primary")
    view.page.get_by_text("已办理：回访归档").wait_for()
    assert Matter._base_manager.get(number=number).outcome == "solved"


def test_the_inbox_is_worked_from_the_keyboard(window, desks):
    view = window(1440, username="centre")
    for text in ("甲处路灯不亮", "乙处井盖缺失"):
        raised(view, desks, text)
    view.open("/matters/?pile=ours")
    keys = view.page.keyboard
    keys.press("j")
    keys.press("j")
    here = view.page.locator("[data-row-line].is-here [data-open]")
    assert here.inner_text() == view.page.locator("[data-open]").nth(1).inner_text()
    keys.press("k")
    title = here.inner_text()
    keys.press("/")
    assert view.page.evaluate("document.activeElement.id") == "inbox-words"
    keys.type("jk")
    assert view.page.input_value("#inbox-words") == "jk"
    view.open("/matters/?pile=ours")
    keys.press("?")
    assert view.page.locator("#keys[open]").is_visible()
    keys.press("Escape")
    keys.press("j")
    keys.press("Enter")
    view.page.wait_for_selector("#timeline")
    assert view.page.inner_text("h1") == title
    keys.press("1")
    view.page.wait_for_url("**/do/send/**")
    view.open("/matters/?pile=ours")
    keys.press("j")
    keys.press("t")
    view.page.get_by_text("已认领").wait_for()


def test_several_are_called_back_with_one_form(window, desks):
    view = window(1440, username="centre")
    numbers = [raised(view, desks, text) for text in ("甲事", "乙事")]
    for number in numbers:
        _up_to_call(desks, number)
    take_over(view, "second")
    view.open("/matters/?pile=ours")
    view.page.keyboard.press("j")
    view.page.keyboard.press("x")
    assert view.page.inner_text("[data-marked] [data-count]") == "1"
    view.page.check("[data-all]")
    assert view.page.inner_text("[data-marked] [data-count]") == "2"
    view.page.click("[data-many]")
    view.page.wait_for_url("**/matters/many/**")
    view.page.locator("label:has(input[name=reached][value=yes])").click()
    view.page.click(".form-foot .btn-primary")
    view.page.get_by_text("已办理 2 件").wait_for()
    assert Event.objects.filter(step="call").count() == 2


def _up_to_call(county, number):
    """Bring a case to where it waits for the call back, by the actions themselves: the walk above went by mouse."""
    centre, bureau = _desk("centre"), _desk("bureau")
    matter = Matter._base_manager.get(number=number)
    _step(centre, matter, "send", given={"lead": county.bureau.pk})
    dispatch = Dispatch._base_manager.get(matter=matter)
    _step(bureau, matter, "sign", dispatch=dispatch.pk)
    _step(bureau, matter, "answer", dispatch=dispatch.pk, given={"answer": "已办"})
    _step(centre, matter, "approve")


def _desk(username):
    return Acting.person(access_of(User.objects.get(username=username), timezone.localdate()))


def _step(by, matter, step, **more):
    act(by=by, matter=matter.pk, step=step, **more)


def test_what_one_has_begun_to_write_is_kept(window, desks):
    view = window(1440, username="centre")
    view.open(f"{CASE}?region={desks.village.pk}")
    view.page.fill("#i-text", "写到一半，电话来了")
    until(lambda: "草稿已保存" in view.page.inner_text("[data-kept]"), "the draft is kept")
    view.open(f"{CASE}?region={desks.village.pk}")
    assert view.page.input_value("#i-text") == "写到一半，电话来了"
    view.page.click("[data-forget]")
    until(lambda: view.page.input_value("#i-text") == "", "the draft is given up")


def test_alike_ones_show_while_one_writes_and_take_the_new_one_in(window, desks):
    view = window(1440, username="centre")
    first = raised(view, desks, "三号楼楼道灯不亮，老人摔倒")
    view.open(f"{CASE}?region={desks.village.pk}")
    view.page.select_option("#i-category", "qingshan:noise")
    view.page.fill("#i-text", "三号楼楼道灯不亮，有老人摔倒")
    view.page.get_by_text("相近的未办结事项").wait_for()
    view.page.locator("#alike input[name=into]").first.check()
    view.page.click(".form-foot .btn-primary")
    view.page.get_by_text("并入本件").first.wait_for()
    assert view.page.inner_text(".standing .number-tag") == first


def test_several_units_are_picked_and_taken_away_again(window, desks):
    view = window(1440, username="centre")
    raised(view, desks)
    press(view, "send")
    for words in ("木业", "商务"):
        view.page.fill("#i-support", words)
        view.page.locator("[data-choose]").first.click()
    picked = view.page.locator("[data-picked] li")
    assert picked.count() == 2
    picked.first.locator("[data-unpick]").click()
    assert re.sub(r"\s|×", "", picked.inner_text()) == desks.bureau.name


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_pages_fit(window, desks, width, language):
    view = window(width, language, "centre")
    view.open(f"{CASE}?region={desks.village.pk}")
    view.page.select_option("#i-channel", "core:hotline")
    view.page.fill("#i-text", "很长的标题" * 20)
    view.page.select_option("#i-category", "qingshan:noise")
    view.page.click(".form-foot .btn-primary")
    view.page.wait_for_selector(".standing .number-tag")
    number = view.page.inner_text(".standing .number-tag")
    for path in (
        "/matters/",
        "/matters/?pile=area",
        "/matters/all/",
        "/matters/new/",
        f"/matters/{number}/",
        f"/matters/{number}/do/send/",
        f"/matters/{number}/also/join/",
        f"/matters/{number}/also/link/",
        f"/matters/{number}/flow/",
        f"/matters/{number}/release/",
        "/system/packs/qingshan/flows/case/",
    ):
        view.open(path)
        assert view.page.get_attribute("html", "lang") == language


def test_a_field_worker_does_it_with_one_hand(window, desks):
    """What is tapped on a phone is large enough, and the tabs are where the thumb is."""
    view = window(390, username="centre")
    raised(view, desks)
    view.open("/matters/?pile=ours")
    for selector in ("[data-take]", ".tabs a", "[data-row-line]"):
        box = view.page.locator(selector).first.bounding_box()
        assert box["height"] >= 44, selector
    tabs = view.page.locator(".tabs").bounding_box()
    assert tabs["y"] + tabs["height"] == pytest.approx(844, abs=1)
    view.page.locator("[data-row-line]").first.click()
    view.page.wait_for_selector(".do-now")
    assert view.page.locator(".do-now a.btn").first.bounding_box()["height"] >= 44
