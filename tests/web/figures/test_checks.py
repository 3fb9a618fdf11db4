"""The page of checks: what fails leads to the records that make it fail, under the visitor's own rights."""

import pytest

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.people.models import Membership
from tests.accounts.cast import membership, person

RESULTS = "/figures/checks/results/"
AGES = "/figures/checks/core:members_by_age/"
MAY = {"period": "2022-05"}


@pytest.fixture
def told(transactional_db, settings, tmp_path, core, world):
    """Both counties, where one member of each has no date of birth, with a snapshot of their own."""
    settings.HOME = tmp_path
    for county in (world.qingshan, world.baishui):
        someone = person(f"{county.mark}无生日", county.other_town, birth_date=None)
        membership(someone, county.other_branch)
    derive()
    rebuild()
    return world


def test_what_fails_stands_first_and_opens_to_its_records(told, clerk):
    page = clerk.text("/figures/checks/", MAY)
    assert f"{RESULTS}?period=2022-05" in page
    assert "?period=2022-04" in page
    part = clerk.text(RESULTS, MAY)
    failed, _summary, held = part.partition("<summary>")
    assert f"{AGES}?period=2022-05" in failed
    assert "/figures/checks/core:members_without_birth_date/" in failed
    assert "/figures/checks/core:members_full_and_probationary/" in held
    opened = clerk.text(AGES, MAY)
    assert "青无生日" in opened
    assert "白无生日" not in opened
    undated = Membership._base_manager.filter(
        person__birth_date=None, region_path__startswith=told.qingshan.region.path
    )
    assert opened.count('<tr><td class="main-cell"') == undated.count()
    assert "/figures/core:members_60_and_over/?day=2022-05-31&amp;period=2022-05-01..2022-05-31" in opened
    assert "青无生日" in clerk.text("/figures/checks/core:members_without_birth_date/", MAY)


def test_the_home_page_names_it_too(told, clerk):
    part = clerk.text("/home/findings/")
    assert "/figures/checks/core:members_by_age/" in part
    assert "/figures/core:members_without_birth_date/" in part


def test_a_period_that_is_none_and_a_check_that_is_none_are_said(told, clerk):
    assert clerk.get("/figures/checks/", {"period": "mai"}).status_code == 422
    assert clerk.get("/figures/checks/core:nothing/").status_code == 404


def test_published_figures_of_nowhere(told, clerk):
    assert "这里没有公布过的数" in clerk.text("/figures/checks/published/")
    assert "checks/published/" not in clerk.text("/figures/checks/", MAY)
