"""The main paths, walked with the mouse at a desk and on a phone."""

import re

import openpyxl
import pytest

from jiceng.organisations.models import Unit
from jiceng.protection.scopes import Scope, scoped
from tests.browser.conftest import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", WIDTHS)]

VALID = "91350100M000100Y43"


def test_the_territory_is_picked(window, world, width):
    view = window(width)
    view.open("/registry/units/")
    view.page.click(".territory summary")
    view.page.click("#territory-sheet a.into >> nth=0")
    view.page.wait_for_selector("#territory-sheet .picker-list >> text=青桥村")
    view.fits()
    view.page.fill("#territory-words", "青田")
    view.page.click("#territory-sheet .picker-list button:has-text('青田镇')")
    view.page.wait_for_selector(".territory .name:has-text('青田镇')")
    assert view.page.url.endswith("/registry/units/")
    assert view.page.locator("#list").inner_text().count("青禾粮油公司") == 1
    assert "青松木业公司" not in view.page.locator("#list").inner_text()


def test_a_list_is_filtered_ordered_and_paged_in_place(window, world, width):
    view = window(width)
    view.open("/registry/units/")
    if width < 500:
        view.page.click("[data-toggles=filters-open]")
    view.page.fill("#f-name", "松木")
    view.page.wait_for_selector(".chip")
    assert view.page.evaluate("document.activeElement.id") == "f-name"  # typing goes on where it was
    view.page.wait_for_url("**name=%E6%9D%BE%E6%9C%A8**")
    assert "青禾粮油公司" not in view.page.locator("#list tbody").inner_text()
    view.page.select_option("#f-kind", "core:agency")
    view.page.wait_for_selector("text=没有符合筛选的记录")
    view.page.click("text=清除筛选")
    view.page.wait_for_selector("text=青禾粮油公司")
    view.page.wait_for_selector("text=/共 \\d+ 条/")


def test_rows_are_marked_and_exported(window, world, width):
    view = window(width)
    view.open("/registry/units/")
    view.page.check("[data-row] >> nth=0")
    view.page.wait_for_timeout(700)  # longer than the list takes to fetch itself
    assert view.page.inner_text("[data-count]") == "1"
    if width > 500:  # a phone shows no heads
        view.page.check("[data-all]")
        assert int(view.page.inner_text("[data-count]")) > 1
        view.page.uncheck("[data-all]")
        view.page.check("[data-row] >> nth=0")
    view.page.click("text=导出选中")
    view.page.wait_for_selector("main >> text=选中的 1 条")
    with view.page.expect_download() as download:
        view.page.click("text=导出为工作簿")
    assert download.value.suggested_filename.startswith("单位-")


def test_a_card_is_shown_as_of_another_day(window, world, width):
    view = window(width)
    view.open("/registry/units/")
    view.page.click("text=青松木业公司")
    view.page.fill("#as-of", "2019-05-05")
    view.page.dispatch_event("#as-of", "change")
    view.page.wait_for_selector("text=这是 2019-05-05 当日的样子")
    view.fits()
    view.page.click("text=回到今天")
    view.page.wait_for_selector(".notice-warn", state="detached")


def test_a_unit_is_changed(window, world, width):
    firm, view = world.qingshan.firm, window(width)
    view.open(f"/registry/units/{firm.pk}/")
    view.page.click("a:has-text('变更')")
    view.page.fill("#i-employees", "45")
    view.page.select_option("#i-kind", "core:private_enterprise")
    view.page.fill("#i-region", "青石")
    view.page.click("[data-choose]:has-text('青石镇')")
    assert view.page.input_value("#i-region") == "青石镇"
    view.page.fill("#i-day", "2021-03-01")
    view.page.click("button:has-text('保存')")
    view.page.wait_for_selector("text=已保存")
    assert "30 → 45" in re.sub(r"\s+", " ", view.page.inner_text(".chronicle"))
    with scoped(Scope.all()):
        assert Unit.objects.get(pk=firm.pk).region_id == world.qingshan.town.pk


def test_a_number_is_unmasked_for_a_reason(window, world, width):
    view = window(width)
    view.open(f"/registry/people/{world.qingshan.people['member'].pk}/")
    view.page.click("text=查看完整")
    view.page.fill("dialog[open] [name=reason]", "核对名册")
    view.page.click("dialog[open] button.btn-primary")
    assert re.fullmatch(r"9901011990\d{8}X?|\d{17}X", view.page.inner_text("dialog[open] .revealed"))
    view.page.click("dialog[open] [data-close]")
    view.page.wait_for_selector("dialog[open]", state="detached")


def test_search_answers_while_one_types(window, world, width):
    view = window(width)
    view.page.fill("#search-words", "松木")
    view.page.click("#search-sheet a:has-text('青松木业公司')")
    view.page.wait_for_selector("h1:has-text('青松木业公司')")
    view.page.fill("#search-words", "青石")
    view.page.wait_for_selector("#search-sheet a")
    view.page.keyboard.press("Escape")
    view.page.wait_for_selector("#search-sheet a", state="detached")


def test_from_a_strangers_workbook_to_the_ledger_by_mouse(window, world, width, tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "青桥村"
    for row in (
        ["青桥村企业摸排表"],
        ["序号", "企业名称", "社会信用代码", "企业类型", "从业人员", "老板"],
        [1, "青新源食品有限公司", VALID, "私营企业", "约30人", "李四"],
        [2, "青和顺运输有限公司", "", "不知道的类型", 8, "赵六"],
        ["", "合计", "", "", 38, ""],
    ):
        page.append(row)
    book.save(tmp_path / "摸排.xlsx")
    view = window(width)
    view.open("/import/?table=units")
    view.page.set_input_files("input[type=file]", tmp_path / "摸排.xlsx")
    assert view.page.inner_text("[data-file-name]") == "摸排.xlsx"
    view.page.click("button:has-text('下一步：对列')")
    view.page.wait_for_selector("text=内容举例", state="attached")
    view.fits()
    for title, field in (
        ("企业名称", "name"),
        ("企业类型", "kind"),
        ("从业人员", "employees"),
        ("老板", "principal"),
    ):
        view.page.select_option(f"select[aria-label='{title}']", field)
    view.page.click("button:has-text('下一步：看结果')")
    view.page.wait_for_selector("text=略过有误的 1 行，导入 1 行")
    view.fits()
    with view.page.expect_download():
        view.page.click("text=下载标出问题的工作簿")
    view.page.click("button:has-text('略过有误的 1 行，导入 1 行')")
    view.page.wait_for_selector("text=新增 1 条")
    view.fits()
    view.page.click("text=看单位台账")
    view.page.wait_for_selector("text=青新源食品有限公司")


def test_pasted_rows_are_mended_in_a_grid(window, world, width):
    view = window(width)
    view.open("/registry/units/")
    view.page.click("main a:has-text('粘贴')")
    heads, row = (
        ("单位名称", "单位类型", "所在区域", "职工人数"),
        ("青粘贴食品公司", "私营企业", "青桥村", "x"),
    )
    view.page.fill("#pasted", "\n".join("\t".join(cells) for cells in (heads, row)))
    view.page.fill(".drafts [data-line='1'][data-column='3']", "17")
    view.page.keyboard.press("ArrowUp")
    assert view.page.evaluate("document.activeElement.value") == "职工人数"
    view.fits()
    view.page.click("button:has-text('下一步：对列')")
    view.page.click("button:has-text('下一步：看结果')")
    view.page.click("button:has-text('导入 1 行')")
    view.page.wait_for_selector("text=新增 1 条")
    with scoped(Scope.all()):
        assert Unit.objects.get(name="青粘贴食品公司").employees == 17


def test_a_member_is_transferred_from_the_card(window, world, width):
    county, view = world.qingshan, window(width)
    view.open(f"/registry/people/{county.people['member'].pk}/")
    view.page.click("summary:has-text('办理')")
    view.page.click("a:has-text('转接组织关系')")
    view.fits()
    view.page.fill("#i-to", "青石镇党")
    view.page.click("[data-choose]:has-text('青石镇党委')")
    view.page.fill("#i-day", "2021-06-01")
    view.page.click("button:has-text('保存')")
    view.page.wait_for_selector("text=已保存")
    assert "青石镇党委" in view.page.inner_text("main")
    view.fits()


def test_two_villages_are_restructured_by_mouse(window, world, width):
    town, view = world.qingshan.town, window(width)
    view.open(f"/registry/regions/{town.pk}/")
    view.page.click("summary:has-text('办理')")
    view.page.click("a:has-text('区划调整')")
    view.page.fill("#document", "演示〔2021〕3号")
    view.page.fill("#effective", "2021-06-01")
    view.page.fill("#s0-name", "青岩镇")
    view.page.click("button:has-text('再加一步')")
    view.page.select_option("#s1-verb", "found")
    view.page.fill("#s1-target", "青石镇")
    view.page.click("[data-choose]:has-text('青石镇')")
    view.page.select_option("#s1-kind", "core:village")
    view.page.fill("#s1-name", "青新村")
    view.page.fill("#s1-code", "990101101299")
    view.fits()
    view.page.click("button:has-text('下一步：看结果')")
    view.page.wait_for_selector("text=还没有写入")
    assert "青岩镇" in view.page.inner_text("main")
    view.fits()
    view.page.click("button:has-text('确认执行')")
    view.page.wait_for_selector("text=已执行 1 份文件")
    view.open("/registry/regions/?name=青新村")
    assert "青新村" in view.page.inner_text("#list")


def test_the_menu_opens_on_a_phone_and_stays_at_a_desk(window, world, width):
    view = window(width)
    nav = view.page.locator("nav.side")
    assert nav.is_visible() == (width > 500)
    if width < 500:
        view.page.click("[data-nav]")
        assert nav.is_visible()
    nav.get_by_text("党组织", exact=True).click()
    view.page.wait_for_selector("h1:has-text('党组织')")
    assert "青石镇党委" in view.page.inner_text("#list")
