"""Tokens: no more than their owner may, no longer than they hold, no more than their share."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jiceng.accounts.actions.tokens import (
    MOST,
    living,
    make_token,
    note_use,
    offered,
    revoke_token,
    take_rows,
    token_of,
    tokens_of,
)
from jiceng.accounts.days import today_of
from jiceng.accounts.models import ApiToken, ApiUse
from jiceng.accounts.permissions import DATA, Permission
from jiceng.accounts.scoping import Denied, access_of, actor_of
from jiceng.api.rest.guarding import REQUESTS
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from jiceng.residents.throttling import spend
from tests.accounts.cast import TODAY, keep
from tests.api.rest.conftest import BASE, CLERK, Program, token_for

P = Permission


@pytest.fixture
def access(cast):
    return access_of(cast[CLERK], today_of(cast[CLERK]))


def make(access, **said):
    given = {
        "name": "中台",
        "permissions": [P.EXPORT],
        "expires_on": timezone.localdate() + timedelta(days=9),
    }
    return make_token(access=access, **(given | said))


def test_the_text_is_shown_once_and_opens_until_it_is_revoked(access):
    token, text = make(access)
    assert text not in str(ApiToken.objects.values())
    assert text not in str(AuditRow.objects.values())
    assert token_of(text) == token
    assert token_of(text.swapcase()) is None
    assert [token_of(wrong) for wrong in ("", "jct_", "令牌", "jct_" + "x" * 200)] == [None] * 4
    revoke_token(token=token, by=actor_of(access.user), access=access)
    assert token_of(text) is None
    assert list(living(access.user)) == []
    assert [each.revoked_at is None for each in tokens_of(access.user)] == [False]


@pytest.mark.parametrize(
    "said",
    [
        {"name": "  "},
        {"permissions": []},
        {"permissions": [P.USERS_MANAGE]},
        {"permissions": [P.EXPORT, "nothing.such"]},
        {"permissions": [P.REPORTERS_VIEW]},
        {"expires_on": None},
        {"expires_on": timezone.localdate()},
        {"expires_on": timezone.localdate() + timedelta(days=400)},
    ],
)
def test_what_makes_no_token(access, said):
    with pytest.raises(Refusal):
        make(access, **said)


def test_a_token_reaches_no_further_than_its_owner(access, world):
    with pytest.raises(Refusal):
        make(access, region=world.baishui.town)
    assert make(access, region=world.qingshan.town)[0].region == world.qingshan.town
    assert set(offered(access)) <= DATA & access.permissions


def test_nobody_has_very_many(access):
    for _number in range(MOST):
        make(access)
    with pytest.raises(Refusal):
        make(access)


def test_expired_and_closed_ones_open_nothing(access):
    token, text = make(access)
    access.user.is_active = False
    access.user.save()
    assert token_of(text) is None
    access.user.is_active = True
    access.user.save()
    token.expires_on = timezone.localdate() - timedelta(days=1)
    keep(token)
    assert token_of(text) is None


def test_only_the_owner_and_the_security_administrator_revoke(access, cast):
    token, _text = make(access)
    leader, guard = cast["qingshan.leader"], cast["security_administrator"]
    for who, reason, refusal in ((leader, "看看", Denied), (guard, "", Refusal)):
        with pytest.raises(refusal):
            revoke_token(token=token, by=actor_of(who), access=access_of(who, TODAY), reason=reason)
    revoke_token(token=token, by=actor_of(guard), access=access_of(guard, TODAY), reason="电脑丢失")
    assert AuditEntry.objects.filter(action="token.revoke", reason="电脑丢失").exists()
    revoke_token(token=token, by=actor_of(guard), access=access_of(guard, TODAY), reason="再收回一次")


def test_use_is_noted_and_the_day_is_bounded_over_all_tokens_of_a_person(access, settings):
    settings.EXPORT_ROWS = 10
    one, other = make(access)[0], make(access)[0]
    moment = timezone.now()
    note_use(one, moment)
    note_use(one, moment + timedelta(seconds=5))
    assert ApiUse.objects.get().at == moment
    note_use(one, moment + timedelta(seconds=90))
    assert tokens_of(access.user).get(pk=one.pk).used_at == moment + timedelta(seconds=90)
    ApiUse.objects.all().delete()
    take_rows(one, 6)
    with pytest.raises(Refusal):
        take_rows(other, 5)
    take_rows(other, 4)
    assert sorted(ApiUse.objects.values_list("rows", flat=True)) == [4, 6]


# ------------------------------------------------------------------------------------------ at the door
@pytest.mark.parametrize("text", ["", "jct_falsch", "\xff", "a b c"])
def test_without_a_token_nothing_opens(program, text):
    answer = Program(text).ask("records/units", status=401)
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
def test_where_nothing_is_that_is_said_in_the_same_form():
    assert Program().json("nothing/at/all", status=404)["status"] == 404
    assert Program().post_json("nothing", {}, 404)["title"]


def test_a_session_opens_nothing(cast):
    client = Client()
    client.force_login(cast[CLERK], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"{BASE}/records/units").status_code == 401


def test_a_token_may_what_it_carries_and_only_where(program, world):
    assert program(permissions=["figures.view"]).json("records", status=403)["status"] == 403
    assert [t["key"] for t in program(permissions=["records.export"]).json("records")["items"]] == []
    narrow = program(region=world.qingshan.other_town)
    names = [item["values"]["name"] for item in narrow.json("records/units")["items"]]
    assert names
    assert all(name.startswith("青禾") for name in names)
    narrow.ask("records/units", {"region": world.qingshan.town.code}, 404)


def test_a_person_who_must_do_something_first_has_no_program_either(program, cast):
    asking = program()
    cast[CLERK].must_change_password = True
    cast[CLERK].save()
    assert "登录网页" in asking.json("records", status=403)["remedy"]


def test_too_many_requests_wait(program, cast):
    asking = program()
    token = ApiToken.objects.get(user=cast[CLERK])
    spend(REQUESTS, f"token {token.pk}", REQUESTS.holds)
    assert int(asking.ask("records", status=429)["Retry-After"]) >= 1
    Program(token_for(cast[CLERK])).ask("records")
