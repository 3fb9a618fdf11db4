"""The pages of tokens: one's own, and the security administrator's look at others'."""

from datetime import timedelta

from django.utils import timezone

from jiceng.accounts.actions.tokens import token_of
from jiceng.accounts.models import ApiToken
from jiceng.accounts.permissions import Permission as P

PAGE = "/tokens/"


def said(**more):
    expires = (timezone.localdate() + timedelta(days=30)).isoformat()
    return {"name": "数据中台", "permission": [P.FIGURES_VIEW.value], "expires_on": expires} | more


def shown(page):
    return page.partition('class="secret">')[2].partition("<")[0]


def test_a_token_is_made_shown_once_and_revoked(clerk, world):
    form = clerk.text(PAGE)
    assert 'value="figures.view" checked' in form
    assert 'value="users.manage"' not in form
    made = clerk.post(PAGE, said())
    text = shown(made.content.decode())
    token = token_of(text)
    assert token.permissions == ["figures.view"]
    assert made.headers["Cache-Control"].startswith("max-age=0")
    listed = clerk.text(PAGE)
    assert text not in listed
    assert "数据中台" in listed
    assert clerk.post(f"{PAGE}{token.pk}/revoke/").status_code == 302
    assert token_of(text) is None
    assert "已收回" in clerk.text(PAGE)


def test_it_may_be_bound_to_the_region_picked(clerk, world):
    clerk.post("/territory/set/", {"region": world.qingshan.town.pk})
    assert world.qingshan.town.name in clerk.text(PAGE)
    clerk.post(PAGE, said(narrow="1"))
    assert ApiToken.objects.get().region == world.qingshan.town


def test_what_is_wrong_is_said_and_what_was_typed_stays(clerk):
    answer = clerk.post(PAGE, said(expires_on="morgen", permission=[P.EXPORT.value]))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="数据中台"' in page
    assert f'value="{P.EXPORT.value}" checked' in page


def test_administrators_have_nothing_to_hand_over_but_may_revoke(clerk, visit, cast):
    clerk.post(PAGE, said())
    token, guard = ApiToken.objects.get(), visit("security_administrator")
    assert 'id="new"' not in guard.text(PAGE)
    account = f"/system/users/{token.user_id}/"
    assert "数据中台" in guard.text(account)
    assert "revoke" not in visit("system_administrator").text(account).partition('id="tokens"')[2][:900]
    revoke = f"/system/users/tokens/{token.pk}/revoke/"
    assert guard.post(revoke, {"reason": ""}).status_code == 422
    assert guard.post(revoke, {"reason": "电脑丢失"}).status_code == 302
    assert "数据中台" not in guard.text(account)
    assert visit("qingshan.leader").post(f"{PAGE}{token.pk}/revoke/").status_code == 404
