"""Every page at the widths of a desk and of a phone, in Chinese and English."""

import pytest

from tests.accounts import cast as people
from tests.browser.conftest import SCREENS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_pages_fit(window, world, width, language):
    county = world.qingshan
    view = window(width, language)
    for path in (
        "/",
        "/registry/",
        "/registry/units/",
        "/registry/units/?name=青&sort=-employees&cols=name&cols=valid_from&cols=employees",
        "/registry/appointments/",
        f"/registry/units/{county.firm.pk}/",
        f"/registry/party-orgs/{county.branch.pk}/?as_of=2020-05-05",
        f"/registry/people/{county.people['secretary'].pk}/",
        f"/registry/regions/{county.town.pk}/",
        f"/registry/units/{county.firm.pk}/change/",
        "/registry/people/new/",
        f"/registry/people/{county.people['member'].pk}/act/appoint/",
        "/registry/regions/restructuring/",
        "/registry/units/duplicates/",
        "/import/?paste=1",
        "/export/",
        "/export/units/?name=青",
        "/search/?q=青松",
        "/boards/",
        "/figures/checks/",
        "/figures/own/",
        "/figures/build/",
        "/periods/",
        "/reports/",
        "/forms/",
        "/forms/board/",
        "/forms/answers/",
        "/tokens/",
    ):
        view.open(path)
        assert view.page.get_attribute("html", "lang") == language


@pytest.mark.parametrize(("width", "language"), SCREENS)
@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (
            "system_administrator",
            (
                "/system/users/",
                "/system/users/new/",
                "/system/packs/",
                "/system/packs/core/?used=1",
                "/system/webhooks/",
            ),
        ),
        ("security_administrator", ("/system/users/",)),
        ("audit_administrator", ("/system/audit/", "/system/audit/1/", "/system/audit/2/")),
    ],
)
def test_pages_of_the_administrators_fit(window, world, width, language, role, paths):
    people.grant(people.user("keeper", "青管理员"), role)
    view = window(width, language, "keeper")
    for path in paths:
        view.open(path)


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_an_account_with_a_long_name_fits(window, world, width, language):
    people.grant(people.user("keeper", "青管理员"), "security_administrator")
    long = people.user("qingshan.organisation_department.second_section", "青山县委组织部两新组织党建工作科")
    people.grant(long, "organisation_department", world.qingshan.region)
    window(width, language, "keeper").open(f"/system/users/{long.pk}/")


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_signing_in_fits(page, live_server, settings, officer, width, language):
    settings.DEMO = True
    officer.demo_key = "somewhere:office"
    officer.save()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{live_server.url}/account/login/")
    if language == "en":
        page.click("button[name=language][value=en]")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("button[name=identity]")
    page.wait_for_selector("nav.side", state="attached")
    assert page.url == f"{live_server.url}/"
