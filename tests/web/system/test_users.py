"""Accounts and grants on their pages: the two administrators each do their half."""

import re

from jiceng.accounts.models import Grant, User


def test_the_system_administrator_makes_an_account_whose_password_is_shown_once(world, visit):
    admin = visit("system_administrator")
    page = admin.post("/system/users/new/", {"username": "xinren", "full_name": "新人"}).content.decode()
    password = re.search(r"<code>(.+?)</code>", page)[1]
    made = User.objects.get(username="xinren")
    assert made.check_password(password)
    assert password not in admin.text(f"/system/users/{made.pk}/")


def test_a_refused_account_keeps_what_was_typed(world, visit):
    page = visit("system_administrator").post(
        "/system/users/new/", {"username": "坏 名", "full_name": "新人"}
    )
    assert 'value="新人"' in page.content.decode()
    assert not User.objects.filter(full_name="新人").exists()


def test_the_security_administrator_grants_and_revokes(world, cast, visit):
    guard, who = visit("security_administrator"), cast["outsider"]
    said = {
        "role": "leader",
        "node": world.qingshan.region.code,
        "valid_from": "2022-06-01",
        "document": "演示1号",
    }
    assert guard.post(f"/system/users/{who.pk}/grant/", said).status_code == 302
    made = Grant.objects.get(user=who)
    assert made.region == world.qingshan.region
    assert guard.post(f"/system/users/grants/{made.pk}/revoke/", {"reason": "离任"}).status_code == 302
    made.refresh_from_db()
    assert made.valid_to is not None


def test_an_unknown_node_is_said_beside_the_field(world, cast, visit):
    who = cast["outsider"]
    answer = visit("security_administrator").post(
        f"/system/users/{who.pk}/grant/", {"role": "leader", "node": "000000"}
    )
    assert answer.status_code == 422
    assert "000000" in answer.content.decode()
    assert not Grant.objects.filter(user=who).exists()


def test_neither_does_the_others_half(world, cast, visit):
    who = cast["outsider"]
    assert visit("system_administrator").post(f"/system/users/{who.pk}/grant/", {}).status_code == 403
    assert visit("security_administrator").post("/system/users/new/", {}).status_code == 403
    assert visit("qingshan.organisation_department").get("/system/users/").status_code == 403


def test_the_list_is_found_by_name(world, cast, visit):
    page = visit("system_administrator").text("/system/users/", {"q": cast["outsider"].full_name})
    assert cast["outsider"].username in page
    assert cast["baishui.inspector"].username not in page
