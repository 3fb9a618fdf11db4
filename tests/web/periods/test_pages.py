"""The pages of periods: a town closes and submits, the county accepts; what was reported opens, corrections show."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.periods.models import Closing, Reconciled, State
from tests.accounts.cast import membership, person
from tests.exchange.workbooks import xlsx


@pytest.fixture
def told(transactional_db, settings, tmp_path, core, world):
    """Both counties with a snapshot of their own, where both are in May."""
    settings.HOME = tmp_path
    derive()
    rebuild()
    return world


@pytest.fixture
def officer(visit):
    return visit("qingshan.street_officer")


def explained(page):
    """The fields in which the page asks why a check fails, filled in."""
    return dict.fromkeys(re.findall(r'name="(explain:[^"]+)"', page), "属实")


def rows(page):
    return re.findall(r'<tr><td class="main-cell">.*?</tr>', page)


def test_a_town_closes_submits_and_the_county_accepts(told, officer, clerk, visit):
    town = told.qingshan.town
    page = f"/periods/2022-05/{town.pk}/"
    assert re.search(rf'href="/periods/\d{{4}}-\d\d/{town.pk}/"', clerk.text("/periods/"))
    before = officer.text(page)
    assert "/figures/core:members/?day=2022-05-31" in before
    assert "/figures/checks/core:members_by_age/?period=2022-05" in before
    assert officer.post(f"{page}close/").status_code == 422  # nothing explained
    assert clerk.get(f"/periods/2022-07/{town.pk}/").status_code == 200  # not over: shown, not closed
    assert officer.post(f"{page}close/", explained(before)).status_code == 302
    made = Closing.objects.get()
    closed = officer.text(page)
    assert "属实" in closed
    assert f'action="/periods/closing/{made.pk}/submit/"' in closed
    assert "submit/" not in clerk.text(f"/periods/2022-05/{told.qingshan.region.pk}/")
    assert officer.post(f"/periods/closing/{made.pk}/submit/", {"remark": "请审"}).status_code == 302
    assert officer.post(f"/periods/closing/{made.pk}/decide/", {"agree": "yes"}).status_code == 403
    assert f'action="/periods/closing/{made.pk}/decide/"' in clerk.text(page)
    assert "上报等你审收" in clerk.text("/")
    assert (
        clerk.post(f"/periods/closing/{made.pk}/decide/", {"agree": "no"}).status_code == 422
    )  # without remarks
    assert clerk.post(f"/periods/closing/{made.pk}/decide/", {"agree": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.state == State.ACCEPTED
    assert "请审" in clerk.text(page)
    stranger = visit("baishui.organisation_department")
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"/periods/closing/{made.pk}/decide/", {"agree": "yes"}).status_code == 404
    assert "青" not in stranger.text("/periods/")


def test_what_was_reported_opens_and_what_came_after_is_a_correction(told, officer):
    town = told.qingshan.town
    page = f"/periods/2022-05/{town.pk}/"
    officer.post(f"{page}close/", explained(officer.text(page)))
    made = Closing.objects.get()
    records = f"/periods/closing/{made.pk}/records/core:members/"
    assert f'href="{records}"' in officer.text(page)
    listed = rows(officer.text(records))
    membership(person("青补录", town), told.qingshan.branch)
    refresh()
    assert rows(officer.text(records)) == listed
    assert "青补录" not in str(listed)
    part = officer.text(f"{page}corrections/")
    assert "青补录" in part
    assert "布景" in part
    assert ">+1</span>" in part
    assert officer.get(f"/periods/closing/{made.pk}/records/core:towns/").status_code == 404


def test_an_area_without_returns_says_so(told, visit):
    village = visit("qingshan.village_clerk")
    assert "没有要上报的" in village.text("/periods/")
    assert village.get(f"/periods/2022-05/{told.qingshan.village.pk}/").status_code == 404


def test_another_systems_numbers_and_lists(told, officer, visit):
    page = f"/periods/2022-05/{told.qingshan.town.pk}/reconcile/"
    assert f'href="{page}"' in officer.text(f"/periods/2022-05/{told.qingshan.town.pk}/")

    def sent(rows, name="a.xlsx", **more):
        return {"file": SimpleUploadedFile(name, xlsx(rows)), **more}

    answer = officer.post(f"{page}upload/", sent([["党员", 5], ["在册支部", 1]], system="党统"))
    asked = answer.content.decode()
    assert "在册支部" in asked
    given = {"system": "党统", "label": "在册支部", "value": "1", "figure": "core:party_orgs"}
    assert officer.post(f"{page}assign/", given).status_code == 302
    shown = officer.text(page)
    assert ">-2</span>" in shown  # three members here, five there
    row = Reconciled.objects.get(figure="core:members")
    officer.post(f"{page}reasons/", {f"reason:{row.pk}": "两名已转出"})
    assert "两名已转出" in officer.text(page)
    listed = officer.post(
        f"{page}names/", sent([["青水生"], ["青外人"]], figure="core:members")
    ).content.decode()
    here, there = listed.split('id="lists"')[1].split("对方有、这里没有")
    assert "青云书记" in here
    assert "青水生" not in here + there
    assert "青外人" in there
    assert officer.post(f"{page}upload/", {"system": "党统"}).status_code == 422
    assert visit("qingshan.leader").get(page).status_code == 403
