"""The main paths, walked by mouse in a real browser against the real server."""

import re

import openpyxl
import pytest

from tests.conftest import until

pytestmark = pytest.mark.browser
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PAGES = (
    "/",
    "/registry/units/",
    "/registry/party-orgs/",
    "/coverage/",
    "/figures/",
    "/figures/build/",
    "/boards/",
    "/boards/core:overview/",
    "/boards/core:overview/screen/",
    "/system/packs/",
    "/import/",
)


def sign_in(page, console, role="organisation_department"):
    """Take a demonstration identity with one click."""
    page.goto(f"{console}/demo/")
    page.locator(f'[name=identity][value$=":{role}"]').first.evaluate(
        "e => (e.form ?? e.closest('form')).requestSubmit(e.type === 'submit' ? e : undefined)"
    )
    page.wait_for_url(f"{console}/")


def records(page):
    """The rows behind a figure, which come after its page."""
    rows = page.locator("#records tbody tr")
    rows.first.wait_for()
    return rows


def number(text):
    return int(re.sub(r"\D", "", text))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_main_page_opens_at_both_widths_in_both_languages(page, console, size, language):
    page.set_viewport_size(SIZES[size])
    sign_in(page, console)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": console}])
    for path in PAGES:
        assert page.goto(f"{console}{path}").status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{path} is {wide}px wider than the screen"
        assert page.locator("html").get_attribute("lang") == language
        assert page.get_by_text(re.compile("涉密|State secrets", re.I)).first.is_visible()


def test_a_figure_opens_to_its_parts_and_records(page, console):
    sign_in(page, console)
    page.goto(f"{console}/figures/")
    row = page.locator("tr", has=page.locator('a[href*="two_new_in_scope"]'))
    row.wait_for()  # the values come after the page
    counted = number(row.locator("td.number").first.inner_text())
    row.locator("a").first.click()
    assert number(page.locator(".big-value").inner_text()) == counted
    seen = records(page).count()
    while page.locator("#records .list-foot a").count():
        with page.expect_navigation():
            page.locator("#records .list-foot a").click()
        seen += records(page).count()
    assert seen == counted


def test_the_coverage_board_leads_from_a_rate_to_the_units(page, console):
    sign_in(page, console)
    page.goto(f"{console}/coverage/")
    assert page.locator(".measure .value a").first.inner_text().endswith("%")
    page.locator("#gaps tbody a").first.click()
    page.wait_for_url("**/registry/units/**")
    page.go_back()
    page.locator(".measure .value a").first.click()
    page.wait_for_selector("#records tbody tr")


def test_numbers_of_the_board_open_to_as_many_units(page, console):
    sign_in(page, console)
    page.goto(f"{console}/coverage/")
    cells = page.locator(".openable tbody tr").first.locator("td.number a[href*='/coverage/records/']")
    told = [
        (number(c.inner_text()), c.get_attribute("href")) for c in cells.all() if "%" not in c.inner_text()
    ]
    steps = page.locator(".funnel td.number a")
    told += [(number(s.inner_text()), s.get_attribute("href")) for s in steps.all()]
    assert len(told) >= 8
    for count, address in told:
        page.goto(f"{console}{address}")
        assert number(page.locator("#gaps [data-count]").inner_text()) == count, address
        assert page.locator("#gaps tbody tr").count() == min(count, 50)


def test_an_area_of_the_map_opens_its_gaps(page, console):
    """The demonstration's prefecture has boundaries of its counties; those of its towns are tiles."""
    sign_in(page, console)
    page.goto(f"{console}/coverage/")
    area = page.locator(".map-canvas svg text").first
    area.wait_for()
    page.locator("[data-map-full]").click()
    page.wait_for_function("document.fullscreenElement || document.querySelector('.map-whole')")
    page.locator("[data-map-full]").click()
    page.wait_for_function("!document.fullscreenElement && !document.querySelector('.map-whole')")
    page.locator(".map-canvas svg text").first.click(force=True)
    page.wait_for_url("**/coverage/records/**")
    assert "measure=unorganised" in page.url
    page.goto(f"{console}/coverage/")
    page.locator("td button.link").first.click()
    tile = page.locator("a.tile").first
    tile.wait_for()
    tile.click()
    page.wait_for_url("**/coverage/records/**")


def test_the_map_of_a_figure_follows_then_and_today(page, console):
    sign_in(page, console)
    page.goto(f"{console}/figures/core:party_orgs/")
    page.locator(".map-canvas svg path").first.wait_for()
    page.locator("#parts .chips a").last.click()
    page.locator('[data-map*="map=today"]').wait_for()
    page.locator(".map-canvas svg path").first.wait_for()
    page.locator("#parts tbody a").first.click()
    page.wait_for_selector("#records tbody tr")


def test_a_board_opens_its_numbers_and_its_map_and_refreshes_itself(page, console):
    sign_in(page, console)
    page.goto(f"{console}/boards/core:overview/")
    page.locator(".board-map .map-canvas svg path").first.wait_for()
    value = page.locator(".board-number .value a").first
    told = number(value.inner_text())
    value.click()
    page.wait_for_url("**/figures/**")
    assert number(page.locator(".big-value").inner_text()) == told
    page.goto(f"{console}/boards/core:overview/screen/")
    page.clock.install()
    page.goto(f"{console}/boards/core:overview/screen/")
    old = page.locator("#board").element_handle()
    page.clock.run_for(301_000)
    until(lambda: not old.evaluate("e => e.isConnected"), "a fresh board")
    page.locator(".board-map .map-canvas svg path").first.wait_for()
    assert page.locator("[data-stale]").is_hidden()
    page.route(
        "**/boards/**", lambda route: route.fulfill(body="<p>signed out</p>", content_type="text/html")
    )
    page.clock.run_for(301_000)
    page.locator("[data-stale]").wait_for()
    assert number(page.locator(".board-number .value a").first.inner_text()) == told


def test_a_figure_is_built_by_mouse(page, console):
    sign_in(page, console)
    page.goto(f"{console}/figures/build/")
    page.select_option("#b-fact", "unit")
    page.locator(".build-tried .big-value").wait_for()
    every = number(page.locator(".build-tried .big-value").inner_text())
    page.fill("#b-name", "非公企业")
    page.select_option("#b-all-0-column", "kind")
    page.locator("input[name='all-0-value'][value='core:enterprise']").check()
    until(lambda: number(page.locator(".build-tried .big-value").inner_text()) < every, "fewer")
    told = number(page.locator(".build-tried .big-value").inner_text())
    assert page.locator("#b-name").input_value() == "非公企业"
    page.locator(".form-foot .btn-primary").click()
    page.wait_for_url("**/figures/own_*/")
    assert number(page.locator(".big-value").inner_text()) == told
    page.goto(f"{console}/boards/own/")
    assert number(page.locator(".board-number .value a").first.inner_text()) == told


def test_a_unit_is_taken_out_by_two_people_and_the_numbers_follow(page, console):
    sign_in(page, console, "street")
    page.goto(f"{console}/coverage/")
    page.locator("#gaps tbody .light").first.click()
    page.locator("#x-reason").wait_for()
    name = page.locator("h1").inner_text()
    page.select_option("#x-reason", index=1)
    page.fill("#x-note", "上门两次，无场所无人员")
    page.locator("#exclude button.btn-primary").click()
    page.get_by_text("已提交剔除申请").wait_for()
    assert page.locator("#x-reason").count() == 0
    sign_in(page, console)
    before = in_scope(page, console)
    page.goto(f"{console}/coverage/exclusions/")
    page.locator("#waiting > div", has_text=name).locator("button[value=yes]").click()
    page.get_by_text("已批准，不再计入口径").wait_for()
    until(lambda: in_scope(page, console) != before, "the board follows")
    assert in_scope(page, console) == before - 1
    page.goto(f"{console}/coverage/records/?measure=excluded&q={name}")
    assert page.locator("#gaps tbody tr").count() == 1
    until(lambda: figure(page, console) != before, "the figure follows")
    assert figure(page, console) == before - 1 == in_scope(page, console)


def in_scope(page, console):
    """How many units the board says are in scope."""
    page.goto(f"{console}/coverage/")
    return number(page.locator('.funnel a[href*="measure=in_scope"]').inner_text())


def figure(page, console):
    """How many units the figure says are in scope."""
    page.goto(f"{console}/figures/core:two_new_in_scope/")
    return number(page.locator(".big-value").inner_text())


def test_a_strangers_workbook_reaches_the_ledger_by_mouse_alone(page, console, tmp_path):
    sign_in(page, console)
    page.goto(f"{console}/coverage/")
    town = page.locator("#gaps tbody tr td").nth(1).inner_text()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["两新组织摸底表"])
    sheet.append(["序号", "企业名称", "单位类型", "所在村（社区）", "从业人数"])
    sheet.append([1, "青山试验有限公司", "非公有制企业", town, "约３０人"])
    sheet.append(["合计", "", "", "", 30])
    file = tmp_path / "摸底表.xlsx"
    book.save(file)
    page.goto(f"{console}/import/?table=units")
    page.locator("input[type=file]").first.set_input_files(file)
    for step in ("下一步：对列", "下一步：看结果", "导入 1 行"):
        page.get_by_role("button", name=step).click()
    page.get_by_text("新增 1 条").wait_for()
    page.goto(f"{console}/registry/units/?name=青山试验")
    assert page.get_by_role("link", name="青山试验有限公司").count() == 1


def test_an_outsider_role_sees_no_ledger(page, console):
    sign_in(page, console, "audit_administrator")
    assert page.locator("nav.side a[href^='/registry/']").count() == 0
    page.goto(f"{console}/system/audit/")
    assert page.locator("table.ledger tbody tr").count() > 0
