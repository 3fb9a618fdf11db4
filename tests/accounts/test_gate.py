"""The gate: no view opens by itself, and what a view sees is what its permission was granted for."""

import pytest
from django.utils import timezone

from jiceng.accounts.permissions import Permission
from jiceng.accounts.routes import door_of, needs, open_to_all, signed_in
from jiceng.accounts.urls import urlpatterns
from jiceng.protection.scopes import UnscopedQueryError
from tests.accounts.cast import grant, user


def names(response):
    assert response.status_code == 200
    return set(response.json()["names"])


@pytest.fixture
def enter(site):
    def as_user(who):
        site.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return site

    return as_user


def test_a_page_shows_each_county_its_own(cast, enter):
    assert names(enter(cast["qingshan.inspector"]).get("/units/")) == {
        "青府商务局",
        "青松木业公司",
        "青禾粮油公司",
    }
    assert names(enter(cast["baishui.inspector"]).get("/units/")) == {
        "白府商务局",
        "白松木业公司",
        "白禾粮油公司",
    }


def test_a_view_that_names_no_door_stays_closed(cast, enter, site):
    assert site.get("/unmarked/").status_code == 302  # to the sign-in page, not to the view
    assert enter(cast["qingshan.organisation_department"]).get("/unmarked/").status_code == 403


def test_without_the_permission_there_is_no_page(cast, enter):
    for who in ("qingshan.inspector", "system_administrator", "security_administrator", "outsider"):
        assert enter(cast[who]).get("/people/").status_code == 403
    assert enter(cast["qingshan.street_officer"]).get("/people/").status_code == 200


def test_any_of_several_permissions_opens_and_sets_the_scope(cast, enter):
    assert names(enter(cast["qingshan.village_clerk"]).get("/edit/")) == {"青松木业公司"}
    assert enter(cast["qingshan.leader"]).get("/edit/").status_code == 403


def test_a_page_sees_only_where_its_own_permission_holds(world, enter):
    who = user("both")
    grant(who, "leader", world.qingshan.region)
    grant(who, "village_clerk", world.qingshan.village)
    assert "青田农" not in names(enter(who).get("/people/"))
    assert "青禾粮油公司" in names(enter(who).get("/units/"))


def test_without_an_account_everything_leads_to_the_sign_in_page(site):
    answer = site.get("/units/?page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=%2Funits%2F%3Fpage%3D2"
    assert site.post("/units/")["Location"] == "/account/login/"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(site):
    answer = site.get("/units/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/account/login/")


def test_an_open_page_needs_no_account_and_reads_no_records(site, db):
    assert site.get("/public/").content.decode() == "公开"
    with pytest.raises(UnscopedQueryError):
        site.get("/careless/")


def test_the_scope_ends_with_the_request(cast, enter):
    enter(cast["qingshan.inspector"]).get("/units/")
    with pytest.raises(UnscopedQueryError):
        enter(cast["qingshan.inspector"]).get("/careless/")


# ------------------------------------------------------------------------------------- territory picker
def pick(site, region):
    session = site.session
    session["region"] = region.pk
    session.save()


def test_the_picked_territory_narrows_what_is_shown(world, cast, enter):
    site = enter(cast["qingshan.inspector"])
    pick(site, world.qingshan.town)
    assert names(site.get("/units/")) == {"青松木业公司"}
    assert "青石镇" in site.get("/").content.decode()


def test_picking_what_is_elsewhere_shows_nothing(world, cast, enter):
    site = enter(cast["qingshan.street_officer"])
    pick(site, world.baishui.region)
    assert names(site.get("/units/")) == set()


def test_picking_a_functional_area_shows_the_regions_it_holds(world, cast, enter):
    site = enter(cast["qingshan.organisation_department"])
    pick(site, world.qingshan.zone)
    assert names(site.get("/units/")) == {"青禾粮油公司"}


def test_picking_narrows_the_other_trees_too(world, cast, enter):
    for who in ("qingshan.department_officer", "qingshan.instructor"):
        site = enter(cast[who])
        pick(site, world.qingshan.other_town)
        assert names(site.get("/units/")) == set()
        pick(site, world.qingshan.village)
        assert names(site.get("/units/")) == {"青松木业公司"}


def test_picking_around_everything_changes_nothing(world, cast, enter):
    site = enter(cast["qingshan.street_officer"])
    pick(site, world.prefecture)
    assert names(site.get("/units/")) == {"青松木业公司"}


def test_a_region_that_is_gone_is_not_picked(world, cast, enter):
    site = enter(cast["qingshan.street_officer"])
    session = site.session
    session["region"] = 10**9
    session.save()
    assert names(site.get("/units/")) == {"青松木业公司"}


# ------------------------------------------------------------------------------------------------ doors
def test_marks_survive_other_decorators():
    def view(request):
        return request

    assert door_of(view) is None
    assert door_of(needs(Permission.IMPORT)(view)).any_of == (Permission.IMPORT,)
    assert door_of(signed_in(view)).sign_in
    assert not door_of(open_to_all(view)).sign_in
    with pytest.raises(ValueError, match="permission"):
        needs()


def test_every_address_of_the_room_has_a_door():
    assert [p.name for p in urlpatterns if door_of(p.callback) is None] == []
    assert {p.name for p in urlpatterns if not door_of(p.callback).sign_in} == {
        "account_login",
        "account_inactive",
        "mfa_authenticate",
    }


def test_today_is_the_local_date_outside_the_demonstration(cast, enter):
    said = enter(cast["qingshan.inspector"]).get("/").content.decode()
    assert said.split()[1] == str(timezone.localdate())
