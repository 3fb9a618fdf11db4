"""The demonstration's identities: from pack data, on the place's own day, and nowhere else."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from jiceng.accounts.days import codes_above, today_at, today_of
from jiceng.accounts.demo_identities import create_demo_identities, identities, sign_in_as
from jiceng.accounts.models import User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.roles import ADMINISTRATORS, ROLES
from jiceng.accounts.scoping import Denied, access_of, permissions_of, scope_of
from jiceng.organisations.models import Unit
from jiceng.packs import catalogue
from jiceng.packs.catalogue import of_folders
from jiceng.packs.loading import read_folder
from jiceng.protection.scopes import scoped
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals
from tests.accounts.cast import SETTER, grant, user

DAY = date(2022, 6, 20)
BASE = """
vocabularies:
  region_kinds: {label: 区域, terms: {town: {label: 镇}, village: {label: 村}}}
  posts: {label: 职务, terms: {party_building_instructor: {label: 指导员}, branch_secretary: {label: 书记}}}
  party_org_forms: {label: 形式, terms: {branch: {label: 支部}}}
identities:
  department_head: {label: 组织部, en: Organisation department, role: organisation_department}
  instructor: {label: 指导员, role: instructor, post: party_building_instructor}
  street: {label: 乡镇, role: street_officer, region_kind: town}
  department: {label: 部门, role: department_officer}
  secretary: {label: 支部书记, role: branch_secretary, post: branch_secretary, form: branch}
  system: {label: 系统管理员, role: system_administrator}
"""
LOCAL = """
identities:
  street: {label: 白田镇, role: street_officer, region: "990102102"}
"""


def packs(tmp_path: Path, monkeypatch, base=BASE, local=LOCAL):
    for name, head, text in (
        ("core", "{id: core, name: 基础, version: 1.0.0, base: true}", base),
        (
            "here",
            "{id: here, name: 此, version: 1.0.0, day: 2022-06-20,"
            " binds: [{region: '990102', from: 2012-01-01}]}",
            local,
        ),
    ):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "pack.yaml").write_text(f"pack: {head}", "utf-8")
        (tmp_path / name / "more.yaml").write_text(text, "utf-8")
    found = of_folders(tmp_path / "core", tmp_path / "here")
    for module in ("demo_identities", "days"):
        monkeypatch.setattr(f"jiceng.accounts.{module}.current", lambda: found)


@pytest.fixture
def demo(world, settings, tmp_path, monkeypatch):
    settings.DEMO = True
    packs(tmp_path, monkeypatch)
    return world.baishui


def test_each_identity_stands_where_the_pack_says(demo):
    made = create_demo_identities(place="here", by=SETTER)
    nodes = {u.demo_key: u.grants.get().node for u in made.users}
    assert nodes == {
        "here:department_head": demo.region,
        "here:instructor": demo.posts["instructor"],
        "here:street": demo.other_town,
        "here:department": demo.bureau,
        "here:secretary": demo.branch,
        "here:system": None,
    }
    assert made.left_out == ()


def test_they_see_their_place_on_its_own_day(demo):
    create_demo_identities(place="here", by=SETTER)
    head = sign_in_as("here:department_head")
    assert today_of(head) == DAY
    with scoped(scope_of(head, today_of(head), Permission.REGISTRY_VIEW)):
        assert {u.name for u in Unit.objects.all()} == {"白府商务局", "白松木业公司", "白禾粮油公司"}
    assert AuditEntry.objects.get(action="user.sign_in").actor == f"user:{head.pk}"


def test_making_them_again_changes_nothing(demo):
    first = create_demo_identities(place="here", by=SETTER)
    entries = AuditEntry.objects.count()
    again = create_demo_identities(place="here", by=SETTER)
    assert [u.pk for u in again.users] == [u.pk for u in first.users]
    assert AuditEntry.objects.count() == entries


def test_the_holder_of_the_post_goes_with_the_post(demo):
    create_demo_identities(place="here", by=SETTER)
    secretary = sign_in_as("here:secretary")
    assert secretary.person == demo.people["secretary"]
    assert secretary.grants.get().appointment == demo.posts["secretary"]


def test_without_a_holder_the_first_organisation_of_the_form_serves(demo, tmp_path, monkeypatch):
    packs(
        tmp_path,
        monkeypatch,
        local="identities: {secretary: {label: 书记, role: branch_secretary, form: branch}}",
    )
    create_demo_identities(place="here", by=SETTER)
    assert sign_in_as("here:secretary").grants.get().party_org in {demo.branch, demo.other_branch}


def test_what_finds_nothing_is_left_out_and_said(demo, tmp_path, monkeypatch):
    local = """
identities:
  instructor: {label: 指导员, role: instructor}
  department: {label: 部门, role: department_officer, unit: 没有这个局}
  street: {label: 街道, role: street_officer, region: "990101101"}
"""
    packs(tmp_path, monkeypatch, local=local)  # the street lies in the neighbouring county
    assert set(create_demo_identities(place="here", by=SETTER).left_out) == {
        "instructor",
        "department",
        "street",
    }


def test_the_buttons_say_who_and_where_in_both_languages(demo, settings):
    create_demo_identities(place="here", by=SETTER)
    found = {i.key: i for i in identities("here")}
    assert (found["here:street"].label, found["here:street"].node) == ("白田镇", "白田镇")
    assert found["here:department_head"].role == "组织部门"
    assert identities("elsewhere") == []
    with translation.override("en"):
        assert {i.key: i.label for i in identities()}["here:department_head"] == "Organisation department"


# -------------------------------------------------------------------------------------- and nowhere else
def test_outside_the_demonstration_there_are_none(demo, settings):
    create_demo_identities(place="here", by=SETTER)
    settings.DEMO = False
    with pytest.raises(Denied):
        sign_in_as("here:street")
    with pytest.raises(Denied):
        create_demo_identities(place="here", by=SETTER)


def test_they_have_no_password(demo, sign_in):
    for who in create_demo_identities(place="here", by=SETTER).users:
        assert not who.has_usable_password()
    assert sign_in("here.street", "").status_code == 200
    assert sign_in("here.street", "!").status_code == 200


@pytest.mark.parametrize("key", ["here:nobody", "", "street", "here:"])
def test_only_identities_can_be_signed_in_as(demo, key):
    user("real")
    with pytest.raises(Refusal):
        sign_in_as(key)


def test_a_closed_identity_stays_closed(demo):
    create_demo_identities(place="here", by=SETTER)
    User.objects.filter(demo_key="here:street").update(is_active=False)
    with pytest.raises(Refusal):
        sign_in_as("here:street")
    assert "here:street" not in {i.key for i in identities()}


def test_a_pack_without_a_day_or_place_has_none(demo):
    for place in ("core", "nowhere"):
        with pytest.raises(Refusal, match="演示日期"):
            create_demo_identities(place=place, by=SETTER)


def test_an_unknown_role_is_refused_with_its_line(tmp_path, monkeypatch):
    with pytest.raises(Refusals) as wrong:
        packs(tmp_path, monkeypatch, local="identities:\n  x: {label: 某, role: emperor}\n")
    assert "emperor" in str(wrong.value)
    assert "more.yaml" in str(wrong.value)


# ------------------------------------------------------------------------------------------- the day
def test_a_place_lives_on_its_pack_s_day_only_in_the_demonstration(demo, settings):
    assert today_at(demo.village.path) == DAY
    assert today_at("") != DAY
    assert codes_above(demo.village.path) == ["990102101201", "990102101", "990102", "9901", "99"]
    settings.DEMO = False
    assert today_at(demo.village.path) != DAY


def test_other_users_live_where_their_first_grant_is(demo, world):
    here, elsewhere, nowhere = user("here"), user("elsewhere"), user("nowhere")
    grant(here, "branch_secretary", demo.branch)
    grant(elsewhere, "inspector", world.qingshan.region)
    assert today_of(here) == DAY
    assert today_of(elsewhere) == today_of(nowhere) == today_at("")


# ------------------------------------------------------------------------------------- the packs we ship
def test_the_packs_we_ship_offer_all_who_are_asked_for():
    read = [read_folder(folder)[0] for folder in catalogue.shipped()]
    shipped, faults = catalogue.build([pack for pack in read if pack])
    assert [str(fault) for fault in faults if "identities.yaml" in str(fault)] == []
    places = [pack for pack in shipped.packs.values() if pack.day]
    assert places
    wanted = ADMINISTRATORS | {
        "organisation_department",
        "instructor",
        "street_officer",
        "department_officer",
        "branch_secretary",
        "inspector",
    }
    for place in places:
        at = [place.binds[0].region]
        assert {i.role for i in shipped.section("identities", at=at).values()} >= wanted
    assert wanted <= set(ROLES)


def test_a_stranger_to_the_demonstration_has_no_rights(demo):
    assert permissions_of(user("x"), DAY) == frozenset()
    assert access_of(user("y"), DAY).held == ()
