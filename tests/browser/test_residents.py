"""A resident with a phone: reports, writes the code down, follows it, has it reopened. Without scripts."""

import re

import pytest
from django.utils import timezone

from tests.accounts.cast import keep
from tests.residents.county import County, told

pytestmark = pytest.mark.browser


@pytest.fixture
def county(transactional_db, settings):
    settings.ROOT_URLCONF = "tests.zones"
    return County()


@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1440, "en")])
def test_report_follow_reopen(chromium, live_server, county, width, language):
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=False)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page = context.new_page()

    def fits():
        box = page.locator("main").bounding_box()
        assert box["width"] <= width
        assert page.locator("body").evaluate("e => e.scrollWidth") <= width

    page.goto(f"{live_server.url}/open/")
    page.locator(".doors a").first.click()
    for name in (county.here.region.name, county.here.town.name, county.village.name):
        fits()
        page.get_by_role("link", name=name).first.click()
    page.locator("textarea").first.fill("巷口的路灯三天不亮了")
    fits()
    page.wait_for_timeout(3_500)
    page.locator("button.main").click()
    code = page.locator(".code").inner_text()
    fits()
    assert re.fullmatch(r"\w{5}-\w{5}", code)

    matter = told().get()
    matter.state, matter.phase, matter.outcome = "archived", "done", "solved"
    matter.closed_at, matter.closed_on, matter.days_taken = timezone.now(), timezone.localdate(), 0
    keep(matter)
    page.locator("main a.button").click()
    page.fill("#code", code.lower())
    page.locator("button.main").click()
    assert matter.number in page.locator("main").inner_text()
    fits()
    reopening = page.locator("details", has=page.locator('input[value="reopen"]'))
    reopening.locator("summary").click()
    reopening.locator("textarea").fill("又不亮了")
    page.wait_for_timeout(3_500)
    reopening.locator("button").click()
    page.locator(".notice.good").wait_for()
    fits()
    assert county.again(matter).state == "received"
    context.close()
